"""Measures and changes of closed outlines. All lengths in stored pixels unless said otherwise."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from annotations.shapes.arrays import Array, Points, array_of, ends, lengths, points_of, twice_area
from annotations.shapes.crossing import first_crossing, largest_simple_part
from domain.finding import Contour, Geometry
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask


class Nearest(NamedTuple):
    """The place of an outline nearest to a position. segment: index of the edge's first point."""

    distance: float
    segment: int
    at: ImagePoint


def area(points: Points) -> float:
    """Square pixels inside the outline; of one that crosses itself, what its turns add up to."""
    return abs(twice_area(array_of(points))) / 2


def length(points: Points, *, closed: bool = True) -> float:
    """Length of the outline, or of the open line."""
    steps = lengths(array_of(points))
    return float(steps.sum() if closed else steps[:-1].sum())


def contains(points: Points, at: ImagePoint) -> bool:
    """Whether a position is inside, by the even-odd rule; the edge itself may count either way."""
    begin = array_of(points)
    end = ends(begin)
    above = (begin[:, 1] <= at.y) != (end[:, 1] <= at.y)
    begin, end = begin[above], end[above]
    share = (at.y - begin[:, 1]) / (end[:, 1] - begin[:, 1])
    crossed = begin[:, 0] + share * (end[:, 0] - begin[:, 0])
    return int((crossed > at.x).sum()) % 2 == 1


def bounds(points: Points) -> Box:
    """The box around points, at least one."""
    array = array_of(points)
    (left, top), (right, bottom) = array.min(axis=0).tolist(), array.max(axis=0).tolist()
    return Box(left, top, right, bottom)


def crosses_itself(points: Points) -> ImagePoint | None:
    """Where the outline crosses or touches itself, or turns straight back; ``None``: nowhere."""
    return first_crossing(points)


def untangled(points: Points) -> Points:
    """The largest part of an outline that does not cross itself; itself where it does not.

    Repeated points go. Empty where no part encloses anything.
    """
    return largest_simple_part(points)


def distance_to(points: Points, at: ImagePoint, *, closed: bool = True) -> Nearest:
    """How far the outline (or open line) is from a position, and where it is nearest."""
    begin = array_of(points)
    end = ends(begin)
    if not closed and len(begin) > 1:
        begin, end = begin[:-1], end[:-1]
    target = np.array((at.x, at.y))
    along = end - begin
    squared = (along**2).sum(axis=1)
    share = ((target - begin) * along).sum(axis=1) / np.where(squared > 0, squared, 1.0)
    near = begin + np.clip(share, 0.0, 1.0)[:, None] * along
    away = np.hypot(near[:, 0] - at.x, near[:, 1] - at.y)
    best = int(away.argmin())
    return Nearest(float(away[best]), best, ImagePoint(*near[best].tolist()))


def resampled(points: Points, step: float) -> Points:
    """Points spaced evenly along the outline, about ``step`` apart, at least three."""
    array = array_of(points)
    steps = lengths(array)
    total = float(steps.sum())
    if total <= 0:
        return points
    count = max(3, round(total / step))
    closed = np.concatenate((array, array[:1]))
    at = np.concatenate(([0.0], np.cumsum(steps)))
    wanted = np.arange(count) * (total / count)
    return points_of(np.stack([np.interp(wanted, at, closed[:, axis]) for axis in (0, 1)], axis=1))


def simplified(points: Points, tolerance: float) -> Points:
    """The outline with fewer points, none of the dropped further than ``tolerance`` from it.

    Douglas and Peucker, 1973, on the two halves between far points. What did not cross itself
    does not afterwards: tolerance is halved until that holds.
    """
    array = array_of(points)
    if len(array) <= 3:
        return points
    while tolerance > 1e-3:
        kept = points_of(array[_kept(array, tolerance)])
        if len(kept) >= 3 and (crosses_itself(kept) is None or crosses_itself(points)):
            return kept
        tolerance /= 2
    return points


def clipped(points: Points, size: ImageSize) -> Points:
    """The part of the outline's inside that lies in the image, to the outer edge of its pixels.

    Empty where nothing does; of several parts the largest. An outline inside is returned as it is.
    """
    array = array_of(points)
    limits = ((0, -0.5, 1), (0, size.columns - 0.5, -1), (1, -0.5, 1), (1, size.rows - 0.5, -1))
    if all(bool((sign * (array[:, axis] - edge) >= 0).all()) for axis, edge, sign in limits):
        return points
    for axis, edge, sign in limits:
        array = _cut(array, axis, edge, sign)
        if len(array) < 3:
            return ()
    return untangled(points_of(array))


