"""Summation shadows: gland that overlaps in one view and makes a density that is none."""

from __future__ import annotations

import math

import numpy as np

from phantom.decoys.canvas import Canvas, canvas_around, waves
from phantom.decoys.decoy import Decoy
from phantom.space.grid import Field, Grid
from phantom.space.points import ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted
from phantom.space.streams import stream

FINE_MM = 0.25


def paint_summation(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """Two or three bands of gland that cross at the place; size_mm is that of the crossing.

    Tissue in mm. Each band fades at its ends and edges, so the density has no rim.
    """
    rng = stream(decoy.seed, "summation", projection.family.value)
    size = decoy.size_mm
    canvas = canvas_around(grid, at, size * 2.5, FINE_MM)
    mm = canvas.empty()
    count = int(rng.integers(2, 4))
    first = rng.uniform(0, math.pi)
    for number in range(count):
        turn = first + math.pi * (number + rng.uniform(-0.22, 0.22)) / count
        mm += _band(rng, canvas, size, turn)
    mm *= np.clip(1 + 0.15 * waves(rng, canvas.x, canvas.y, size * 0.4), 0.2, None)
    return Painted(tissue=canvas.stamp(mm))


def _band(rng: np.random.Generator, canvas: Canvas, size: float, turn: float) -> Field:
    """One band in mm, 1.3 to 1.8 sizes to either side, frayed into a few strands."""
    half_length = size * rng.uniform(1.3, 1.8)
    half_width = size * rng.uniform(0.22, 0.45)
    peak = rng.uniform(2.4, 4.2) * math.sqrt(size / 8)
    along, across = canvas.turned(turn)
    s = along / np.float32(half_length) - np.float32(rng.uniform(-0.15, 0.15))
    across = across - np.float32(rng.uniform(-0.3, 0.3) * size) * s**2
    across = across - np.float32(rng.uniform(-0.12, 0.12) * size)
    width = np.float32(half_width) * (1 - 0.5 * s * np.float32(rng.uniform(-1, 1)))
    body = np.clip(1 - (across / (1.5 * width)) ** 2, 0, 1) ** 2
    grain = waves(rng, canvas.x, canvas.y, size * 0.45, turn=turn, stretch=4.0)
    strands = np.clip(1 + 0.3 * grain, 0, None)
    mm: Field = (peak * body * strands * np.clip(1 - s**2, 0, 1) ** 1.5).astype(np.float32)
    return mm
