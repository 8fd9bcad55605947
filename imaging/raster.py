"""Stored pixel values, as they lie in the file and before any grey-scale step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.geometry import ImageSize

StoredPixels = npt.NDArray[np.uint16] | npt.NDArray[np.int16]
"""(rows, columns), uint16 or int16 after Pixel Representation (0028,0103); 8-bit data widened."""


@dataclass(frozen=True, eq=False)
class Raster:
    """One frame's stored values. pixels are read-only, C-contiguous, (rows, columns)."""

    pixels: StoredPixels
    frame: int = 0

    @property
    def size(self) -> ImageSize:
        """Rows and columns."""
        rows, columns = self.pixels.shape
        return ImageSize(rows, columns)
