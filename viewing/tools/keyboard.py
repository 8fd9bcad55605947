"""A pointer for hands without a mouse: arrow keys move it, one key presses and lets go."""

from __future__ import annotations

from domain.geometry import ImagePoint
from domain.turn import Turn
from viewing.tools.finishing import into
from viewing.tools.tool import NOTHING, Answer, Canvas, Tool, ToolKey, Touch

FAR = 10.0
"""How many times as far as a plain step."""

_STEPS = {
    ToolKey.LEFT: (-1.0, 0.0),
    ToolKey.RIGHT: (1.0, 0.0),
    ToolKey.UP: (0.0, -1.0),
    ToolKey.DOWN: (0.0, 1.0),
    ToolKey.FAR_LEFT: (-FAR, 0.0),
    ToolKey.FAR_RIGHT: (FAR, 0.0),
    ToolKey.FAR_UP: (0.0, -FAR),
    ToolKey.FAR_DOWN: (0.0, FAR),
}


def step_of(key: ToolKey, turn: Turn) -> tuple[float, float] | None:
    """An arrow key as a step on the stored image, so that it goes the way it points on the screen.

    Returns x right and y down: 1 for a plain arrow, 10 for a far one; ``None`` for other keys.
    """
    step = _STEPS.get(key)
    if step is None:
        return None
    right = -step[0] if turn.flip_columns else step[0]
    down = -step[1] if turn.flip_rows else step[1]
    return (down, right) if turn.transpose else (right, down)


class KeyboardPointer:
    """Stands for the mouse on one image, so that every tool works by keys alone.

    Arrow keys move by a screen pixel, the far ones by ten. FINISH presses at the place, and lets
    go when it comes again: twice at one place is a click, with arrows between it is a drag. Twice
    more at the same place is a double click. Other keys go to the tool.
    """

    def __init__(self, at: ImagePoint) -> None:
        """at: where it begins, in stored pixels."""
        self.at = at
        self.down = False
        self._clicked: ImagePoint | None = None

    def key(self, key: ToolKey, tool: Tool, canvas: Canvas) -> Answer | None:
        """What comes of a key; ``None`` where neither pointer nor tool has a use for it."""
        step = step_of(key, canvas.turn)
        if step is not None:
            return self._move(step, tool, canvas)
        if key is ToolKey.FINISH:
            return self._finish(tool, canvas)
        if key is ToolKey.CANCEL and self.down:
            self.down = False
            tool.leave()
            return NOTHING
        return tool.key(key, canvas)

    def leave(self) -> None:
        """Forget a press that was not let go of, as another tool or image comes."""
        self.down = False
        self._clicked = None

    def _move(self, step: tuple[float, float], tool: Tool, canvas: Canvas) -> Answer:
        there = ImagePoint(self.at.x + step[0] * canvas.screen, self.at.y + step[1] * canvas.screen)
        self.at = into(there, canvas.size)
        self._clicked = None
        touch = Touch(self.at)
        return tool.drag(touch, canvas) if self.down else tool.hover(touch, canvas)

    def _finish(self, tool: Tool, canvas: Canvas) -> Answer:
        self.down = not self.down
        if self.down:
            return tool.press(Touch(self.at, again=self._clicked == self.at), canvas)
        again = self._clicked == self.at
        self._clicked = None if again else self.at
        return tool.release(Touch(self.at), canvas)
