"""Scars: strands that draw the tissue in, around fat, with a wire on the skin now and then."""

from __future__ import annotations

import math

import numpy as np

from phantom.decoys.canvas import Canvas, canvas_around, random_direction, turned, waves
from phantom.decoys.decoy import Decoy
from phantom.space.grid import Field, Grid
from phantom.space.points import BreastPoint, ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted, Pull, Stamp
from phantom.space.streams import stream

FINE_MM = 0.2
WIRE_FINE_MM = 0.1
WIRE_SHARE = 0.25
"""How many scars carry a wire that a technologist has taped on the skin."""


def paint_scar(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """Short thick strands around a lucent centre, and the pull on the tissue around.

    The strands have directions in the breast, so one view sees them fanned out and the other, along
    them, as a smaller density: what tells a scar from a cancer. Tissue in mm, negative for fat.
    """
    rng = stream(decoy.seed, "scar")
    size = decoy.size_mm
    canvas = canvas_around(grid, at, size * 0.95, FINE_MM)
    plane = random_direction(rng)
    mm = _core(rng, canvas, size)
    for _ in range(int(rng.integers(10, 18))):
        mm = np.maximum(mm, _strand(rng, canvas, size, plane, projection))
    mm *= 0.8 + 0.2 * np.clip(waves(rng, canvas.x, canvas.y, 2.5), -1.5, 1.5)
    fat = _fat(rng, canvas, size)
    mm = mm * (1 - fat) - np.float32(0.05 * size) * fat
    pull = Pull(at.u, at.v, size * rng.uniform(0.9, 1.3), rng.uniform(0.14, 0.28))
    return Painted(tissue=canvas.stamp(mm), metal=_wire(decoy, at, projection, grid), pulls=(pull,))


def _core(rng: np.random.Generator, canvas: Canvas, size: float) -> Field:
    """The ragged middle of the scar in mm, where its strands have grown together."""
    along, across = canvas.turned(rng.uniform(0, math.pi))
    along, across = along / rng.uniform(0.24, 0.36), across / rng.uniform(0.13, 0.22)
    ragged = 1 + 0.45 * waves(rng, canvas.x, canvas.y, size * 0.22)
    level = 1.2 * ragged - (along**2 + across**2) / size**2
    mm: Field = (size * rng.uniform(0.25, 0.42) * np.clip(level, 0, 1)).astype(np.float32)
    return mm


def _strand(
    rng: np.random.Generator,
    canvas: Canvas,
    size: float,
    plane: BreastPoint,
    projection: Projection,
) -> Field:
    """One strand in mm, thickest a third of the way out."""
    seen = turned(projection, _flattened(random_direction(rng), plane))
    start, length = size * rng.uniform(0.02, 0.1), size * rng.uniform(0.22, 0.72)
    half_width = rng.uniform(0.35, 0.95) * math.sqrt(size / 15)
    peak, bend = rng.uniform(6.0, 12.0) * math.sqrt(size / 15), rng.uniform(-0.25, 0.25)
    shown = max(math.hypot(seen.u, seen.v), 1e-6)
    along, across = canvas.turned(math.atan2(seen.v, seen.u))
    across = across - np.float32(size * rng.uniform(-0.12, 0.12))
    reach = max(start + length * shown, start + 2 * half_width)
    s = (along - start) / np.float32(reach - start)
    across = across - np.float32(bend * reach) * s**2
    body = np.clip(s / 0.15, 0, 1) * np.clip(1 - s, 0, 1) ** 0.7
    width = np.float32(half_width) * (0.5 + 0.9 * np.clip(1 - s, 0, 1))
    mm: Field = (peak * body * np.clip(1 - (across / (2 * width)) ** 2, 0, 1) ** 2).astype(
        np.float32
    )
    return mm


def _flattened(direction: BreastPoint, plane: BreastPoint) -> BreastPoint:
    """The direction with most of its part along the plane's normal taken away, of length 1."""
    normal = np.array([plane.depth, plane.lateral, plane.head])
    vector = np.array([direction.depth, direction.lateral, direction.head])
    vector = vector - 0.75 * (vector @ normal) * normal
    depth, lateral, head = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return BreastPoint(float(depth), float(lateral), float(head))


def _fat(rng: np.random.Generator, canvas: Canvas, size: float) -> Field:
    """Fat caught in the middle and beside it: 1 where it fills the scar, 0 where there is none."""
    fat = canvas.empty()
    for away, low, high in ((0.04, 0.1, 0.16), (0.26, 0.06, 0.13), (0.3, 0.05, 0.12)):
        turn, radius = rng.uniform(0, 2 * math.pi), size * rng.uniform(low, high)
        narrow = rng.uniform(0.5, 0.9)
        x = canvas.x - np.float32(away * size * math.cos(turn))
        y = canvas.y - np.float32(away * size * math.sin(turn))
        slant = turn + rng.uniform(-0.6, 0.6)
        out = (x * math.cos(slant) + y * math.sin(slant)) ** 2
        side = ((y * math.cos(slant) - x * math.sin(slant)) / narrow) ** 2
        lens = np.clip(1 - (out + side) / radius**2, 0, 1) ** 0.7
        fat = np.maximum(fat, lens.astype(np.float32))
    return fat


def _wire(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Stamp | None:
    """The wire on the skin, in mm of metal: it lies over the scar or a little beside it."""
    rng = stream(decoy.seed, "scar wire")
    if rng.uniform() >= WIRE_SHARE:
        return None
    half, radius = decoy.size_mm * rng.uniform(0.5, 0.9), rng.uniform(0.25, 0.4)
    bow = rng.uniform(-0.25, 0.25)
    seen = stream(decoy.seed, "scar wire", projection.family.value)
    turn, off = seen.uniform(0, math.pi), seen.uniform(-4, 4, 2)
    place = ViewPoint(at.u + float(off[0]), at.v + float(off[1]))
    canvas = canvas_around(grid, place, half + 2, WIRE_FINE_MM)
    along, across = canvas.turned(turn)
    s = along / np.float32(half)
    curve = np.float32(bow * half) * (s**2 - 0.4)
    slope = np.float32(2 * bow) * s
    away = (across - curve) ** 2 / (1 + slope**2)
    chord = 2 * np.sqrt(np.clip(radius**2 - away, 0, None)) * (np.abs(s) < 1)
    return canvas.stamp(chord.astype(np.float32))
