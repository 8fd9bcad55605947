"""Brush and eraser: paint a mask with a round tip of so many millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from annotations.commands.command import AddFindings, PaintMask
from annotations.intents.revising import new_finding
from annotations.shapes.outlines import mask_of
from annotations.shapes.strokes import painted
from domain.finding import FindingKind, Geometry
from domain.geometry import ImagePoint
from domain.mask import RleMask, Row
from viewing.tools.finishing import Place
from viewing.tools.marks import (
    CHANGED,
    OTHER_SIZE,
    Marked,
    leading,
    meant,
    reshaped,
    with_mask,
    without_shape,
)
from viewing.tools.stroke import Stroke
from viewing.tools.tips import resized
from viewing.tools.tool import (
    NOTHING,
    NOTHING_SHOWN,
    Answer,
    BrushRing,
    Canvas,
    Painted,
    Preview,
    Tool,
    ToolCursor,
    ToolId,
    ToolKey,
    Touch,
)

NOTHING_TO_ERASE = "Nothing to erase here. Select a mark that has an outline or a mask"
OUTSIDE = "Nothing painted: the stroke lies outside the image"
BEGUN = "Strokes go on with this mark. Escape begins another"

EASILY_SHOWN = 1 << 21
"""Pixels of a mask that can be shown anew with each movement of an eraser."""


@dataclass(eq=False)
class _Painting:
    """A stroke under way.

    target: what is painted on, ``None`` for a new finding. base: its mask before the stroke.
    shown: the part of the base around its pixels that the preview of an eraser stands for, with
    its left and top; ``None`` where the stroke itself is shown.
    """

    stroke: Stroke
    place: Place
    target: Marked | None
    base: RleMask
    erase: bool
    last: ImagePoint
    shown: tuple[npt.NDArray[np.uint8], int, int] | None = None


class BrushTool(Tool):
    """Drag to paint onto the selected mark, or a new one; ctrl erases (an eraser paints).

    One command a stroke. A mark that has an outline alone is turned into a mask by it.
    """

    id = ToolId.BRUSH

    def __init__(self, *, erase: bool = False) -> None:
        """erase: whether it takes away, unless ctrl is down."""
        self.cursor = ToolCursor.HIDDEN
        self._erase = erase
        self._painting: _Painting | None = None
        self._preview = NOTHING_SHOWN

    @property
    def preview(self) -> Preview:
        return self._preview

    @property
    def unfinished(self) -> bool:
        return self._painting is not None

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        self.leave()
        erase = self._erase != touch.ctrl
        target = meant(canvas, touch.at, _erasable) if erase else leading(canvas)
        if erase and target is None:
            return Answer(message=NOTHING_TO_ERASE)
        base = base_of(target, canvas)
        if base is None:
            return Answer(message=OTHER_SIZE)
        shown = _shown(base) if erase else None
        self._painting = _Painting(
            Stroke(canvas.size), Place.of(canvas), target, base, erase, touch.at, shown
        )
        self.begin(touch.at, canvas)
        self._step(touch, canvas)
        return NOTHING

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        self._step(touch, canvas)
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        painting = self._painting
        if painting is None:
            return NOTHING
        if touch.at != painting.last:
            self._step(touch, canvas)
        self.leave()
        self._preview = self._ring(touch.at, canvas)
        if painting.stroke.empty:
            return Answer(message=OUTSIDE)
        return _finished(painting, canvas)

    def hover(self, touch: Touch, canvas: Canvas) -> Answer:
        self._preview = self._ring(touch.at, canvas)
        return NOTHING

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        if key is ToolKey.CANCEL:
            if self._painting is not None:
                self.leave()
                return NOTHING
            return Answer(select=()) if canvas.selected else None
        return resized(key, canvas)

    def leave(self) -> None:
        self._painting = None
        self._preview = NOTHING_SHOWN

    def begin(self, at: ImagePoint, canvas: Canvas) -> None:
        """A stroke begins; for brushes that look at the image first."""

    def spread(self, stroke: Stroke, start: ImagePoint, end: ImagePoint, canvas: Canvas) -> None:
        """Add what the tip takes on its way to a stroke."""
        stroke.line(start, end, canvas.brush_pixels)

    def _step(self, touch: Touch, canvas: Canvas) -> None:
        painting = self._painting
        if painting is None:
            return
        self.spread(painting.stroke, painting.last, touch.at, canvas)
        painting.last = touch.at
        ring = BrushRing(touch.at, canvas.brush_pixels)
        if painting.shown is None or painting.target is None:
            self._preview = Preview(painted=painting.stroke.painted(), ring=ring)
            return
        hidden = frozenset({painting.target.finding.id})
        self._preview = Preview(painted=_left_of(painting), ring=ring, hidden=hidden)

    def _ring(self, at: ImagePoint, canvas: Canvas) -> Preview:
        return Preview(ring=BrushRing(at, canvas.brush_pixels))


class EraserTool(BrushTool):
    """A brush that takes away, unless ctrl is down."""

    id = ToolId.ERASER

    def __init__(self) -> None:
        super().__init__(erase=True)


def changes(mask: RleMask, patch: RleMask, *, erase: bool) -> bool:
    """Whether painting a patch onto a mask, or erasing it, changes a pixel."""
    for index, row in enumerate(patch.rows, patch.top):
        there = mask.row(index)
        for start, stop in zip(row[::2], row[1::2], strict=True):
            if erase and _meets(there, start, stop):
                return True
            if not (erase or _holds(there, start, stop)):
                return True
    return False


def put(
    canvas: Canvas, one: Marked, base: RleMask, patch: RleMask, *, erase: bool, what: str
) -> Answer:
    """A mark with a patch painted onto it or erased from it, as one step.

    base: the mark's mask before, or what stands for it. The reader's own mask is painted on, so
    that the step is as large as the stroke; all others are reshaped. what: the step's first word.
    """
    if not one.is_as_it_was(canvas):
        return Answer(message=CHANGED)
    if not changes(base, patch, erase=erase):
        return NOTHING
    alone = one.holds_dots or _only_mask(one.geometry)
    if one.is_own(canvas.reader) and alone and not _takes_all(base, patch, erase):
        title = f"{what} {one.finding.kind.value}"
        command = PaintMask(one.finding.id, one.index, patch, erase, title)
        chosen = one.finding.id in canvas.selected
        return Answer(command, None if chosen else (*canvas.selected, one.finding.id))
    after = painted(base, patch, erase=erase)
    if after.empty:
        return without_shape(canvas, one)
    return reshaped(canvas, one, with_mask(one, after), what)


def add_mask(
    canvas: Canvas, place: Place, mask: RleMask, kind: FindingKind, message: str = ""
) -> Answer:
    """A new finding of the reader's with a mask, selected."""
    geometry = Geometry(place.uid, place.frame, place.last_frame, mask=mask)
    finding = new_finding(kind, geometry, canvas.reader)
    command = AddFindings((finding,), title=f"add {kind.value}")
    return Answer(command, (finding.id,), message)


