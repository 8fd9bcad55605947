"""Outlines that are drawn on in steps: by presses, freehand, and closed at the end."""

from __future__ import annotations

from dataclasses import dataclass

from domain.finding import FindingKind
from domain.geometry import ImagePoint
from viewing.tools.finishing import (
    TREMBLE,
    Place,
    apart,
    box_around,
    moved_on,
    outline_note,
    outlined,
)
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

TOO_FEW = "An outline needs at least three points: go on, or cancel"
HOW_TO_CLOSE = "Press along the edge or drag; close by double click, Enter or the first point"

_SAME_SPOT = 2.0
"""Screen pixels: a press this near the last point is a slow double click, no other point."""

_NEAREST = 3.0
"""Screen pixels from the first point that always close; of a small outline, no more than these."""

_STROKE_STEP = 2.0
"""Screen pixels between points of a freehand part."""

_FINEST_STEP = 0.75
"""Stored pixels: however near the reader looks, points of a freehand part are no closer."""

_PIECE = 24.0
"""Screen pixels of a freehand part that Back takes at once."""


@dataclass(frozen=True)
class _Step:
    """What Back takes at once: all points from ``start`` on. pressed: ends in a press."""

    start: int
    pressed: bool


class OutlineTool(Tool):
    """An outline that grows by steps; only closing it, Cancel and ``leave`` end it.

    Panning, zooming and leafing through slices leave it alone. Back takes the last point, or the
    last piece of a freehand part. What can't be closed yet stays, so that nothing drawn is lost.
    """

    cursor = ToolCursor.PEN

    def __init__(self) -> None:
        self._points: list[ImagePoint] = []
        self._steps: list[_Step] = []
        self._place: Place | None = None
        self._down: ImagePoint | None = None
        self._stroking = False
        self._at = ImagePoint(0, 0)
        self._shown = NOTHING_SHOWN

    @property
    def preview(self) -> Preview:
        """The outline so far, the part to the pointer, and how it would close."""
        return self._shown

    @property
    def unfinished(self) -> bool:
        """Whether an outline is begun."""
        return bool(self._points)

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        """Begin, set the next point, or close: by a double click or on the first point."""
        if not self._mine(canvas):
            self.leave()
        at = self.settled(touch.at, canvas)
        if not self._points:
            self._place = Place.of(canvas)
            self._points, self._steps = [at], [_Step(0, pressed=True)]
            self._go_on(at)
            self._show(touch, canvas)
            return Answer(message=HOW_TO_CLOSE)
        gap = apart(self._points[-1], at)
        if touch.again and gap <= 2 * TREMBLE * canvas.screen:
            return self._close(canvas, straight=touch.alt)
        if self._closes(at, canvas):
            return self._close(canvas, straight=touch.alt)
        if gap > _SAME_SPOT * canvas.screen:
            self._step(self.led(at, canvas, straight=touch.alt), pressed=True)
        self._go_on(at)
        self._show(touch, canvas)
        return NOTHING

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        """Draw freehand from the point where the button went down."""
        if self._down is None or not self._mine(canvas):
            return NOTHING
        at = self.settled(touch.at, canvas)
        if not self._stroking and moved_on(canvas, self._down, at):
            self._stroking = True
            self._steps.append(_Step(len(self._points), pressed=False))
        if self._stroking:
            self._draw(at, canvas, max(_FINEST_STEP, _STROKE_STEP * canvas.screen))
            self._show(touch, canvas)
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        """End a freehand part; where it comes back to the first point, the outline closes."""
        stroked = self._stroking
        if stroked and self._points and self._mine(canvas):
            self._draw(self.settled(touch.at, canvas), canvas, _FINEST_STEP)
        self._down, self._stroking = None, False
        if not stroked or not self._points:
            return NOTHING
        if self._closes(self._points[-1], canvas) and self._spans(canvas):
            return self._close(canvas, straight=True)
        self._show(touch, canvas)
        return Answer(message=HOW_TO_CLOSE)

    def hover(self, touch: Touch, canvas: Canvas) -> Answer:
        """Show where the next point would lead."""
        if self._points and self._mine(canvas):
            self._show(touch, canvas)
        return NOTHING

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        """Finish closes, Back takes the last step, Cancel lets the outline go."""
        if not self._points or not self._mine(canvas):
            return None
        if key is ToolKey.FINISH:
            return self._close(canvas, straight=False)
        if key is ToolKey.CANCEL:
            self.leave()
            return NOTHING
        if key is ToolKey.BACK:
            self._back(canvas)
            return NOTHING
        return None

    def leave(self) -> None:
        """Let the outline go."""
        self._points, self._steps = [], []
        self._place = self._down = None
        self._stroking = False
        self._shown = NOTHING_SHOWN

    def led(self, at: ImagePoint, canvas: Canvas, *, straight: bool) -> tuple[ImagePoint, ...]:
        """The way from the last point, left out, to a position, its end."""
        del canvas, straight
        return (at,)

    def settled(self, at: ImagePoint, canvas: Canvas) -> ImagePoint:
        """Where a point comes to lie that the reader means here."""
        del canvas
        return at

    @property
    def closable(self) -> bool:
        """Whether there is enough to close."""
        return len(self._points) >= 3

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        """The outline so far, open."""
        return tuple(self._points)

    def _mine(self, canvas: Canvas) -> bool:
        return self._place is None or self._place.uid == canvas.uid

    def _go_on(self, at: ImagePoint) -> None:
        self._down, self._stroking = at, False

    def _step(self, points: tuple[ImagePoint, ...], *, pressed: bool) -> None:
        self._steps.append(_Step(len(self._points), pressed))
        self._points += points

    def _draw(self, at: ImagePoint, canvas: Canvas, closest: float) -> None:
        if apart(self._points[-1], at) < closest:
            return
        self._points.append(at)
        begun = self._points[max(0, self._steps[-1].start - 1)]
        if apart(begun, at) > _PIECE * canvas.screen:
            self._steps.append(_Step(len(self._points), pressed=False))

    def _back(self, canvas: Canvas) -> None:
        while self._steps:
            start = self._steps.pop().start
            if start < len(self._points):  # the last piece of a freehand part may be empty
                del self._points[start:]
                break
        if not self._points:
            self.leave()
            return
        if self._stroking:
            self._steps.append(_Step(len(self._points), pressed=False))
        self._show(Touch(self._at), canvas)

    def _closes(self, at: ImagePoint, canvas: Canvas) -> bool:
        if not self.closable:
            return False
        box = box_around(self._points)
        near = max(_NEAREST * canvas.screen, max(box.width, box.height) / 4)
        return apart(self._points[0], at) <= min(canvas.reach, near)

    def _spans(self, canvas: Canvas) -> bool:
        box = box_around(self._points)
        return max(box.width, box.height) > canvas.reach

    def _close(self, canvas: Canvas, *, straight: bool) -> Answer:
        self._down, self._stroking = None, False
        if not self.closable or self._place is None:
            return Answer(message=TOO_FEW)
        back = self.led(self._points[0], canvas, straight=straight)[:-1]
        answer = outlined((*self._points, *back), canvas, self._place, FindingKind.MASS)
        if answer.command is not None:
            self.leave()
        return answer

    def _show(self, touch: Touch, canvas: Canvas) -> None:
        self._at = at = self.settled(touch.at, canvas)
        first = self._points[0]
        closes = self._down is None and self._closes(at, canvas)
        way = (
            () if self._stroking else self.led(first if closes else at, canvas, straight=touch.alt)
        )
        line = (*self._points, *(way[:-1] if closes else way))
        lines: tuple[Drawn, ...] = (Drawn(line, closed=closes),)
        if not closes and len(self._points) > 1:
            lines = (*lines, Drawn((line[-1], first), quiet=True))
        begun = len(self._points) > 1 or moved_on(canvas, first, at)
        note = outline_note(line, canvas.spacing) if begun else ""
        handles = (first,) if closes else self._handles()
        self._shown = Preview(lines=lines, handles=handles, note=note, note_at=at)

    def _handles(self) -> tuple[ImagePoint, ...]:
        ends = [step.start for step in self._steps[1:]] + [len(self._points)]
        return tuple(
            self._points[end - 1]
            for step, end in zip(self._steps, ends, strict=True)
            if step.pressed
        )


class ContourTool(OutlineTool):
    """Straight lines from press to press, freehand while the button is down."""

    id = ToolId.CONTOUR
