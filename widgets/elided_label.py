"""A label that shortens its text with dots where there is no room, and tells it all in its tip."""

from __future__ import annotations

import textwrap

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QWidget

_TIP_LETTERS = 80


def tip_of(text: str) -> str:
    """A text in lines that a screen has room for: Qt breaks no tip by itself."""
    return "\n".join(
        textwrap.fill(line, _TIP_LETTERS, break_long_words=False) for line in text.split("\n")
    )


class ElidedLabel(QLabel):
    """Takes the room that is left in a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """No width is too small."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The text, shortened at its end."""
        del event
        room = self.contentsRect()
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip("" if cut == self.text() else tip_of(self.text()))
        painter = QPainter(self)
        style: QStyle = self.style()
        style.drawItemText(
            painter,
            room,
            self.alignment().value,
            self.palette(),
            self.isEnabled(),
            cut,
            self.foregroundRole(),
        )
