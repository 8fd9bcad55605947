"""How two readers' answers spread over many studies: for plots and for going through cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.agreement.comparing import Assessments, Comparison, asks_for_action
from annotations.agreement.deciding import CONCERN
from annotations.agreement.table import CATEGORIES
from domain.laterality import Laterality

BINS = 10


@dataclass(frozen=True)
class Grid:
    """counts[row][column]: how often the first reader said ``names[row]`` and the second
    ``names[column]``. names: only categories that one of them used, in order of concern.
    """

    names: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """All answers counted."""
        return sum(map(sum, self.counts))


def assessment_grid(comparisons: Sequence[Comparison]) -> Grid:
    """Assessments of single breasts by both readers; those that one did not assess are left out."""
    pairs = [
        (said.first.value, said.second.value)
        for one in comparisons
        for said in one.assessments
        if said.laterality in (Laterality.RIGHT, Laterality.LEFT)
        and said.first is not None
        and said.second is not None
    ]
    used = {name for pair in pairs for name in pair}
    names = tuple(name for name in CATEGORIES if name in used)
    counts = tuple(tuple(pairs.count((one, other)) for other in names) for one in names)
    return Grid(names, counts)


def dice_counts(comparisons: Sequence[Comparison]) -> tuple[int, ...]:
    """How many findings that both drew have a Dice from 0.0 on, from 0.1 on, up to 1.

    A finding that one of them marked by a point alone is left out.
    """
    counts = [0] * BINS
    for one in comparisons:
        for pair in one.matched.pairs:
            if pair.overlap.dice > 0:
                counts[min(int(pair.overlap.dice * BINS), BINS - 1)] += 1
    return tuple(counts)


def disagreement(comparison: Comparison) -> tuple[int, int, int, float]:
    """How far two readings are apart, to sort cases by: larger is farther.

    Discordances first, then findings of one alone, then steps between assessments, then how
    badly outlines overlap.
    """
    matched = comparison.matched
    alone = len(matched.only_first) + len(matched.only_second)
    steps = sum(map(_steps, comparison.assessments))
    overlaps = [pair.overlap.dice for pair in matched.pairs]
    worst = 1 - min(overlaps) if overlaps else 0.0
    return len(comparison.discordances), alone, steps, worst


def _steps(said: Assessments) -> int:
    if said.first is None or said.second is None:
        return 0
    return abs(CONCERN.index(said.first.value) - CONCERN.index(said.second.value))


def differences(comparison: Comparison) -> tuple[str, ...]:
    """What two readings differ in, in words, the gravest first; empty where they agree."""
    matched = comparison.matched
    alone = len(matched.only_first) + len(matched.only_second)
    told = [
        f"{_about(said)}: BI-RADS {said.first.value} and {said.second.value}"
        for said in comparison.assessments
        if not (said.agree or _told_already(said)) and said.first and said.second
    ]
    marks = "1 finding of one reader alone" if alone == 1 else f"{alone} findings of one alone"
    return (*comparison.discordances, *([marks] if alone else []), *told)


def _told_already(said: Assessments) -> bool:
    """A breast that one calls suspicious and the other doesn't is a discordance."""
    apart = asks_for_action(said.first) is not asks_for_action(said.second)
    return said.laterality is not None and apart


def _about(said: Assessments) -> str:
    if said.laterality is None:
        return "study"
    return "right breast" if said.laterality is Laterality.RIGHT else "left breast"
