"""Shapes of two corners: drawn by a drag, or by two presses."""

from __future__ import annotations

from abc import abstractmethod

from domain.finding import FindingKind, Geometry
from domain.geometry import Box, ImagePoint
from viewing.tools.finishing import (
    OUTSIDE,
    TOO_SMALL,
    Place,
    box_around,
    box_between,
    box_into,
    box_note,
    large_enough,
    marked,
    moved_on,
    touches,
)
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


class CornersTool(Tool):
    """Drag from corner to corner, or press on one and then on the other.

    Shift makes width and height equal in mm; alt draws from the middle. A click that trembles is
    a first press, and a double click lets go of it.
    """

    def __init__(self) -> None:
        self._start: ImagePoint | None = None
        self._last = Touch(ImagePoint(0, 0))
        self._place: Place | None = None
        self._down = False
        self._waiting = False
        self._shown = NOTHING_SHOWN

    @property
    def preview(self) -> Preview:
        """The shape as it would be made now, with its size."""
        return self._shown

    @property
    def unfinished(self) -> bool:
        """Whether a corner is set."""
        return self._start is not None

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        """The first corner, or the second after a press that was no drag."""
        if self._place is not None and self._place.uid != canvas.uid:
            self.leave()
        if self._start is None:
            self._start, self._place = touch.at, Place.of(canvas)
        elif touch.again and not moved_on(canvas, self._start, touch.at):
            self.leave()
            return NOTHING
        self._down = True
        self._show(touch, canvas)
        return NOTHING

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        """Stretch the shape."""
        if self._down:
            self._show(touch, canvas)
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        """Make the shape; where the pointer has not moved, wait for the second press."""
        if not self._down or self._start is None:
            return NOTHING
        self._down = False
        if moved_on(canvas, self._start, touch.at):
            return self._finish(touch, canvas)
        first, self._waiting = not self._waiting, True
        self._show(touch, canvas)
        return Answer(message="Now press on the opposite corner") if first else NOTHING

    def hover(self, touch: Touch, canvas: Canvas) -> Answer:
        """Stretch the shape from the corner that is set."""
        if self._waiting and self._place is not None and self._place.uid == canvas.uid:
            self._show(touch, canvas)
        return NOTHING

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        """Finish with the pointer as the other corner; cancel and back let go."""
        if self._start is None:
            return None
        if key in (ToolKey.CANCEL, ToolKey.BACK):
            self.leave()
            return NOTHING
        if key is ToolKey.FINISH:
            moved = moved_on(canvas, self._start, self._last.at)
            return self._finish(self._last, canvas) if moved else NOTHING
        return None

    def leave(self) -> None:
        """Let go of the corner that is set."""
        self._start = self._place = None
        self._down = self._waiting = False
        self._shown = NOTHING_SHOWN

    @abstractmethod
    def made(self, box: Box, canvas: Canvas, place: Place) -> Answer:
        """What comes of a finished box, in part perhaps outside the image."""

    @abstractmethod
    def drawn(self, box: Box, canvas: Canvas) -> Preview:
        """How a box shows before it is finished, without its size in words."""

    def _finish(self, touch: Touch, canvas: Canvas) -> Answer:
        box, place = self._box(touch, canvas), self._place
        self.leave()
        return self.made(box, canvas, place or Place.of(canvas))

    def _show(self, touch: Touch, canvas: Canvas) -> None:
        self._last = touch
        start = self._start or touch.at
        if moved_on(canvas, start, touch.at):
            self._shown = self.drawn(self._box(touch, canvas), canvas)
        else:
            self._shown = Preview(handles=(start,))

    def _box(self, touch: Touch, canvas: Canvas) -> Box:
        start = self._start or touch.at
        return stretched(start, touch, canvas)


def stretched(start: ImagePoint, touch: Touch, canvas: Canvas, *, middle: bool = False) -> Box:
    """The box from a corner to the pointer. middle: ``start`` is its middle, as with alt."""
    at = _squared(start, touch.at, canvas) if touch.shift else touch.at
    if middle or touch.alt:
        return box_around((at, ImagePoint(2 * start.x - at.x, 2 * start.y - at.y)))
    return box_between(start, at)


def _squared(start: ImagePoint, at: ImagePoint, canvas: Canvas) -> ImagePoint:
    x_mm, y_mm = canvas.spacing.column_mm or 1.0, canvas.spacing.row_mm or 1.0
    across, down = (at.x - start.x) * x_mm, (at.y - start.y) * y_mm
    side = max(abs(across), abs(down))
    return ImagePoint(
        start.x + (side if across >= 0 else -side) / x_mm,
        start.y + (side if down >= 0 else -side) / y_mm,
    )


class BoxTool(CornersTool):
    """Draws a box: a mass, unless another kind is chosen."""

    id = ToolId.BOX

    def made(self, box: Box, canvas: Canvas, place: Place) -> Answer:
        """A finding with the part of the box that lies inside the image."""
        return boxed(box, canvas, place, FindingKind.MASS)

    def drawn(self, box: Box, canvas: Canvas) -> Preview:
        """The box, cut at the image's edge as it will be."""
        return box_preview(box, canvas, self._last.at)


def boxed(
    box: Box, canvas: Canvas, place: Place, kind: FindingKind, point: ImagePoint | None = None
) -> Answer:
    """Add a finding with a box cut at the image's edge; a message where too little is left."""
    if not touches(box, canvas.size):
        return Answer(message=OUTSIDE)
    inside = box_into(box, canvas.size)
    if not large_enough(inside):
        return Answer(message=TOO_SMALL)
    geometry = Geometry(place.uid, place.frame, place.last_frame, box=inside, point=point)
    return marked(canvas, geometry, kind)


def box_preview(box: Box, canvas: Canvas, note_at: ImagePoint) -> Preview:
    """A box cut at the image's edge with its size beside the pointer."""
    if not touches(box, canvas.size):
        return Preview(note=OUTSIDE, note_at=note_at)
    inside = box_into(box, canvas.size)
    return Preview(boxes=(inside,), note=box_note(inside, canvas.spacing), note_at=note_at)
