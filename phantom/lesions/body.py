"""What placing needs to know of a breast, and places in it where a lesion has room."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import numpy as np

from phantom.space.points import BreastPoint
from phantom.space.streams import stream

NEAREST_MM = 12.0
"""Least distance of a lesion's centre from the nipple."""
CHEST_WALL_MM = 8.0
"""A centre lies nearer to the nipple than the chest wall by at least this."""
SKIN_MM = 2.0
"""What is left free between a lesion and the breast's outline."""
_TRIES = 96
_QUADRANTS = ((0.48, 1, 1), (0.19, -1, 1), (0.19, 1, -1), (0.14, -1, -1))
"""Share of lesions, sign of lateral, sign of head: about half lie in the upper outer quadrant."""


class Body(Protocol):
    """One uncompressed breast in its own frame; places in mm."""

    @property
    def depth_mm(self) -> float:
        """Distance of the nipple from the chest wall."""
        ...

    @property
    def half_width_mm(self) -> float:
        """Distance of the outline at the chest wall from the axis through the nipple."""
        ...

    def contains(self, point: BreastPoint) -> bool:
        """Whether the place lies in the breast, skin included."""
        ...

    def gland(self, point: BreastPoint) -> float:
        """Share of fibroglandular tissue around the place, 0 to 1."""
        ...


@dataclass(frozen=True)
class Ball:
    """Room that a lesion takes up: its centre and its radius in mm."""

    at: BreastPoint
    radius_mm: float


@dataclass(frozen=True)
class Shell:
    """Which distances from the nipple are wanted, as shares (0 to 1) of those allowed.

    The default is broad and slightly heavier at its ends: were all lesions alike far from the
    nipple, that distance would not tell which mark of the other view belongs to which.
    """

    nearest: float = 0.0
    farthest: float = 1.0
    spread: float = 0.85


def nipple_distance_mm(body: Body, at: BreastPoint) -> float:
    """Straight distance of a place from the nipple, in mm."""
    return distance_mm(BreastPoint(body.depth_mm, 0.0, 0.0), at)


def distance_mm(one: BreastPoint, other: BreastPoint) -> float:
    """Straight distance of two places in mm."""
    return math.dist((one.depth, one.lateral, one.head), (other.depth, other.lateral, other.head))


def has_room(body: Body, ball: Ball) -> bool:
    """Whether the ball lies in the breast, as far as its poles and corners tell."""
    return body.contains(ball.at) and all(
        body.contains(_moved(ball.at, along, ball.radius_mm)) for along in _DIRECTIONS
    )


def largest_mm(body: Body) -> float:
    """Longest extent in mm that a lesion may have in this breast and still find room."""
    return 0.6 * min(body.depth_mm, body.half_width_mm)


def place_inside(
    body: Body, seed: int, radius_mm: float, taken: Sequence[Ball] = (), shell: Shell | None = None
) -> BreastPoint | None:
    """A place for a ball of this radius, in gland rather than in fat, clear of those taken.

    ``None`` where the breast has no such place. The seed alone decides which places are tried.
    """
    shell = shell or Shell()
    spare: BreastPoint | None = None
    for at, chance in _candidates(body, seed, shell):
        ball = Ball(at, radius_mm)
        if not _allowed(body, ball, taken) or not has_room(body, Ball(at, radius_mm + SKIN_MM)):
            continue
        if chance < 0.08 + 0.92 * body.gland(at):
            return at
        spare = spare or at
    return spare


def place_at_skin(
    body: Body, seed: int, radius_mm: float, below_mm: float, taken: Sequence[Ball] = ()
) -> BreastPoint | None:
    """A place this far below the skin, anywhere but at the nipple, clear of those taken."""
    for at, _ in _candidates(body, seed, Shell()):
        if not body.contains(at):
            continue
        ball = Ball(_outwards(body, at, below_mm), radius_mm)
        if body.contains(ball.at) and _allowed(body, ball, taken):
            return ball.at
    return None


def _candidates(body: Body, seed: int, shell: Shell) -> Iterator[tuple[BreastPoint, float]]:
    """Places at one distance from the nipple, then at any, each with a number from 0 to 1."""
    draws = stream(seed, "place")
    quadrant = draws.choice(len(_QUADRANTS), p=[share for share, _, _ in _QUADRANTS])
    _, lateral, head = _QUADRANTS[quadrant]
    wanted = draws.beta(shell.spread, shell.spread)
    shares = np.concatenate([np.full(_TRIES, wanted), draws.random(_TRIES)])
    numbers = draws.random((2 * _TRIES, 3))
    range_mm = body.depth_mm - CHEST_WALL_MM - NEAREST_MM
    for share, (polar, around, chance) in zip(shares, numbers, strict=True):
        distance = NEAREST_MM + range_mm * (
            shell.nearest + (shell.farthest - shell.nearest) * float(share)
        )
        back = 0.15 + 0.85 * float(polar)  # uniform over a cap that looks to the chest wall
        aside = distance * math.sqrt(1.0 - back * back)
        angle = math.pi / 2 * float(around)
        at = BreastPoint(
            body.depth_mm - distance * back,
            lateral * aside * math.cos(angle),
            head * aside * math.sin(angle),
        )
        yield at, float(chance)


def _allowed(body: Body, ball: Ball, taken: Sequence[Ball]) -> bool:
    if not NEAREST_MM <= nipple_distance_mm(body, ball.at) <= body.depth_mm - CHEST_WALL_MM:
        return False
    return all(distance_mm(ball.at, other.at) > ball.radius_mm + other.radius_mm for other in taken)


def _outwards(body: Body, at: BreastPoint, below_mm: float) -> BreastPoint:
    """Where the line from the chest wall's middle through a place comes near the skin."""
    length = max(distance_mm(BreastPoint(0.0, 0.0, 0.0), at), 1e-6)
    along = (at.depth / length, at.lateral / length, at.head / length)
    inside, outside = 0.0, 3.0 * max(body.depth_mm, body.half_width_mm)
    for _ in range(20):  # halves 3 x 200 mm to less than a micrometre
        middle = (inside + outside) / 2
        if body.contains(_moved(at, along, middle)):
            inside = middle
        else:
            outside = middle
    return _moved(at, along, inside - below_mm)


def _moved(at: BreastPoint, along: tuple[float, float, float], by_mm: float) -> BreastPoint:
    return BreastPoint(
        at.depth + along[0] * by_mm, at.lateral + along[1] * by_mm, at.head + along[2] * by_mm
    )


_CORNER = 1 / math.sqrt(3)
_DIRECTIONS: tuple[tuple[float, float, float], ...] = (
    *((sign, 0.0, 0.0) for sign in (-1.0, 1.0)),
    *((0.0, sign, 0.0) for sign in (-1.0, 1.0)),
    *((0.0, 0.0, sign) for sign in (-1.0, 1.0)),
    *((a * _CORNER, b * _CORNER, c * _CORNER) for a, b, c in product((-1.0, 1.0), repeat=3)),
)
