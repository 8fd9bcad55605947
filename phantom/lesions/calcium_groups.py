"""Where the calcifications of a lesion lie, of what size and form each is.

Sizes, counts and arrangements follow the ACR BI-RADS Atlas (fifth edition, mammography,
calcifications); duct casts run towards the nipple, as ducts do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from domain.finding import FindingKind
from domain.lexicon import DescriptorAxis
from phantom.lesions.calcium_dots import Dot, DotShape, frame, unit
from phantom.lesions.calcium_drawing import Numbers
from phantom.lesions.lesion import Lesion
from phantom.space.points import BreastPoint
from phantom.space.streams import stream, subseed

NIPPLE_DEPTH_MM = 95.0
"""Where ducts are taken to end; the direction of a duct hardly depends on it."""


@dataclass(frozen=True)
class Habit:
    """What the calcifications of one form are like.

    size_mm: least and greatest longest extent in a group. count: how many make a group.
    density: least and greatest share of hydroxyapatite.
    """

    size_mm: tuple[float, float]
    count: tuple[int, int]
    density: tuple[float, float]


HABITS = {
    DotShape.SKIN: Habit((0.5, 1.1), (5, 11), (0.5, 0.8)),
    DotShape.PLATE: Habit((0.6, 2.5), (20, 120), (0.5, 0.9)),
    DotShape.POPCORN: Habit((2.0, 6.0), (2, 4), (0.3, 0.5)),
    DotShape.ROD: Habit((3.0, 10.0), (5, 12), (0.5, 0.8)),
    DotShape.BALL: Habit((0.3, 1.0), (5, 16), (0.6, 0.9)),
    DotShape.RIM: Habit((2.0, 9.0), (2, 4), (0.4, 0.7)),
    DotShape.DYSTROPHIC: Habit((1.0, 3.5), (4, 9), (0.4, 0.7)),
    DotShape.TEACUP: Habit((0.5, 1.6), (6, 20), (0.45, 0.75)),
    DotShape.SUTURE: Habit((3.0, 9.0), (3, 6), (0.6, 0.9)),
    DotShape.HAZY: Habit((0.14, 0.3), (20, 40), (0.6, 0.95)),
    DotShape.CHUNK: Habit((0.5, 1.0), (6, 18), (0.6, 0.9)),
    DotShape.GRAIN: Habit((0.2, 0.5), (14, 40), (0.9, 1.0)),
    DotShape.THREAD: Habit((0.5, 4.0), (7, 22), (0.7, 1.0)),
}

_COMPANIONS = {
    DotShape.GRAIN: (DotShape.HAZY, 0.12),
    DotShape.THREAD: (DotShape.GRAIN, 0.4),
    DotShape.CHUNK: (DotShape.GRAIN, 0.25),
    DotShape.TEACUP: (DotShape.HAZY, 0.2),
}
"""Forms that a group holds some of beside its own, and their share."""


def place_dots(lesion: Lesion) -> tuple[Dot, ...]:
    """The calcifications of a lesion, the same in every view."""
    shape = _shape(lesion)
    if lesion.kind is FindingKind.CALCIFICATION:
        return (_single(lesion, shape),)
    if shape is DotShape.PLATE:
        random = stream(lesion.seed, "artery")
        artery = draw_artery(random, lesion.size_mm, _to_nipple(lesion.at))
        return tram_tracks(artery, lesion.seed, 0.6, _contrast(lesion))
    shapes, sizes, densities = _draw(lesion, shape)
    sizes = np.minimum(sizes, 0.35 * lesion.size_mm)
    offsets, along = _arranged(lesion, sizes)
    return tuple(
        Dot(
            offset=_point(offsets[n]),
            size_mm=float(sizes[n]),
            shape=shapes[n],
            seed=subseed(lesion.seed, "dot", n),
            density=float(densities[n]),
            along=_point(along[n]),
        )
        for n in range(len(shapes))
    )


def _shape(lesion: Lesion) -> DotShape:
    code = lesion.term(DescriptorAxis.CALCIFICATION_MORPHOLOGY)
    if code == "lucent-centered":  # fourth edition
        return DotShape.SKIN if lesion.size_mm < 2 else DotShape.RIM
    return DotShape(code) if code else DotShape.GRAIN


def _contrast(lesion: Lesion) -> float:
    return 1 - 0.75 * lesion.subtlety


def _to_nipple(at: BreastPoint) -> Numbers:
    return unit(np.array([max(NIPPLE_DEPTH_MM - at.depth, 35.0), -at.lateral, -at.head]))


def _single(lesion: Lesion, shape: DotShape) -> Dot:
    random = stream(lesion.seed, "single")
    density = random.uniform(*HABITS[shape].density)
    return Dot(
        offset=BreastPoint(0.0, 0.0, 0.0),
        size_mm=lesion.size_mm,
        shape=shape,
        seed=subseed(lesion.seed, "dot", 0),
        density=float(density) * _contrast(lesion),
        along=_point(_to_nipple(lesion.at)),
    )


def _draw(lesion: Lesion, main: DotShape) -> tuple[list[DotShape], Numbers, Numbers]:
    """Forms, sizes and densities; a dot keeps its own when there are fewer of them in a prior."""
    low, high = HABITS[main].count
    count = low + (high - low) * stream(lesion.seed, "count").uniform() ** 1.3
    count *= _crowd(lesion)
    count = max(round(count * (1 - 0.5 * lesion.subtlety)), min(low, 5))
    companion, share = _COMPANIONS.get(main, (main, 0.0))
    shapes, sizes, densities = [], [], []
    for n in range(count):
        random = stream(lesion.seed, "dot", n, "habit")
        shape = companion if n and random.uniform() < share else main
        habit = HABITS[shape]
        shapes.append(shape)
        sizes.append(_between(habit.size_mm, random.uniform() ** 1.15))
        densities.append(_between(habit.density, random.uniform()) * _contrast(lesion))
    return shapes, np.array(sizes), np.array(densities)


def _crowd(lesion: Lesion) -> float:
    """Factor of the count: a small group has room for few, a region holds many."""
    if _distribution(lesion) in {"regional", "diffuse"}:
        return float(np.clip(lesion.size_mm / 18, 1.2, 2.5))
    return float(np.clip((lesion.size_mm / 9) ** 0.7, 0.5, 1))


def _point(place: Numbers) -> BreastPoint:
    return BreastPoint(float(place[0]), float(place[1]), float(place[2]))


def _between(bounds: tuple[float, float], share: float) -> float:
    """Even on a scale of ratios: small ones are more common than large ones."""
    return float(bounds[0] * (bounds[1] / bounds[0]) ** share)


def _distribution(lesion: Lesion) -> str:
    return lesion.term(DescriptorAxis.CALCIFICATION_DISTRIBUTION) or "grouped"


def _arranged(lesion: Lesion, sizes: Numbers) -> tuple[Numbers, Numbers]:
    """Offsets in mm and directions, both (n, 3); nothing reaches beyond half the lesion's size."""
    own = stream(lesion.seed, "arrangement")
    towards = _to_nipple(lesion.at)
    draws = np.array(
        [stream(lesion.seed, "dot", n, "place").normal(size=6) for n in range(len(sizes))]
    )
    places = _ARRANGEMENTS[_distribution(lesion)](own, draws, frame(towards))
    room = lesion.size_mm / 2 - sizes / 2
    places = places - places.mean(axis=0)
    radius = np.linalg.norm(places, axis=1)
    places = places / max(float(radius.max()), 1e-6) * lesion.size_mm / 2
    radius = np.linalg.norm(places, axis=1)
    places *= np.minimum(1, room / np.maximum(radius, 1e-6))[:, None]
    along = towards + 0.28 * draws[:, 3:]
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    return places, along


