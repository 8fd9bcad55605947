"""How far two findings cover the same pixels of the images that both lie on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.finding import Finding, Geometry
from domain.geometry import Box, ImagePoint

_FINEST = 1024
"""Pixel centres along the longer side on which outlines are compared; of larger ones every n-th
is taken."""


_NEAR = 50.0
"""Pixels within which two bare points mean one place; 2.5 to 5 mm on usual detectors."""


@dataclass(frozen=True)
class Overlap:
    """iou: intersection over union. dice: twice the intersection over the sum. Both 0 to 1."""

    iou: float
    dice: float


@dataclass(frozen=True)
class _Grid:
    """Every step-th pixel centre of a rectangle of the stored image, which begins at a pixel."""

    left: int
    top: int
    columns: int
    rows: int
    step: int

    @property
    def shape(self) -> tuple[int, int]:
        return math.ceil(self.rows / self.step), math.ceil(self.columns / self.step)


NO_OVERLAP = Overlap(0.0, 0.0)


def overlap(one: Finding, other: Finding) -> Overlap:
    """Over the images and frames that both lie on, areas summed.

    Just the images that both lie on count, as a reader may mark one view alone.
    """
    pairs = [
        (mine, theirs)
        for mine in one.geometries
        for theirs in other.geometries
        if _same_place(mine, theirs)
    ]
    if not any(_meet(mine, theirs) for mine, theirs in pairs):
        return NO_OVERLAP
    inside = first = second = 0.0
    for mine, theirs in pairs:
        common, area_mine, area_theirs = _areas(mine, theirs)
        inside, first, second = inside + common, first + area_mine, second + area_theirs
    if first + second <= 0:
        return NO_OVERLAP
    return Overlap(inside / (first + second - inside), 2 * inside / (first + second))


def points_at(one: Finding, other: Finding) -> bool:
    """Whether a finding marked by a point alone points into the other's shape or at its point."""
    return any(
        _hits(mine, theirs) or _hits(theirs, mine)
        for mine in one.geometries
        for theirs in other.geometries
        if _same_place(mine, theirs)
    )


def _same_place(mine: Geometry, theirs: Geometry) -> bool:
    if mine.sop_instance_uid != theirs.sop_instance_uid:
        return False
    return mine.frame <= theirs.last_frame and theirs.frame <= mine.last_frame


def _hits(mine: Geometry, theirs: Geometry) -> bool:
    point = mine.point
    if point is None or _extent(mine) is not None:
        return False
    box = _extent(theirs)
    if box is None:
        there = theirs.point
        return there is not None and math.hypot(point.x - there.x, point.y - there.y) <= _NEAR
    return box.left <= point.x <= box.right and box.top <= point.y <= box.bottom


def _areas(mine: Geometry, theirs: Geometry) -> tuple[float, float, float]:
    """Common area and both areas in square pixels of the stored image."""
    first, second = _extent(mine), _extent(theirs)
    if first is None or second is None:
        return 0.0, 0.0, 0.0
    if _box_only(mine) and _box_only(theirs):
        return _common_box(first, second), first.area, second.area
    if not _meet(mine, theirs):
        return 0.0, _area(mine, first), _area(theirs, second)
    grid = _grid_over(first, second)
    plates = [_plate(one, grid) for one in (mine, theirs)]
    unit = grid.step**2
    common = int((plates[0] & plates[1]).sum()) * unit
    return float(common), float(plates[0].sum() * unit), float(plates[1].sum() * unit)


def _meet(mine: Geometry, theirs: Geometry) -> bool:
    """Whether anything of both can lie on one pixel."""
    first, second = _extent(mine), _extent(theirs)
    if first is None or second is None:
        return False
    beside = first.right < second.left or second.right < first.left
    return not (beside or first.bottom < second.top or second.bottom < first.top)


def _area(geometry: Geometry, extent: Box) -> float:
    """In square pixels of the stored image."""
    if _box_only(geometry):
        return extent.area
    grid = _grid_over(extent, extent)
    return float(_plate(geometry, grid).sum() * grid.step**2)


def _grid_over(first: Box, second: Box) -> _Grid:
    left = math.floor(min(first.left, second.left) + 0.5)
    top = math.floor(min(first.top, second.top) + 0.5)
    columns = math.ceil(max(first.right, second.right) + 0.5) - left
    rows = math.ceil(max(first.bottom, second.bottom) + 0.5) - top
    step = max(1, math.ceil(max(columns, rows) / _FINEST))
    return _Grid(left, top, max(1, columns), max(1, rows), step)


def _common_box(first: Box, second: Box) -> float:
    width = min(first.right, second.right) - max(first.left, second.left)
    height = min(first.bottom, second.bottom) - max(first.top, second.top)
    return max(width, 0.0) * max(height, 0.0)


def _box_only(geometry: Geometry) -> bool:
    return geometry.mask is None and geometry.contour is None


def _extent(geometry: Geometry) -> Box | None:
    """Around the finest shape there is; ``None`` for a point alone."""
    if geometry.mask is not None:
        return geometry.mask.box
    if geometry.contour is not None:
        return _around(geometry.contour.points)
    return geometry.box


def _around(points: tuple[ImagePoint, ...]) -> Box:
    across, down = [point.x for point in points], [point.y for point in points]
    return Box(min(across), min(down), max(across), max(down))


def _plate(geometry: Geometry, grid: _Grid) -> npt.NDArray[np.bool_]:
    """The finest shape at the grid's pixel centres, bool (rows, columns)."""
    if geometry.mask is not None:
        whole = geometry.mask.window(grid.left, grid.top, grid.columns, grid.rows)
        return np.asarray(whole[:: grid.step, :: grid.step], bool)
    if geometry.contour is not None:
        points = [(point.x, point.y) for point in geometry.contour.points]
    else:
        box = geometry.box or Box(grid.left, grid.top, grid.left, grid.top)
        points = [
            *((box.left, box.top), (box.right, box.top)),
            *((box.right, box.bottom), (box.left, box.bottom)),
        ]
    return _filled((np.array(points) - (grid.left, grid.top)) / grid.step, grid.shape)


def _filled(points: npt.NDArray[np.float64], shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Pixels whose centres lie inside an outline (even-odd rule), bool (rows, columns)."""
    ends = np.roll(points, -1, axis=0)
    rows = np.arange(shape[0])[:, None]
    row, edge = np.nonzero((points[:, 1] <= rows) != (ends[:, 1] <= rows))
    start, end = points[edge], ends[edge]
    share = (row - start[:, 1]) / (end[:, 1] - start[:, 1])
    at = np.ceil(start[:, 0] + share * (end[:, 0] - start[:, 0]))
    column = np.clip(at, 0, shape[1]).astype(np.intp)
    # Each crossing turns all that follows it in its row from outside to inside or back.
    turns = np.bincount(row * (shape[1] + 1) + column, minlength=shape[0] * (shape[1] + 1))
    turned = turns.reshape(shape[0], shape[1] + 1)[:, :-1] & 1
    return np.asarray(np.bitwise_xor.accumulate(turned, axis=1), bool)