def _finished(painting: _Painting, canvas: Canvas) -> Answer:
    patch, target = painting.stroke.mask(), painting.target
    if target is not None:
        what = "erase from" if painting.erase else "paint on"
        return put(canvas, target, painting.base, patch, erase=painting.erase, what=what)
    kind = canvas.kind or FindingKind.MASS
    return add_mask(canvas, painting.place, patch, kind, BEGUN)


def _erasable(geometry: Geometry) -> bool:
    return geometry.mask is not None or geometry.contour is not None


def base_of(target: Marked | None, canvas: Canvas) -> RleMask | None:
    """The mask that a stroke begins with; ``None`` where it is of an image of another size."""
    if target is None:
        return RleMask(canvas.size)
    if target.geometry.mask is not None:
        same = target.geometry.mask.size == canvas.size
        return target.geometry.mask if same else None
    if target.geometry.contour is not None and not target.holds_dots:
        return mask_of(target.geometry.contour.points, canvas.size)
    return RleMask(canvas.size)


def _shown(base: RleMask) -> tuple[npt.NDArray[np.uint8], int, int] | None:
    box = base.box
    if box is None or box.area > EASILY_SHOWN:
        return None
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    return base.window(left, top, round(box.width), round(box.height)), left, top


def _left_of(painting: _Painting) -> Painted | None:
    if painting.shown is None:
        return None
    base, left, top = painting.shown
    rows, columns = base.shape
    gone = painting.stroke.window(left, top, columns, rows)
    return Painted(cv2.subtract(base, gone), left, top)


def _only_mask(geometry: Geometry) -> bool:
    others = (geometry.box, geometry.contour)
    return geometry.mask is not None and all(one is None for one in others)


def _takes_all(base: RleMask, patch: RleMask, erase: bool) -> bool:
    """Whether nothing is left after erasing."""
    return erase and not changes(patch, base, erase=False)


def _holds(row: Row, start: int, stop: int) -> bool:
    pairs = zip(row[::2], row[1::2], strict=True)
    return any(first <= start and stop <= last for first, last in pairs)


def _meets(row: Row, start: int, stop: int) -> bool:
    pairs = zip(row[::2], row[1::2], strict=True)
    return any(first < stop and start < last for first, last in pairs)
