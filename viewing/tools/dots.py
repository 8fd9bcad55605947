"""Marks calcifications: each press snaps to a dot and takes it; a drawn region takes all inside."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from annotations.shapes.groups import group_of_mask
from annotations.shapes.outlines import mask_of
from domain.finding import FindingKind
from domain.geometry import ImagePoint, PixelIndex
from domain.mask import RleMask
from imaging.spots.dots import Dot, find_dots, grow_dot, snap_to_dot
from viewing.tools.brush import add_mask, base_of, put
from viewing.tools.finishing import Place, apart, into
from viewing.tools.marks import OF_DOTS, OTHER_SIZE, Marked, all_selected
from viewing.tools.stroke import Stroke
from viewing.tools.tool import (
    NOTHING,
    NOTHING_SHOWN,
    UNKNOWN_PIXEL_MM,
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

NO_DOT = "No dot to snap to here. Hold alt to set one by hand"
NO_DOT_TO_TAKE = "No dot of the selected group here"
NO_DOTS = "No dots stand out in this region"
REGION_TOO_SMALL = "Drag around the dots to take them all"

SNAP_MM = 1.0
"""How far from the pointer a dot may lie at most, however far the image is zoomed out."""

BY_HAND_MM = 0.15
"""Radius of a dot that is set by hand."""

MOST_DOTS = 400
"""Of one region; more than that is no group but noise."""

Region = tuple[npt.NDArray[np.uint8], int, int]


class DotsTool(Tool):
    """Press on a dot to add it to the selected group, or to begin one; press again to take it away.

    Ctrl only takes away. Alt sets a dot by hand where none stands out.
    """

    id = ToolId.DOTS

    def __init__(self) -> None:
        self._preview = NOTHING_SHOWN
        self._noted: tuple[RleMask, Preview] | None = None

    @property
    def preview(self) -> Preview:
        return self._preview

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        if touch.again:  # the second press of a double click would take away what the first set
            return NOTHING
        group = group_meant(canvas)
        base = base_of(group, canvas)
        if base is None:
            return Answer(message=OTHER_SIZE)
        there = _marked_dot(touch, canvas, base)
        if group is not None and there is not None:
            dot = dot_at(base, there)
            return put(canvas, group, base, dot, erase=True, what="take a dot from")
        if touch.ctrl:
            return Answer(message=NO_DOT_TO_TAKE)
        found = _grown(touch, canvas)
        if found is None:
            return Answer(message=NO_DOT)
        return dots_added(canvas, group, base, found)

    def hover(self, touch: Touch, canvas: Canvas) -> Answer:
        snapped = _snapped(touch.at, canvas)
        dots = () if snapped is None or touch.alt else (snapped.centre(),)
        aid = self._about(canvas)
        self._preview = Preview(
            lines=aid.lines, dots=dots, note=aid.note, note_at=touch.at if aid.note else None
        )
        return NOTHING

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        if key is ToolKey.CANCEL and canvas.selected:
            return Answer(select=())
        return None

    def leave(self) -> None:
        self._preview = NOTHING_SHOWN

    def _about(self, canvas: Canvas) -> Preview:
        """Hull, count and extent of the selected group; measured once a mask."""
        group = group_meant(canvas)
        mask = group.geometry.mask if group is not None else None
        if mask is None:
            return NOTHING_SHOWN
        if self._noted is None or self._noted[0] is not mask:
            measure = group_of_mask(mask, canvas.spacing)
            hull = (Drawn(measure.hull, closed=True, quiet=True),)
            lines = hull if len(measure.hull) >= 3 else ()
            self._noted = (mask, Preview(lines=lines, note=words_of(mask, canvas)))
        return self._noted[1]


class AllDotsTool(Tool):
    """Drag around a region to take all dots in it as one group; shift adds to the selected one."""

    id = ToolId.ALL_DOTS
    cursor = ToolCursor.PEN

    def __init__(self) -> None:
        self._region: list[ImagePoint] = []
        self._preview = NOTHING_SHOWN

    @property
    def preview(self) -> Preview:
        return self._preview

    @property
    def unfinished(self) -> bool:
        return bool(self._region)

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        self._region = [into(touch.at, canvas.size)]
        return NOTHING

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        at = into(touch.at, canvas.size)
        if self._region and apart(self._region[-1], at) >= canvas.screen:
            self._region.append(at)
            self._preview = Preview(lines=(Drawn(tuple(self._region), closed=True),))
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        self.drag(touch, canvas)
        region = tuple(self._region)
        self.leave()
        if not region:
            return NOTHING
        inside = mask_of(region, canvas.size) if len(region) >= 3 else RleMask(canvas.size)
        if inside.empty:
            return Answer(message=REGION_TOO_SMALL)
        found = all_dots(canvas, inside)
        if found.empty:
            return Answer(message=NO_DOTS)
        group = group_meant(canvas) if touch.shift else None
        base = base_of(group, canvas)
        if base is None:
            return Answer(message=OTHER_SIZE)
        return dots_added(canvas, group, base, found, words_of(found, canvas))

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        if key is not ToolKey.CANCEL:
            return None
        if self._region:
            self.leave()
            return NOTHING
        return Answer(select=()) if canvas.selected else None

    def leave(self) -> None:
        self._region = []
        self._preview = NOTHING_SHOWN


def group_meant(canvas: Canvas) -> Marked | None:
    """The first selected mark of calcifications on this image."""
    return next((one for one in all_selected(canvas) if one.holds_dots), None)


def dots_added(
    canvas: Canvas, group: Marked | None, base: RleMask, dots: RleMask, message: str = ""
) -> Answer:
    """Dots in a group, or in a new one. base: the group's mask before."""
    if group is not None:
        answer = put(canvas, group, base, dots, erase=False, what="add dots to")
        return answer if answer.message else Answer(answer.command, answer.select, message)
    asked = canvas.kind if canvas.kind in OF_DOTS else None
    kind = asked or FindingKind.CALCIFICATION_GROUP
    return add_mask(canvas, Place.of(canvas), dots, kind, message)


