"""What lies under the pointer: findings, their handles and edges, as a pure function."""

from __future__ import annotations

import math
import weakref
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import numpy as np

from annotations.shapes.contours import bounds_of as shapes_bounds
from annotations.shapes.contours import contains, distance_to
from domain.finding import Finding, Geometry
from domain.geometry import Box, ImagePoint
from domain.mask import RleMask


class Part(Enum):
    """What of a shape is under the pointer.

    Vertices and edges are of contours (edge i joins vertex i and the next), corners and sides of
    boxes (clockwise: corner 0 is top left, side 0 the top), inside of contours, boxes and masks.
    """

    VERTEX = "vertex"
    EDGE = "edge"
    CORNER = "corner"
    SIDE = "side"
    POINT = "point"
    INSIDE = "inside"


@dataclass(frozen=True)
class Hit:
    """What was hit. geometry: index of the finding's. index: which vertex, edge, corner or side.

    at: the nearest place on the shape, the pointer's own where it is inside. distance: from the
    pointer to the shape's outline in stored pixels, 0 inside; a mask within reach counts as inside.
    area: of the shape's bounding box.
    """

    finding: UUID
    geometry: int
    part: Part
    index: int
    at: ImagePoint
    distance: float
    area: float


def hit(
    findings: Iterable[Finding],
    uid: str,
    frame: int,
    at: ImagePoint,
    reach: float,
    *,
    first: Collection[UUID] = (),
) -> Hit | None:
    """The nearest of what is under the pointer, as ``hits`` orders it; ``None`` for nothing."""
    return min(
        _under(findings, uid, frame, at, reach), key=lambda one: _order(one, first), default=None
    )


def hits(
    findings: Iterable[Finding],
    uid: str,
    frame: int,
    at: ImagePoint,
    reach: float,
    *,
    first: Collection[UUID] = (),
) -> tuple[Hit, ...]:
    """All that is under the pointer on one image and frame, at most one hit a geometry.

    at: stored pixels. reach: how far from an outline a press still means it, in stored pixels.
    Order: outlines and handles before insides; of outlines those of ``first`` (such as what is
    selected), then the nearest, then the smallest; of insides the smallest.
    """
    found = _under(findings, uid, frame, at, reach)
    return tuple(sorted(found, key=lambda one: _order(one, first)))


def bounds_of(geometry: Geometry) -> Box:
    """Around all shapes of a geometry; infinitely far where there is none. Remembered."""
    known = _KNOWN_BOUNDS.get(id(geometry))
    if known is not None and known[0]() is geometry:
        return known[1]
    box = shapes_bounds(geometry) or _NOWHERE
    key = id(geometry)
    _KNOWN_BOUNDS[key] = (weakref.ref(geometry, lambda gone: _forget(key, gone)), box)
    return box


_KNOWN_BOUNDS: dict[int, tuple[weakref.ref[Geometry], Box]] = {}
"""By id: a geometry's own hash would walk over every point."""


def _forget(key: int, gone: weakref.ref[Geometry]) -> None:
    known = _KNOWN_BOUNDS.get(key)
    if known is not None and known[0] is gone:
        del _KNOWN_BOUNDS[key]


_NOWHERE = Box(math.inf, math.inf, math.inf, math.inf)


def _order(one: Hit, first: Collection[UUID]) -> tuple[bool, bool, float, float]:
    inside = one.part is Part.INSIDE
    return (inside, not inside and one.finding not in first, one.distance, one.area)


def _under(
    findings: Iterable[Finding], uid: str, frame: int, at: ImagePoint, reach: float
) -> Iterator[Hit]:
    for finding in findings:
        for index, geometry in enumerate(finding.geometries):
            if geometry.sop_instance_uid != uid or not (
                geometry.frame <= frame <= geometry.last_frame
            ):
                continue
            around = bounds_of(geometry)
            if not (
                around.left - reach <= at.x <= around.right + reach
                and around.top - reach <= at.y <= around.bottom + reach
            ):
                continue
            touched = _touched(geometry, around, at, reach)
            if touched is not None:
                yield Hit(
                    finding.id,
                    index,
                    touched.part,
                    touched.index,
                    touched.at,
                    touched.distance,
                    around.area,
                )


