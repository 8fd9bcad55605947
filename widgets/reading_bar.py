"""The bar over the side panel's tabs: how the reading stands, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.theme import SMALL_TEXT_POINTS, THEME, set_points


class Tone(Enum):
    """What the title is coloured for."""

    PLAIN = "plain"
    READER = "reader"
    SECOND_READER = "second reader"
    SETTLED = "settled"
    ALERT = "alert"


@dataclass(frozen=True)
class BarButton:
    """A way on. action: id of the action that it triggers."""

    action: str
    words: str


@dataclass(frozen=True)
class ReadingBarState:
    """What the bar says. detail: one or two short sentences, may be empty."""

    title: str
    detail: str = ""
    buttons: tuple[BarButton, ...] = ()
    tone: Tone = Tone.PLAIN


class ReadingBar(QWidget):
    """asked(action id): a button was pressed."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ReadingBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state: ReadingBarState | None = None
        self._title, self._detail = QLabel(), QLabel()
        set_points(self._title, SMALL_TEXT_POINTS, bold=True)
        set_points(self._detail, SMALL_TEXT_POINTS)
        self._detail.setProperty("dim", True)
        for label in (self._title, self._detail):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._title, 1)
        head.addLayout(self._row)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self._detail)
        self._buttons: list[QPushButton] = []
        self.show_state(None)

    def show_state(self, state: ReadingBarState | None) -> None:
        """Show how the reading stands; ``None`` hides the bar."""
        if state == self._state and state is not None:
            return
        self._state = state
        self.setVisible(state is not None)
        told = state or ReadingBarState("")
        self._title.setText(told.title)
        self._title.setStyleSheet(f"color: {_COLOURS[told.tone]}")
        self._detail.setText(told.detail)
        self._detail.setVisible(bool(told.detail))
        self._show_buttons(told.buttons)

    def _show_buttons(self, wanted: tuple[BarButton, ...]) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for one in wanted:
            button = QPushButton(one.words)
            button.setProperty("small", True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, action=one.action: self.asked.emit(action))
            self._row.addWidget(button)
            self._buttons.append(button)

    @property
    def said(self) -> str:
        """What can be read."""
        buttons = [one.text() for one in self._buttons]
        return " | ".join(filter(None, (self._title.text(), self._detail.text(), *buttons)))

    def press(self, action: str) -> bool:
        """Press the button of an action; False where there is none."""
        wanted = [one.action for one in self._state.buttons] if self._state is not None else []
        if action not in wanted:
            return False
        self._buttons[wanted.index(action)].click()
        return True


_COLOURS = {
    Tone.PLAIN: THEME.text,
    Tone.READER: THEME.reader,
    Tone.SECOND_READER: THEME.second_reader,
    Tone.SETTLED: THEME.adjudicated,
    Tone.ALERT: THEME.error,
}
