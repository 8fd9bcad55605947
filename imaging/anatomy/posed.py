"""A breast as anatomy wants it: chest wall at the left, head up, cut to its box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize
from domain.side import Side
from domain.turn import ALL_TURNS, Turn
from imaging.anatomy.breast import BreastRegion
from imaging.anatomy.reduced import Floats, Mask, ReducedGrid, reduce_image


@dataclass(frozen=True)
class PosedBreast:
    """The reduced breast after ``turn``, from ``first_row`` and ``first_column`` on.

    pixels: float32 (rows, columns). mask: bool of the same shape, true inside the breast.
    """

    pixels: Floats
    mask: Mask
    grid: ReducedGrid
    turn: Turn
    first_row: int
    first_column: int

    def to_stored(self, x: float, y: float) -> ImagePoint:
        """The stored-image position of a posed one."""
        shown = ImagePoint(x + self.first_column, y + self.first_row)
        reduced = self.turn.to_stored(shown, self.grid.reduced)
        return self.grid.to_stored(float(reduced.x), float(reduced.y))

    def to_posed(self, point: ImagePoint) -> ImagePoint:
        """The posed position of a stored-image one."""
        shown = self.turn.to_shown(self.grid.to_reduced(point), self.grid.reduced)
        return ImagePoint(shown.x - self.first_column, shown.y - self.first_row)


def posing_turn(chest_wall: Side, head: Side | None = None) -> Turn:
    """The turn that brings the chest wall left and the head up.

    Without a head up and down stay as they come. ``ValueError`` where head and chest wall lie
    on one axis.
    """
    for turn in ALL_TURNS:
        if chest_wall.after(turn) is Side.LEFT and head in (None, Side.TOP.after(turn.inverse)):
            return turn
    raise ValueError(f"the head can't be {head} with the chest wall {chest_wall}")


def pose(
    tissue: npt.NDArray[Any], region: BreastRegion, chest_wall: Side, head: Side | None = None
) -> PosedBreast | None:
    """Turn and cut the reduced picture; ``None`` where the region is empty.

    tissue: the picture ``region`` was found in, any real dtype. ``ValueError`` for another size.
    """
    if ImageSize(*tissue.shape) != region.grid.stored:
        raise ValueError("the breast region belongs to a picture of another size")
    turn = posing_turn(chest_wall, head)
    mask = turn.apply(region.reduced_mask)
    columns = mask.sum(axis=0)
    rows = np.flatnonzero(mask.any(axis=1))
    if rows.size == 0:
        return None
    # A thin rim before the chest wall is not the wall.
    left = int(np.argmax(columns >= 0.03 * columns.max()))
    right = int(np.flatnonzero(columns)[-1])
    cut = np.s_[rows[0] : rows[-1] + 1, left : right + 1]
    pixels = turn.apply(reduce_image(tissue, region.grid))
    return PosedBreast(
        np.ascontiguousarray(pixels[cut]),
        np.ascontiguousarray(mask[cut]),
        region.grid,
        turn,
        int(rows[0]),
        left,
    )
