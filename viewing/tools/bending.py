"""What a drag makes of a mark's shape, and how the shape looks meanwhile."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from annotations.shapes.contours import moved
from domain.finding import Contour, Geometry
from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing
from viewing.tools.finishing import apart, box_between, box_into, into, outline_note
from viewing.tools.hits import Part, corners_of
from viewing.tools.tool import Drawn, Preview

HANDLE_GAP = 14.0
"""Screen pixels: vertices nearer than this have no handle of their own and bend along."""

Points = tuple[ImagePoint, ...]


def bent(points: Points, index: int, to: ImagePoint, span: float) -> Points:
    """A closed outline with one vertex moved, and those close beside it drawn along.

    span: stored pixels along the outline, on each side, within which vertices follow, the nearer
    the more. Vertices further apart than that move alone.
    """
    shift = (to.x - points[index].x, to.y - points[index].y)
    changed = list(points)
    changed[index] = to
    for way in (1, -1):
        gone, last = 0.0, points[index]
        for step in range(1, len(points) // 2):
            place = (index + way * step) % len(points)
            gone += apart(last, points[place])
            if gone >= span:
                break
            last = points[place]
            share = 0.5 + 0.5 * math.cos(math.pi * gone / span)
            changed[place] = ImagePoint(last.x + share * shift[0], last.y + share * shift[1])
    return tuple(changed)


def dragged_outline(
    geometry: Geometry, index: int, step: tuple[float, float], span: float, size: ImageSize
) -> Geometry:
    """An outline with a vertex dragged by a step, kept inside the image; other shapes stay."""
    if geometry.contour is None:
        return geometry
    points = geometry.contour.points
    to = into(_beside(points[index], step), size)
    bow = tuple(
        new if new is old else into(new, size)
        for old, new in zip(points, bent(points, index, to, span), strict=True)
    )
    return replace(geometry, contour=Contour(bow))


def dragged_box(
    geometry: Geometry, part: Part, index: int, step: tuple[float, float], size: ImageSize
) -> Geometry:
    """A box with a corner or side dragged by a step, inside out if need be; other shapes stay."""
    box = geometry.box
    if box is None:
        return geometry
    if part is Part.CORNER:
        corners = corners_of(box)
        dragged = box_between(_beside(corners[index], step), corners[(index + 2) % 4])
    else:
        dragged = _sided(box, index, step)
    return replace(geometry, box=box_into(dragged, size))


def shifted(geometry: Geometry, step: tuple[float, float], size: ImageSize) -> Geometry:
    """The whole geometry moved, kept inside the image."""
    return moved(geometry, step[0], step[1], size)


def rough_note(points: Points, spacing: PixelSpacing) -> str:
    """Size in words while a shape is on its way; of long outlines only some points are measured."""
    return outline_note(points[:: len(points) // _MEASURED + 1], spacing)


_MEASURED = 200


def preview_of(
    geometries: Iterable[Geometry],
    hidden: frozenset[UUID],
    handles: Points = (),
    note: str = "",
    note_at: ImagePoint | None = None,
) -> Preview:
    """Shapes on their way, in the place of the findings that they belong to."""
    shapes = tuple(geometries)
    return Preview(
        lines=tuple(
            Drawn(one.contour.points, closed=True) for one in shapes if one.contour is not None
        ),
        boxes=tuple(one.box for one in shapes if one.box is not None),
        masks=tuple(one.mask for one in shapes if one.mask is not None),
        dots=tuple(one.point for one in shapes if one.point is not None),
        handles=handles,
        note=note,
        note_at=note_at,
        hidden=hidden,
    )


def _sided(box: Box, side: int, step: tuple[float, float]) -> Box:
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    if side == 0:
        top += step[1]
    elif side == 1:
        right += step[0]
    elif side == 2:
        bottom += step[1]
    else:
        left += step[0]
    return box_between(ImagePoint(left, top), ImagePoint(right, bottom))


def _beside(point: ImagePoint, step: tuple[float, float]) -> ImagePoint:
    return ImagePoint(point.x + step[0], point.y + step[1])
