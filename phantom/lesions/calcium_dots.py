"""One calcification: what form it has, and the bodies that make it up.

The forms follow the ACR BI-RADS Atlas (fifth edition, mammography, calcifications): sizes, edges
and lucent centres are those that the atlas gives for the term. Porous and large calcifications hold
less mineral than hydroxyapatite of their size, which ``density`` stands for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from phantom.lesions.calcium_drawing import Body, Lump, Numbers, Tube, vector
from phantom.space.points import BreastPoint
from phantom.space.streams import stream

NO_CUTS: Numbers = np.zeros((0, 4))
_FORWARD = BreastPoint(1.0, 0.0, 0.0)
_UPWARD = BreastPoint(0.0, 0.0, 1.0)


class DotShape(Enum):
    """Forms of one calcification; most carry the code of the morphology they are typical of."""

    SKIN = "skin"
    PLATE = "vascular"
    POPCORN = "coarse"
    ROD = "large-rod-like"
    BALL = "round"
    RIM = "rim"
    DYSTROPHIC = "dystrophic"
    TEACUP = "milk-of-calcium"
    SUTURE = "suture"
    HAZY = "amorphous"
    CHUNK = "coarse-heterogeneous"
    GRAIN = "fine-pleomorphic"
    THREAD = "fine-linear"


@dataclass(frozen=True)
class Dot:
    """One calcification in the breast.

    offset: from the lesion's place, in mm. size_mm: longest extent. seed: of its own form.
    density: share of hydroxyapatite, above 0 up to 1. along: unit direction of a long one.
    facing: unit direction that a plate's flat side looks to.
    """

    offset: BreastPoint
    size_mm: float
    shape: DotShape
    seed: int
    density: float
    along: BreastPoint = _FORWARD
    facing: BreastPoint = _UPWARD

    @property
    def step_mm(self) -> float:
        """Distance of samples that resolves its thinnest part, in mm."""
        return float(np.clip(self.size_mm / _SAMPLES.get(self.shape, 16), 0.008, 0.06))

    def bodies(self) -> tuple[Body, ...]:
        """What it is made of, about its middle."""
        return _FORMS[self.shape](self, stream(self.seed, "form"))


_SAMPLES = {DotShape.THREAD: 110, DotShape.ROD: 120, DotShape.SUTURE: 120, DotShape.RIM: 120}
"""Samples over the longest extent, where the thinnest part is much thinner."""


def unit(direction: Numbers) -> Numbers:
    """The direction with length 1."""
    length: Numbers = np.maximum(np.linalg.norm(direction), 1e-9)
    return direction / length


def frame(along: Numbers) -> Numbers:
    """Three orthogonal unit directions as columns, the first one as given."""
    first = unit(along)
    other = np.eye(3)[int(np.abs(first).argmin())]
    second = unit(np.cross(first, other))
    return np.stack([first, second, np.cross(first, second)], axis=1)


def _turned(random: np.random.Generator) -> Numbers:
    return frame(random.normal(size=3))


def _cuts(random: np.random.Generator, count: int, near: float, far: float) -> Numbers:
    normals = random.normal(size=(count, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return np.column_stack([normals, random.uniform(near, far, count)])


@dataclass(frozen=True)
class _Lobes:
    """How many, the least and greatest share of the whole's width, flat faces, empty part."""

    count: int
    share: tuple[float, float]
    cuts: int = 0
    hollow: float = 0.0


def _cluster(random: np.random.Generator, size: float, of: _Lobes) -> list[Body]:
    """Lobes packed into a flattened ball of a diameter."""
    lobes: list[Body] = []
    squash = _turned(random) @ np.diag([1.0, random.uniform(0.6, 1.0), random.uniform(0.5, 0.9)])
    for _ in range(of.count):
        half = size / 2 * random.uniform(*of.share)
        place = unit(random.normal(size=3)) * (size / 2 - half) * math.sqrt(random.uniform(0.1, 1))
        axes = _turned(random) * (half * random.uniform(0.65, 1.0, 3))
        lobes.append(Lump(squash @ place, axes, _cuts(random, of.cuts, 0.65, 1.0), of.hollow))
    return lobes


