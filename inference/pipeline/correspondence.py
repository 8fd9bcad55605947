"""Which marks of a breast's CC and MLO are one thing, with a probability.

A logistic of three differences, fitted on phantoms; its figures stand in docs/correspondence.md,
and ``python -m benchmarks.correspondence`` measures them anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from inference.pipeline.results import Likeness

PAIRED = 0.5
"""Probability from which two marks are said to be one thing."""

_NEAR_MM, _SHARE = 8.0, 0.27
"""How far two views' distances from the nipple usually differ (docs/linking.md)."""


@dataclass(frozen=True)
class Weights:
    """Of the logistic, one for each of ``differences``."""

    constant: float
    distance: float
    size: float
    contrast: float


FITTED = Weights(constant=3.151, distance=-1.574, size=-3.221, contrast=-0.82)


@dataclass(frozen=True)
class Match:
    """A pair by its place in two sequences."""

    one: int
    other: int
    probability: float


def differences(one: Likeness, other: Likeness) -> tuple[float, float, float] | None:
    """Of two marks: distance from the nipple, in half bands of docs/linking.md; size, as the
    logarithm of the ratio; contrast, in standard deviations. None is negative.

    ``None`` where a distance or a size is unknown; an unknown contrast counts as unlike by one.
    """
    near, far = one.distance_mm, other.distance_mm
    if near is None or far is None or not (one.size_mm and other.size_mm):
        return None
    band = _NEAR_MM + _SHARE * (near + far) / 2
    unlike = 1.0
    if one.contrast is not None and other.contrast is not None:
        unlike = abs(one.contrast - other.contrast)
    return abs(near - far) / band, abs(math.log(one.size_mm / other.size_mm)), unlike


def probability(one: Likeness, other: Likeness, weights: Weights = FITTED) -> float | None:
    """How probably two marks of a CC and an MLO of one breast are one thing; ``None``: unknown."""
    found = differences(one, other)
    if found is None:
        return None
    distance, size, contrast = found
    logit = (
        weights.constant
        + weights.distance * distance
        + weights.size * size
        + weights.contrast * contrast
    )
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def match(
    ones: Sequence[Likeness],
    others: Sequence[Likeness],
    least: float = PAIRED,
    weights: Weights = FITTED,
) -> tuple[Match, ...]:
    """Pairs of marks, each in one pair at most, most probable first, none below ``least``."""
    pairs = [
        Match(at, to, chance)
        for (at, one), (to, other) in product(enumerate(ones), enumerate(others))
        if (chance := probability(one, other, weights)) is not None and chance >= least
    ]
    pairs.sort(key=lambda pair: (-pair.probability, pair.one, pair.other))
    taken: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for pair in pairs:
        if pair.one not in taken[0] and pair.other not in taken[1]:
            taken[0].add(pair.one)
            taken[1].add(pair.other)
            kept.append(pair)
    return tuple(kept)
