"""A place in CC is an arc in MLO and the other way round: both lie equally far from the nipple.

How far the two distances may differ was measured on phantoms (docs/linking.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint
from viewing.linking.breast_frame import BreastFrame, Points

BAND_MM, BAND_SHARE = 8.0, 0.27
"""Half the band's width: a constant, and a share of the distance.

Compression shifts what lies near the nipple by little; far from it the part of the distance that
runs along one view's beam is lost in that view and seen in the other.
"""

_STEP_MM = 1.5

Polyline = tuple[ImagePoint, ...]


@dataclass(frozen=True)
class DistanceArc:
    """Where on another image of the same breast a place may lie.

    radius_mm: from the nipple. half_width_mm: of the band in which it lies in at least 95 of 100
    cases. arc, inner, outer: the arc and the band's edges as far as they run within the breast,
    in pixels of the other stored image.
    """

    radius_mm: float
    half_width_mm: float
    arc: tuple[Polyline, ...]
    inner: tuple[Polyline, ...]
    outer: tuple[Polyline, ...]

    def holds(self, distance_mm: float) -> bool:
        """Whether a distance from the nipple lies within the band."""
        return abs(distance_mm - self.radius_mm) <= self.half_width_mm


def arc_in(other: BreastFrame, point: ImagePoint, frame: BreastFrame) -> DistanceArc | None:
    """The arc in ``other`` for a stored-image position of ``frame``, the same breast's other view.

    ``None`` where either spacing is unknown: pixels of two images can't be compared.
    """
    if not (frame.in_mm and other.in_mm):
        return None
    radius = frame.place_of(point).distance
    half = band_mm(radius, frame, other)
    return DistanceArc(
        radius_mm=radius,
        half_width_mm=half,
        arc=_within(other, radius),
        inner=_within(other, radius - half),
        outer=_within(other, radius + half),
    )


def band_mm(radius_mm: float, frame: BreastFrame, other: BreastFrame) -> float:
    """Half the band's width at a distance: compression and both nipples' doubt, in mm."""
    compression = BAND_MM + BAND_SHARE * radius_mm
    return math.hypot(compression, frame.nipple.doubt_mm, other.nipple.doubt_mm)


def _within(frame: BreastFrame, radius: float) -> tuple[Polyline, ...]:
    """The parts of a circle around the nipple that lie in the breast, ends not joined."""
    if radius <= 0:
        return ()
    # From straight ahead of the nipple on: there is no breast, so that no part is cut in two.
    count = max(16, math.ceil(2 * math.pi * radius / _STEP_MM))
    angles = np.linspace(-math.pi, math.pi, count + 1)
    places = radius * np.column_stack([np.cos(angles), np.sin(angles)])
    points = frame.points_at(places)
    return _runs(points, frame.inside(points))


def _runs(points: Points, kept: npt.NDArray[np.bool_]) -> tuple[Polyline, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return tuple(
        tuple(ImagePoint(x, y) for x, y in points[start:end].tolist())
        for start, end in pairs
        if end - start > 1
    )
