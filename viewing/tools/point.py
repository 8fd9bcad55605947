"""A point for what has no outline: an asymmetry, a distortion."""

from __future__ import annotations

from domain.finding import FindingKind, Geometry
from domain.geometry import ImagePoint
from viewing.tools.box import box_preview, boxed, stretched
from viewing.tools.finishing import OUTSIDE, Place, into, marked, moved_on
from viewing.tools.tool import (
    NOTHING,
    NOTHING_SHOWN,
    Answer,
    Canvas,
    Preview,
    Tool,
    ToolId,
    ToolKey,
    Touch,
)


class PointTool(Tool):
    """A press marks a point where it went down; a drag draws a box around that point.

    Marks an asymmetry, unless another kind is chosen. A double click marks one point, not two.
    """

    id = ToolId.POINT

    def __init__(self) -> None:
        self._start: ImagePoint | None = None
        self._made: ImagePoint | None = None
        self._stretched = False
        self._shown = NOTHING_SHOWN

    @property
    def preview(self) -> Preview:
        """The point, and the box around it."""
        return self._shown

    @property
    def unfinished(self) -> bool:
        """Whether the button is down."""
        return self._start is not None

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        """Where the point comes to lie."""
        made = self._made
        if touch.again and made is not None and not moved_on(canvas, made, touch.at):
            return NOTHING
        self.leave()
        if into(touch.at, canvas.size) != touch.at:
            return Answer(message=OUTSIDE)
        self._start = touch.at
        self._shown = Preview(dots=(touch.at,))
        return NOTHING

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        """Stretch a box around the point; back near it, there is only the point again."""
        if self._start is None:
            return NOTHING
        self._stretched = moved_on(canvas, self._start, touch.at)
        self._shown = Preview(dots=(self._start,))
        if self._stretched:
            box = stretched(self._start, touch, canvas, middle=True)
            shown = box_preview(box, canvas, touch.at)
            self._shown = Preview(
                boxes=shown.boxes, dots=(self._start,), note=shown.note, note_at=touch.at
            )
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        """Mark the point, with its box where there was a drag."""
        start = self._start
        if start is None:
            return NOTHING
        self.drag(touch, canvas)
        boxlike = self._stretched
        self.leave()
        place = Place.of(canvas)
        if boxlike:
            box = stretched(start, touch, canvas, middle=True)
            return boxed(box, canvas, place, FindingKind.ASYMMETRY, start)
        self._made = start
        geometry = Geometry(place.uid, place.frame, place.last_frame, point=start)
        return marked(canvas, geometry, FindingKind.ASYMMETRY)

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        """Cancel and back let go of a point while the button is down."""
        del canvas
        if self._start is None or key not in (ToolKey.CANCEL, ToolKey.BACK):
            return None
        self.leave()
        return NOTHING

    def leave(self) -> None:
        """Let go."""
        self._start = self._made = None
        self._stretched = False
        self._shown = NOTHING_SHOWN
