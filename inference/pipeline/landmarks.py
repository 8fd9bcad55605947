"""Nipple, chest wall and head of one view, and what of a box can be compared with another view.

The nipple is found as ``viewing.linking.estimate`` finds it: muscle first, in views that show it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.geometry import Box, ImagePoint, PixelSpacing
from domain.laterality import Laterality
from domain.orientation import Direction, PatientOrientation
from domain.side import Side
from domain.view_position import HangFamily
from imaging.anatomy.breast import BreastRegion, find_breast
from imaging.anatomy.nipple import find_nipple
from imaging.anatomy.pectoral import find_pectoral
from imaging.anatomy.reduced import (
    Floats,
    Mask,
    ReducedGrid,
    grid_of,
    reduce_image,
    size_of,
)
from imaging.grey.tissue import padding_mask, tissue_values
from imaging.raster import StoredPixels
from inference.pipeline.inputs import ViewInput
from inference.pipeline.results import NO_LIKENESS, Likeness

_CLEAR_MUSCLE = 0.3
"""Confidence from which a pectoral edge may tell the nipple's direction (docs/anatomy.md)."""

_TOWARDS = {Side.LEFT: (-1, 0), Side.RIGHT: (1, 0), Side.TOP: (0, -1), Side.BOTTOM: (0, 1)}

_RING = 0.5
"""How far the surroundings of a box reach out, in its sides."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """What was found on one view.

    nipple: in stored-image pixels, ``None`` where not made out. reduced: tissue on the region's
    reduced grid, float32. spread: standard deviation of the breast there.
    """

    region: BreastRegion = field(repr=False)
    spacing: PixelSpacing
    nipple: ImagePoint | None
    chest_wall: Side | None
    head: Side | None
    reduced: Floats = field(repr=False)
    spread: float

    @cached_property
    def _breast(self) -> Mask:
        return self.region.reduced_mask

    def likeness(self, box: Box) -> Likeness:
        """What of a box, in stored-image pixels, can be compared. All unknown without a spacing."""
        row_mm, column_mm = self.spacing.row_mm, self.spacing.column_mm
        if row_mm is None or column_mm is None:
            return NO_LIKENESS
        size = math.sqrt(box.width * column_mm * box.height * row_mm)
        behind, down = self._place(box.centre, row_mm, column_mm)
        return Likeness(behind, down, size, self._contrast(box))

    def _place(
        self, at: ImagePoint, row_mm: float, column_mm: float
    ) -> tuple[float | None, float | None]:
        if self.nipple is None or self.chest_wall is None or self.head is None:
            return None, None
        x, y = (at.x - self.nipple.x) * column_mm, (at.y - self.nipple.y) * row_mm
        wall, foot = _TOWARDS[self.chest_wall], _TOWARDS[self.head.opposite]
        return x * wall[0] + y * wall[1], x * foot[0] + y * foot[1]

    def _contrast(self, box: Box) -> float | None:
        reach_x, reach_y = box.width * _RING, box.height * _RING
        wide = Box(box.left - reach_x, box.top - reach_y, box.right + reach_x, box.bottom + reach_y)
        rows, columns = self._within(wide)
        here = np.s_[rows[0] : rows[1], columns[0] : columns[1]]
        breast, tissue = self._breast[here], self.reduced[here]
        inside = np.zeros(breast.shape, bool)
        inner_rows, inner_columns = self._within(box)
        inside[
            inner_rows[0] - rows[0] : inner_rows[1] - rows[0],
            inner_columns[0] - columns[0] : inner_columns[1] - columns[0],
        ] = True
        inner, ring = inside & breast, ~inside & breast
        if not (inner.any() and ring.any() and self.spread > 0):
            return None
        return float(tissue[inner].mean() - tissue[ring].mean()) / self.spread

    def _within(self, box: Box) -> tuple[tuple[int, int], tuple[int, int]]:
        """First and one past the last of the reduced rows and columns that a box touches."""
        grid = self.region.grid
        first = grid.to_reduced(ImagePoint(box.left, box.top))
        last = grid.to_reduced(ImagePoint(box.right, box.bottom))
        rows = max(0, math.floor(first.y + 0.5)), max(0, math.ceil(last.y + 0.5))
        columns = max(0, math.floor(first.x + 0.5)), max(0, math.ceil(last.x + 0.5))
        return rows, columns


def find_landmarks(
    view: ViewInput, pixels: StoredPixels, check: Callable[[], None] = lambda: None
) -> Landmarks:
    """Look at a view's stored values, (rows, columns); takes some hundredths of a second.

    check: called between the steps; what it raises ends the look.
    """
    tissue = tissue_values(view.grey, pixels)
    reduced = reduce_image(tissue, grid_of(size_of(tissue)))
    check()
    padding = None if view.grey.padding is None else padding_mask(view.grey, pixels)
    region = find_breast(tissue, padding, reduced=reduced)
    check()
    wall, head, nipple = region.chest_wall, None, None
    if wall is not None and view.position is not None:
        head = _head(view, wall, view.position.family)
        nipple = _nipple(reduced, region, wall, head, view.position.family)
        check()
    return Landmarks(region, view.spacing, nipple, wall, head, reduced, _spread(reduced, region))


def _nipple(
    reduced: Floats, region: BreastRegion, wall: Side, head: Side, family: HangFamily
) -> ImagePoint | None:
    """In stored-image pixels. Found on the reduced picture, which anatomy would make anew."""
    small = replace(region, grid=ReducedGrid(region.grid.reduced, region.grid.reduced))
    muscle = None
    if family is HangFamily.MLO:
        edge = find_pectoral(reduced, small, wall, head)
        muscle = edge if edge is not None and edge.confidence >= _CLEAR_MUSCLE else None
    found = find_nipple(reduced, small, wall, family=family, head=head, pectoral=muscle)
    return region.grid.to_stored(found.point.x, found.point.y) if found else None


def _spread(reduced: npt.NDArray[Any], region: BreastRegion) -> float:
    inside = reduced[region.reduced_mask]
    return float(inside.std()) if inside.size else 0.0


def _head(view: ViewInput, wall: Side, family: HangFamily) -> Side:
    """The stored image's edge that hangs at the top; without a word of it, the usual one."""
    usual = Side.TOP if wall.is_upright else Side.LEFT
    upwards = Direction.HEAD
    if family is HangFamily.CC:
        upwards = Direction.LEFT if view.laterality is Laterality.LEFT else Direction.RIGHT
    stated = None if view.orientation is None else side_towards(view.orientation, upwards)
    return stated if stated is not None and stated.is_upright != wall.is_upright else usual


def side_towards(orientation: PatientOrientation, direction: Direction) -> Side | None:
    """The edge of the stored image that faces a direction; ``None`` where neither axis runs so."""
    return {
        orientation.row: Side.RIGHT,
        orientation.row.opposite: Side.LEFT,
        orientation.column: Side.BOTTOM,
        orientation.column.opposite: Side.TOP,
    }.get(direction)
