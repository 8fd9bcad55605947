"""The pectoral muscle in an MLO, and the strip of it that a deep CC shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from phantom.anatomy.lattice import Lattice, Plane, power_law
from phantom.space.grid import Field

_OVER = Plane(-60.0, -240.0, 320.0, 480.0)


@dataclass(frozen=True)
class Muscle:
    """A muscle whose edge runs from (top_u, top_v) to (0, foot_v), bowed outwards by bow_mm.

    thickness_mm: glandular-equivalent thickness deep inside.
    """

    top_u: float
    top_v: float
    foot_v: float
    bow_mm: float
    thickness_mm: float

    def edge_u(self, v: float) -> float:
        """U of the muscle's edge at a height in mm; 0 below its foot."""
        share = (v - self.top_v) / (self.foot_v - self.top_v)
        if share >= 1:
            return 0.0
        return self.top_u * (1 - share) + self.bow_mm * 4 * share * (1 - share)


def draw_muscle(
    muscle: Muscle, u: Field, v: Field, random: np.random.Generator, *, finest_mm: float
) -> Field:
    """Glandular-equivalent thickness in mm at places u, v (float32, mm, of one shape).

    Bundles of fibres run along the edge, with fat between them; the edge is crisp.
    """
    share = (v - muscle.top_v) / np.float32(muscle.foot_v - muscle.top_v)
    edge = muscle.top_u * (1 - share) + muscle.bow_mm * 4 * share * (1 - share)
    slant = math.hypot(muscle.foot_v - muscle.top_v, muscle.top_u)
    inwards = (edge - u) * np.float32((muscle.foot_v - muscle.top_v) / slant)
    waves = power_law(random, _OVER, coarsest_mm=70.0, finest_mm=14.0)
    inwards = inwards + 1.0 * waves.at(u, v)
    fibres = _fibres(random, finest_mm)
    angle = math.atan2(muscle.foot_v - muscle.top_v, -muscle.top_u)
    along = u * np.float32(math.cos(angle)) + v * np.float32(math.sin(angle))
    across = v * np.float32(math.cos(angle)) - u * np.float32(math.sin(angle))
    fan = across * (1 + np.float32(0.0022) * along)
    bundles = fibres.at(np.float32(0.12) * along, fan)
    body = 1 - np.exp(-np.clip(inwards, 0, None) / 14.0)
    start = np.clip(inwards / 1.6, 0, 1)
    thick = muscle.thickness_mm * (0.42 * start + 0.58 * body)
    return np.asarray(np.clip(thick * (1 + 0.11 * bundles), 0, None), np.float32)


def _fibres(random: np.random.Generator, finest_mm: float) -> Lattice:
    return power_law(random, _OVER, coarsest_mm=9.0, finest_mm=max(finest_mm, 0.35), exponent=2.6)
