"""One answer that can be chosen, as a chip."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from widgets.theme import SMALL_TEXT_POINTS, THEME, set_points

CHIP_HEIGHT = 22
_PADDING = 7
_LEAST_WIDTH = 26


@dataclass(frozen=True)
class Choice:
    """One answer. value: what it stands for. key: one lower-case letter or digit, may be empty.

    tip: said in full. breaks: it begins a new row. stays: after it a letter may refine the answer.
    """

    value: object
    label: str
    key: str = ""
    tip: str = ""
    breaks: bool = False
    stays: bool = False


class Chip(QAbstractButton):
    """Pressing it changes nothing of its own: what is chosen is told to it."""

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self._key_shown = self._offered = False
        set_points(self, SMALL_TEXT_POINTS)
        self.setText(choice.label)
        self.setToolTip(choice.tip)
        self.setAccessibleName(choice.tip or choice.label)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_key(self, shown: bool) -> None:
        """Underline the letter that chooses it."""
        if shown != self._key_shown:
            self._key_shown = shown
            self.update()

    @property
    def offered(self) -> bool:
        """Whether a model would choose it."""
        return self._offered

    def show_offered(self, offered: bool) -> None:
        """Mark it as what a model would choose; it is not chosen by that."""
        if offered != self._offered:
            self._offered = offered
            self.update()

    def nextCheckState(self) -> None:  # noqa: N802
        """Stays as it is."""

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as its words."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(max(words + 2 * _PADDING, _LEAST_WIDTH), CHIP_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Chosen ones are brighter, a model's offer is dashed; the underline is the key."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, line, text = self._colours()
        dashed = self._offered and not self.isChecked()
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(THEME.ai if dashed else line), 1, style))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(QColor(text))
        room = self.rect().adjusted(2, 0, -2, 0)
        cut = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, max(room.width(), 0)
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, cut)
        if self._key_shown and self.isEnabled():
            self._underline(painter, cut)

    def _colours(self) -> tuple[str, str, str]:
        if self.isChecked():
            return THEME.focus, THEME.dim, THEME.text
        if not self.isEnabled():
            return THEME.surface, THEME.line, THEME.focus
        return (THEME.selected if self.underMouse() else THEME.raised), THEME.line, THEME.text

    def _underline(self, painter: QPainter, shown: str) -> None:
        place = _place_of(self.choice.key, shown)
        if place < 0:
            return
        measure = self.fontMetrics()
        left = (self.width() - measure.horizontalAdvance(shown)) / 2
        left += measure.horizontalAdvance(shown[:place])
        below = (self.height() + measure.ascent() - measure.descent()) / 2 + 2
        width = measure.horizontalAdvance(shown[place])
        painter.fillRect(QRectF(left, below, width, 1.5), QColor(THEME.text))


def _place_of(key: str, label: str) -> int:
    """At the start of a word if it can be, else anywhere; -1 for nowhere."""
    lower = label.lower()
    if not key:
        return -1
    starts = (at for at in range(len(lower)) if at == 0 or lower[at - 1] in " -")
    return next((at for at in starts if lower[at] == key), lower.find(key))
