"""Draws a part of an outline anew: the stroke takes the place of what lies between its ends."""

from __future__ import annotations

from annotations.shapes.editing import redrawn
from domain.geometry import ImagePoint
from viewing.tools.finishing import apart, into
from viewing.tools.marks import Marked, outline_under, points_of
from viewing.tools.push import NO_OUTLINE, outline_changed
from viewing.tools.tool import (
    NOTHING,
    NOTHING_SHOWN,
    Answer,
    Canvas,
    Drawn,
    Preview,
    Tool,
    ToolCursor,
    ToolId,
    ToolKey,
    Touch,
)

NOT_NEAR = "Nothing changed: begin and end the stroke near the outline"

NEAR = 16.0
"""Screen pixels from the outline within which a stroke begins and ends."""

STEP = 1.0
"""Screen pixels between two points of a stroke at least."""


class RedrawTool(Tool):
    """Drag from the outline to the outline; the shorter part between gives way to the stroke."""

    id = ToolId.REDRAW
    cursor = ToolCursor.PEN

    def __init__(self) -> None:
        self._target: Marked | None = None
        self._stroke: list[ImagePoint] = []
        self._preview = NOTHING_SHOWN

    @property
    def preview(self) -> Preview:
        return self._preview

    @property
    def unfinished(self) -> bool:
        return self._target is not None

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        self.leave()
        target = outline_under(canvas, touch.at)
        if target is None:
            return Answer(message=NO_OUTLINE)
        self._target = target
        self._stroke = [into(touch.at, canvas.size)]
        return NOTHING

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        if self._target is None:
            return NOTHING
        at = into(touch.at, canvas.size)
        if apart(self._stroke[-1], at) >= STEP * canvas.screen:
            self._stroke.append(at)
            self._preview = Preview(lines=(Drawn(tuple(self._stroke)),))
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        self.drag(touch, canvas)
        target, stroke = self._target, tuple(self._stroke)
        self.leave()
        if target is None or len(stroke) < 2:
            return NOTHING
        try:
            points = tuple(redrawn(points_of(target), stroke, reach=NEAR * canvas.screen))
        except ValueError:
            return Answer(message=NOT_NEAR)
        return outline_changed(canvas, target, points, "redraw a part of")

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        del canvas
        if key is ToolKey.CANCEL and self._target is not None:
            self.leave()
            return NOTHING
        return None

    def leave(self) -> None:
        self._target, self._stroke = None, []
        self._preview = NOTHING_SHOWN
