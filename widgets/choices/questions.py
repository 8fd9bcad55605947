"""Questions one under the other, answered by keys alone if wished."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from widgets.choices.axis import Axis
from widgets.choices.typed import Field

Stop = Axis | Field

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ENDS = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}
_OTHERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class Questions(QWidget):
    """Up and Down go through the questions; one is current, and its underlined letters answer it.

    An answer leads on to the next question. Home and End go to the first and last. With Shift an
    answer is added to those there are. Keys of the questions named ``always`` work wherever the
    current one has no such key. Plain letters and digits never get through to the window's own
    shortcuts while the keys are here, so that a slip changes no image. Esc in a text leads back
    here; left(): Esc here.
    """

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the panes
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(2, 4, 10, 6)
        self.column.setSpacing(2)
        self._stops: tuple[Stop, ...] = ()
        self._always: tuple[Axis, ...] = ()
        self._current: Stop | None = None

    def ask(self, stops: Sequence[Stop], always: Sequence[Axis] = ()) -> None:
        """Which questions there are, in order; they are laid out by whoever made them."""
        for stop in stops:
            if stop in self._stops:
                continue
            if isinstance(stop, Axis):
                stop.pressed.connect(lambda one=stop: self.go_to(one))
            else:
                stop.stepped.connect(lambda by, one=stop: self._step_from(one, by))
                stop.escaped.connect(self._back_from_text)
        self._stops, self._always = tuple(stops), tuple(always)
        if self._current not in self._stops:
            self._current = None
        self._show()

    @property
    def current(self) -> Stop | None:
        """The question that is answered now."""
        return self._current

    def go_to(self, stop: Stop | None, *, typing: bool = False) -> None:
        """Make a question the current one. typing: the keys were used, so they go on there."""
        self._current = stop
        if typing and isinstance(stop, Field):
            stop.setFocus(Qt.FocusReason.TabFocusReason)
        elif typing and not self.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()
        if typing:
            QTimer.singleShot(0, self, self._bring_into_view)

    def lead_on(self, stop: Axis) -> None:
        """An answer to a question was given: on to the next one that can be answered by a key."""
        if stop is not self._current or not stop.advances:
            return
        after = self._stops[self._stops.index(stop) + 1 :]
        following = [one for one in after if isinstance(one, Axis) and not one.isHidden()]
        if following:
            self.go_to(following[0], typing=self.hasFocus())

    def event(self, event: QEvent) -> bool:
        """Say which keys are ours before the window's shortcuts take them."""
        asked = event.type() is QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and self._ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Answer, go on, or leave."""
        key = event.key()
        if not self._ours(event):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in _STEPS:
            self._step_from(self._current, _STEPS[Qt.Key(key)])
        elif key in _ENDS and self._stops:
            self.go_to(self._stops[_ENDS[Qt.Key(key)]], typing=True)
        elif not event.isAutoRepeat():
            adding = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._answer(chr(key).lower(), adding)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the keys."""
        super().focusInEvent(event)
        self._show()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Hide the keys."""
        super().focusOutEvent(event)
        self._show()

    def _ours(self, event: QKeyEvent) -> bool:
        key = event.key()
        if event.modifiers() & _OTHERS:
            return False
        if key in _STEPS or key in _ENDS or key == Qt.Key.Key_Escape:
            return True
        return Qt.Key.Key_0 <= key <= Qt.Key.Key_9 or Qt.Key.Key_A <= key <= Qt.Key.Key_Z

    def _answer(self, key: str, adding: bool) -> None:
        first = (self._current,) if isinstance(self._current, Axis) else ()
        for axis in (*first, *self._always):
            choice = axis.by_key(key)
            if choice is not None and axis.isEnabled() and not axis.isHidden():
                axis.picked.emit(choice.value, adding)
                return

    def _step_from(self, stop: Stop | None, by: int) -> None:
        if not self._stops:
            return
        shown = [one for one in self._stops if one is stop or not one.isHidden()]
        if stop not in shown:
            self.go_to(shown[0 if by > 0 else -1], typing=True)
            return
        place = shown.index(stop) + by
        self.go_to(shown[min(max(place, 0), len(shown) - 1)], typing=True)

    def _back_from_text(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()

    def _show(self) -> None:
        for stop in self._stops:
            if isinstance(stop, Axis):
                current = stop is self._current
                stop.show_current(current, self.hasFocus() and (current or stop in self._always))

    def _bring_into_view(self) -> None:
        area = self.parent()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parent()
        if isinstance(area, QScrollArea) and self._current is not None:
            area.ensureWidgetVisible(self._current, 0, 12)
