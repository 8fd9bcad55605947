"""A mammogram made small enough for geometry, and the way back to stored pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize

LONGEST_SIDE = 512
"""Longest side of the reduced image in pixels: about 0.5 mm a pixel for a 24x30 cm detector."""

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ReducedGrid:
    """Maps positions between an image and its reduction; outer corners fall on each other.

    In both, pixel centres lie at integers: x = (x_reduced + 0.5) * scale - 0.5.
    """

    stored: ImageSize
    reduced: ImageSize

    @property
    def x_scale(self) -> float:
        """Stored columns per reduced column."""
        return self.stored.columns / self.reduced.columns

    @property
    def y_scale(self) -> float:
        """Stored rows per reduced row."""
        return self.stored.rows / self.reduced.rows

    def to_stored(self, x: float, y: float) -> ImagePoint:
        """The stored-image position of a reduced one."""
        return ImagePoint((x + 0.5) * self.x_scale - 0.5, (y + 0.5) * self.y_scale - 0.5)

    def to_reduced(self, point: ImagePoint) -> ImagePoint:
        """The reduced position of a stored-image one."""
        return ImagePoint(
            (point.x + 0.5) / self.x_scale - 0.5, (point.y + 0.5) / self.y_scale - 0.5
        )

    def enlarge(self, level: npt.NDArray[np.uint8]) -> Mask:
        """Where the linearly enlarged ``level`` reaches 128: a smooth outline at stored size.

        level: (reduced rows, reduced columns), uint8. Result: (rows, columns), bool.
        """
        size = (self.stored.columns, self.stored.rows)
        large = cv2.resize(np.ascontiguousarray(level), size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(large >= 128)


def grid_of(stored: ImageSize) -> ReducedGrid:
    """The grid whose longest side is ``LONGEST_SIDE``, or the image's own where it is smaller."""
    factor = max(1.0, max(stored.shape) / LONGEST_SIDE)
    rows, columns = (max(1, round(length / factor)) for length in stored.shape)
    return ReducedGrid(stored, ImageSize(rows, columns))


def size_of(image: npt.NDArray[Any]) -> ImageSize:
    """The size of a picture of one plane; ``ValueError`` for any other array."""
    if image.ndim != 2 or image.size == 0:
        raise ValueError(f"a picture of one plane is needed, not an array of shape {image.shape}")
    return ImageSize(*image.shape)


def reduce_image(image: npt.NDArray[Any], grid: ReducedGrid) -> Floats:
    """Area means on the reduced grid, float32; NaN counts as 0, infinities as large numbers.

    image: (rows, columns) of any real dtype.
    """
    small = _resizable(image)
    target = (grid.reduced.columns, grid.reduced.rows)
    # Halving is cv2's fastest reduction; the last, uneven step is then cheap.
    while small.shape[1] >= 2 * target[0] and small.shape[0] >= 2 * target[1]:
        half = (small.shape[1] // 2, small.shape[0] // 2)
        small = cv2.resize(small, half, interpolation=cv2.INTER_AREA)
    if small.shape[::-1] != target:
        small = cv2.resize(small, target, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def reduce_mask(mask: Mask, grid: ReducedGrid) -> Mask:
    """Where at least half of a reduced pixel is covered by ``mask`` (rows, columns), bool."""
    if not mask.any():
        return np.zeros(grid.reduced.shape, bool)
    levels = np.ascontiguousarray(mask).view(np.uint8) * np.uint8(255)
    return np.asarray(reduce_image(levels, grid) >= 127.5)


def _resizable(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if image.dtype in (np.uint8, np.uint16, np.int16):
        return np.ascontiguousarray(image)
    # Squares of these bounds still fit float32.
    return np.nan_to_num(image.astype(np.float32), posinf=1e15, neginf=-1e15).clip(-1e15, 1e15)
