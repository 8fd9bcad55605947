"""Texts that a reader types: said when the field is left, and in the pauses."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

_LINE_HEIGHT = 17
PAUSE_MS = 2000
"""After so long without a key, what was typed is said, so that it is soon kept."""


class Field(QWidget):
    """Something to type in, which keys lead out of.

    stepped(by): to the next or previous field. escaped(): Esc.
    """

    stepped = Signal(int)
    escaped = Signal()

    def flush(self) -> None:
        """Say what was typed and not yet said."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The keys that lead out of the field; its own ones stay its own."""
        if isinstance(event, QKeyEvent) and self.leads_out(event):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.lead_out(watched, event)
                return True
        return super().eventFilter(watched, event)

    def leads_out(self, event: QKeyEvent) -> bool:
        """Whether a key leads out: Esc, Tab and Enter do."""
        out = {
            Qt.Key.Key_Escape,
            Qt.Key.Key_Tab,
            Qt.Key.Key_Backtab,
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        }
        return event.key() in out and not event.modifiers() & Qt.KeyboardModifier.ControlModifier

    def lead_out(self, watched: QObject, event: QKeyEvent) -> None:
        """Say what was typed, and where to go."""
        del watched
        self.flush()
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            back = event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Backtab}
            self.stepped.emit(-1 if back else 1)


class TypedText(Field):
    """A field of one or more lines that belongs to something, its owner.

    said(owner, text): what was typed differs from what was shown; told when the field is left,
    when another owner's text is shown, on ``flush``, or after a pause.
    """

    said = Signal(object, str)

    def __init__(
        self, hint: str, *, lines: int = 1, soon: bool = False, parent: QWidget | None = None
    ) -> None:
        """soon: a pause says what was typed, which may be half of it; not for dates."""
        super().__init__(parent)
        self._owner: object = None
        self._shown = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self.field: QLineEdit | QPlainTextEdit
        if lines == 1:
            self.field = QLineEdit()
        else:
            self.field = QPlainTextEdit()
            self.field.setTabChangesFocus(True)
            self.field.setFixedHeight(lines * _LINE_HEIGHT + 12)
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(hint)
        self.field.installEventFilter(self)
        if soon:
            self.field.textChanged.connect(self._pause.start)
        self.setFocusProxy(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)

    @property
    def text(self) -> str:
        """What stands in the field."""
        if isinstance(self.field, QLineEdit):
            return self.field.text()
        return self.field.toPlainText()

    def show_text(self, owner: object, text: str) -> None:
        """Show a text. What is being typed for the same owner stays; for another, it is said."""
        if owner == self._owner and (self.text != self._shown or self._ends_a_word(text)):
            return
        self.flush()
        self._owner, self._shown = owner, text
        if text != self.text:
            self._write(text)

    def flush(self) -> None:
        """Say what was typed and not yet said."""
        self._pause.stop()
        text = self.text.strip()
        if text != self._shown.strip():
            owner, self._shown = self._owner, self.text
            self.said.emit(owner, text)

    def _ends_a_word(self, text: str) -> bool:
        """The hand pauses after a space that is said without it, and goes on typing."""
        return self.field.hasFocus() and text == self.text.strip()

    def take_back(self) -> None:
        """Show again what was shown before it was typed over."""
        self._write(self._shown)

    def _write(self, text: str) -> None:
        if isinstance(self.field, QLineEdit):
            self.field.setText(text)
            if not self.field.hasFocus():
                self.field.setCursorPosition(0)  # its beginning says more than its end
        else:
            self.field.setPlainText(text)
            self.field.moveCursor(QTextCursor.MoveOperation.End)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Leaving the field says what was typed."""
        if (
            event.type() is QEvent.Type.FocusOut
            and isinstance(event, QFocusEvent)
            and event.reason() is not Qt.FocusReason.PopupFocusReason
        ):
            self.flush()
        return super().eventFilter(watched, event)

    def leads_out(self, event: QKeyEvent) -> bool:
        """Up, Down and Enter belong to a text of several lines; there Ctrl+Enter ends it."""
        key = event.key()
        enter = key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if isinstance(self.field, QLineEdit):
            return key in {Qt.Key.Key_Up, Qt.Key.Key_Down} or super().leads_out(event)
        if enter:
            return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return super().leads_out(event)
