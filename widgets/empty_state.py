"""What an empty place says: what would be here, and the one action that fills it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.theme import set_points


class EmptyState(QWidget):
    """asked(): the one action's button was pressed."""

    asked = Signal()

    def __init__(
        self, title: str, text: str, action: str = "", parent: QWidget | None = None
    ) -> None:
        """action: the button's words; empty for no button."""
        super().__init__(parent)
        self.setObjectName("EmptyState")
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 28, 28, 28)
        column.setSpacing(8)
        column.addStretch(2)
        self._title, self._text = QLabel(), QLabel()
        set_points(self._title, 11.0)
        self._text.setProperty("dim", True)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        self.say(title, text)
        if action:
            button = QPushButton(action)
            button.clicked.connect(self.asked)
            column.addSpacing(8)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)

    def say(self, title: str, text: str) -> None:
        """Change the words."""
        self._title.setText(title)
        self._text.setText(text)

    @property
    def said(self) -> str:
        """What can be read."""
        return f"{self._title.text()} {self._text.text()}"
