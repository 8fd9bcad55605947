"""The square around a lesion that a contour network sees, and the way back to the stored image.

After the two-stage paper, section 4.2: a region around the box, resized to 256x256, its histogram
equalised. Ours is square, so that no lesion is stretched. Training cuts its regions here too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Box, ImagePoint, ImageSize

REGION_SIDE = 256
"""Pixels of a region's rows and columns."""

Bytes = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SquareRegion:
    """A square in stored-image pixels; it may reach over the image. angle: turned, in radians.

    side: its length. pixels: of each side of the picture that is cut out.
    """

    centre: ImagePoint
    side: float
    pixels: int = REGION_SIDE
    angle: float = 0.0

    def __post_init__(self) -> None:
        told = (self.centre.x, self.centre.y, self.side, self.angle)
        if not (all(math.isfinite(one) for one in told) and self.side > 0 and self.pixels > 0):
            raise ValueError("a region has a finite place and a side above 0")

    @property
    def scale(self) -> float:
        """Stored pixels per pixel of the picture."""
        return self.side / self.pixels

    @property
    def matrix(self) -> Points:
        """float64 (2, 3): from the picture to the stored image; pixel centres at integers."""
        cos, sin = self.scale * math.cos(self.angle), self.scale * math.sin(self.angle)
        linear = np.array([[cos, -sin], [sin, cos]])
        middle = np.full(2, (self.pixels - 1) / 2)
        return np.column_stack((linear, np.array([self.centre.x, self.centre.y]) - linear @ middle))

    def to_stored(self, points: npt.NDArray[Any]) -> Points:
        """(n, 2) x and y in the picture, as stored-image positions."""
        matrix = self.matrix
        return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float64)

    def to_picture(self, point: ImagePoint) -> tuple[float, float]:
        """X and y in the picture of a stored-image position; may lie outside."""
        matrix = self.matrix
        away = np.array([point.x, point.y]) - matrix[:, 2]
        x, y = np.linalg.solve(matrix[:, :2], away)
        return float(x), float(y)

    @property
    def reach(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the whole stored pixels that it needs; stops exclusive."""
        half = self.side / 2 * (abs(math.cos(self.angle)) + abs(math.sin(self.angle))) + 2
        x, y = self.centre.x, self.centre.y
        return (
            math.floor(x - half),
            math.floor(y - half),
            math.ceil(x + half) + 1,
            math.ceil(y + half) + 1,
        )


def region_of(box: Box, growth: float, pixels: int = REGION_SIDE) -> SquareRegion:
    """The square around a box's middle, ``growth`` times as long as the box's longer side.

    A box without extent counts as one of a pixel.
    """
    return SquareRegion(box.centre, growth * max(box.width, box.height, 1.0), pixels)


def window_of(region: SquareRegion, size: ImageSize) -> tuple[slice, slice] | None:
    """Rows and columns of the image that a region needs; ``None`` where it lies beside it."""
    left, top, right, bottom = region.reach
    rows = slice(max(0, top), min(size.rows, bottom))
    columns = slice(max(0, left), min(size.columns, right))
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return None
    return rows, columns


def coarsening(region: SquareRegion, stored_mm: float | None, pixel_mm: float) -> int:
    """How many stored pixels are averaged along each side first.

    So that nothing is skipped in a large region, and that no more is seen of the image than the
    training showed: pixels of about ``pixel_mm``.
    """
    finest = 1.0 if stored_mm is None else pixel_mm / stored_mm
    return max(1, math.floor(max(region.scale, finest) + 1e-6))


def cut_region(shown: Bytes, left: int, top: int, region: SquareRegion, coarse: int = 1) -> Bytes:
    """A region's picture, uint8 (pixels, pixels); black beyond what is given.

    shown: uint8 (rows, columns), whose first pixel is the stored image's (top, left); coarse: as
    ``coarsening`` gives it.
    """
    matrix = region.matrix.copy()
    matrix[:, 2] -= (left, top)
    if coarse > 1:
        rows, columns = shown.shape
        padded = np.pad(shown, ((0, -rows % coarse), (0, -columns % coarse)))
        size = (padded.shape[1] // coarse, padded.shape[0] // coarse)
        shown = np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.uint8)
        matrix /= coarse
        matrix[:, 2] += 0.5 / coarse - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    whole = (region.pixels, region.pixels)
    return np.asarray(cv2.warpAffine(shown, matrix, whole, flags=flags), np.uint8)


def equalised(picture: Bytes) -> Bytes:
    """Histogram equalisation (section 4.2); the darkest value, such as air, stays black."""
    return np.asarray(cv2.equalizeHist(np.ascontiguousarray(picture)), np.uint8)
