"""What a round tip goes over on an image, pixel by pixel; each step costs its rows alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize
from domain.mask import RleMask, Row
from viewing.tools.tool import Painted

_HAIR = 1e-9
"""Lets pixel centres that lie on the tip's edge count, whatever rounding does."""

_Floats = npt.NDArray[np.float64]


class Stroke:
    """Pixels gathered between a press and its release.

    The array is of the image's size, but memory is taken only where something is painted: zeroed
    pages come from the system when they are first written to.
    """

    def __init__(self, size: ImageSize) -> None:
        """size: of the image."""
        self._size = size
        self._pixels = np.zeros(size.shape, np.uint8)
        self._first = np.full(size.rows, size.columns, np.int64)
        self._last = np.zeros(size.rows, np.int64)
        self._top, self._bottom = size.rows, 0

    @property
    def empty(self) -> bool:
        """Whether no pixel of the image was met."""
        return self._top >= self._bottom

    def line(self, start: ImagePoint, end: ImagePoint, radius: float) -> None:
        """Add the pixels whose centres the tip meets on its way, and the one that it ends in."""
        top, starts, stops = _swept(start, end, radius, self._size)
        self._fill(top, starts, stops)
        at = end.pixel()
        if self._size.contains(at):
            self._fill(at.row, np.array([at.column]), np.array([at.column + 1]))

    def add(self, pixels: npt.NDArray[Any], left: int, top: int) -> None:
        """Add the pixels of a patch that are not zero; what lies outside the image is left out."""
        inside = pixels[max(0, -top) :, max(0, -left) :] != 0
        left, top = max(0, left), max(0, top)
        inside = inside[: max(0, self._size.rows - top), : max(0, self._size.columns - left)]
        if not inside.any():
            return
        rows, columns = inside.shape
        self._pixels[top : top + rows, left : left + columns] |= inside
        filled = inside.any(axis=1)
        starts = np.where(filled, left + inside.argmax(axis=1), self._size.columns)
        stops = np.where(filled, left + columns - inside[:, ::-1].argmax(axis=1), 0)
        self._note(top, starts, stops)

    def window(self, left: int, top: int, columns: int, rows: int) -> npt.NDArray[np.uint8]:
        """A part of the image as (rows, columns) of 0 and 1; a view, inside the image."""
        return self._pixels[top : top + rows, left : left + columns]

    def painted(self) -> Painted | None:
        """For the preview; a view of what goes on being painted."""
        if self.empty:
            return None
        left = int(self._first[self._top : self._bottom].min())
        right = int(self._last[self._top : self._bottom].max())
        pixels = self._pixels[self._top : self._bottom, left:right]
        return Painted(pixels, left, self._top)

    def mask(self) -> RleMask:
        """As runs a row."""
        if self.empty:
            return RleMask(self._size)
        first, last = self._first.tolist(), self._last.tolist()
        rows = tuple(
            self._row(index, first[index], last[index]) for index in range(self._top, self._bottom)
        )
        return RleMask.tidy(self._size, self._top, rows)

    def _row(self, index: int, first: int, last: int) -> Row:
        if first >= last:
            return ()
        # Searching bytes is several times faster than numpy on a row of a few hundred pixels.
        data = self._pixels[index, first:last].tobytes()
        edges, at = [first], data.find(0)
        while at >= 0:
            following = data.find(1, at)
            edges += (first + at, first + following)
            at = data.find(0, following)
        return (*edges, last)

    def _fill(self, top: int, starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]) -> None:
        if not len(starts):
            return
        pixels = self._pixels
        spans = zip(starts.tolist(), stops.tolist(), strict=True)
        for row, (start, stop) in enumerate(spans, top):
            pixels[row, start:stop] = 1
        self._note(top, starts, stops)

    def _note(self, top: int, starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]) -> None:
        filled = np.flatnonzero(starts < stops)
        if not len(filled):
            return
        rows = top + filled
        self._first[rows] = np.minimum(self._first[rows], starts[filled])
        self._last[rows] = np.maximum(self._last[rows], stops[filled])
        self._top = min(self._top, int(rows[0]))
        self._bottom = max(self._bottom, int(rows[-1]) + 1)


def _swept(
    start: ImagePoint, end: ImagePoint, radius: float, size: ImageSize
) -> tuple[int, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First row, and of each row the columns from start to stop that a moving disc meets.

    The shape is convex, so that each row of it is one run: from the least start to the largest
    end of the two discs and of the rectangle between.
    """
    top = max(0, math.ceil(min(start.y, end.y) - radius - _HAIR))
    bottom = min(size.rows, math.floor(max(start.y, end.y) + radius + _HAIR) + 1)
    y = np.arange(top, max(top, bottom), dtype=np.float64)
    parts = [_disc(start, radius, y), _disc(end, radius, y)]
    if start != end:
        parts.append(_between(start, end, radius, y))
    low = np.minimum.reduce([part[0] for part in parts])
    high = np.maximum.reduce([part[1] for part in parts])
    # Rows that nothing meets run from plus to minus infinity; the clip makes them empty.
    starts = np.clip(np.ceil(low - _HAIR), 0, size.columns).astype(np.int64)
    stops = np.clip(np.floor(high + _HAIR) + 1, 0, size.columns).astype(np.int64)
    return top, starts, np.maximum(starts, stops)


def _disc(centre: ImagePoint, radius: float, y: _Floats) -> tuple[_Floats, _Floats]:
    left = radius * radius - (y - centre.y) ** 2
    met = left >= -_HAIR
    half = np.sqrt(np.maximum(left, 0))
    return np.where(met, centre.x - half, np.inf), np.where(met, centre.x + half, -np.inf)


def _between(
    start: ImagePoint, end: ImagePoint, radius: float, y: _Floats
) -> tuple[_Floats, _Floats]:
    length = math.hypot(end.x - start.x, end.y - start.y)
    along, across = (end.x - start.x) / length, (end.y - start.y) / length
    down = y - start.y
    low, high = np.full(len(y), -np.inf), np.full(len(y), np.inf)
    # 0 <= x * along + down * across <= length, and -radius <= down * along - x * across <= radius
    for slope, first, last in (
        (along, -down * across, length - down * across),
        (-across, -radius - down * along, radius - down * along),
    ):
        if abs(slope) > _HAIR:
            ends = np.stack([first / slope, last / slope])
            low, high = np.maximum(low, ends.min(axis=0)), np.minimum(high, ends.max(axis=0))
        else:
            met = (first <= _HAIR) & (last >= -_HAIR)
            low, high = np.where(met, low, np.inf), np.where(met, high, -np.inf)
    met = low <= high
    return np.where(met, start.x + low, np.inf), np.where(met, start.x + high, -np.inf)
