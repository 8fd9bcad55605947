"""The stored image and its halvings, made once so that any zoom starts from few pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.raster import StoredPixels

SMALLEST = 256
"""Halving stops where both sides are at most this long."""

Padding = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Pyramid:
    """Levels of stored values; the first is the image itself, each next half as large.

    Level k's pixel (r, c) is the mean of stored rows 2^k r to 2^k (r+1) and columns alike, so a
    stored position lies at x_k = (x + 0.5) / 2^k - 0.5. An odd last row or column counts twice.
    Padding doesn't enter a mean; what consists mostly of it stays padding.
    """

    levels: tuple[StoredPixels, ...]

    @property
    def nbytes(self) -> int:
        """Memory of all levels, the image included."""
        return sum(level.nbytes for level in self.levels)


def build_pyramid(pixels: StoredPixels, padding: Padding | None = None) -> Pyramid:
    """Halve until small.

    pixels: uint16 or int16 (rows, columns); they are not copied. padding: first and last stored
    value that mean "no image here". New levels are read-only.
    """
    levels = [pixels]
    while max(levels[-1].shape) > SMALLEST:
        levels.append(_halved(levels[-1], padding))
    return Pyramid(tuple(levels))


def _halved(level: StoredPixels, padding: Padding | None) -> StoredPixels:
    rows, columns = level.shape
    even = level if rows % 2 == columns % 2 == 0 else _evened(level)
    half: StoredPixels = _mean(even)
    if padding is not None:
        _keep_apart(half, even, padding)
    half.setflags(write=False)
    return half


def _evened(level: StoredPixels) -> npt.NDArray[Any]:
    """Repeat an odd last row or column, so that a half is a half everywhere."""
    rows, columns = level.shape
    return cv2.copyMakeBorder(level, 0, rows % 2, 0, columns % 2, cv2.BORDER_REPLICATE)


def _mean(even: npt.NDArray[Any]) -> npt.NDArray[Any]:
    size = (even.shape[1] // 2, even.shape[0] // 2)
    return cv2.resize(even, size, interpolation=cv2.INTER_AREA)


def _keep_apart(half: npt.NDArray[Any], even: npt.NDArray[Any], padding: Padding) -> None:
    """Correct the few pixels of ``half`` that mix padding and image, else a rim would be seen."""
    low, high = padding
    padded = _mean(_within(even, low, high))
    rows, columns = np.nonzero(_within(padded, 1, 254))
    blocks = even.reshape(half.shape[0], 2, half.shape[1], 2)[rows, :, columns, :].reshape(-1, 4)
    image = (blocks < low) | (blocks > high)
    count = image.sum(axis=1)
    means = (blocks * image).sum(axis=1) / count
    half[rows, columns] = np.where(count > 1, np.rint(means), low)
    _keep_out(half, padded, padding)


def _keep_out(half: npt.NDArray[Any], padded: npt.NDArray[Any], padding: Padding) -> None:
    """A mean of image values may fall on a padding value that lies between them: step aside."""
    low, high = padding
    aside = high + 1 if high < np.iinfo(half.dtype).max else low - 1
    wrong = cv2.bitwise_and(_within(half, low, high), _within(padded, 0, 159))
    if cv2.countNonZero(wrong):
        half[wrong > 0] = aside


def _within(pixels: npt.NDArray[Any], low: int, high: int) -> npt.NDArray[Any]:
    """255 where a pixel is ``low`` to ``high``, else 0; uint8."""
    return cv2.inRange(pixels, np.array(low), np.array(high))
