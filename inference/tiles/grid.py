"""Squares that cover a picture, with the margins that neighbours share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Tile:
    """One square. row, column: its first pixel in the picture; may lie outside."""

    row: int
    column: int


@dataclass(frozen=True)
class TileGrid:
    """Squares of ``side`` pixels; of each, all but a margin of ``margin`` pixels is its own.

    What squares own covers the picture once, without gaps: a network sees ``margin`` pixels around
    each pixel that it is asked about.
    """

    side: int
    margin: int

    def __post_init__(self) -> None:
        if self.margin < 0 or self.side <= 2 * self.margin:
            raise ValueError("a tile is larger than its margins")

    @property
    def step(self) -> int:
        """Pixels between neighbouring squares; the side of what each owns."""
        return self.side - 2 * self.margin

    def count(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """Squares down and across for a picture of (rows, columns)."""
        return math.ceil(shape[0] / self.step), math.ceil(shape[1] / self.step)

    def tiles(self, shape: tuple[int, ...]) -> list[Tile]:
        """All squares, row by row."""
        down, across = self.count(shape)
        return [self._tile(place, across) for place in range(down * across)]

    def over(self, wanted: npt.NDArray[np.bool_]) -> list[Tile]:
        """The squares that own a pixel that is wanted. wanted: (rows, columns)."""
        return self.best(wanted.astype(np.float32), 0.0)

    def best(self, worth: Floats, least: float, most: int | None = None) -> list[Tile]:
        """The squares that own a pixel of more worth than ``least``, those of most worth first.

        worth: (rows, columns), 0 and more. most: how many at most.
        """
        return self._ranked(self._held(worth), worth.shape, least, most)

    def reached(
        self, shape: tuple[int, ...], rows: Places, columns: Places, worth: Floats
    ) -> list[Tile]:
        """The squares that own one of some pixels, those of most worth first.

        shape: of the picture. rows, columns, worth: of each pixel; worth is above 0.
        """
        down, across = self.count(shape)
        held = np.zeros(down * across, np.float32)
        np.maximum.at(held, rows // self.step * across + columns // self.step, worth)
        return self._ranked(held, shape, 0.0)

    def number(self, wanted: npt.NDArray[np.bool_]) -> int:
        """How many squares own a pixel that is wanted. wanted: (rows, columns)."""
        return int(self._held(wanted).sum())

    def _ranked(
        self,
        held: npt.NDArray[Any],
        shape: tuple[int, ...],
        least: float,
        most: int | None = None,
    ) -> list[Tile]:
        across = self.count(shape)[1]
        order = np.argsort(-held, kind="stable")[:most]
        return [self._tile(place, across) for place in order[held[order] > least].tolist()]

    def _tile(self, place: int, across: int) -> Tile:
        row, column = divmod(place, across)
        return Tile(row * self.step - self.margin, column * self.step - self.margin)

    def _held(self, worth: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The most that each square owns, row by row; worth is 0 and more."""
        # numpy's own way along rows, reduceat, takes many times as long as the maximum of a band.
        bands = [worth[row : row + self.step].max(axis=0) for row in self._begins(worth.shape[0])]
        columns = self._begins(worth.shape[1])
        return np.maximum.reduceat(np.stack(bands), columns, axis=1).reshape(-1)

    def _begins(self, length: int) -> range:
        return range(0, length, self.step)

    def cut(self, picture: npt.NDArray[Any], tiles: Sequence[Tile]) -> npt.NDArray[Any]:
        """(n, side, side) of the picture's dtype, 0 where a square reaches beyond it."""
        cut = np.zeros((len(tiles), self.side, self.side), picture.dtype)
        for one, tile in zip(cut, tiles, strict=True):
            rows, columns = self._within(picture.shape, tile)
            inner = (
                slice(rows.start - tile.row, rows.stop - tile.row),
                slice(columns.start - tile.column, columns.stop - tile.column),
            )
            one[inner] = picture[rows, columns]
        return cut

    def put(self, picture: Floats, tiles: Sequence[Tile], answers: npt.NDArray[Any]) -> None:
        """Write what each square owns into the picture. answers: (n, side, side)."""
        inner = slice(self.margin, self.side - self.margin)
        for tile, answer in zip(tiles, answers, strict=True):
            row, column = tile.row + self.margin, tile.column + self.margin
            own = answer[inner, inner][: picture.shape[0] - row, : picture.shape[1] - column]
            picture[row : row + own.shape[0], column : column + own.shape[1]] = own

    def _within(self, shape: tuple[int, ...], tile: Tile) -> tuple[slice, slice]:
        first, start = max(0, tile.row), max(0, tile.column)
        last = max(first, min(shape[0], tile.row + self.side))
        stop = max(start, min(shape[1], tile.column + self.side))
        return slice(first, last), slice(start, stop)
