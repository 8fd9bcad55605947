"""From chances in a region to one closed outline: a part chosen, its edge followed, simplified."""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize
from domain.mask import RleMask, Row

Floats = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_Whole = npt.NDArray[np.int64]

_EDGE = 0.35
"""Distance, in pixels of the region, that simplifying aims at."""
_FAR = 0.12
"""Sides of the region: a part so far from the middle counts half of its area."""
_LOOKED_AT = 6
"""Parts, the largest first; specks don't count."""
_MARGIN = 1e-3
"""Chances are kept this far from the level, so that no two points of an outline coincide."""


@dataclass(frozen=True, eq=False)
class Part:
    """One connected part of a region. inside: bool (rows, columns), without holes; score: mean
    chance in it; share: of what is image in the region; border: share of the region's border
    that it touches.
    """

    inside: Bools = field(repr=False)
    score: float
    share: float
    border: float


def choose_part(
    chance: Floats, level: float, allowed: Bools, middle: tuple[float, float]
) -> Part | None:
    """The part that is meant: large, and near the middle; ``None`` where none is above the level.

    chance: (rows, columns), 0 to 1. allowed: where the image is. middle: x and y.
    """
    above = ((chance >= level) & allowed).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=4)
    if count < 2:
        return None
    largest = 1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:_LOOKED_AT]
    parts = [(int(stats[one, cv2.CC_STAT_AREA]), labels == one) for one in largest.tolist()]
    inside = max(parts, key=lambda part: part[0] / _distance_cost(part[1], middle))[1]
    filled = _filled(inside)
    share = float(filled.sum() / max(1, allowed.sum()))
    edge = np.concatenate((filled[0], filled[-1], filled[1:-1, 0], filled[1:-1, -1]))
    return Part(filled, float(chance[inside].mean()), share, float(edge.mean()))


def follow_edge(chance: Floats, level: float, inside: Bools) -> Points:
    """The line at which the chance falls below a level, around one part: (n, 2), x and y.

    Marching squares: points lie between pixel centres, so that the line is as fine as the chances
    are. inside: one 4-connected part without holes; it gives one loop that nowhere meets itself,
    because of two parts of it that touch by a corner only, each keeps its corner.
    """
    padded = np.pad(np.where(inside, np.maximum(chance, level + _MARGIN), 0), 1)
    outer = np.pad(np.where(inside, 0, np.minimum(chance, level - _MARGIN)), 1)
    within = np.pad(inside, 1)
    values = np.where(within, padded, outer)
    following = _segments(within)
    start = next(iter(following))
    loop, at = [start], following[start]
    while at != start:
        loop.append(at)
        at = following[at]
    at_pixel, down = np.divmod(np.array(loop), 2)
    row, column = np.divmod(at_pixel, within.shape[1])
    return _placed(row, column, down, values, level) - 1


def simplified(points: Points) -> Points:
    """Fewer points, none farther than about half a pixel from the line, without crossings."""
    line = points.astype(np.float32)[:, None]
    for part in (1.0, 0.5, 0.25):
        fewer = cv2.approxPolyDP(line, _EDGE * part, closed=True)[:, 0].astype(np.float64)
        if len(fewer) >= 3 and not crosses(fewer):
            return np.asarray(fewer)
    return points


def crosses(points: Points) -> bool:
    """Whether a closed line meets itself other than where neighbours join."""
    start, step = points, np.roll(points, -1, 0) - points
    apart = start[None] - start[:, None]
    across = _cross(step[:, None], step[None])
    with np.errstate(divide="ignore", invalid="ignore"):
        along = _cross(apart, step[None]) / across
        other = _cross(apart, step[:, None]) / across
        meets = (along >= 0) & (along <= 1) & (other >= 0) & (other <= 1)
    index = np.arange(len(points))
    gap = (index[None] - index[:, None]) % len(points)
    return bool((meets & (gap > 1) & (gap < len(points) - 1)).any())


