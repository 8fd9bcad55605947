"""The texture of gland and fat: clouds, nets of ligaments, lobules of fat, crossing threads."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from phantom.anatomy.breast import Breast
from phantom.anatomy.lattice import Plane, power_law
from phantom.anatomy.network import lobule_net
from phantom.space.grid import Field
from phantom.space.streams import stream

_NET = ((1.8, 0.5, 6.0), (1.1, 0.45, 5.5), (0.65, 0.4, 4.5))
"""Size of a net's cells in the habit's cells, its weight, the sharpness of its walls."""
_LOBULES = ((1.3, 0.7), (0.75, 0.65), (0.42, 0.55))
"""Size of lobules in the habit's cells, and how much of the gland they take away."""
_FIBRES = ((-0.5, 3.6), (-0.18, 3.0), (0.1, 4.6), (0.45, 3.0), (0.95, 2.8))
"""Direction of a layer of fibres against the line to the nipple, in radians; its coarsest, mm."""
_FIBRE_STRETCH = 5.0
_TISSUE = Plane(-10.0, -200.0, 200.0, 400.0)
_CELLS = Plane(-20.0, -160.0, 180.0, 320.0)
_THREADS = Plane(-60.0, -280.0, 120.0, 560.0)
"""What textures are drawn over: places of the view, and places as seen from the nipple."""
_ROUND_MM = 85.0
"""Distance from the nipple at which cells are as wide as they are meant to be."""


@dataclass(frozen=True)
class Site:
    """Where texture is wanted.

    u, v: float32 of one shape, in mm, with tissue already pulled. depth: below the skin's line.
    nipple_u: of its tip. finest_mm: what the pixels can show. name: of the layer, for its numbers.
    """

    u: Field = field(repr=False)
    v: Field = field(repr=False)
    depth: Field = field(repr=False)
    nipple_u: float
    finest_mm: float
    name: str


def gland_share(breast: Breast, site: Site, base: Field) -> Field:
    """Share of the thickness that is gland or ligament: float32 of the site's shape, 0 upwards.

    base: the same without texture, as the breast's volume gives it.
    """
    habit = breast.habit
    u, v = _bent(site.u, site.v, stream(breast.seed, "bend", site.name))
    random = stream(breast.seed, "cloud", site.name)
    cloud = power_law(random, _TISSUE, coarsest_mm=36.0, finest_mm=site.finest_mm).at(u, v)
    along, across = _from_nipple(u, v, site.nipple_u)
    shortened = np.asarray(along / np.float32(habit.drawn_out), np.float32)
    lobules = _lobules(breast, shortened, across, site.name)
    net = _net(breast, shortened, across, site.name)
    fibres = _fibres(breast, along, across, site)
    gland = base * np.exp(0.32 * habit.cloud * cloud)
    gland *= (1 - habit.lobules * lobules) * (0.87 + 0.25 * net + habit.wool * fibres)
    fat = 0.13 * habit.net * net**1.3 + 0.3 * habit.wool * fibres + 0.012 * habit.cloud * cloud
    fat *= np.exp(0.25 * cloud)
    share: Field = np.clip(gland + fat * np.clip(site.depth / 2, 0, 1), 0, None)
    return share


def _bent(u: Field, v: Field, random: np.random.Generator) -> tuple[Field, Field]:
    """Places shifted smoothly by a few mm, so that nothing runs straight."""
    right = power_law(random, _TISSUE, coarsest_mm=80.0, finest_mm=16.0, exponent=5.0)
    down = power_law(random, _TISSUE, coarsest_mm=80.0, finest_mm=16.0, exponent=5.0)
    return u + 5.0 * right.at(u, v), v + 5.0 * down.at(u, v)


def _from_nipple(u: Field, v: Field, nipple_u: float) -> tuple[Field, Field]:
    """Places by distance from behind the nipple in mm, and by direction in mm."""
    across = np.abs(np.float32(nipple_u + 12) - u) + 8
    distance = np.asarray(cv2.magnitude(across, v), np.float32)
    angle = np.asarray(cv2.phase(across, v), np.float32)
    angle[angle > np.pi] -= np.float32(2 * np.pi)
    return distance, angle * np.float32(_ROUND_MM)


def _net(breast: Breast, along: Field, across: Field, name: str) -> Field:
    """Nets of several sizes, one over the other as sheets in depth are; 0 to about 1."""
    total = np.zeros_like(along)
    for size, weight, sharpness in _NET:
        random = stream(breast.seed, "net", name, round(100 * size))
        cell = size * breast.habit.cell_mm
        total += np.float32(weight) * lobule_net(
            random, _CELLS, along, across, cell_mm=cell, sharpness=sharpness
        )
    return total


def _fibres(breast: Breast, along: Field, across: Field, site: Site) -> Field:
    """Fine threads that cross at small angles on their way to the nipple; 0 to about 1."""
    total = np.zeros_like(along)
    for index, (turn, coarsest) in enumerate(_FIBRES):
        random = stream(breast.seed, "fibres", site.name, index)
        finest = max(site.finest_mm, 0.45)
        texture = power_law(random, _THREADS, coarsest_mm=coarsest, finest_mm=finest, exponent=3.2)
        c, s = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        length = np.asarray((along * c + across * s) / _FIBRE_STRETCH, np.float32)
        threads = texture.at(length, across * c - along * s)
        total += np.clip(threads - np.float32(0.25), 0, None)
    return total * np.float32(1 / len(_FIBRES))


def _lobules(breast: Breast, along: Field, across: Field, name: str) -> Field:
    """Share of each place that lobules of fat within the gland take up, 0 to about 1."""
    free = np.ones_like(along)
    for size, share in _LOBULES:
        random = stream(breast.seed, "lobules", name, round(100 * size))
        cell = size * breast.habit.cell_mm
        smooth = power_law(random, _CELLS, coarsest_mm=2.4 * cell, finest_mm=cell, exponent=4.5)
        steep = np.exp((0.55 - smooth.at(along, across)) / np.float32(0.2))
        free *= 1 - np.float32(share) / (1 + steep)
    return np.asarray(1 - free, np.float32)
