"""Pushes the edge of an outline with a round tip, from inside or outside; evens outlines out."""

from __future__ import annotations

from annotations.shapes.editing import pushed
from annotations.shapes.smoothing import smoothed
from domain.geometry import ImagePoint
from viewing.tools.bending import rough_note
from viewing.tools.finishing import (
    CROSSED,
    box_around,
    into,
    large_enough,
    tidied,
)
from viewing.tools.marks import (
    Marked,
    all_reshaped,
    all_selected,
    outline_under,
    points_of,
    reshaped,
    with_outline,
)
from viewing.tools.tips import resized
from viewing.tools.tool import (
    NOTHING,
    NOTHING_SHOWN,
    UNKNOWN_PIXEL_MM,
    Answer,
    BrushRing,
    Canvas,
    Drawn,
    Preview,
    Tool,
    ToolCursor,
    ToolId,
    ToolKey,
    Touch,
)

NO_OUTLINE = "Press on a mark with an outline, or select one first"
NO_OUTLINE_SELECTED = "Select a mark with an outline first"
TOO_LITTLE_LEFT = "Nothing changed: too little of the outline would be left"


class PushTool(Tool):
    """Drag the tip against an outline: the edge gives way and bends finely. One step a drag."""

    id = ToolId.PUSH
    cursor = ToolCursor.HIDDEN

    def __init__(self) -> None:
        self._target: Marked | None = None
        self._points: tuple[ImagePoint, ...] = ()
        self._last = ImagePoint(0.0, 0.0)
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
        self._target, self._points, self._last = target, points_of(target), touch.at
        self._show(touch.at, canvas)
        return NOTHING

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        if self._target is None:
            return NOTHING
        end = into(touch.at, canvas.size)
        self._points = tuple(pushed(self._points, self._last, end, canvas.brush_pixels))
        self._last = end
        self._show(touch.at, canvas)
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        self.drag(touch, canvas)
        target, points = self._target, self._points
        self.leave()
        self._preview = Preview(ring=BrushRing(touch.at, canvas.brush_pixels))
        if target is None or points == points_of(target):
            return NOTHING
        return outline_changed(canvas, target, points, "push the edge of")

    def hover(self, touch: Touch, canvas: Canvas) -> Answer:
        self._preview = Preview(ring=BrushRing(touch.at, canvas.brush_pixels))
        return NOTHING

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        if key is ToolKey.CANCEL and self._target is not None:
            self.leave()
            return NOTHING
        return resized(key, canvas)

    def leave(self) -> None:
        self._target, self._points = None, ()
        self._preview = NOTHING_SHOWN

    def _show(self, at: ImagePoint, canvas: Canvas) -> None:
        if self._target is None:
            return
        self._preview = Preview(
            lines=(Drawn(self._points, closed=True),),
            ring=BrushRing(at, canvas.brush_pixels),
            note=rough_note(self._points, canvas.spacing),
            note_at=at,
            hidden=frozenset({self._target.finding.id}),
        )


def outline_changed(
    canvas: Canvas, one: Marked, points: tuple[ImagePoint, ...], what: str
) -> Answer:
    """The mark with another outline: one loop inside the image. what: the step's first word."""
    crossed, outline = tidied(points, canvas.size)
    if len(outline) < 3 or not large_enough(box_around(outline)):
        return Answer(message=TOO_LITTLE_LEFT)
    message = CROSSED if crossed else ""
    return reshaped(canvas, one, with_outline(one, outline), what, message)


def smoothed_selection(canvas: Canvas, strength_mm: float) -> Answer:
    """The selected outlines on this image evened out; spicules stay. For an action of the window.

    strength_mm: waves shorter than that go; 0.1 mm a pixel where spacing is unknown.
    """
    outlined = tuple(all_selected(canvas, lambda geometry: geometry.contour is not None))
    if not outlined:
        return Answer(message=NO_OUTLINE_SELECTED)
    pixels = strength_mm / (canvas.spacing.column_mm or UNKNOWN_PIXEL_MM)
    changed = []
    for one in outlined:
        _, outline = tidied(tuple(smoothed(points_of(one), pixels)), canvas.size)
        if len(outline) >= 3 and large_enough(box_around(outline)):
            changed.append((one, with_outline(one, outline)))
    return all_reshaped(canvas, tuple(changed), "smooth")
