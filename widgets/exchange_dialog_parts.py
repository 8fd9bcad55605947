"""What the dialogs of export, import and archive share: captions, the foot, a list to be copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.theme import SMALL_TEXT_POINTS, set_points

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


def caption(words: str, top: int = 0) -> QLabel:
    """What stands before a row. top: pixels above it, where it does not stand in the middle."""
    label = QLabel(words)
    label.setProperty("dim", True)
    label.setContentsMargins(0, top, 0, 0)
    label.setMinimumWidth(70)
    return label


def dim(words: str) -> QLabel:
    """A remark in small letters."""
    label = QLabel(words)
    label.setProperty("dim", True)
    label.setWordWrap(True)
    set_points(label, SMALL_TEXT_POINTS)
    return label


def title_of(words: str) -> QLabel:
    """A heading inside a page."""
    label = QLabel(words)
    label.setProperty("heading", True)
    return label


class Foot(QWidget):
    """The dialog's lower edge: what is going on, and the buttons.

    go: does it. stop: while it is done. copy: of what can be read above. leave:
    closes the dialog.
    """

    def __init__(self, go: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.go, self.stop = QPushButton(go), QPushButton(self.tr("Stop"))
        self.copy, self.leave = QPushButton(self.tr("Copy")), QPushButton(self.tr("Close"))
        self._bar, self._said = QProgressBar(), QLabel()
        self._bar.setTextVisible(False)
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(_SELECTABLE)
        self.working = False
        for button in (self.stop, self.copy, self.leave):
            button.setAutoDefault(False)
        self.go.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        for button in (self.stop, self.go, self.leave):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 6, 20, 16)
        column.setSpacing(8)
        column.addWidget(self._said)
        column.addWidget(self._bar)
        column.addLayout(buttons)
        self.copy.hide()
        self.rest()

    @property
    def said(self) -> str:
        """What stands there."""
        return self._said.text()

    def work(self, stage: str, done: int, of: int | None) -> None:
        """Something is going on. of: ``None`` where nobody knows how much there is."""
        self.working = True
        self.say(stage)
        self._bar.setRange(0, of or 0)
        self._bar.setValue(done)
        self._bar.show()
        self.stop.show()
        self.stop.setEnabled(True)
        self.go.setEnabled(False)

    def rest(self) -> None:
        """Nothing is going on."""
        self.working = False
        self.say("")
        self._bar.hide()
        self.stop.hide()
        self.go.setEnabled(True)

    def say(self, words: str, *, error: bool = False) -> None:
        """A line above the buttons."""
        self._said.setText(words)
        self._said.setVisible(bool(words))
        self._said.setProperty("error", error)
        self._said.style().polish(self._said)

    def show_go(self, shown: bool) -> None:
        """Whether it can be done from here."""
        self.go.setVisible(shown)

    def show_copy(self, shown: bool) -> None:
        """Whether there is something to be copied."""
        self.copy.setVisible(shown)


class Outcome(QWidget):
    """What came of it: a headline, where it lies, and a list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headline, self._where, self._heading = title_of(""), dim(""), QLabel()
        self._list = QPlainTextEdit()
        self._list.setReadOnly(True)
        self.again = QPushButton(self.tr("Export more"))
        self.again.setAutoDefault(False)
        for label in (self._headline, self._where, self._heading):
            label.setWordWrap(True)
            label.setTextInteractionFlags(_SELECTABLE)
        foot = QHBoxLayout()
        foot.addWidget(self.again)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 8)
        column.setSpacing(8)
        for widget in (self._headline, self._where, self._heading, self._list):
            column.addWidget(widget, 1 if widget is self._list else 0)
        column.addStretch(0)  # in the list's place where there is none
        column.addLayout(foot)
        self._fill = column

    @property
    def text(self) -> str:
        """All of it, as it is copied."""
        parts = (
            self._headline.text(),
            self._where.text(),
            self._heading.text(),
            self._list.toPlainText(),
        )
        return "\n".join(part for part in parts if part)

    def show_outcome(self, headline: str, where: str, heading: str, lines: Sequence[str]) -> None:
        """Show what came of it."""
        self._headline.setText(headline)
        self._where.setText(where)
        self._heading.setText(heading)
        self._list.setPlainText("\n".join(lines))
        self._list.setVisible(bool(lines))
        self._fill.setStretch(4, 0 if lines else 1)
