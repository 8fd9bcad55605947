"""Uneven tissue in millimetres: the same whatever the pixels, drawn on lattices of its own."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from phantom.lesions.soft_canvas import Canvas
from phantom.space.grid import Field

_SPLINE_DEVIATION = 151 / 315
"""Deviation of a sheet of unit normal numbers under the cubic B-spline: its squared integral."""


def octaves(
    random: np.random.Generator,
    on: Canvas,
    coarsest_mm: float,
    finest_mm: float,
    *,
    along: float = 1.0,
) -> Field:
    """Noise whose power falls as f^-3, as breast tissue's does (Burgess 2001).

    Mean about 0, deviation about 1; float32 at the canvas's samples. Each octave is half as coarse
    as the one before and 0.71 as strong. along: how much longer its features are in u than in v.
    Draws depend on the canvas's reach and on the sizes alone.
    """
    total: Field = np.zeros((on.y.shape[0], on.x.shape[1]), np.float32)
    cell, weight, power = coarsest_mm, 1.0, 0.0
    while cell >= finest_mm:
        power += weight**2
        _add_sheet(total, random, on, (cell * along, cell), weight)
        cell, weight = cell / 2, weight * math.sqrt(0.5)
    return np.asarray(total / math.sqrt(max(power, 1e-6)), np.float32)


def _add_sheet(
    total: Field,
    random: np.random.Generator,
    on: Canvas,
    cells: tuple[float, float],
    weight: float,
) -> None:
    """Add one octave: smooth between normal numbers on a lattice, of this deviation.

    Four weighted rows and columns of the lattice for each sample. Not as a product of matrices:
    its last digits would depend on the number of threads.
    """
    cell_x, cell_y = cells
    shape = tuple(math.ceil(2 * on.reach_mm / cell) + 5 for cell in (cell_y, cell_x))
    phase_y, phase_x = random.uniform(size=2)
    lattice = random.normal(0, weight / _SPLINE_DEVIATION, shape).astype(np.float32)
    first, share = _taps(on.x[0], on.reach_mm, cell_x, phase_x)
    wide = sum(share[tap] * lattice[:, first + tap] for tap in range(4))
    wide = np.asarray(wide, np.float32)
    first, share = _taps(on.y[:, 0], on.reach_mm, cell_y, phase_y)
    drawn: Field = np.empty_like(total)
    for tap in range(4):
        np.take(wide, first + tap, axis=0, out=drawn, mode="clip")
        drawn *= share[tap][:, None]
        total += drawn


def _taps(
    places: Field, reach: float, cell: float, phase: float
) -> tuple[npt.NDArray[np.intp], Field]:
    """First of the four nodes around each place, and their cubic B-spline weights (4, places)."""
    position = (np.clip(places, -reach, reach) + reach) / cell + 1 + phase
    whole = np.floor(position)
    part = position - whole
    back = 1 - part
    weights = np.stack(
        [
            back**3 / 6,
            2 / 3 - part**2 + part**3 / 2,
            2 / 3 - back**2 + back**3 / 2,
            part**3 / 6,
        ]
    )
    return whole.astype(np.intp) - 1, weights.astype(np.float32)


def around_circle(
    random: np.random.Generator, lowest: int, highest: int, angles: int, falling: float
) -> Field:
    """A smooth random function of the angle, deviation about 1: float32 (angles,).

    lowest, highest: waves around the circle. falling: amplitude falls as wave**-falling.
    """
    waves = np.arange(lowest, highest + 1)
    size = waves.astype(np.float64) ** -falling
    size /= math.sqrt(0.5 * float((size**2).sum()))
    phase = random.uniform(0, 2 * math.pi, len(waves))
    angle = np.arange(angles) * (2 * math.pi / angles)
    swing = (np.cos(np.outer(angle, waves) + phase) * size).sum(axis=1)
    return np.asarray(swing, np.float32)
