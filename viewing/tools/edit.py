"""Selects marks, and changes them by their handles."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from annotations.shapes.editing import inserted, removed
from domain.finding import Geometry
from domain.geometry import ImagePoint
from viewing.tools.bending import (
    HANDLE_GAP,
    dragged_box,
    dragged_outline,
    preview_of,
    rough_note,
    shifted,
)
from viewing.tools.finishing import (
    box_note,
    large_enough,
    moved_on,
)
from viewing.tools.hits import Hit, Part, hits
from viewing.tools.keyboard import step_of
from viewing.tools.marks import (
    Marked,
    all_reshaped,
    all_selected,
    points_of,
    reshaped,
    with_box,
    with_outline,
)
from viewing.tools.push import outline_changed
from viewing.tools.tool import (
    NOTHING,
    NOTHING_SHOWN,
    Answer,
    Canvas,
    Preview,
    Tool,
    ToolCursor,
    ToolId,
    ToolKey,
    Touch,
)

TOO_FEW = "An outline keeps at least three points"
TOO_SMALL = "Nothing changed: a shape is at least three pixels wide and high"

_SHAPING = (Part.VERTEX, Part.CORNER, Part.SIDE)


@dataclass(frozen=True, eq=False)
class _Grip:
    """What a press took hold of.

    marks: with the geometries that a drag starts from, of which the first was pressed. alone: the
    one mark to select where nothing is dragged. inserted: whether the press made a vertex.
    """

    marks: tuple[tuple[Marked, Geometry], ...]
    part: Part
    index: int
    start: ImagePoint
    span: float
    alone: tuple[UUID, ...] | None = None
    inserted: bool = False


class EditTool(Tool):
    """Press selects (shift: adds or takes away; alt: the next one below), drag changes.

    A selected mark's vertices, corners and sides are dragged singly, anything else moves it
    whole, together with what is selected beside it. Ctrl on an outline's edge makes a vertex.
    """

    id = ToolId.EDIT

    def __init__(self) -> None:
        self.cursor = ToolCursor.ARROW
        self._grip: _Grip | None = None
        self._changed: tuple[Geometry, ...] = ()
        self._pointer: ImagePoint | None = None
        self._preview = NOTHING_SHOWN

    @property
    def preview(self) -> Preview:
        return self._preview

    @property
    def unfinished(self) -> bool:
        return self._grip is not None

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        self.leave()
        self._pointer = touch.at
        below = _below(touch.at, canvas)
        if not below:
            return Answer(select=()) if canvas.selected and not touch.shift else NOTHING
        hit = _next(below, canvas) if touch.alt else below[0]
        if touch.shift:
            return Answer(select=_toggled(canvas.selected, hit.finding))
        self._grip = _grip(hit, touch, canvas)
        chosen = hit.finding in canvas.selected
        return NOTHING if chosen else Answer(select=(hit.finding,))

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        self._pointer = touch.at
        grip = self._grip
        if grip is None or not (self._changed or moved_on(canvas, grip.start, touch.at)):
            return NOTHING
        step = (touch.at.x - grip.start.x, touch.at.y - grip.start.y)
        self._changed = tuple(
            _dragged(grip, geometry, step, 0.0 if touch.alt else grip.span, canvas)
            for _, geometry in grip.marks
        )
        self._show(grip, touch.at, canvas)
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        if self._grip is None:
            return NOTHING
        self.drag(touch, canvas)
        grip, changed = self._grip, self._changed
        self.leave()
        if not changed:
            if not grip.inserted:
                return NOTHING if grip.alone is None else Answer(select=grip.alone)
            changed = tuple(geometry for _, geometry in grip.marks)
        if grip.part in _SHAPING:
            return _finished(grip, changed[0], canvas)
        pairs = tuple((one, new) for (one, _), new in zip(grip.marks, changed, strict=True))
        return all_reshaped(canvas, pairs, "move")

    def hover(self, touch: Touch, canvas: Canvas) -> Answer:
        self._pointer = touch.at
        below = _below(touch.at, canvas)
        self.cursor, handle = ToolCursor.ARROW, None
        if below and below[0].finding in canvas.selected:
            shaping = below[0].part in _SHAPING
            self.cursor = ToolCursor.GRAB if shaping else ToolCursor.MOVE
            handle = below[0].at if shaping else None
        handles = () if handle is None else (handle,)
        if self._preview.handles != handles:
            self._preview = Preview(handles=handles) if handles else NOTHING_SHOWN
        return NOTHING

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        if key is ToolKey.CANCEL:
            return self._cancelled(canvas)
        if key is ToolKey.BACK and self._grip is None:
            return self._without_vertex(canvas)
        step = step_of(key, canvas.turn)
        if step is None or self._grip is not None:
            return None
        pairs = tuple(
            (one, shifted(one.geometry, step, canvas.size)) for one in all_selected(canvas)
        )
        return all_reshaped(canvas, pairs, "move") if pairs else None

    def leave(self) -> None:
        self._grip = None
        self._changed = ()
        self._preview = NOTHING_SHOWN

    def _show(self, grip: _Grip, at: ImagePoint, canvas: Canvas) -> None:
        hidden = frozenset(one.finding.id for one, _ in grip.marks)
        first, note = self._changed[0], ""
        handles: tuple[ImagePoint, ...] = ()
        if grip.part is Part.VERTEX and first.contour is not None:
            handles = (first.contour.points[grip.index],)
            note = rough_note(first.contour.points, canvas.spacing)
        elif first.box is not None and grip.part in _SHAPING:
            note = box_note(first.box, canvas.spacing)
        self._preview = preview_of(self._changed, hidden, handles, note, at)

    def _cancelled(self, canvas: Canvas) -> Answer | None:
        if self._grip is not None:
            self.leave()
            return NOTHING
        return Answer(select=()) if canvas.selected else None

    def _without_vertex(self, canvas: Canvas) -> Answer | None:
        if self._pointer is None:
            return None
        below = _below(self._pointer, canvas)
        if not below or below[0].part is not Part.VERTEX:
            return None
        one = Marked(canvas.document.by_id[below[0].finding], below[0].geometry)
        if one.finding.id not in canvas.selected:
            return None
        points = points_of(one)
        if len(points) <= 3:
            return Answer(message=TOO_FEW)
        self._preview = NOTHING_SHOWN
        fewer = tuple(removed(points, below[0].index))
        return outline_changed(canvas, one, fewer, "take a vertex from")


def _below(at: ImagePoint, canvas: Canvas) -> tuple[Hit, ...]:
    return hits(
        canvas.document.live,
        canvas.uid,
        canvas.frame,
        at,
        canvas.reach,
        first=frozenset(canvas.selected),
    )


def _next(below: tuple[Hit, ...], canvas: Canvas) -> Hit:
    """The one below what is selected, around to the top again."""
    chosen = [place for place, one in enumerate(below) if one.finding in canvas.selected]
    return below[(chosen[-1] + 1) % len(below)] if chosen else below[0]


def _toggled(selected: tuple[UUID, ...], one: UUID) -> tuple[UUID, ...]:
    if one in selected:
        return tuple(other for other in selected if other != one)
    return (*selected, one)


def _grip(hit: Hit, touch: Touch, canvas: Canvas) -> _Grip:
    pressed = Marked(canvas.document.by_id[hit.finding], hit.geometry)
    span = HANDLE_GAP * canvas.screen
    chosen = hit.finding in canvas.selected
    alone = (hit.finding,) if chosen and len(canvas.selected) > 1 else None
    if chosen and touch.ctrl and hit.part is Part.EDGE:
        points = tuple(inserted(points_of(pressed), hit.index, hit.at))
        geometry = with_outline(pressed, points)
        return _Grip(
            ((pressed, geometry),), Part.VERTEX, hit.index + 1, touch.at, span, alone, inserted=True
        )
    if chosen and hit.part in _SHAPING:
        return _Grip(((pressed, pressed.geometry),), hit.part, hit.index, touch.at, span, alone)
    others = [one for one in all_selected(canvas) if one.finding.id != hit.finding]
    movers = (pressed, *others) if chosen else (pressed,)
    marks = tuple((one, one.geometry) for one in movers)
    return _Grip(marks, Part.INSIDE, 0, touch.at, span, alone)


def _dragged(
    grip: _Grip, geometry: Geometry, step: tuple[float, float], span: float, canvas: Canvas
) -> Geometry:
    if grip.part is Part.VERTEX:
        return dragged_outline(geometry, grip.index, step, span, canvas.size)
    if grip.part in _SHAPING:
        return dragged_box(geometry, grip.part, grip.index, step, canvas.size)
    return shifted(geometry, step, canvas.size)


def _finished(grip: _Grip, changed: Geometry, canvas: Canvas) -> Answer:
    one = grip.marks[0][0]
    if grip.part is Part.VERTEX and changed.contour is not None:
        what = "add a vertex to" if grip.inserted else "bend"
        return outline_changed(canvas, one, changed.contour.points, what)
    if changed.box is None or not large_enough(changed.box):
        return Answer(message=TOO_SMALL)
    return reshaped(canvas, one, with_box(one, changed), "resize")
