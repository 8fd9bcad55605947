"""From the mouse over a pane to the annotation tool in the hand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.presenters.annotating.annotating import AnnotatingPresenter
from domain.geometry import ImagePoint
from viewing.tools.tool import ToolCursor, ToolKey, Touch

_ANYWHERE = ImagePoint(0, 0)


class AnnotatingHand:
    """Passes presses, drags and releases on, from the press until the button is up again."""

    def __init__(self, annotating: AnnotatingPresenter) -> None:
        self._annotating = annotating
        self.down = False
        """Whether the button went down for the tool."""

    @property
    def holds_tool(self) -> bool:
        """Whether a left drag is the annotation tool's."""
        return self._annotating.tool is not None

    @property
    def cursor(self) -> ToolCursor:
        """What the pointer looks like over an image."""
        tool = self._annotating.hand.tool
        return tool.cursor if tool is not None else ToolCursor.ARROW

    def press(self, pane: int, at: ImagePoint, keys: object, *, again: bool = False) -> None:
        """The left button goes down."""
        self.down = True
        self._annotating.press(pane, at, touch_of(keys, again=again))

    def drag(self, at: ImagePoint, keys: object) -> None:
        """The pointer moves with the button down."""
        self._annotating.drag(at, touch_of(keys))

    def release(self, at: ImagePoint, keys: object) -> None:
        """The button goes up."""
        self.down = False
        self._annotating.release(at, touch_of(keys))

    def hover(self, pane: int, at: ImagePoint | None) -> None:
        """The pointer moves with no button down."""
        if not self.down:
            self._annotating.hover(pane, at, Touch(_ANYWHERE))

    def choose(self, pane: int, at: ImagePoint, keys: object) -> None:
        """A click with no annotation tool selects the finding under it."""
        self._annotating.select_at(pane, at, more=touch_of(keys).shift)


def touch_of(keys: object, *, again: bool = False) -> Touch:
    """Which keys are down; the position is set by whoever knows the image."""
    held = keys if isinstance(keys, Qt.KeyboardModifier) else Qt.KeyboardModifier.NoModifier
    return Touch(
        _ANYWHERE,
        shift=bool(held & Qt.KeyboardModifier.ShiftModifier),
        ctrl=bool(held & Qt.KeyboardModifier.ControlModifier),
        alt=bool(held & Qt.KeyboardModifier.AltModifier),
        again=again,
    )


_KEYS = {
    Qt.Key.Key_Return: (ToolKey.FINISH, ToolKey.FINISH),
    Qt.Key.Key_Enter: (ToolKey.FINISH, ToolKey.FINISH),
    Qt.Key.Key_Backspace: (ToolKey.BACK, ToolKey.BACK),
    Qt.Key.Key_Left: (ToolKey.LEFT, ToolKey.FAR_LEFT),
    Qt.Key.Key_Right: (ToolKey.RIGHT, ToolKey.FAR_RIGHT),
    Qt.Key.Key_Up: (ToolKey.UP, ToolKey.FAR_UP),
    Qt.Key.Key_Down: (ToolKey.DOWN, ToolKey.FAR_DOWN),
}


def tool_key(event: QKeyEvent) -> ToolKey | None:
    """What a key means to a tool; with Shift, arrows go far. ``None`` for other keys."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    shift = held == Qt.KeyboardModifier.ShiftModifier
    if held and not shift:
        return None
    known = _KEYS.get(Qt.Key(event.key()))
    return known[shift] if known is not None else None
