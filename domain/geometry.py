"""Coordinates, sizes and spacing. Two coordinate types that are never mixed up.

``PixelIndex`` counts pixels (row, column) and names pixel centres. ``ImagePoint`` is a
position (x right, y down) in pixels of the stored image: the centre of the first pixel is
(0, 0), the image's outer corner (-0.5, -0.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, order=True)
class PixelIndex:
    """A pixel of the stored image by row and column, both from 0."""

    row: int
    column: int

    def centre(self) -> ImagePoint:
        """The pixel's centre as a position."""
        return ImagePoint(x=float(self.column), y=float(self.row))


@dataclass(frozen=True)
class ImagePoint:
    """A position in the stored image, in pixels; x to the right, y down."""

    x: float
    y: float

    def pixel(self) -> PixelIndex:
        """The pixel that this position lies in; edges belong to the pixel right or below."""
        return PixelIndex(row=math.floor(self.y + 0.5), column=math.floor(self.x + 0.5))


@dataclass(frozen=True)
class ImageSize:
    """Rows and columns of an image, both at least 1."""

    rows: int
    columns: int

    def __post_init__(self) -> None:
        if self.rows < 1 or self.columns < 1:
            raise ValueError(f"an image has at least one pixel, not {self.rows}x{self.columns}")

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns), as numpy wants it."""
        return (self.rows, self.columns)

    def contains(self, index: PixelIndex) -> bool:
        """Whether the pixel exists in an image of this size."""
        return 0 <= index.row < self.rows and 0 <= index.column < self.columns


@dataclass(frozen=True)
class Box:
    """An axis-parallel rectangle in stored-image pixels; its edges are positions."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (self.left <= self.right and self.top <= self.bottom):
            raise ValueError("a box needs left <= right and top <= bottom")

    @property
    def width(self) -> float:
        """Extent along x in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent along y in pixels."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> ImagePoint:
        """The middle of the box."""
        return ImagePoint((self.left + self.right) / 2, (self.top + self.bottom) / 2)


class SpacingSource(Enum):
    """Where millimetres come from; printed beside each length."""

    IMAGER_OVER_ERMF = "ImagerPixelSpacing / ERMF"
    IMAGER = "ImagerPixelSpacing, ERMF absent"
    CALIBRATED = "calibrated PixelSpacing"
    PIXEL_SPACING = "PixelSpacing"
    SCANNED_FILM = "NominalScannedPixelSpacing"
    SIDECAR = "sidecar file"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PixelSpacing:
    """Distance between pixel centres in mm at the plane of the breast, and who says so.

    row_mm: between rows (vertical); column_mm: between columns (horizontal). Both ``None``
    exactly where the source is unknown: unknown spacing yields no millimetres, never a guess.
    """

    row_mm: float | None
    column_mm: float | None
    source: SpacingSource

    def __post_init__(self) -> None:
        unknown = self.source is SpacingSource.UNKNOWN
        for value in (self.row_mm, self.column_mm):
            if unknown != (value is None):
                raise ValueError("spacing is given exactly where its source is known")
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(f"pixel spacing must be a positive length, not {value}")

    @classmethod
    def unknown(cls) -> PixelSpacing:
        """No millimetres are to be had."""
        return cls(None, None, SpacingSource.UNKNOWN)

    def length_mm(self, start: ImagePoint, end: ImagePoint) -> float | None:
        """Distance in mm between two positions, ``None`` where spacing is unknown."""
        if self.row_mm is None or self.column_mm is None:
            return None
        return math.hypot((end.x - start.x) * self.column_mm, (end.y - start.y) * self.row_mm)
