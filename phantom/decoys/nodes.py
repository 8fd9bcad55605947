"""Lymph nodes: a kidney of dense cortex around a notch of fat."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from phantom.decoys.canvas import Canvas, canvas_around, random_direction, turned
from phantom.decoys.decoy import Decoy
from phantom.space.grid import Field, Grid
from phantom.space.points import BreastPoint, ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted
from phantom.space.streams import stream

FINE_MM = 0.1
FATTY_SIZE_MM = 12.0
"""Intramammary nodes are smaller; larger ones lie in the axilla and are mostly fat."""

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Ellipsoid:
    """centre: (3,) in mm. axes: (3, 3), one unit vector a row. radii: (3,) in mm. Frame u, v, t."""

    centre: Vector
    axes: Vector
    radii: Vector

    def span(self, x: Field, y: Field) -> tuple[Field, Field]:
        """Lowest and highest t inside, in mm; both the middle where the beam misses it."""
        a = self.axes.T @ np.diag(self.radii**-2.0) @ self.axes
        x, y = x - np.float32(self.centre[0]), y - np.float32(self.centre[1])
        slope = (a[0, 2] * x + a[1, 2] * y) / a[2, 2]
        inside = a[0, 0] * x**2 + 2 * a[0, 1] * (x * y) + a[1, 1] * y**2 - 1
        half = np.sqrt(np.maximum(slope**2 - inside / a[2, 2], 0))
        middle = self.centre[2] - slope
        return (middle - half).astype(np.float32), (middle + half).astype(np.float32)


def paint_lymph_node(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """An intramammary node: tissue in mm, thinner at its fatty hilum."""
    return paint_node(decoy.size_mm, decoy.seed, at, projection, grid)


def paint_node(
    size_mm: float, seed: int, at: ViewPoint, projection: Projection, grid: Grid
) -> Painted:
    """A node of 4 to 25 mm length; the same seed gives the same node seen from another side.

    Above about 12 mm the fatty centre grows until the cortex is a crescent.
    """
    rng = stream(seed, "lymph node")
    outside, hilum = _shape(rng, size_mm, projection)
    density = rng.uniform(0.7, 1.0)
    canvas = canvas_around(grid, at, size_mm * 0.62, FINE_MM)
    low, high = outside.span(*_lobulated(rng, canvas, 1.0))
    fat_low, fat_high = hilum.span(*_lobulated(rng, canvas, 2.5))
    fat = np.maximum(np.minimum(high, fat_high) - np.maximum(low, fat_low), 0)
    # Fat takes the place of the gland around, too: a hilum is darker than a dense surrounding.
    return Painted(tissue=canvas.stamp(density * (high - low - fat) - 0.15 * fat))


def _shape(
    rng: np.random.Generator, size_mm: float, projection: Projection
) -> tuple[_Ellipsoid, _Ellipsoid]:
    """The node's outside, and the fat that reaches into it from one of its long sides."""
    axes = _axes(rng, projection)
    half = size_mm / 2
    radii = half * np.array([1.0, rng.uniform(0.58, 0.78), rng.uniform(0.55, 0.72)])
    fatty = min(1.0, max(0.0, (size_mm - FATTY_SIZE_MM) / 10))
    radii[1:] *= 1 - 0.15 * fatty
    share = rng.uniform(0.55, 0.66) + fatty * rng.uniform(0.16, 0.24)
    # A hilum so far off that it breaks through the outline, which makes the notch.
    offset = (0.6 - 0.3 * fatty) * radii[1] * axes[1]
    along = rng.uniform(-0.12, 0.12) * radii[0] * axes[0]
    outside = _Ellipsoid(np.zeros(3), axes, radii)
    return outside, _Ellipsoid(offset + along, axes, radii * share * np.array([0.95, 1.0, 1.1]))


def _axes(rng: np.random.Generator, projection: Projection) -> Vector:
    """Long axis, direction of the hilum, and the third, as rows in the view's frame."""
    long = _vector(projection, random_direction(rng))
    other = _vector(projection, random_direction(rng))
    hilum = other - (other @ long) * long
    hilum /= max(float(np.linalg.norm(hilum)), 1e-9)
    return np.stack([long, hilum, np.cross(long, hilum)])


def _vector(projection: Projection, direction: BreastPoint) -> Vector:
    seen = turned(projection, direction)
    return np.array([seen.u, seen.v, seen.t])


def _lobulated(rng: np.random.Generator, canvas: Canvas, strength: float) -> tuple[Field, Field]:
    """The samples' places, pushed in and out by a few per cent in turn around the node."""
    angle = canvas.angle()
    push = np.float32(1.0)
    for folds, depth in ((2, 0.03), (3, 0.03), (5, 0.012)):
        phase = rng.uniform(0, 2 * math.pi)
        push = push + np.float32(strength * depth) * np.cos(folds * angle + np.float32(phase))
    return canvas.x * push, canvas.y * push