def _evenly(draws: Numbers) -> Numbers:
    """Normal draws as even ones from -1 to 1."""
    even: Numbers = np.vectorize(math.erf)(draws / math.sqrt(2))
    return even


def _grouped(own: np.random.Generator, draws: Numbers, turn: Numbers) -> Numbers:
    """Two or three clumps, so that a group has neither a centre nor an even spread."""
    centres = own.normal(0, 0.55, (3, 3))
    squash = turn @ np.diag([1.0, *own.uniform(0.5, 0.9, 2)])
    clump = np.floor(np.abs(_evenly(draws[:, 3])) * 2.999).astype(int)
    reach = 1 + 0.25 * np.abs(draws[:, 4:5])
    places: Numbers = (centres[clump] + np.tanh(0.7 * draws[:, :3]) * reach) @ squash.T
    return places


def _linear(own: np.random.Generator, draws: Numbers, turn: Numbers) -> Numbers:
    """Along one duct, a little bent."""
    place = _evenly(draws[:, 0])
    bend = own.normal(0, 0.12, 2)
    side = bend * (place**2)[:, None] + 0.04 * draws[:, 1:3]
    places: Numbers = np.column_stack([place, side]) @ turn.T
    return places


def _segmental(own: np.random.Generator, draws: Numbers, turn: Numbers) -> Numbers:
    """A wedge of ducts with its point towards the nipple."""
    share = np.sqrt((_evenly(draws[:, 0]) + 1) / 2)
    ducts = own.uniform(-1, 1, (7, 2))
    duct = ducts[np.floor(np.abs(_evenly(draws[:, 3])) * 6.999).astype(int)]
    side = share[:, None] * (0.62 * duct + 0.06 * draws[:, 1:3])
    places: Numbers = np.column_stack([1 - 2 * share, side]) @ turn.T
    return places


