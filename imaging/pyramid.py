"""The stored image and its halvings, made once so that any zoom starts from few pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy.typing as npt

from imaging.raster import StoredPixels

SMALLEST = 256
"""Halving stops where both sides are at most this long."""


@dataclass(frozen=True, eq=False)
class Pyramid:
    """Levels of stored values; the first is the image itself, each next half as large.

    Level k's pixel (r, c) is the mean of stored rows 2^k r to 2^k (r+1) and columns alike, so a
    stored position lies at x_k = (x + 0.5) / 2^k - 0.5. An odd last row or column counts twice.
    """

    levels: tuple[StoredPixels, ...]

    @property
    def nbytes(self) -> int:
        """Memory of all levels, the image included."""
        return sum(level.nbytes for level in self.levels)


def build_pyramid(pixels: StoredPixels) -> Pyramid:
    """Halve until small. pixels: uint16 or int16 (rows, columns); they are not copied."""
    levels = [pixels]
    while max(levels[-1].shape) > SMALLEST:
        levels.append(_halved(levels[-1]))
    return Pyramid(tuple(levels))


def _halved(level: StoredPixels) -> StoredPixels:
    rows, columns = level.shape
    even = level if rows % 2 == columns % 2 == 0 else _evened(level)
    size = ((columns + 1) // 2, (rows + 1) // 2)
    half: StoredPixels = cv2.resize(even, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    half.setflags(write=False)
    return half


def _evened(level: StoredPixels) -> npt.NDArray[Any]:
    """Repeat an odd last row or column, so that a half is a half everywhere."""
    rows, columns = level.shape
    return cv2.copyMakeBorder(level, 0, rows % 2, 0, columns % 2, cv2.BORDER_REPLICATE)
