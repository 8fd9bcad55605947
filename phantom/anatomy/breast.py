"""One breast: its size, its gland, and what else the patient's seed decides."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from domain.laterality import Laterality
from phantom.anatomy.volume import GlandShape, GlandVolume, gland_volume
from phantom.recipe import Composition
from phantom.space.points import BreastPoint
from phantom.space.streams import stream

_FILL = {Composition.A: (0.02, 0.07), Composition.B: (0.08, 0.2), Composition.C: (0.22, 0.42)}
_DENSE_FILL = (0.48, 0.75)
LIKENESS = 0.7
"""How much of the gland's pattern left and right share."""


@dataclass(frozen=True)
class Habit:
    """What makes tissue look as it does, apart from how much gland there is; shares about 1.

    lobules: contrast of fat lobules in the gland. net: strength of the net of ligaments in fat.
    wool: strength of the fine threads that run to the nipple.
    cell_mm: size of the lobules. cloud: contrast of the f^-3 texture. drawn_out: how much longer
    than wide structures are towards the nipple.
    """

    lobules: float
    net: float
    wool: float
    cell_mm: float
    cloud: float
    drawn_out: float


@dataclass(frozen=True)
class Breast:
    """One breast of a patient; a ``lesions.body.Body``.

    depth_mm: of the nipple before the chest wall. half_width_mm: across the chest wall.
    compressed_mm: distance of the plates. skin_mm: skin's thickness. seed: this breast's own.
    """

    laterality: Laterality
    density: Composition
    depth_mm: float
    half_width_mm: float
    compressed_mm: float
    skin_mm: float
    habit: Habit
    volume: GlandVolume = field(repr=False)
    seed: int

    def contains(self, point: BreastPoint) -> bool:
        """Whether a place lies inside the skin."""
        depth = point.depth / self.depth_mm
        lateral = point.lateral / self.half_width_mm
        head = point.head / self.half_width_mm
        return depth >= 0 and depth**2 + lateral**2 + head**2 < 1

    def gland(self, point: BreastPoint) -> float:
        """Share of fibroglandular tissue around a place, 0 to 1."""
        return self.volume.at(point)


def draw_density(seed: int) -> Composition:
    """Composition of a patient, in the shares seen in screening (about 10, 40, 40, 10 %)."""
    chance = stream(seed, "density").random()
    for limit, density in ((0.1, Composition.A), (0.5, Composition.B), (0.9, Composition.C)):
        if chance < limit:
            return density
    return Composition.D


def draw_breast(seed: int, laterality: Laterality, density: Composition) -> Breast:
    """A breast of the patient; left and right are alike and not each other's mirror image."""
    both, own = stream(seed, "body"), stream(seed, "body", laterality.value)
    size = float(np.clip(both.normal(1.0, 0.17), 0.76, 1.4))
    if density in (Composition.C, Composition.D):
        size *= 0.93
    depth = 108 * size * own.normal(1, 0.03)
    width = 100 * size**0.8 * both.normal(1, 0.06) * own.normal(1, 0.02)
    fill = both.uniform(*_FILL.get(density, _DENSE_FILL)) * float(
        np.clip(own.normal(1, 0.1), 0.7, 1.3)
    )
    shape = GlandShape(
        depth_mm=depth,
        half_width_mm=width,
        fill=min(fill, 0.8),
        patchiness=both.uniform(0.22, 0.5),
        centre=(
            both.uniform(0.5, 0.66),
            both.uniform(0.0, 0.18) + own.normal(0, 0.03),
            both.uniform(-0.02, 0.14) + own.normal(0, 0.03),
        ),
        radii=(both.uniform(0.5, 0.66), both.uniform(0.55, 0.85), both.uniform(0.55, 0.85)),
    )
    volume = gland_volume(
        shape, stream(seed, "gland"), stream(seed, "gland", laterality.value), LIKENESS
    )
    return Breast(
        laterality=laterality,
        density=density,
        depth_mm=depth,
        half_width_mm=width,
        compressed_mm=float(np.clip(54 * size * both.normal(1, 0.12), 28, 85)),
        skin_mm=float(np.clip(both.normal(1.3, 0.25), 0.8, 2.0)),
        habit=_habit(both, density),
        volume=volume,
        seed=int(own.integers(2**31)),
    )


def _habit(random: np.random.Generator, density: Composition) -> Habit:
    return Habit(
        lobules=random.uniform(0.5, 0.95) * (0.6 if density is Composition.D else 1.0),
        net=random.uniform(0.5, 1.5),
        wool=random.uniform(0.15, 0.5),
        cell_mm=random.uniform(4.0, 8.0),
        cloud=random.uniform(0.75, 1.25),
        drawn_out=random.uniform(1.2, 2.2),
    )