def moved(geometry: Geometry, dx: float, dy: float, size: ImageSize) -> Geometry:
    """The whole geometry elsewhere, less far where it would leave the image.

    A mask moves by whole pixels, and whatever else the geometry has moves with it.
    """
    around = bounds_of(geometry)
    if around is None:
        return geometry
    whole = geometry.mask is not None
    dx = _held(dx, -0.5 - around.left, size.columns - 0.5 - around.right, whole=whole)
    dy = _held(dy, -0.5 - around.top, size.rows - 0.5 - around.bottom, whole=whole)
    return _shifted(geometry, dx, dy)


def bounds_of(geometry: Geometry) -> Box | None:
    """The box around all shapes of a geometry; ``None`` where its mask is empty and alone."""
    boxes = [geometry.box] if geometry.box else []
    if geometry.contour is not None:
        boxes.append(bounds(geometry.contour.points))
    if geometry.mask is not None and geometry.mask.box is not None:
        boxes.append(geometry.mask.box)
    if geometry.point is not None:
        boxes.append(bounds((geometry.point,)))
    if not boxes:
        return None
    return Box(
        min(one.left for one in boxes),
        min(one.top for one in boxes),
        max(one.right for one in boxes),
        max(one.bottom for one in boxes),
    )


def _shifted(geometry: Geometry, dx: float, dy: float) -> Geometry:
    box, contour, mask, point = geometry.box, geometry.contour, geometry.mask, geometry.point
    if box is not None:
        box = Box(box.left + dx, box.top + dy, box.right + dx, box.bottom + dy)
    if contour is not None:
        contour = Contour(tuple(ImagePoint(one.x + dx, one.y + dy) for one in contour.points))
    if mask is not None and not mask.empty:
        right = int(dx)
        rows = tuple(tuple(edge + right for edge in row) for row in mask.rows)
        mask = RleMask(mask.size, mask.top + int(dy), rows)
    if point is not None:
        point = ImagePoint(point.x + dx, point.y + dy)
    return replace(geometry, box=box, contour=contour, mask=mask, point=point)


def _held(wanted: float, low: float, high: float, *, whole: bool) -> float:
    """Nothing where the shape is larger than the image. whole: by whole pixels."""
    if whole:
        wanted, low, high = float(round(wanted)), float(math.ceil(low)), float(math.floor(high))
    return min(max(wanted, low), high) if low <= high else 0.0


def _kept(array: Array, tolerance: float) -> list[int]:
    away = np.hypot(*(array - array[0]).T)
    far = int(away.argmax())
    count = len(array)
    closed = np.concatenate((array, array[:1]))
    kept = {0, far}
    parts = [(0, far), (far, count)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        distances = _from_line(closed[first + 1 : last], closed[first], closed[last])
        worst = int(distances.argmax())
        if distances[worst] > tolerance:
            middle = first + 1 + worst
            kept.add(middle)
            parts += [(first, middle), (middle, last)]
    return sorted(kept)


def _from_line(array: Array, begin: Array, end: Array) -> Array:
    along = end - begin
    squared = float(along @ along)
    share = np.zeros(len(array)) if squared <= 0 else (array - begin) @ along / squared
    near = begin + np.clip(share, 0.0, 1.0)[:, None] * along
    result: Array = np.hypot(*(array - near).T)
    return result


def _cut(array: Array, axis: int, edge: float, sign: int) -> Array:
    """Sutherland and Hodgman, 1974: one side of the image."""
    after = ends(array)
    inside = sign * (array[:, axis] - edge) >= 0
    crosses = inside != np.roll(inside, -1)
    along = np.where(crosses, after[:, axis] - array[:, axis], 1.0)
    share = (edge - array[:, axis]) / along
    at = array + share[:, None] * (after - array)
    at[:, axis] = edge
    both = np.stack((array, at), axis=1).reshape(-1, 2)
    kept: Array = both[np.stack((inside, crosses), axis=1).reshape(-1)]
    return kept
