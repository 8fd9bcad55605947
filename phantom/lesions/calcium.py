"""Calcifications as they lie in one view: single ones and groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.view_position import HangFamily
from phantom.lesions.calcium_dots import Dot, DotShape
from phantom.lesions.calcium_drawing import averaged, beam_axes, own_pixels, sheet_of
from phantom.lesions.calcium_groups import place_dots
from phantom.lesions.lesion import Lesion
from phantom.space.grid import Grid
from phantom.space.points import ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted, Patch, Stamp

_LEVEL_ANGLE = 80.0


def dots_of(lesion: Lesion) -> tuple[Dot, ...]:
    """The calcifications of a lesion, placed once in the breast: the same in every view."""
    return place_dots(lesion)


def paint_calcifications(
    lesion: Lesion, at: ViewPoint, projection: Projection, grid: Grid
) -> Painted:
    """A lesion's calcifications, with the lesion's place at ``at``.

    Gives ``calcium`` and ``patch``, or nothing where all of them lie outside the grid.
    """
    return paint_dots(dots_of(lesion), at, projection, grid)


def paint_dots(dots: Sequence[Dot], at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """Calcifications around a place, each moved as the view's compression moves it."""
    places = [(at.u + by.u, at.v + by.v) for by in (projection.shift(dot.offset) for dot in dots)]
    reach = max(
        (
            max(abs(u - at.u), abs(v - at.v)) + dot.size_mm
            for (u, v), dot in zip(places, dots, strict=True)
        ),
        default=0.0,
    )
    part, top, left = grid.around(at.u, at.v, reach + grid.pixel_mm)
    mm, mask = np.zeros(part.shape, np.float32), np.zeros(part.shape, np.bool_)
    for dot, (u, v) in zip(dots, places, strict=True):
        if not _may_touch(part, u, v, 1.5 * dot.size_mm):
            continue
        sheet = sheet_of(dot.bodies(), beam_axes(_angle(dot, projection)), dot.step_mm)
        laid = averaged(sheet, u, v, part)
        if laid is None:
            continue
        first_row, first_column, thickness, share = laid
        rows = slice(first_row, first_row + thickness.shape[0])
        columns = slice(first_column, first_column + thickness.shape[1])
        mm[rows, columns] += thickness * np.float32(dot.density)
        if float(thickness.sum()) * part.pixel_mm**2 > 0.5 * sheet.volume:
            mask[rows, columns] |= own_pixels(thickness, share)
    if not mm.any():
        return Painted()
    patch = Patch(top, left, mask) if mask.any() else None
    return Painted(calcium=Stamp(top, left, mm), patch=patch)


def _may_touch(grid: Grid, u: float, v: float, reach_mm: float) -> bool:
    reach = reach_mm / grid.pixel_mm + 1
    return (
        -reach < grid.row_of(v) < grid.rows + reach
        and -reach < grid.column_of(u) < grid.columns + reach
    )


def _angle(dot: Dot, projection: Projection) -> float:
    """The beam's angle to the body that it passes, in degrees.

    Cysts give way under the paddle, so that in an oblique view the level of their sediment is seen
    as from the side; hard bodies are not squeezed.
    """
    if dot.shape is DotShape.TEACUP and projection.family is HangFamily.MLO:
        return max(projection.angle, _LEVEL_ANGLE)
    return projection.angle
