"""Which decoys a breast has, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.laterality import Laterality
from phantom.decoys.decoy import Decoy, DecoyKind
from phantom.lesions.body import Body
from phantom.space.points import BreastPoint
from phantom.space.streams import stream, subseed

TRIES = 48
"""Places drawn for each decoy, always this many: the breast's shape moves no later draw."""


@dataclass(frozen=True)
class _Habit:
    """How often a breast has one of a kind, and of what size and where.

    chance: of at least one; more: of a further one, up to most. size_mm: bounds. depth: bounds as a
    share of the nipple's distance from the chest wall; lateral, head: as a share of the half width.
    glandular: whether it wants gland around it.
    """

    kind: DecoyKind
    chance: float
    size_mm: tuple[float, float]
    depth: tuple[float, float] = (0.05, 0.9)
    lateral: tuple[float, float] = (-0.9, 0.9)
    head: tuple[float, float] = (-0.9, 0.9)
    glandular: bool = False
    more: float = 0.0
    most: int = 1


_HABITS = (
    _Habit(DecoyKind.VESSEL_CALCIFICATION, 0.12, (20, 60), (0.2, 0.75), more=0.35, most=2),
    _Habit(
        DecoyKind.LYMPH_NODE, 0.25, (4, 14), (0.08, 0.5), (0.3, 0.85), (0.2, 0.85), more=0.3, most=2
    ),
    _Habit(DecoyKind.MOLE, 0.15, (3, 10), more=0.25, most=2),
    _Habit(DecoyKind.SKIN_FOLD, 0.10, (20, 70), (0.05, 0.35), (0.35, 0.9), (0.3, 0.9)),
    _Habit(DecoyKind.SCAR, 0.05, (8, 25), (0.15, 0.75), (-0.6, 0.8), (-0.6, 0.8)),
    _Habit(
        DecoyKind.SUMMATION, 0.40, (6, 15), (0.1, 0.8), (-0.7, 0.7), (-0.7, 0.7), more=0.3, most=2,
        glandular=True,
    ),
    _Habit(DecoyKind.LINE_ARTEFACT, 0.04, (1, 1)),
    _Habit(DecoyKind.CLIP, 0.06, (2, 3), (0.15, 0.8), (-0.6, 0.7), (-0.6, 0.7), glandular=True),
    _Habit(DecoyKind.LETTERS, 1.0, (7, 10)),
)  # fmt: skip


def plan_decoys(seed: int, laterality: Laterality, body: Body) -> tuple[Decoy, ...]:
    """One breast's decoys, all at places inside it; a kind's draws do not move another's.

    Letters and lines lie on the detector: their place means nothing.
    """
    planned = []
    for habit in _HABITS:
        names = ("decoys", laterality.value, habit.kind.value)
        for number in range(_count(stream(seed, *names), habit)):
            rng = stream(seed, *names, number)
            size = float(rng.uniform() ** 1.5 * np.ptp(habit.size_mm) + habit.size_mm[0])
            at = _place(rng, habit, body)
            planned.append(
                Decoy(habit.kind, laterality, at, size, subseed(seed, *names, number, "look"))
            )
    return tuple(planned)


def _count(rng: np.random.Generator, habit: _Habit) -> int:
    first, *others = rng.uniform(size=habit.most)
    return int(first < habit.chance) * (1 + sum(bool(other < habit.more) for other in others))


def _place(rng: np.random.Generator, habit: _Habit, body: Body) -> BreastPoint:
    """The first place drawn that lies in the breast, or that with most gland around it."""
    low, high = np.array([habit.depth, habit.lateral, habit.head]).T
    shares = rng.uniform(low, high, (TRIES, 3))
    scale = np.array([body.depth_mm, body.half_width_mm, body.half_width_mm])
    places = [BreastPoint(*map(float, place)) for place in shares * scale]
    inside = [place for place in places if body.contains(place)]
    if not inside:
        return _towards_axis(places[0], body)
    if not habit.glandular:
        return inside[0]
    return max(inside[:6], key=body.gland)


def _towards_axis(place: BreastPoint, body: Body) -> BreastPoint:
    """The place, moved as little as need be towards the breast's middle."""
    for share in np.linspace(0.9, 0.0, 10):
        depth = float(0.4 * body.depth_mm + share * (place.depth - 0.4 * body.depth_mm))
        moved = BreastPoint(depth, float(share * place.lateral), float(share * place.head))
        if body.contains(moved):
            break
    return moved
