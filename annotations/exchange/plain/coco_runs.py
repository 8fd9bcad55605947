"""COCO's run-length code, made from a mask's runs without the image in between.

COCO counts down columns from the upper left, background first, and writes the counts as letters:
five bits each, low ones first, the third and later as differences to the count before the last
(``rleToString`` of cocoapi's ``maskApi.c``).
"""

from __future__ import annotations

from itertools import chain

import numpy as np
import numpy.typing as npt

from domain.geometry import ImageSize
from domain.mask import RleMask

Counts = npt.NDArray[np.int64]
_LONGEST = 13
"""Letters of a 64-bit count."""


def counts_of(mask: RleMask) -> Counts:
    """Lengths of alternating runs down the columns, background first; they fill the image."""
    height, width = mask.size.shape
    if mask.empty:
        return np.array([height * width])
    flat = _edges(mask)
    lengths = np.diff(flat, prepend=0, append=height * width)
    return lengths[:-1] if lengths[-1] == 0 else lengths


def _edges(mask: RleMask) -> Counts:
    """Where runs start and stop, as pixels counted down the columns, ascending."""
    edges = np.fromiter(chain.from_iterable(mask.rows), np.int64)
    rows = np.repeat(np.arange(len(mask.rows)), [len(row) for row in mask.rows])
    left, right = int(edges.min()), int(edges.max())
    part = np.zeros((right - left + 1, len(mask.rows) + 1), np.int8)
    part[edges - left, rows] = 1  # a row's edges differ from each other
    inside = np.bitwise_xor.accumulate(part, axis=0)[:-1]
    change = np.empty_like(inside)
    change[:, 0] = inside[:, 0]
    np.bitwise_xor(inside[:, 1:], inside[:, :-1], out=change[:, 1:])
    column, row = np.divmod(np.flatnonzero(change), inside.shape[1])
    flat = (column + left) * mask.size.rows + row + mask.top
    meets = np.flatnonzero(np.diff(flat) == 0)  # runs that meet at a column's end are one
    return np.delete(flat, np.concatenate((meets, meets + 1)))


def letters_of(counts: Counts) -> str:
    """Counts as COCO's letters."""
    rest = counts.astype(np.int64, copy=True)
    rest[3:] -= counts[1:-2]
    letters = np.zeros((len(rest), _LONGEST), np.uint8)
    going = np.ones(len(rest), bool)
    for place in range(_LONGEST):
        low = rest & 31
        rest >>= 5
        more = np.where(low & 16, rest != -1, rest != 0)
        letters[:, place] = np.where(going, low + 48 + 32 * more, 0)
        going &= more
        if not going.any():
            break
    return letters[letters > 0].tobytes().decode("ascii")


def counts_of_letters(letters: str) -> Counts:
    """COCO's letters as counts. Raises ValueError where they are none."""
    codes = np.frombuffer(letters.encode("ascii", "replace"), np.uint8).astype(np.int64) - 48
    if not len(codes) or codes.min() < 0 or codes.max() > 63 or codes[-1] & 32:
        raise ValueError("the run lengths are no letters of COCO's")
    last = np.flatnonzero((codes & 32) == 0)
    first = np.concatenate(([0], last[:-1] + 1))
    if (last - first).max() >= _LONGEST:
        raise ValueError("a run length is too long")
    place = np.arange(len(codes)) - np.repeat(first, last - first + 1)
    numbers = np.add.reduceat((codes & 31) << (5 * place), first)
    negative = (codes[last] & 16) > 0
    numbers -= np.where(negative, 1 << (5 * (last - first + 1)), 0)
    numbers[1::2] = np.cumsum(numbers[1::2])  # each beside the one before the last,
    numbers[2::2] = np.cumsum(numbers[2::2])  # but the first three stand for themselves
    return numbers


def mask_of_counts(counts: Counts, size: ImageSize) -> RleMask:
    """The mask. Raises ValueError where a count is negative or they don't add up to the image."""
    if len(counts) and counts.min() < 0:
        raise ValueError("a run length is negative")
    if int(counts.sum()) != size.rows * size.columns:
        raise ValueError(
            f"the run lengths add up to {int(counts.sum())} pixels, the image has "
            f"{size.rows * size.columns}"
        )
    ends = np.cumsum(counts)
    starts, stops = ends[:-1:2], ends[1::2]
    if len(starts) > len(stops):
        stops = np.append(stops, ends[-1])
    wide = stops > starts
    starts, stops = starts[wide], stops[wide]
    if not len(starts):
        return RleMask(size)
    left, right = int(starts[0]) // size.rows, (int(stops[-1]) - 1) // size.rows
    flat = np.zeros((right - left + 1) * size.rows + 1, np.int8)
    flat[starts - left * size.rows] += 1
    flat[stops - left * size.rows] -= 1
    part = np.cumsum(flat[:-1], dtype=np.int8).reshape(-1, size.rows)
    used = np.flatnonzero(part.any(axis=0))
    part = part[:, used[0] : used[-1] + 1]
    return RleMask.of(np.ascontiguousarray(part.T), size, left, int(used[0]))