@dataclass(frozen=True)
class _Touched:
    part: Part
    index: int
    at: ImagePoint
    distance: float


def _touched(geometry: Geometry, around: Box, at: ImagePoint, reach: float) -> _Touched | None:
    found: list[_Touched | None] = []
    if geometry.point is not None:
        found.append(_at_point(geometry.point, at, reach))
    if geometry.contour is not None:
        found.append(_on_contour(geometry.contour.points, around, at, reach))
    if geometry.box is not None:
        found.append(_on_box(geometry.box, at, reach))
    if geometry.mask is not None:
        found.append(_on_mask(geometry.mask, at, reach))
    return min(
        (one for one in found if one is not None),
        key=lambda one: (one.part is Part.INSIDE, one.distance),
        default=None,
    )


def _at_point(point: ImagePoint, at: ImagePoint, reach: float) -> _Touched | None:
    distance = _apart(point, at)
    return _Touched(Part.POINT, 0, point, distance) if distance <= reach else None


def _on_contour(
    points: tuple[ImagePoint, ...], around: Box, at: ImagePoint, reach: float
) -> _Touched | None:
    inside = contains(points, at)
    if inside:
        reach = _held_back(reach, around)
    distance, edge, nearest = distance_to(points, at)
    if distance > reach:
        return _Touched(Part.INSIDE, 0, at, 0.0) if inside else None
    vertex = min(range(len(points)), key=lambda index: _apart(points[index], at))
    if _apart(points[vertex], at) <= reach:
        return _Touched(Part.VERTEX, vertex, points[vertex], distance)
    return _Touched(Part.EDGE, edge, nearest, distance)


def _on_box(box: Box, at: ImagePoint, reach: float) -> _Touched | None:
    inside = box.left < at.x < box.right and box.top < at.y < box.bottom
    if inside:
        reach = _held_back(reach, box)
    sides = [_nearest(start, end, at) for start, end in _sides(box)]
    side = min(range(4), key=lambda index: _apart(sides[index], at))
    distance = _apart(sides[side], at)
    if distance > reach:
        return _Touched(Part.INSIDE, 0, at, 0.0) if inside else None
    corners = corners_of(box)
    corner = min(range(4), key=lambda index: _apart(corners[index], at))
    if _apart(corners[corner], at) <= reach:
        return _Touched(Part.CORNER, corner, corners[corner], distance)
    return _Touched(Part.SIDE, side, sides[side], distance)


def _on_mask(mask: RleMask, at: ImagePoint, reach: float) -> _Touched | None:
    pixel = at.pixel()
    if mask.contains(pixel.row, pixel.column):
        return _Touched(Part.INSIDE, 0, at, 0.0)
    side = 2 * math.ceil(reach) + 1
    left, top = pixel.column - side // 2, pixel.row - side // 2
    ys, xs = np.nonzero(mask.window(left, top, side, side))
    if not xs.size:
        return None
    distances = np.hypot(xs + left - at.x, ys + top - at.y)
    best = int(np.argmin(distances))
    if distances[best] > reach:
        return None
    return _Touched(Part.INSIDE, 0, at, 0.0)


def _held_back(reach: float, box: Box) -> float:
    """Within a small shape, handles leave room to take hold of the whole."""
    return min(reach, min(box.width, box.height) / 4)


def corners_of(box: Box) -> tuple[ImagePoint, ImagePoint, ImagePoint, ImagePoint]:
    """Clockwise from the top left."""
    return (
        ImagePoint(box.left, box.top),
        ImagePoint(box.right, box.top),
        ImagePoint(box.right, box.bottom),
        ImagePoint(box.left, box.bottom),
    )


def _sides(box: Box) -> tuple[tuple[ImagePoint, ImagePoint], ...]:
    corners = corners_of(box)
    return tuple((corners[index], corners[(index + 1) % 4]) for index in range(4))


def _nearest(start: ImagePoint, end: ImagePoint, at: ImagePoint) -> ImagePoint:
    """On a line along an axis, such as a box's side."""
    return ImagePoint(
        min(max(at.x, min(start.x, end.x)), max(start.x, end.x)),
        min(max(at.y, min(start.y, end.y)), max(start.y, end.y)),
    )


def _apart(one: ImagePoint, other: ImagePoint) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)