def all_dots(canvas: Canvas, inside: RleMask) -> RleMask:
    """The pixels of the dots that stand out in a region, the strongest few hundred at most."""
    stroke = Stroke(canvas.size)
    bright, pixel_mm = canvas.bright, canvas.spacing.column_mm
    found = find_dots(canvas.pixels, bright=bright, pixel_mm=pixel_mm, region=_part(inside))
    for dot in found[:MOST_DOTS]:
        peak = _peak(canvas, dot)
        stroke.add(*grow_dot(canvas.pixels, peak, bright=bright, pixel_mm=pixel_mm))
    return stroke.mask()


def dot_at(mask: RleMask, at: PixelIndex) -> RleMask:
    """The part of a mask that hangs together with one of its pixels; corners join."""
    reach = 32
    whole = max(mask.size.rows, mask.size.columns)
    while True:
        left, top, side = at.column - reach, at.row - reach, 2 * reach + 1
        labels = cv2.connectedComponents(mask.window(left, top, side, side), connectivity=8)[1]
        dot = labels == labels[reach, reach]
        cut = dot[0].any() or dot[-1].any() or dot[:, 0].any() or dot[:, -1].any()
        if not cut or reach > whole:
            return RleMask.of(dot, mask.size, left, top)
        reach *= 2


def words_of(mask: RleMask, canvas: Canvas) -> str:
    """Count and extent of a group, as "12 dots, 8.5 mm"."""
    measure = group_of_mask(mask, canvas.spacing)
    count = f"{measure.count} dot" if measure.count == 1 else f"{measure.count} dots"
    if measure.extent_mm is None:
        return f"{count}, {measure.extent_px:.0f} px"
    return f"{count}, {measure.extent_mm:.1f} mm"


def _marked_dot(touch: Touch, canvas: Canvas, base: RleMask) -> PixelIndex | None:
    """A pixel of a dot that is marked already: under the pointer, or where it snaps to."""
    under = touch.at.pixel()
    if base.contains(under.row, under.column):
        return under
    snapped = None if touch.alt else _snapped(touch.at, canvas)
    if snapped is not None and base.contains(snapped.row, snapped.column):
        return snapped
    return None


def _grown(touch: Touch, canvas: Canvas) -> RleMask | None:
    if touch.alt:
        stroke = Stroke(canvas.size)
        radius = BY_HAND_MM / (canvas.spacing.column_mm or UNKNOWN_PIXEL_MM)
        stroke.line(touch.at, touch.at, max(1.0, radius))
        return None if stroke.empty else stroke.mask()
    peak = _snapped(touch.at, canvas)
    if peak is None:
        return None
    pixel_mm = canvas.spacing.column_mm
    pixels, left, top = grow_dot(canvas.pixels, peak, bright=canvas.bright, pixel_mm=pixel_mm)
    mask = RleMask.of(pixels, canvas.size, left, top)
    return None if mask.empty else mask


def _snapped(at: ImagePoint, canvas: Canvas) -> PixelIndex | None:
    if not canvas.size.contains(at.pixel()):
        return None
    farthest = SNAP_MM / (canvas.spacing.column_mm or UNKNOWN_PIXEL_MM)
    reach = max(2.0, min(canvas.reach, farthest))
    return snap_to_dot(canvas.pixels, at, reach, bright=canvas.bright)


def _peak(canvas: Canvas, dot: Dot) -> PixelIndex:
    """The brightest pixel of a dot, or the darkest where dark is shown bright."""
    reach, middle = max(1, round(dot.radius)), dot.at.pixel()
    top, left = max(0, middle.row - reach), max(0, middle.column - reach)
    part = canvas.pixels[top : middle.row + reach + 1, left : middle.column + reach + 1]
    place = int(part.argmax() if canvas.bright else part.argmin())
    row, column = divmod(place, part.shape[1])
    return PixelIndex(top + row, left + column)


def _part(mask: RleMask) -> Region | None:
    box = mask.box
    if box is None:
        return None
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    return mask.window(left, top, round(box.width), round(box.height)), left, top
