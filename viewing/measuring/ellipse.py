"""Statistics of pixels within an ellipse: values after the modality LUT, never the screen's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from domain.geometry import Box, ImagePoint, PixelSpacing
from imaging.raster import StoredPixels
from viewing.measuring.lengths import source_text

if TYPE_CHECKING:
    from imaging.grey.grey_header import GreyDescription


@dataclass(frozen=True)
class Ellipse:
    """The ellipse that touches the four edges of a box in the stored image."""

    box: Box

    @classmethod
    def between(cls, corner: ImagePoint, opposite: ImagePoint) -> Ellipse:
        """From two opposite corners of its box, in any order."""
        return cls(
            Box(
                min(corner.x, opposite.x),
                min(corner.y, opposite.y),
                max(corner.x, opposite.x),
                max(corner.y, opposite.y),
            )
        )

    @property
    def area_px(self) -> float:
        """Square pixels within the line."""
        return math.pi / 4 * self.box.area

    def area_mm2(self, spacing: PixelSpacing) -> float | None:
        """Square millimetres; ``None`` where spacing is unknown."""
        if spacing.row_mm is None or spacing.column_mm is None:
            return None
        return self.area_px * spacing.row_mm * spacing.column_mm

    def mask(self, shape: tuple[int, int]) -> tuple[tuple[slice, slice], npt.NDArray[np.bool_]]:
        """The rows and columns of an image that may lie within, and which of their pixels do.

        A pixel counts if its centre lies within the line. The slices may be empty.
        """
        rows = _whole(self.box.top, self.box.bottom, shape[0])
        columns = _whole(self.box.left, self.box.right, shape[1])
        centre = self.box.centre
        down = (np.arange(rows.start, rows.stop) - centre.y) / max(self.box.height / 2, 1e-12)
        across = (np.arange(columns.start, columns.stop) - centre.x) / max(
            self.box.width / 2, 1e-12
        )
        return (rows, columns), down[:, None] ** 2 + across[None, :] ** 2 <= 1


@dataclass(frozen=True)
class Values:
    """Statistics of ``count`` pixels, in the modality's own values. sd: their deviation."""

    count: int
    mean: float
    sd: float
    minimum: float
    maximum: float


@dataclass(frozen=True)
class EllipseStatistics:
    """An ellipse with what lies in it; ``values`` is ``None`` where no pixel with an image does."""

    ellipse: Ellipse
    spacing: PixelSpacing
    values: Values | None

    def text(self) -> str:
        """A line each: mean and deviation, extremes, area with the spacing's source."""
        area_mm2 = self.ellipse.area_mm2(self.spacing)
        area = f"{self.ellipse.area_px:.0f} px²" if area_mm2 is None else f"{area_mm2:.1f} mm²"
        sized = f"area {area}{source_text(self.spacing)}"
        if self.values is None:
            return f"no pixels\n{sized}"
        one = self.values
        spread = f"mean {one.mean:.1f}, SD {one.sd:.1f}\nmin {one.minimum:g}, max {one.maximum:g}"
        return f"{spread}\n{sized}"


def measure_ellipse(
    ellipse: Ellipse, pixels: StoredPixels, grey: GreyDescription, spacing: PixelSpacing
) -> EllipseStatistics:
    """Measure the stored values under an ellipse; padding and what lies off the image don't count.

    pixels: uint16 or int16 (rows, columns), the frame itself and no level of a pyramid.
    """
    (rows, columns), within = ellipse.mask((pixels.shape[0], pixels.shape[1]))
    stored, counts = np.unique(pixels[rows, columns][within], return_counts=True)
    if grey.padding is not None:
        image = (stored < grey.padding[0]) | (stored > grey.padding[1])
        stored, counts = stored[image], counts[image]
    return EllipseStatistics(ellipse, spacing, _values(stored, counts, grey))


def _values(
    stored: npt.NDArray[Any], counts: npt.NDArray[np.intp], grey: GreyDescription
) -> Values | None:
    """Statistics from each stored value and how often it occurs."""
    if stored.size == 0:
        return None
    outputs = grey.modality.outputs(stored.astype(np.float64))
    total = int(counts.sum())
    mean = float((outputs * counts).sum() / total)
    variance = float(((outputs - mean) ** 2 * counts).sum() / total)
    return Values(total, mean, math.sqrt(variance), float(outputs.min()), float(outputs.max()))


def _whole(first: float, last: float, length: int) -> slice:
    """The pixels of 0 to length - 1 whose centres lie between two positions."""
    start = min(max(0, math.ceil(first)), length)
    return slice(start, max(start, min(length, math.floor(last) + 1)))
