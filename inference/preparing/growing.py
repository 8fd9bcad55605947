"""A region grown by a disc of many pixels, by its runs: a breast has hardly more than one a row."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
_Whole = npt.NDArray[np.intp]

_FEW, _MOST = 400, 16000
"""Pixels of a disc: of a smaller one OpenCV's own way is quicker, a larger one passes 8 bits."""
_MOST_RUNS = 3
"""A row, on average; with more of them that way is quicker again."""
_ONE = np.uint8(1)


def grown(inside: npt.NDArray[Any], across: int, down: int) -> Bools:
    """As ``cv2.dilate`` by an ellipse, pixel by pixel the same; bool (rows, columns).

    inside: bool or uint8 of 0 and 1. across, down: how far the ellipse reaches, in pixels.
    """
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * across + 1, 2 * down + 1))
    rows, columns = inside.shape
    runs = _runs(inside) if _FEW < disc.size < _MOST else None
    if runs is None or len(runs[0]) > _MOST_RUNS * rows:
        return np.asarray(cv2.dilate(inside.astype(np.uint8), disc) > 0)
    plain = _grown_row_by_row(runs, disc, rows, columns)
    if plain is not None:
        return plain
    row, begin, end = runs
    # Each run grows by the half width of the disc's row that lies on it; all are then united.
    away = np.arange(-down, down + 1)[:, None]
    half = disc.sum(axis=1, dtype=np.intp)[:, None] // 2
    at = row + away
    on = (at >= 0) & (at < rows)
    begins, ends = np.zeros((2, rows, columns + 1), np.uint8)
    np.add.at(begins.reshape(-1), (at * (columns + 1) + np.maximum(begin - half, 0))[on], _ONE)
    np.add.at(ends.reshape(-1), (at * (columns + 1) + np.minimum(end + half, columns))[on], _ONE)
    # Of both the sum of all before: OpenCV's is much quicker than numpy's.
    depth = cv2.integral(begins)[:, 1:-1] - cv2.integral(ends)[:, 1:-1]
    return np.asarray(depth[1:] > depth[:-1])


def _grown_row_by_row(
    runs: tuple[_Whole, _Whole, _Whole], disc: npt.NDArray[Any], rows: int, columns: int
) -> Bools | None:
    """Where each row has one run, and it overlaps the next row's, which a breast mostly is; else
    ``None``. What runs grow to then overlaps as well, and is one run of each row.
    """
    row, begin, end = runs
    linked = np.diff(row) == 1
    linked &= (begin[1:] < end[:-1]) & (begin[:-1] < end[1:])
    if not row.size or not linked.all() or columns > np.iinfo(np.int16).max:
        return None
    down = len(disc) // 2
    half = disc.sum(axis=1, dtype=np.intp)[::-1] // 2
    first, last = int(row[0]) - down, int(row[-1]) + down + 1
    room = (2 * down, 2 * down)
    reached = [
        np.lib.stride_tricks.sliding_window_view(np.pad(at, room, constant_values=none), len(disc))
        for at, none in ((begin, 2 * columns), (end, -2 * columns))
    ]
    begins, ends = (reached[0] - half).min(axis=1), (reached[1] + half).max(axis=1)
    kept = slice(max(0, -first), len(begins) - max(0, last - rows))
    at = np.arange(columns, dtype=np.int16)
    whole = np.zeros((rows, columns), bool)
    part = whole[max(0, first) : last]
    np.greater_equal(at, begins[kept, None].clip(0, columns).astype(np.int16), out=part)
    part &= at < ends[kept, None].clip(0, columns).astype(np.int16)
    return whole


def _runs(inside: npt.NDArray[Any]) -> tuple[_Whole, _Whole, _Whole]:
    """Row, first column, and one past the last, of each run."""
    rows, columns = inside.shape
    framed = np.zeros((rows, columns + 2), bool)
    framed[:, 1:-1] = inside
    edges = np.flatnonzero(framed[:, 1:] != framed[:, :-1])
    row, column = np.divmod(edges, columns + 1)
    return row[::2], column[::2], column[1::2]
