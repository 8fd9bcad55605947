"""The eight ways to put a rectangle down: quarter turns and mirror images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize


@dataclass(frozen=True)
class Turn:
    """From the stored image to the shown one: transpose first, then flip what results.

    transpose: rows become columns. flip_rows: top and bottom change places.
    flip_columns: left and right change places.
    """

    transpose: bool = False
    flip_rows: bool = False
    flip_columns: bool = False

    @property
    def mirrors(self) -> bool:
        """Whether handedness changes, as in a mirror; a plain rotation keeps it."""
        return (self.transpose + self.flip_rows + self.flip_columns) % 2 == 1

    def apply(self, pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The image turned; a view on the same memory. pixels: (rows, columns, ...)."""
        turned = np.swapaxes(pixels, 0, 1) if self.transpose else pixels
        if self.flip_rows:
            turned = turned[::-1]
        return turned[:, ::-1] if self.flip_columns else turned

    def size(self, stored: ImageSize) -> ImageSize:
        """The shown image's size."""
        return ImageSize(stored.columns, stored.rows) if self.transpose else stored

    def to_shown(self, point: ImagePoint, stored: ImageSize) -> ImagePoint:
        """Where a stored-image position lands in the shown image."""
        shown = self.size(stored)
        x, y = (point.y, point.x) if self.transpose else (point.x, point.y)
        return ImagePoint(
            shown.columns - 1 - x if self.flip_columns else x,
            shown.rows - 1 - y if self.flip_rows else y,
        )

    def to_stored(self, point: ImagePoint, stored: ImageSize) -> ImagePoint:
        """Which stored-image position lies under a position of the shown image."""
        return self.inverse.to_shown(point, self.size(stored))

    @property
    def inverse(self) -> Turn:
        """The turn that takes this one back."""
        if not self.transpose:
            return self
        return Turn(True, flip_rows=self.flip_columns, flip_columns=self.flip_rows)

    def then(self, after: Turn) -> Turn:
        """One turn that does this one and another after it."""
        rows, columns = self.flip_rows, self.flip_columns
        if after.transpose:
            rows, columns = columns, rows
        return Turn(
            self.transpose != after.transpose,
            flip_rows=rows != after.flip_rows,
            flip_columns=columns != after.flip_columns,
        )


ALL_TURNS = tuple(
    Turn(transpose, rows, columns)
    for transpose in (False, True)
    for rows in (False, True)
    for columns in (False, True)
)
