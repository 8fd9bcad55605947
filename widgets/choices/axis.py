"""One question with the answers that can be chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from widgets.choices.chip import CHIP_HEIGHT, Chip, Choice
from widgets.theme import SMALL_TEXT_POINTS, THEME, text_font

INDENT = 10
_TITLE_HEIGHT = 18
_LEAST_TITLE_WIDTH = 84
_GAP = 4
_ROW_GAP = 3
_BELOW = 5


class Axis(QWidget):
    """A title and chips under it. Folded it is one line with what was chosen.

    picked(value, adding): an answer was pressed; adding, with Shift or Ctrl, keeps the others.
    pressed(): with the mouse, anywhere.
    """

    picked = Signal(object, bool)
    pressed = Signal()

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        many: bool = False,
        folding: bool = False,
        advances: bool = True,
        even: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """many: several answers go together. folding: shut unless it is the current question.

        advances: an answer leads on to the next question. even: one row of equal chips.
        """
        super().__init__(parent)
        self.title, self.many, self.folding, self.advances = title, many, folding, advances
        self._chips = [Chip(choice, self) for choice in choices]
        self._even = even
        written = QFontMetrics(text_font(SMALL_TEXT_POINTS)).horizontalAdvance(title)
        self._title_width = max(written + 12, _LEAST_TITLE_WIDTH)
        self._said, self._current, self._keys = "", False, False
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for chip in self._chips:
            chip.pressed.connect(self.pressed)
            chip.clicked.connect(lambda _=False, one=chip: self._pick(one))
        self._shape()

    def _pick(self, chip: Chip) -> None:
        held = QApplication.keyboardModifiers()
        both = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        self.picked.emit(chip.choice.value, bool(held & both))

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The answers, in order."""
        return tuple(chip.choice for chip in self._chips)

    @property
    def chosen(self) -> tuple[object, ...]:
        """What is chosen."""
        return tuple(chip.choice.value for chip in self._chips if chip.isChecked())

    def chip(self, value: object) -> Chip:
        """The chip of an answer. Raises KeyError."""
        for chip in self._chips:
            if chip.choice.value == value:
                return chip
        raise KeyError(value)

    def by_key(self, key: str) -> Choice | None:
        """The answer that a key chooses."""
        return next((one for one in self.choices if key and one.key == key), None)

    def show_chosen(
        self, values: Collection[object], said: str = "", offered: Collection[object] = ()
    ) -> None:
        """What is chosen; said: beside the title, in words. offered: what a model would choose."""
        for chip in self._chips:
            chip.setChecked(chip.choice.value in values)
            chip.show_offered(chip.choice.value in offered)
        self._said = said
        words = [chip.choice.tip or chip.choice.label for chip in self._chips if chip.isChecked()]
        self.setAccessibleDescription(", ".join(words) or said)
        self._shape()

    def show_current(self, current: bool, keys: bool) -> None:
        """current: the question that is answered now. keys: they choose its answers."""
        changed = (current, keys) != (self._current, self._keys)
        self._current, self._keys = current, keys
        for chip in self._chips:
            chip.show_key(keys)
        if changed:
            self._shape()

    @property
    def folded(self) -> bool:
        """Whether it is one line."""
        return self.folding and not self._current

    def sizeHint(self) -> QSize:  # noqa: N802
        """At the width that it has."""
        return QSize(100, self._places(self.width())[1])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Wrap."""
        super().resizeEvent(event)
        self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Unfold."""
        del event
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The title, with a bar where the keys go."""
        del event
        painter = QPainter(self)
        if self._current and self._keys:
            painter.fillRect(0, 2, 2, self.height() - _BELOW - 2, QColor(THEME.text))
        painter.setFont(text_font(SMALL_TEXT_POINTS))
        painter.setPen(QColor(THEME.text if self._current and self._keys else THEME.dim))
        height = CHIP_HEIGHT if self.folded else _TITLE_HEIGHT
        line = QRect(INDENT, 0, self.width() - INDENT, height)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, self.title)
        said = "+" if self.folded and not self.chosen else "" if self.folded else self._said
        if not said:
            return
        title = painter.fontMetrics().horizontalAdvance(self.title) + 12
        room = line.adjusted(self._title_width if self.folded else title, 0, 0, 0)
        cut = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, room.width())
        side = Qt.AlignmentFlag.AlignLeft if self.folded else Qt.AlignmentFlag.AlignRight
        painter.setPen(QColor(THEME.dim if self.folded else THEME.text))
        painter.drawText(room, side | middle, cut)

    def _shape(self) -> None:
        self._place()
        self.update()

    def _place(self) -> None:
        places, height = self._places(self.width())
        for chip, place in zip(self._chips, places, strict=True):
            chip.setVisible(place is not None)
            if place is not None:
                chip.setGeometry(place)
        self.setFixedHeight(height)

    def _places(self, width: int) -> tuple[list[QRect | None], int]:
        """Where each chip lies, and the height of all."""
        if self._even:
            return self._row(width), _TITLE_HEIGHT + CHIP_HEIGHT + _BELOW
        start = INDENT + (self._title_width if self.folded else 0)
        left, top = start, 0 if self.folded else _TITLE_HEIGHT
        places: list[QRect | None] = []
        for chip in self._chips:
            if self.folded and not chip.isChecked():
                places.append(None)
                continue
            wide = min(chip.sizeHint().width(), max(width - start, 1))
            if left > start and (left + wide > width or (chip.choice.breaks and not self.folded)):
                left, top = start, top + CHIP_HEIGHT + _GAP
            places.append(QRect(left, top, wide, CHIP_HEIGHT))
            left += wide + _GAP
        return places, top + CHIP_HEIGHT + _BELOW

    def _row(self, width: int) -> list[QRect | None]:
        """All in one row, alike in width."""
        count = len(self._chips)
        step = (width - INDENT + _ROW_GAP) / count
        lefts = [INDENT + round(place * step) for place in range(count + 1)]
        return [
            QRect(left, _TITLE_HEIGHT, max(after - left - _ROW_GAP, 1), CHIP_HEIGHT)
            for left, after in pairwise(lefts)
        ]