def _scattered(own: np.random.Generator, draws: Numbers, turn: Numbers) -> Numbers:
    """Evenly over a region or, where the lesion is as large as that, the whole breast."""
    squash = turn @ np.diag([1.0, *own.uniform(0.6, 1.0, 2)])
    places: Numbers = _evenly(draws[:, :3]) @ squash.T
    return places


_ARRANGEMENTS: dict[str, Callable[[np.random.Generator, Numbers, Numbers], Numbers]] = {
    "grouped": _grouped,
    "linear": _linear,
    "segmental": _segmental,
    "regional": _scattered,
    "diffuse": _scattered,
}


@dataclass(frozen=True)
class Artery:
    """A winding vessel. path: (n, 3) mm about its middle; radii: (n,) mm."""

    path: Numbers
    radii: Numbers


def draw_artery(random: np.random.Generator, length_mm: float, along: Numbers) -> Artery:
    """A tortuous artery of 1 to 3 mm width that spans a length along a direction."""
    count = max(int(length_mm / 1.2), 8)
    place = np.linspace(-0.5, 0.5, count)
    turn = frame(along)
    path = length_mm * place[:, None] * turn[:, 0]
    for axis in (1, 2):
        for waves, size in ((0.5, 0.07), (length_mm / 28, 0.035), (length_mm / 11, 0.012)):
            swing = size * length_mm * random.normal() / max(length_mm / 50, 1) ** 0.5
            path += (
                swing
                * np.sin(2 * np.pi * (waves * place + random.uniform()))[:, None]
                * turn[:, axis]
            )
    path -= (path.min(axis=0) + path.max(axis=0)) / 2
    path *= length_mm / 2 / float(np.linalg.norm(path, axis=1).max())
    width = random.uniform(1.2, 2.8)
    return Artery(path, width / 2 * np.linspace(1.1, 0.8, count))


def tram_tracks(artery: Artery, seed: int, cover: float, contrast: float) -> tuple[Dot, ...]:
    """Flakes in an artery's wall; seen from the side they line up as two tracks.

    cover: share of the wall that is calcified where it is, 0 to 1; some stretches stay free.
    contrast: factor of density.
    """
    steps = np.linalg.norm(np.diff(artery.path, axis=0), axis=1)
    reached = np.concatenate([[0.0], np.cumsum(steps)])
    length = float(reached[-1])
    own = stream(seed, "stretches")
    phase, pace = own.uniform(0, 2 * np.pi), own.uniform(9, 22)
    draws = stream(seed, "flakes").uniform(size=(int(length * (0.8 + 5.5 * cover)), 6))
    busy = 0.5 + 0.5 * np.sin(phase + 2 * np.pi * draws[:, 0] * length / pace)
    draws = draws[draws[:, 1] < cover + (1 - cover) * busy**2]
    places = length * (0.04 + 0.92 * draws[:, 0])
    middles = _on_path(artery.path, reached, places)
    ways = _on_path(artery.path, reached, places + 0.5) - _on_path(
        artery.path, reached, places - 0.5
    )
    radii = 0.92 * np.interp(places, reached, artery.radii)
    return tuple(
        _flake(middles[n], ways[n], float(radii[n]), draws[n], contrast) for n in range(len(draws))
    )


def _on_path(path: Numbers, reached: Numbers, places: Numbers) -> Numbers:
    return np.stack([np.interp(places, reached, path[:, k]) for k in range(3)], axis=1)


def _flake(middle: Numbers, way: Numbers, radius: float, draws: Numbers, contrast: float) -> Dot:
    """A flake at a radius around an artery's middle; draws: six even numbers from 0 to 1."""
    _, _, angle, size, density, form = (float(x) for x in draws)
    turn = frame(way)
    out = math.cos(2 * np.pi * angle) * turn[:, 1] + math.sin(2 * np.pi * angle) * turn[:, 2]
    habit = HABITS[DotShape.PLATE]
    return Dot(
        offset=_point(middle + radius * out),
        size_mm=_between(habit.size_mm, size),
        shape=DotShape.PLATE,
        seed=int(form * 2**31),
        density=_between(habit.density, density) * contrast,
        along=_point(turn[:, 0]),
        facing=_point(out),
    )
