"""What lies on the skin or is folded from it: moles and skin folds."""

from __future__ import annotations

import math

import numpy as np

from domain.view_position import HangFamily
from phantom.decoys.canvas import canvas_around, waves
from phantom.decoys.decoy import Decoy
from phantom.space.grid import Field, Grid
from phantom.space.points import ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted
from phantom.space.streams import stream

MOLE_FINE_MM = 0.08
FOLD_FINE_MM = 0.2


def paint_mole(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """A wart or mole pressed flat: even, lobulated, and sharp, as trapped air rims it.

    Skin in mm, a little negative on the rim of air, which is not closed all around.
    """
    rng = stream(decoy.seed, "mole")
    radius = decoy.size_mm / 2
    thick = rng.uniform(2.0, 4.5)
    canvas = canvas_around(grid, at, radius * 1.25 + 1.2, MOLE_FINE_MM)
    angle = canvas.angle()
    edge = _mole_edge(rng, angle, radius)
    beyond = canvas.distance() - edge
    body = np.clip(0.5 - beyond / 0.2, 0, 1)
    grain = np.clip(waves(rng, canvas.x, canvas.y, rng.uniform(0.9, 1.5)), -1.5, 1)
    # The plate presses one side closer than the other; the beam also sees the rim at a slant.
    open_side = rng.uniform(0, 2 * math.pi) + 0.3 * math.radians(projection.angle)
    air = rng.uniform(1.0, 2.0) * (0.6 + 0.4 * np.cos(angle - np.float32(open_side)))
    rim = np.clip(1 - np.abs(beyond - 0.4) / 0.45, 0, 1)
    return Painted(skin=canvas.stamp(thick * body * (0.86 + 0.13 * grain) - air * rim))


def _mole_edge(rng: np.random.Generator, angle: Field, radius: float) -> Field:
    """The outline's distance from the middle in mm: an oval with fine lobules."""
    edge = np.full_like(angle, radius * 0.92)
    for folds, low, high in ((2, 0.02, 0.09), (3, 0.0, 0.05)):
        phase, depth = rng.uniform(0, 2 * math.pi), rng.uniform(low, high)
        edge += np.float32(depth * radius) * np.cos(folds * angle + np.float32(phase))
    x, y = (np.float32(radius) * part for part in (np.cos(angle), np.sin(angle)))
    depth = rng.uniform(0.02, 0.05) * math.sqrt(radius)
    return edge + np.float32(depth) * np.clip(waves(rng, x, y, rng.uniform(1.2, 2.0)), -2, 2)


def paint_skin_fold(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """A fold caught between the plates: a band with two bright edges and air beside it.

    Skin in mm. It does not know where the breast ends: whoever lays it down keeps it inside.
    """
    rng = stream(decoy.seed, "skin fold", projection.family.value)
    canvas = canvas_around(grid, at, math.hypot(decoy.size_mm * 0.51, 24), FOLD_FINE_MM)
    turn = math.radians(_fold_turn(rng, at, projection.family))
    along, across = canvas.turned(turn)
    s = along / np.float32(decoy.size_mm / 2)
    bow = rng.uniform(-0.09, 0.09) * decoy.size_mm
    curve = bow * (s**2 - 0.3) - 0.3 * np.sin(s * np.float32(rng.uniform(3, 6)))
    across = across - curve.astype(np.float32)
    mm = _fold(rng, s, across, rng.uniform(4.5, 8.0))
    second = rng.uniform(5, 10) * rng.choice((-1.0, 1.0))
    if rng.uniform() < 0.4:
        shorter: Field = (s - np.float32(rng.uniform(-0.3, 0.3))) * np.float32(1.4)
        beside: Field = across - np.float32(second) + np.float32(rng.uniform(-3, 3)) * s
        mm += _fold(rng, shorter, beside, rng.uniform(2.0, 4.0))
    return Painted(skin=canvas.stamp(mm))


def _fold_turn(rng: np.random.Generator, at: ViewPoint, family: HangFamily) -> float:
    """Direction in degrees, from u towards v: folds run along the outline, or across the axilla."""
    if family is HangFamily.MLO and at.v < 0:
        return float(rng.uniform(-25, 35))
    return float(rng.uniform(15, 55) * (1 if at.v < 0 else -1))


def _fold(rng: np.random.Generator, s: Field, across: Field, thick: float) -> Field:
    """One fold's skin in mm; s runs from -1 to 1 along it, across is in mm."""
    width = np.float32(rng.uniform(1.2, 3.0)) * np.clip(1 - 0.7 * s**2, 0.1, 1)
    side = rng.choice((-1.0, 1.0))
    fade = np.clip(1 - np.abs(s) ** 3, 0, 1) * (0.75 + 0.25 * np.cos(2 * s + rng.uniform(0, 6)))
    band = 0.3 * np.clip((width / 2 - np.abs(across)) / 0.5 + 0.5, 0, 1)
    bright = _line(across - side * width / 2, 0.55)
    faint = 0.5 * _line(across + side * width / 2, 0.45)
    air = _line(across - side * (width / 2 + 1.3), rng.uniform(0.9, 1.6))
    mm: Field = (thick * fade * (band + bright + faint - 0.6 * air)).astype(np.float32)
    return mm


def _line(across: Field, half_width: float) -> Field:
    """A rounded line, 1 in its middle, 0 beyond twice its half width."""
    rounded: Field = np.clip(1 - (across / np.float32(2 * half_width)) ** 2, 0, 1) ** 2
    return rounded
