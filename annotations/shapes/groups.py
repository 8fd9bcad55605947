"""Groups of calcifications: how many dots, their hull and extent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from annotations.shapes.arrays import Points, array_of, points_of, twice_area
from domain.geometry import ImagePoint, PixelSpacing
from domain.mask import RleMask

_UNKNOWN = PixelSpacing.unknown()


@dataclass(frozen=True)
class GroupMeasure:
    """A group of dots. hull: convex, around them; fewer than three points where they line up.

    extent: largest distance between two places of the group; area: inside the hull. In stored
    pixels, and in mm and square mm where spacing is known.
    """

    count: int
    hull: Points
    extent_px: float
    extent_mm: float | None
    area_px: float
    area_mm2: float | None


def hull(points: Sequence[ImagePoint]) -> Points:
    """The convex outline around points: its corners only (Andrew, 1979)."""
    ordered = sorted({(one.x, one.y) for one in points})
    if len(ordered) < 3:
        return tuple(ImagePoint(*one) for one in ordered)
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return tuple(ImagePoint(*one) for one in (*lower[:-1], *upper[:-1]))


def group_of(dots: Sequence[ImagePoint], spacing: PixelSpacing = _UNKNOWN) -> GroupMeasure:
    """Measures of a group from the middles of its dots."""
    return _measure(len(dots), hull(dots), spacing)


def group_of_mask(mask: RleMask, spacing: PixelSpacing = _UNKNOWN) -> GroupMeasure:
    """Measures of a group from its mask: dots by ``dots_of``, hull around its pixels' edges."""
    corners = [
        ImagePoint(x - 0.5, y + half)
        for y, row in enumerate(mask.rows, mask.top)
        if row
        for x in (row[0], row[-1])
        for half in (-0.5, 0.5)
    ]
    return _measure(len(dots_of(mask)), hull(corners), spacing)


def dots_of(mask: RleMask) -> Points:
    """The middle of each part of a mask; pixels that touch by a corner are one part."""
    box = mask.box
    if box is None:
        return ()
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    part = mask.window(left, top, round(box.width), round(box.height))
    _, _, _, middles = cv2.connectedComponentsWithStats(part, connectivity=8)
    return points_of(np.asarray(middles)[1:] + np.array((left, top)))


def _measure(count: int, around: Points, spacing: PixelSpacing) -> GroupMeasure:
    array = array_of(around)
    apart = array[:, None] - array[None]
    extent = float(np.hypot(apart[..., 0], apart[..., 1]).max()) if len(array) else 0.0
    area = abs(twice_area(array)) / 2
    if spacing.row_mm is None or spacing.column_mm is None:
        return GroupMeasure(count, around, extent, None, area, None)
    column, row = spacing.column_mm, spacing.row_mm
    apart_mm = np.hypot(apart[..., 0] * column, apart[..., 1] * row)
    extent_mm = float(apart_mm.max()) if len(array) else 0.0
    return GroupMeasure(count, around, extent, extent_mm, area, area * column * row)


def _chain(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for point in ordered:
        while len(chain) > 1 and _left(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _left(one: tuple[float, float], two: tuple[float, float], three: tuple[float, float]) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])
