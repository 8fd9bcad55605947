"""Changes of an outline by hand: pushing its edge, drawing a part anew, single points."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from annotations.shapes.arrays import Array, Points, array_of, ends, points_of
from annotations.shapes.contours import area, crosses_itself, distance_to, length, untangled
from annotations.shapes.crossing import meetings
from domain.geometry import ImagePoint

_Flags = npt.NDArray[np.bool_]

_FINENESS = 8
"""Points along a pusher's radius."""
_STRIDE = 0.25
"""Of the radius, for one step of the pusher: small enough that no edge overtakes another."""
_STRAIGHT = 1e-3
"""Pixels; new points nearer than that to the line between their neighbours are not kept. Slow
pushes bend the edge by little at a time, and none of it may be lost."""
NEAR = 12.0
"""Stored pixels within which a stroke begins and ends near an outline, unless told otherwise."""


def pushed(points: Points, start: ImagePoint, end: ImagePoint, radius: float) -> Points:
    """The outline after a round pusher went straight from start to end.

    What is under its middle goes along whole, less towards its rim; what it never touched stays
    as it is, unless it lies on a loop that a long push ties: what did not cross itself does not
    afterwards. The edge gets points where it bends. radius: stored pixels.
    """
    travel = np.array((end.x - start.x, end.y - start.y))
    far = float(np.hypot(*travel))
    if far <= 0 or radius <= 0:
        return points
    steps = math.ceil(far / (radius * _STRIDE))
    stride = travel / steps
    array, given = array_of(points), np.ones(len(points), bool)
    centre = np.array((start.x, start.y))
    for _ in range(steps):
        array, given = _refined(array, given, centre, radius)
        array = _carried(array, centre, stride, radius)
        centre = centre + stride
    if len(array) == len(points) and (array == array_of(points)).all():
        return points
    result = points_of(_pruned(array, given))
    if crosses_itself(result) is None or crosses_itself(points) is not None:
        return result
    return untangled(result) or points


def redrawn(points: Points, stroke: Points, *, reach: float = NEAR) -> Points:
    """The outline with the part between the stroke's ends replaced by the stroke.

    Of the two outlines that this can mean, the one with the larger area. reach: how near to the
    outline, in stored pixels, the stroke begins and ends. Raises ValueError where it does not, or
    where it leads nowhere.
    """
    if len(stroke) < 2:
        raise ValueError("a stroke has at least two points")
    stroke = _trimmed(points, stroke, reach)
    first, last = distance_to(points, stroke[0]), distance_to(points, stroke[-1])
    if max(first.distance, last.distance) > reach:
        raise ValueError("the stroke begins and ends near the outline")
    array = array_of(points)
    begin, finish = _along(array, first.segment, first.at), _along(array, last.segment, last.at)
    forth = (first.at, *stroke, last.at)
    choices = (
        (*_part(points, finish, begin), *forth),
        (*_part(points, begin, finish), *reversed(forth)),
    )
    best = max((untangled(one) for one in choices), key=area)
    if len(best) < 3:
        raise ValueError("the stroke leaves nothing of the outline")
    return best


def with_vertex(points: Points, index: int, at: ImagePoint) -> Points:
    """One point elsewhere. Raises IndexError where there is none of that index."""
    _check(points, index)
    return (*points[:index], at, *points[index + 1 :])


def inserted(points: Points, segment: int, at: ImagePoint) -> Points:
    """A new point on the edge that begins at point ``segment``; it gets the index after it."""
    _check(points, segment)
    return (*points[: segment + 1], at, *points[segment + 1 :])


def removed(points: Points, index: int) -> Points:
    """One point less. Raises ValueError where only three are left."""
    _check(points, index)
    if len(points) <= 3:
        raise ValueError("an outline keeps at least three points")
    return (*points[:index], *points[index + 1 :])


def _check(points: Points, index: int) -> None:
    if not 0 <= index < len(points):
        raise IndexError(f"an outline of {len(points)} points has none of index {index}")


def _refined(array: Array, given: _Flags, centre: Array, radius: float) -> tuple[Array, _Flags]:
    """With points on the part of each edge that lies under the pusher, finely enough to bend."""
    step = max(0.5, radius / _FINENESS)
    enter, leave = _under(array, centre, radius)
    along = ends(array) - array
    size = np.hypot(*along.T)
    long = (leave - enter) * size > 1.5 * step
    pieces: list[Array] = []
    marks: list[_Flags] = []
    done = 0
    for index in np.flatnonzero(long).tolist():
        count = math.ceil((leave[index] - enter[index]) * size[index] / step)
        share = np.linspace(enter[index], leave[index], count + 1)
        share = share[(share > 0) & (share < 1)]
        pieces += [array[done : index + 1], array[index] + share[:, None] * along[index]]
        marks += [given[done : index + 1], np.zeros(len(share), bool)]
        done = index + 1
    if not pieces:
        return array, given
    return np.concatenate((*pieces, array[done:])), np.concatenate((*marks, given[done:]))


def _under(array: Array, centre: Array, radius: float) -> tuple[Array, Array]:
    """Shares along each edge at which the pusher's disc is entered and left; equal where never."""
    along = ends(array) - array
    squared = np.maximum((along**2).sum(axis=1), 1e-12)
    middle = ((centre - array) * along).sum(axis=1) / squared
    near = array + middle[:, None] * along
    room = radius**2 - ((near - centre) ** 2).sum(axis=1)
    half = np.sqrt(np.maximum(room, 0.0) / squared)
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def _carried(array: Array, centre: Array, stride: Array, radius: float) -> Array:
    away = ((array - centre) ** 2).sum(axis=1) / radius**2
    weight = np.where(away < 1, (1 - np.minimum(away, 1.0)) ** 2, 0.0)
    result: Array = array + weight[:, None] * stride
    return result


def _pruned(array: Array, given: _Flags) -> Array:
    """Without new points that bend nothing."""
    before, after = np.roll(array, 1, axis=0), ends(array)
    along = after - before
    size = np.maximum(np.hypot(*along.T), 1e-9)
    to = array - before
    off = np.abs(along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]) / size
    kept: Array = array[given | (off > _STRAIGHT)]
    return kept


def _along(array: Array, segment: int, at: ImagePoint) -> tuple[int, float]:
    return segment, float(np.hypot(*(np.array((at.x, at.y)) - array[segment])))


def _part(points: Points, begin: tuple[int, float], finish: tuple[int, float]) -> Points:
    """The outline's own points from one place on it to another, in its direction."""
    first, last = begin[0] + 1, finish[0] + 1
    if finish < begin or begin == finish:
        last += len(points)
    return tuple(points[index % len(points)] for index in range(first, last))


def _trimmed(points: Points, stroke: Points, reach: float) -> Points:
    """Without the ends that only overshoot the outline."""
    line = array_of(stroke)
    found = meetings(line, array_of(points))
    whole = length(stroke, closed=False)
    sides = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    at = sides[found.one] + np.hypot(*(found.at - line[found.one]).T)
    early, late = at[at <= min(reach, whole / 3)], at[at >= whole - min(reach, whole / 3)]
    begin = float(early.max()) if len(early) else 0.0
    finish = float(late.min()) if len(late) else whole
    inner = line[(sides > begin) & (sides < finish)]
    tips = [
        np.array([np.interp(one, sides, line[:, axis]) for axis in (0, 1)])
        for one in (begin, finish)
    ]
    return points_of(np.concatenate((tips[0][None], inner, tips[1][None])))
