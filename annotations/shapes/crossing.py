"""Where outlines cross themselves or others, and what is left of one without its crossings."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from annotations.shapes.arrays import (
    Array,
    Points,
    array_of,
    ends,
    points_of,
    twice_area,
    without_repeats,
)
from domain.geometry import ImagePoint

_ROUNDS = 4
"""Cutting at crossings bends edges by a rounding error, which may make a crossing elsewhere."""


class Meetings(NamedTuple):
    """Where edges meet: index of one, of the other, and the position (n, 2)."""

    one: npt.NDArray[np.intp]
    other: npt.NDArray[np.intp]
    at: Array


def first_crossing(points: Points) -> ImagePoint | None:
    """The first place along the outline where it meets itself; ``None`` where nowhere."""
    array = without_repeats(array_of(points))
    if len(array) < 3:
        return None
    found = _own_meetings(array)
    if not len(found.one):
        return None
    first = int(np.lexsort((found.other, found.one))[0])
    return ImagePoint(*found.at[first].tolist())


def largest_simple_part(points: Points) -> Points:
    """The largest loop of an outline that does not meet itself; empty where none is."""
    array = without_repeats(array_of(points))
    if len(array) < 3:
        return ()
    for _ in range(_ROUNDS):
        found = _own_meetings(array)
        if not len(found.one):
            return (
                points if len(array) == len(points) and _same(array, points) else points_of(array)
            )
        array = without_repeats(_largest_loop(_with_nodes(array, found)))
        if len(array) < 3:
            return ()
    return _around(array)


def meetings(line: Array, outline: Array) -> Meetings:
    """Where the edges of an open line meet those of a closed outline; ``one``: of the line."""
    after = ends(outline)
    around = np.broadcast_to(line.min(axis=0), outline.shape), line.max(axis=0)[None]
    close = np.flatnonzero(_overlap(*around, outline, after))
    one, other = np.meshgrid(np.arange(len(line) - 1), close, indexing="ij")
    first, second = one.ravel(), other.ravel()
    near = _overlap(line[:-1][first], line[1:][first], outline[second], after[second])
    first, second = first[near], second[near]
    met, at = _meet(line[:-1][first], line[1:][first], outline[second], after[second])
    return Meetings(first[met], second[met], at)


def _same(array: Array, points: Points) -> bool:
    return bool((array == array_of(points)).all())


def _own_meetings(array: Array) -> Meetings:
    begin, end = array, ends(array)
    count = len(array)
    first, second = _candidates(begin, end)
    near = _overlap(begin[first], end[first], begin[second], end[second])
    first, second = first[near], second[near]
    neighbours = (second - first == 1) | ((first == 0) & (second == count - 1))
    apart = ~neighbours
    met, at = _meet(
        begin[first[apart]], end[first[apart]], begin[second[apart]], end[second[apart]]
    )
    folded, where = _folds(array)
    return Meetings(
        np.concatenate((first[apart][met], folded)),
        np.concatenate((second[apart][met], (folded + 1) % count)),
        np.concatenate((at, where)),
    )


def _candidates(begin: Array, end: Array) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Pairs of edges whose extents along the wider axis overlap, each pair once, ascending."""
    spread = np.ptp(begin, axis=0)
    axis = int(spread.argmax())
    low = np.minimum(begin[:, axis], end[:, axis])
    high = np.maximum(begin[:, axis], end[:, axis])
    order = np.argsort(low, kind="stable")
    upto = np.searchsorted(low[order], high[order], side="right")
    counts = np.maximum(upto - np.arange(len(order)) - 1, 0)
    first = np.repeat(np.arange(len(order)), counts)
    starts = np.cumsum(counts) - counts
    second = first + 1 + np.arange(len(first)) - starts[first]
    one, other = order[first], order[second]
    return np.minimum(one, other), np.maximum(one, other)


def _overlap(a: Array, b: Array, c: Array, d: Array) -> npt.NDArray[np.bool_]:
    result: npt.NDArray[np.bool_] = np.all(
        (np.maximum(a, b) >= np.minimum(c, d)) & (np.maximum(c, d) >= np.minimum(a, b)), axis=1
    )
    return result


def _meet(a: Array, b: Array, c: Array, d: Array) -> tuple[npt.NDArray[np.intp], Array]:
    """Index of each pair of edges a-b and c-d that share a place, and the place.

    Touching counts. An edge's own end is taken as it is; edges that run along each other share
    several places, of which the ends are given.
    """
    a_side, b_side = np.sign(_turn(c, d, a)), np.sign(_turn(c, d, b))
    c_side, d_side = np.sign(_turn(a, b, c)), np.sign(_turn(a, b, d))
    across = np.flatnonzero((a_side * b_side < 0) & (c_side * d_side < 0))
    share = _turn(c, d, a)[across]
    share = share / (share - _turn(c, d, b)[across])
    index = [across]
    at = [a[across] + share[:, None] * (b - a)[across]]
    for point, side, one, two in (
        (a, a_side, c, d),
        (b, b_side, c, d),
        (c, c_side, a, b),
        (d, d_side, a, b),
    ):
        on = np.flatnonzero((side == 0) & _overlap(point, point, one, two))
        index.append(on)
        at.append(point[on])
    return np.concatenate(index), np.concatenate(at)


def _turn(a: Array, b: Array, c: Array) -> npt.NDArray[np.float64]:
    along, to = b - a, c - a
    result: npt.NDArray[np.float64] = along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]
    return result


def _folds(array: Array) -> tuple[npt.NDArray[np.intp], Array]:
    """Edges that the next edge runs straight back along, and how far it does."""
    middle, after = ends(array), ends(ends(array))
    back = _turn(array, middle, after) == 0
    back &= ((middle - array) * (after - middle)).sum(axis=1) < 0
    index = np.flatnonzero(back)
    before, tip, beyond = array[index], middle[index], after[index]
    shorter = np.hypot(*(before - tip).T) <= np.hypot(*(beyond - tip).T)
    return index, np.where(shorter[:, None], before, beyond)


def _with_nodes(array: Array, found: Meetings) -> Array:
    """The outline with a point at each place where it meets itself, on both edges."""
    edge = np.concatenate((np.arange(len(array)), found.one, found.other))
    at = np.concatenate((array, found.at, found.at))
    away = np.hypot(*(at - array[edge]).T)
    order = np.lexsort((away, edge))
    return without_repeats(at[order])


def _largest_loop(array: Array) -> Array:
    """Walk along; where a place comes again, what lies between is a loop of its own."""
    walked: list[tuple[float, float]] = []
    place: dict[tuple[float, float], int] = {}
    best, most = array[:0], 0.0
    nodes = [(x + 0.0, y + 0.0) for x, y in array.tolist()]
    for node in nodes:
        if node in place:
            begin = place[node]
            loop = np.array(walked[begin:])
            if abs(twice_area(loop)) > most:
                best, most = loop, abs(twice_area(loop))
            for gone in walked[begin:]:
                del place[gone]
            del walked[begin:]
        place[node] = len(walked)
        walked.append(node)
    rest = np.array(walked)
    return rest if abs(twice_area(rest)) > most else best


def _around(array: Array) -> Points:
    """For what rounding will not let go of: the convex outline around it."""
    hull = cv2.convexHull(array.astype(np.float32)).reshape(-1, 2).astype(np.float64)
    return points_of(hull) if len(hull) >= 3 else ()
