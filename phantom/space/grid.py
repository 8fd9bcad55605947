"""Pixels of one view, drawn with the chest wall at the left; right breasts are mirrored last."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Grid:
    """Square pixels over a view or over a part of it.

    rows, columns: its size. pixel_mm: distance of pixel centres. u0, v0: the view's u and v, in mm,
    at the centre of pixel (0, 0).
    """

    rows: int
    columns: int
    pixel_mm: float
    u0: float
    v0: float

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return (self.rows, self.columns)

    def column_of(self, u: float) -> float:
        """The column, with fraction, at which u lies."""
        return (u - self.u0) / self.pixel_mm

    def row_of(self, v: float) -> float:
        """The row, with fraction, at which v lies."""
        return (v - self.v0) / self.pixel_mm

    def u(self) -> Field:
        """U of each column in mm: float32 (1, columns)."""
        return (self.u0 + self.pixel_mm * np.arange(self.columns, dtype=np.float32))[None, :]

    def v(self) -> Field:
        """V of each row in mm: float32 (rows, 1)."""
        return (self.v0 + self.pixel_mm * np.arange(self.rows, dtype=np.float32))[:, None]

    def part(self, top: int, left: int, rows: int, columns: int) -> Grid:
        """The grid of a rectangle of these pixels; it may reach beyond them."""
        return replace(
            self,
            rows=rows,
            columns=columns,
            u0=self.u0 + left * self.pixel_mm,
            v0=self.v0 + top * self.pixel_mm,
        )

    def around(self, u: float, v: float, reach_mm: float) -> tuple[Grid, int, int]:
        """Grid of the square within reach of a place, clipped to this grid, with its top and left.

        The clipped grid has at least one pixel, even where the square lies outside.
        """
        reach = reach_mm / self.pixel_mm
        top = int(np.clip(np.floor(self.row_of(v) - reach), 0, self.rows - 1))
        left = int(np.clip(np.floor(self.column_of(u) - reach), 0, self.columns - 1))
        bottom = int(np.clip(np.ceil(self.row_of(v) + reach) + 1, top + 1, self.rows))
        right = int(np.clip(np.ceil(self.column_of(u) + reach) + 1, left + 1, self.columns))
        return self.part(top, left, bottom - top, right - left), top, left
