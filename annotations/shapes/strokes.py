"""Brush strokes on masks: only the rows that a stroke touches are made anew."""

from __future__ import annotations

import heapq

from domain.mask import RleMask, Row


def painted(mask: RleMask, patch: RleMask, *, erase: bool = False) -> RleMask:
    """The mask with the patch added, or erased from it. Both are of one image."""
    rows = tuple(
        _without(mask.row(index), row) if erase else _joined(mask.row(index), row)
        for index, row in enumerate(patch.rows, patch.top)
    )
    return restored(mask, patch.top, rows)


def restored(mask: RleMask, top: int, rows: tuple[Row, ...]) -> RleMask:
    """The mask with some rows replaced; top: row of the image that the first replaces."""
    if not rows:
        return mask
    if mask.empty:
        return RleMask.tidy(mask.size, top, rows)
    first, last = min(mask.top, top), max(mask.top + len(mask.rows), top + len(rows))
    above = tuple(mask.row(index) for index in range(first, top))
    below = tuple(mask.row(index) for index in range(top + len(rows), last))
    return RleMask.tidy(mask.size, first, (*above, *rows, *below))


def _joined(one: Row, other: Row) -> Row:
    if not one or not other:
        return one or other
    runs = heapq.merge(_pairs(one), _pairs(other))
    joined = list(next(runs))
    for start, stop in runs:
        if start <= joined[-1]:
            joined[-1] = max(joined[-1], stop)
        else:
            joined += (start, stop)
    return tuple(joined)


def _without(row: Row, gone: Row) -> Row:
    if not row or not gone:
        return row
    left: list[int] = []
    for start, stop in _pairs(row):
        at = start
        for begin, end in _pairs(gone):
            if end <= at or begin >= stop:
                continue
            if begin > at:
                left += (at, begin)
            at = max(at, end)
        if at < stop:
            left += (at, stop)
    return tuple(left)


def _pairs(row: Row) -> list[tuple[int, int]]:
    return list(zip(row[::2], row[1::2], strict=True))