def _ball(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    half = dot.size_mm / 2 * np.array([1.0, *random.uniform(0.85, 1.0, 2)])
    return (Lump(np.zeros(3), _turned(random) * half, NO_CUTS),)


def _hazy(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    return tuple(_cluster(random, dot.size_mm, _Lobes(int(random.integers(2, 5)), (0.5, 0.8), 0)))


def _grain(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    """An angular splinter: an ellipsoid with flat faces, its longest axis left whole."""
    half = dot.size_mm / 2 * np.array([1.0, *random.uniform(0.55, 1.0, 2)])
    cuts = _cuts(random, int(random.integers(5, 9)), 0.5, 0.95)
    cuts[:, :3] *= (0.35, 1.0, 1.0)
    cuts[:, :3] /= np.linalg.norm(cuts[:, :3], axis=1, keepdims=True)
    return (Lump(np.zeros(3), _turned(random) * half, cuts),)


def _chunk(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    return tuple(_cluster(random, dot.size_mm, _Lobes(int(random.integers(3, 6)), (0.5, 0.8), 4)))


def _popcorn(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    return tuple(
        _cluster(random, dot.size_mm, _Lobes(int(random.integers(16, 28)), (0.25, 0.5), 2, 0.35))
    )


def _shell(
    random: np.random.Generator, size: float, round_from: float, wall: float, cuts: Numbers
) -> Lump:
    half = size / 2 * np.array([1.0, *random.uniform(round_from, 1.0, 2)])
    return Lump(np.zeros(3), _turned(random) * half, cuts, max(1 - 2 * wall / size, 0.0))


def _rim(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    """A thin shell with thicker patches, as of fat necrosis or a cyst's wall."""
    wall = min(random.uniform(0.12, 0.35), 0.2 * dot.size_mm)
    dents = _cuts(random, int(random.integers(2, 6)), 0.92, 1.0)
    shell = _shell(random, dot.size_mm, 0.8, wall, dents)
    bodies: list[Body] = [shell]
    for _ in range(int(random.integers(3, 9))):
        out = unit(random.normal(size=3))
        normal = np.linalg.inv(shell.axes).T @ out
        flat = frame(normal) * (wall * np.array([0.8, *random.uniform(1.5, 5.0, 2)]))
        bodies.append(Lump(shell.axes @ out * (1 - 2 * wall / dot.size_mm), flat, NO_CUTS))
    return tuple(bodies)


def _skin(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    cuts = _cuts(random, int(random.integers(7, 11)), 0.6, 0.85)
    return (_shell(random, dot.size_mm, 0.8, dot.size_mm * random.uniform(0.16, 0.24), cuts),)


def _dystrophic(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    cuts = _cuts(random, 6, 0.5, 0.95)
    shell = _shell(random, dot.size_mm, 0.55, dot.size_mm * random.uniform(0.13, 0.22), cuts)
    flank = _cluster(random, dot.size_mm * 0.8, _Lobes(int(random.integers(2, 5)), (0.25, 0.5), 3))
    return (shell, *flank)


def _teacup(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    """Sediment at the bottom of a small cyst: what lies above its level is fluid."""
    half = dot.size_mm / 2 * np.array([1.0, random.uniform(0.85, 1.0), 1.0])
    level = np.array([[0.0, 0.0, 1.0, -random.uniform(0.35, 0.6)]])
    return (Lump(np.zeros(3), np.diag(half), level),)


def _wander(
    random: np.random.Generator, along: Numbers, length: float, pieces: int, bend: float
) -> Numbers:
    """A path of a given span about its middle, (pieces + 1, 3), bending a little at each step."""
    turn = frame(along)
    slope = np.cumsum(random.normal(0, bend, (pieces, 2)), axis=0)
    slope -= slope.mean(axis=0)
    steps = np.column_stack([np.ones(pieces), slope]) @ turn.T
    path = np.vstack([np.zeros(3), np.cumsum(steps, axis=0)])
    span = float(np.linalg.norm(path - path[0], axis=1).max())
    about_middle: Numbers = (path - path.mean(axis=0)) * (length / span)
    return about_middle


def _rod(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    width = float(np.clip(dot.size_mm * random.uniform(0.1, 0.17), 0.5, 1.3))
    path = _wander(random, vector(dot.along), dot.size_mm - 0.6 * width, 8, 0.05)
    taper = np.sqrt(np.sin(np.linspace(0.4, math.pi - 0.4, len(path))))
    hollow = random.choice([0.0, 0.0, 0.0, 0.5])
    return (Tube(path, width / 2 * taper * random.uniform(0.9, 1.1, len(path)), float(hollow)),)


def _thread(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    """A duct's cast: uneven in width, broken, here and there with a branch."""
    width = float(np.clip(dot.size_mm * random.uniform(0.1, 0.22), 0.1, 0.32))
    pieces = max(int(dot.size_mm / 0.2), 3)
    path = _wander(random, vector(dot.along), dot.size_mm - width, pieces, 0.22)
    bodies = _broken(random, path, width)
    if dot.size_mm > 1.2 and random.uniform() < 0.6:
        fork = int(random.integers(1, max(len(path) // 2, 2)))
        sideways = unit(vector(dot.along) + 0.7 * unit(random.normal(size=3)))
        length = dot.size_mm * random.uniform(0.25, 0.45)
        branch = _wander(random, sideways, length, max(int(length / 0.2), 2), 0.2)
        bodies += _broken(random, branch - branch[0] + path[fork], 0.8 * width)
    return tuple(bodies)


def _broken(random: np.random.Generator, path: Numbers, width: float) -> list[Body]:
    radii = width / 2 * random.uniform(0.45, 1.15, len(path))
    bodies: list[Body] = []
    first = 0
    while first < len(path) - 1:
        last = min(first + int(random.integers(1, 6)), len(path) - 1)
        bodies.append(Tube(path[first : last + 1], radii[first : last + 1]))
        first = last + int(random.uniform() < 0.6)
    return bodies


def _suture(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    """A calcified thread's loop, often with a knot at an end."""
    turns = random.uniform(0.45, 1.2) * 2 * math.pi
    angles = np.linspace(0, turns, 22)
    ring = np.column_stack(
        [np.cos(angles), np.sin(angles) * random.uniform(0.35, 0.8), 0.06 * angles]
    )
    path = (ring - ring.mean(axis=0)) @ _turned(random).T
    path *= (dot.size_mm - 0.4) / max(float(np.ptp(path @ np.linalg.svd(path)[2][0])), 1e-6)
    radius = random.uniform(0.14, 0.25)
    thread: list[Body] = [Tube(path, np.full(len(path), radius))]
    if random.uniform() < 0.6:
        knot = unit(random.normal(size=3)) * radius * 3
        thread.append(Tube(np.stack([path[0] - knot, path[0] + knot]), np.full(2, radius)))
    return tuple(thread)


def _plate(dot: Dot, random: np.random.Generator) -> tuple[Body, ...]:
    """A flake in an artery's wall: long, narrow, thin across the wall, with ragged ends."""
    out = vector(dot.facing)
    along = unit(vector(dot.along) - out * float(out @ vector(dot.along)))
    turn = np.stack([along, np.cross(out, along), out], axis=1)
    thin = random.uniform(0.1, 0.2)
    half = np.array([dot.size_mm / 2, random.uniform(0.2, 0.5), thin])
    return (Lump(np.zeros(3), turn * half, _cuts(random, 3, 0.6, 0.95)),)


_FORMS: dict[DotShape, Callable[[Dot, np.random.Generator], tuple[Body, ...]]] = {
    DotShape.SKIN: _skin,
    DotShape.PLATE: _plate,
    DotShape.POPCORN: _popcorn,
    DotShape.ROD: _rod,
    DotShape.BALL: _ball,
    DotShape.RIM: _rim,
    DotShape.DYSTROPHIC: _dystrophic,
    DotShape.TEACUP: _teacup,
    DotShape.SUTURE: _suture,
    DotShape.HAZY: _hazy,
    DotShape.CHUNK: _chunk,
    DotShape.GRAIN: _grain,
    DotShape.THREAD: _thread,
}
