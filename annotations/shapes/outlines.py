"""Between masks and outlines, pixel for pixel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from annotations.shapes.arrays import Array, Points, array_of, ends, points_of, twice_area
from domain.geometry import ImageSize
from domain.mask import RleMask, Row

# A cell is the square between four pixel centres. Bits: 1 upper left, 2 upper right, 4 lower right,
# 8 lower left. The outline enters and leaves it in the middle of its sides (0 top, 1 right,
# 2 bottom, 3 left), with the mask on its right. Where two corners face each other, the mask holds
# together: pixels that touch by a corner are one part.
_PATHS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((0, 3),),
    2: ((1, 0),),
    3: ((1, 3),),
    4: ((2, 1),),
    5: ((0, 1), (2, 3)),
    6: ((2, 0),),
    7: ((2, 3),),
    8: ((3, 2),),
    9: ((0, 2),),
    10: ((1, 2), (3, 0)),
    11: ((1, 2),),
    12: ((3, 1),),
    13: ((0, 1),),
    14: ((3, 0),),
}


def outline_of(mask: RleMask) -> tuple[Points, ...]:
    """The mask's outlines, halfway between the centres of pixels inside and outside.

    The largest first; a hole is an outline of its own that runs the other way round. Pixels that
    touch by a corner are one part. No outline meets itself or another, and ``mask_of`` of all of
    them is the mask again, exactly.
    """
    box = mask.box
    if box is None:
        return ()
    left, top = round(box.left + 0.5) - 1, round(box.top + 0.5) - 1
    part = mask.window(left, top, round(box.width) + 2, round(box.height) + 2)
    origin = np.array((left, top))
    loops = [loop + origin for loop in _loops(part)]
    loops.sort(key=lambda loop: -abs(twice_area(loop)))
    return tuple(points_of(loop) for loop in loops)


def mask_of(points: Points, size: ImageSize) -> RleMask:
    """The pixels whose centre lies inside an outline, by the even-odd rule."""
    return mask_of_all((points,), size)


def mask_of_all(outlines: Sequence[Points], size: ImageSize) -> RleMask:
    """The pixels whose centre lies inside an odd number of outlines: holes stay holes."""
    crossed = [_crossed(array_of(points), size) for points in outlines]
    if not crossed:
        return RleMask(size)
    row = np.concatenate([one[0] for one in crossed])
    column = np.concatenate([one[1] for one in crossed])
    if not len(row):
        return RleMask(size)
    order = np.lexsort((column, row))
    row, column = row[order], column[order]
    top = int(row[0])
    counts = np.searchsorted(row, np.arange(top, int(row[-1]) + 2)).tolist()
    edges = column.tolist()
    rows = tuple(_parted(edges[first:last]) for first, last in pairwise(counts))
    return RleMask.tidy(size, top, rows)


def _crossed(array: Array, size: ImageSize) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Row, and first column right of it, for each place where an outline crosses a row's middle."""
    after = ends(array)
    upper = np.where((array[:, 1] <= after[:, 1])[:, None], array, after)
    lower = np.where((array[:, 1] <= after[:, 1])[:, None], after, array)
    first = np.clip(np.ceil(upper[:, 1]), 0, size.rows).astype(np.int64)
    stop = np.clip(np.ceil(lower[:, 1]), 0, size.rows).astype(np.int64)
    counts = stop - first
    edge = np.repeat(np.arange(len(array)), counts)
    row = first[edge] + np.arange(len(edge)) - (np.cumsum(counts) - counts)[edge]
    begin, end = upper[edge], lower[edge]
    share = (row - begin[:, 1]) / (end[:, 1] - begin[:, 1])
    x = begin[:, 0] + share * (end[:, 0] - begin[:, 0])
    return row, np.clip(np.ceil(x), 0, size.columns).astype(np.int64)


def _parted(edges: list[int]) -> Row:
    """Runs from edges in pairs, without empty ones, joined where they meet."""
    row: list[int] = []
    for edge in edges:
        if row and row[-1] == edge:
            row.pop()
        else:
            row.append(edge)
    return tuple(row)


def _loops(part: npt.NDArray[np.uint8]) -> list[Array]:
    """Closed lines around a window's pixels, whose border is empty; in pixels of the window."""
    begin, end, width = _steps(part)
    order = np.argsort(begin)
    begin = begin[order]
    following = np.searchsorted(begin, end[order]).tolist()
    places = _places(begin, width)
    seen = [False] * len(following)
    loops: list[Array] = []
    for first in range(len(following)):
        if seen[first]:
            continue
        walked: list[int] = []
        at = first
        while not seen[at]:
            seen[at] = True
            walked.append(at)
            at = following[at]
        loops.append(_corners(places[walked]))
    return loops


def _steps(part: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Each cell's way in and way out, as numbers of half-pixel places in a grid of that width."""
    code = part[:-1, :-1] | part[:-1, 1:] << 1 | part[1:, 1:] << 2 | part[1:, :-1] << 3
    row, column = np.nonzero((code > 0) & (code < 15))
    codes = code[row, column]
    width = 2 * part.shape[1]
    middle = (2 * row + 1) * width + 2 * column + 1
    sides = np.array((-width, 1, width, -1))
    begin: list[npt.NDArray[np.int64]] = []
    end: list[npt.NDArray[np.int64]] = []
    for number, paths in _PATHS.items():
        here = middle[codes == number]
        for came, went in paths:
            begin.append(here + sides[came])
            end.append(here + sides[went])
    return np.concatenate(begin), np.concatenate(end), width


def _places(numbers: npt.NDArray[np.int64], width: int) -> Array:
    return np.stack((numbers % width, numbers // width), axis=1) / 2


def _corners(loop: Array) -> Array:
    """Without points in the middle of straight lines."""
    back, forth = loop - np.roll(loop, 1, axis=0), ends(loop) - loop
    bends: Array = loop[back[:, 0] * forth[:, 1] != back[:, 1] * forth[:, 0]]
    return bends
