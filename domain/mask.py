"""A mask over a stored image as runs a row: small, exact, and cheap to change in part."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.geometry import Box, ImageSize

Row = tuple[int, ...]
"""Starts and stops of a row's runs in turn, ascending; stops are exclusive. Empty for none."""


@dataclass(frozen=True)
class RleMask:
    """A mask over the whole stored image.

    size: of the image. top: the row that ``rows[0]`` belongs to. rows: runs of each row from
    there on. Equal masks are equal objects: the first and last row hold a run, neighbouring runs
    don't touch, and the empty mask has top 0 and no rows. Rows that a change leaves alone are
    shared between the mask before and after.
    """

    size: ImageSize
    top: int = 0
    rows: tuple[Row, ...] = ()

    def __post_init__(self) -> None:
        if self.rows and not (self.rows[0] and self.rows[-1]):
            raise ValueError("a mask's first and last rows hold a run")
        low = 0 if self.rows else self.top
        if self.top < 0 or low or self.top + len(self.rows) > self.size.rows:
            raise ValueError("a mask lies inside its image")
        if any(row and not 0 <= row[0] < row[-1] <= self.size.columns for row in self.rows):
            raise ValueError("a mask's runs lie inside its image")

    def check(self) -> None:
        """Raise ValueError where a row's runs don't ascend and part; for masks from files.

        Not done for each mask, as a stroke on a mask of a million runs must not wait for it.
        """
        for row in self.rows:
            ascending = all(before < after for before, after in pairwise(row))
            if len(row) % 2 or not ascending:
                raise ValueError("runs have a start and a stop, ascend, and part")

    @classmethod
    def of(
        cls, pixels: npt.NDArray[np.generic], size: ImageSize, left: int = 0, top: int = 0
    ) -> RleMask:
        """The mask of an array's pixels that are not zero.

        pixels: (rows, columns), any dtype; its first pixel is the image's (top, left). What lies
        outside the image is left out.
        """
        inside = pixels[
            max(0, -top) : max(0, size.rows - top), max(0, -left) : max(0, size.columns - left)
        ]
        left, top = max(0, left), max(0, top)
        return cls.tidy(size, top, tuple(_runs(inside != 0, left)))

    @classmethod
    def tidy(cls, size: ImageSize, top: int, rows: tuple[Row, ...]) -> RleMask:
        """A mask of rows of which the first and last may be empty."""
        filled = [index for index, row in enumerate(rows) if row]
        if not filled:
            return cls(size)
        first, last = filled[0], filled[-1] + 1
        return cls(size, top + first, rows if last - first == len(rows) else rows[first:last])

    @classmethod
    def from_counts(cls, size: ImageSize, counts: tuple[int, ...]) -> RleMask:
        """From lengths of alternating runs in row-major order, background first.

        Raises ValueError where a length is negative or they don't add up to the image.
        """
        if any(count < 0 for count in counts):
            raise ValueError("run lengths are not negative")
        if sum(counts) != size.rows * size.columns:
            raise ValueError("run lengths must add up to the image's pixels")
        values = np.arange(len(counts)) % 2 == 1
        return cls.of(np.repeat(values, counts).reshape(size.shape), size)

    @property
    def counts(self) -> tuple[int, ...]:
        """Lengths of alternating runs in row-major order, background first; they fill the image."""
        edges: list[int] = []
        for index, row in enumerate(self.rows, self.top):
            for edge in row:
                flat = index * self.size.columns + edge
                if edges and edges[-1] == flat:  # runs that meet at a row's end are one
                    edges.pop()
                else:
                    edges.append(flat)
        end = self.size.rows * self.size.columns
        lengths = np.diff([0, *edges, end]).tolist()
        return tuple(lengths[:-1] if edges and edges[-1] == end else lengths)

    @property
    def empty(self) -> bool:
        """Whether no pixel is in the mask."""
        return not self.rows

    @property
    def area(self) -> int:
        """Pixels in the mask."""
        return sum(sum(row[1::2]) - sum(row[::2]) for row in self.rows)

    @property
    def box(self) -> Box | None:
        """Around the mask's pixels, edges included; ``None`` for the empty mask."""
        if self.empty:
            return None
        left = min(row[0] for row in self.rows if row)
        right = max(row[-1] for row in self.rows if row)
        return Box(left - 0.5, self.top - 0.5, right - 0.5, self.top + len(self.rows) - 0.5)

    def row(self, index: int) -> Row:
        """The runs of one row of the image."""
        inside = 0 <= index - self.top < len(self.rows)
        return self.rows[index - self.top] if inside else ()

    def contains(self, row: int, column: int) -> bool:
        """Whether a pixel is in the mask."""
        runs = self.row(row)
        return any(
            start <= column < stop for start, stop in zip(runs[::2], runs[1::2], strict=True)
        )

    def window(self, left: int, top: int, columns: int, rows: int) -> npt.NDArray[np.uint8]:
        """A part as (rows, columns) of 0 and 1; it may reach beyond the image, where it is 0."""
        part = np.zeros((rows, columns), np.uint8)
        first = max(top, self.top)
        for index in range(first, min(top + rows, self.top + len(self.rows))):
            runs = self.rows[index - self.top]
            for start, stop in zip(runs[::2], runs[1::2], strict=True):
                part[index - top, max(0, start - left) : max(0, stop - left)] = 1
        return part

    def pixels(self) -> npt.NDArray[np.uint8]:
        """The whole image's mask: (rows, columns) of 0 and 1."""
        return self.window(0, 0, self.size.columns, self.size.rows)


def _runs(inside: npt.NDArray[np.bool_], left: int) -> list[Row]:
    rows, columns = inside.shape
    padded = np.zeros((rows, columns + 2), np.int8)
    padded[:, 1:-1] = inside
    at, edge = np.nonzero(np.diff(padded, axis=1))
    ends = np.searchsorted(at, np.arange(rows + 1))
    edges = (edge + left).tolist()
    return [tuple(edges[begin:end]) for begin, end in pairwise(ends.tolist())]
