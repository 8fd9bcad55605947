"""A finely sampled square to draw one small thing on, in mm around its place."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from phantom.space.grid import Field, Grid
from phantom.space.points import BreastPoint, ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Stamp


@dataclass(frozen=True)
class Canvas:
    """Sample places within one rectangle of a view's grid.

    top, left: the grid's pixel under the first one. finer: samples per pixel along each side.
    x: float32 (1, columns * finer), mm along u from the thing's place. y: float32
    (rows * finer, 1), the same along v.
    """

    top: int
    left: int
    rows: int
    columns: int
    finer: int
    x: Field = field(repr=False)
    y: Field = field(repr=False)

    def stamp(self, mm: Field) -> Stamp:
        """Means over each pixel of samples, float32 (rows * finer, columns * finer), in mm."""
        samples = np.ascontiguousarray(mm, np.float32)
        pixels = cv2.resize(samples, (self.columns, self.rows), interpolation=cv2.INTER_AREA)
        return Stamp(self.top, self.left, np.asarray(pixels, np.float32))

    def distance(self) -> Field:
        """Distance in mm from the thing's place: float32, of the samples' shape."""
        away: Field = np.sqrt(self.x**2 + self.y**2)
        return away

    def turned(self, turn: float) -> tuple[Field, Field]:
        """Places along and across a direction of turn radians from u towards v, in mm."""
        cos, sin = np.float32(math.cos(turn)), np.float32(math.sin(turn))
        return self.x * cos + self.y * sin, self.y * cos - self.x * sin

    def empty(self) -> Field:
        """Zeros of the samples' shape, float32."""
        return np.zeros((self.rows * self.finer, self.columns * self.finer), np.float32)

    def angle(self) -> Field:
        """Direction from the thing's place in radians, -pi to pi, 0 along u."""
        shape = (self.rows * self.finer, self.columns * self.finer)
        return np.arctan2(np.broadcast_to(self.y, shape), np.broadcast_to(self.x, shape))


def canvas_around(grid: Grid, at: ViewPoint, reach_mm: float, fine_mm: float) -> Canvas:
    """The canvas within reach of a place, clipped to the grid, sampled at least as fine as told."""
    part, top, left = grid.around(at.u, at.v, reach_mm)
    finer = max(1, math.ceil(grid.pixel_mm / fine_mm - 1e-6))
    return Canvas(
        top,
        left,
        part.rows,
        part.columns,
        finer,
        _samples(part.columns, finer, part.u0 - at.u, part.pixel_mm)[None, :],
        _samples(part.rows, finer, part.v0 - at.v, part.pixel_mm)[:, None],
    )


def _samples(count: int, finer: int, first: float, step: float) -> Field:
    places = (np.arange(count * finer) + 0.5) / finer - 0.5
    return np.asarray(first + step * places, np.float32)


def waves(
    rng: np.random.Generator,
    x: Field,
    y: Field,
    wavelength_mm: float,
    *,
    turn: float = 0.0,
    stretch: float = 1.0,
) -> Field:
    """A smooth random texture in mm, mean 0 and variance 1: eight plane waves.

    x: (1 or rows, columns) and y: (rows, 1 or columns) in mm; the draws do not depend on them, so
    the texture is the same at every pixel size. stretch: how much longer it is along the direction
    of turn radians. Each wave is split so that only rows and columns need cosines.
    """
    total = np.zeros((y.shape[0], x.shape[1]), np.float32)
    for way, length, phase in rng.uniform((0, 0.7, 0), (1, 1.5, 1), (8, 3)):
        wave = 2 * math.pi / (length * wavelength_mm)
        along, aside = math.cos(2 * math.pi * way) / stretch, math.sin(2 * math.pi * way)
        right = along * math.cos(turn) - aside * math.sin(turn)
        below = along * math.sin(turn) + aside * math.cos(turn)
        across = np.float32(wave * right) * x + np.float32(2 * math.pi * phase)
        down = np.float32(wave * below) * y
        total += np.cos(across) * np.cos(down) - np.sin(across) * np.sin(down)
    return total * np.float32(0.5)


def random_direction(rng: np.random.Generator) -> BreastPoint:
    """A direction in the breast, of length 1."""
    vector = rng.normal(size=3)
    depth, lateral, head = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return BreastPoint(float(depth), float(lateral), float(head))


def turned(projection: Projection, by: BreastPoint) -> ViewPoint:
    """The displacement as seen in the view, of unchanged length.

    For what is firm: compression moves and turns it, but does not flatten it.
    """
    firm = replace(projection, spread=1.0, stretch_u=1.0, thickness_mm=projection.uncompressed_mm)
    return firm.shift(by)