def inside_of(points: Points, size: ImageSize) -> RleMask:
    """The pixels whose centres lie inside a closed line, by the even-odd rule.

    points: (n, 2), x and y in pixels of an image of ``size``.
    """
    after = np.roll(points, -1, 0)
    low, high = np.minimum(points[:, 1], after[:, 1]), np.maximum(points[:, 1], after[:, 1])
    top = max(0, int(np.ceil(low.min())))
    bottom = min(size.rows - 1, int(np.floor(high.max())))
    # Each side of the line once for each row of pixel centres that it meets.
    first = np.maximum(np.ceil(low), top).astype(np.int64)
    count = np.maximum(np.minimum(np.ceil(high), bottom + 1).astype(np.int64) - first, 0)
    side = np.repeat(np.arange(len(points)), count)
    row = np.arange(len(side)) + np.repeat(first - (np.cumsum(count) - count), count)
    one, other = points[side], after[side]
    share = (row - one[:, 1]) / (other[:, 1] - one[:, 1])
    at = one[:, 0] + share * (other[:, 0] - one[:, 0])
    order = np.lexsort((at, row))
    edges = np.clip(np.ceil(at[order]), 0, size.columns).astype(int).tolist()
    ends = np.searchsorted(row[order], np.arange(top, bottom + 2)).tolist()
    rows = tuple(_runs(edges[begin:end]) for begin, end in itertools.pairwise(ends))
    return RleMask.tidy(size, top, rows)


def inside_key(points: tuple[ImagePoint, ...]) -> Hashable:
    """What ``SeenView.once`` keeps an outline's ``inside_of`` by."""
    return "inside", tuple(at for point in points for at in (point.x, point.y))


def _runs(edges: list[int]) -> Row:
    if len(edges) == 2:
        return (edges[0], edges[1]) if edges[0] < edges[1] else ()
    runs: list[int] = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if runs and start <= runs[-1] and stop > start:
            runs[-1] = stop
        elif stop > start:
            runs += (start, stop)
    return tuple(runs)


def _distance_cost(inside: Bools, middle: tuple[float, float]) -> float:
    rows, columns = np.nonzero(inside)
    nearest = float(np.hypot(columns - middle[0], rows - middle[1]).min())
    return 1 + (nearest / (_FAR * len(inside))) ** 2


def _filled(inside: Bools) -> Bools:
    """Without holes; what joins the outside by a corner is no hole."""
    around = np.pad(~inside, 1, constant_values=True).astype(np.uint8)
    _, labels = cv2.connectedComponents(around, connectivity=8)
    return np.asarray(labels[1:-1, 1:-1] != labels[0, 0])


def _cross(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


_TOP, _LEFT, _BOTTOM, _RIGHT = (0, 0, 0), (0, 0, 1), (1, 0, 0), (0, 1, 1)
"""Of a cell of four pixels each side: row and column of the pixel from its top left one, and 0 for
the edge to the right of that pixel, 1 for the one below it."""

_WAYS = {
    1: ((_TOP, _LEFT),),
    2: ((_RIGHT, _TOP),),
    3: ((_RIGHT, _LEFT),),
    4: ((_LEFT, _BOTTOM),),
    5: ((_TOP, _BOTTOM),),
    6: ((_RIGHT, _TOP), (_LEFT, _BOTTOM)),
    7: ((_RIGHT, _BOTTOM),),
    8: ((_BOTTOM, _RIGHT),),
    9: ((_TOP, _LEFT), (_BOTTOM, _RIGHT)),
    10: ((_BOTTOM, _TOP),),
    11: ((_BOTTOM, _LEFT),),
    12: ((_LEFT, _RIGHT),),
    13: ((_TOP, _RIGHT),),
    14: ((_LEFT, _TOP),),
}
"""From which side to which a line crosses a cell, by those inside: 1 top left, 2 top right, 4 and 8
below these. It goes round a part with the part on one side."""


def _segments(within: Bools) -> dict[int, int]:
    """From each edge that the line crosses to the next, from the first row on. An edge: twice the
    place of its pixel, row by row, and 1 more where it lies below it.
    """
    bits = within.astype(np.uint8)
    kinds = bits[:-1, :-1] + 2 * bits[:-1, 1:] + 4 * bits[1:, :-1] + 8 * bits[1:, 1:]
    columns = within.shape[1]
    away = {
        kind: [
            tuple(2 * (row * columns + column) + down for row, column, down in way) for way in ways
        ]
        for kind, ways in _WAYS.items()
    }
    row, column = np.nonzero((kinds > 0) & (kinds < 15))
    places = (2 * (row * columns + column)).tolist()
    return {
        place + begin: place + end
        for place, kind in zip(places, kinds[row, column].tolist(), strict=True)
        for begin, end in away[kind]
    }


def _placed(
    row: _Whole, column: _Whole, down: _Whole, values: npt.NDArray[Any], level: float
) -> Points:
    """X and y of each edge's crossing, linear between its two pixels."""
    here = values[row, column]
    there = values[row + down, column + 1 - down]
    part = np.clip((level - here) / (there - here), 0.02, 0.98)
    return np.column_stack((column + part * (1 - down), row + part * down)).astype(np.float64)
