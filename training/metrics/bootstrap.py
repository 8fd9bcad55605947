"""Intervals from drawing patients anew: images of one patient are never independent."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ROUNDS = 400
"""Draws that an interval is taken from."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval; all NaN where there is nothing to measure."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "-"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"

    @property
    def above_zero(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.low > 0


NO_INTERVAL = Interval(math.nan, math.nan, math.nan)


def patient_weights(patients: Sequence[Hashable], rounds: int = ROUNDS) -> Floats:
    """How often each image counts when patients are drawn anew with replacement.

    patients: of each image. float64 (rounds, images); the same patients give the same draws.
    """
    numbers = {patient: number for number, patient in enumerate(dict.fromkeys(patients))}
    index = np.array([numbers[patient] for patient in patients], np.intp)
    if not numbers:
        return np.zeros((rounds, 0))
    random = np.random.default_rng(0)
    chances = np.full(len(numbers), 1 / len(numbers))
    counts = random.multinomial(len(numbers), chances, size=rounds).astype(np.float64)
    return np.asarray(counts[:, index])


def limits(drawn: Iterable[float]) -> tuple[float, float]:
    """Bounds of the middle 95 % of what was drawn; NaN is left out, and given where all are."""
    known = [value for value in drawn if not math.isnan(value)]
    if not known:
        return math.nan, math.nan
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)


def interval(
    patients: Sequence[Hashable], figure: Callable[[Floats], float], rounds: int = ROUNDS
) -> Interval:
    """A figure with its interval. figure: from the weight of each item, (n,); NaN for no figure."""
    if not patients:
        return NO_INTERVAL
    value = figure(np.ones(len(patients)))
    low, high = limits(figure(weights) for weights in patient_weights(patients, rounds))
    return Interval(value, low, high)


def mean_interval(
    patients: Sequence[Hashable], values: Sequence[float], rounds: int = ROUNDS
) -> Interval:
    """A mean over items, each with its patient, with its interval."""
    known = np.asarray(values, np.float64)

    def mean(weights: Floats) -> float:
        total = float(weights.sum())
        return float((weights * known).sum()) / total if total else math.nan

    return interval(patients, mean, rounds)
