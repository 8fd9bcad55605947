"""Whether probabilities mean what they say."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.metrics.bootstrap import ROUNDS, Interval, interval

BINS = 10

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """Cases whose probability lies from ``low`` to below ``high``. said: their mean probability;
    true: the share that are positive.
    """

    low: float
    high: float
    cases: int
    said: float
    true: float


def reliability(
    probabilities: Sequence[float], positive: Sequence[bool], bins: int = BINS
) -> tuple[Bin, ...]:
    """Bins of equal width that hold a case, by rising probability."""
    values, labels = _checked(probabilities, positive)
    place = _places(values, bins)
    return tuple(
        Bin(
            at / bins,
            (at + 1) / bins,
            int((place == at).sum()),
            float(values[place == at].mean()),
            float(labels[place == at].mean()),
        )
        for at in range(bins)
        if (place == at).any()
    )


def expected_calibration_error(
    probabilities: Sequence[float] | Floats,
    positive: Sequence[bool] | Floats,
    bins: int = BINS,
    weights: Floats | None = None,
) -> float:
    """Mean distance of said and true shares over bins, weighted by their cases; NaN for none.

    Naeini et al. 2015, "Obtaining well calibrated probabilities using Bayesian binning".
    """
    values, labels = _checked(probabilities, positive)
    own = np.ones(len(values)) if weights is None else weights
    total = float(own.sum())
    if not total:
        return math.nan
    place = _places(values, bins)
    gaps = np.bincount(place, own * (values - labels), minlength=bins)
    return float(np.abs(gaps).sum()) / total


def calibration_interval(
    patients: Sequence[Hashable],
    probabilities: Sequence[float],
    positive: Sequence[bool],
    rounds: int = ROUNDS,
) -> Interval:
    """The expected calibration error with its interval over patients.

    Draws of few cases scatter around their bins: the interval leans upwards.
    """
    values, labels = _checked(probabilities, positive)
    return interval(
        patients,
        lambda weights: expected_calibration_error(values, labels, weights=weights),
        rounds,
    )


def brier(probabilities: Sequence[float], positive: Sequence[bool]) -> float:
    """Mean squared distance of probability and outcome, 0 to 1; NaN for no cases."""
    values, labels = _checked(probabilities, positive)
    return float(((values - labels) ** 2).mean()) if values.size else math.nan


def _places(values: Floats, bins: int) -> npt.NDArray[np.intp]:
    return np.minimum((values * bins).astype(np.intp), bins - 1)


def _checked(
    probabilities: Sequence[float] | Floats, positive: Sequence[bool] | Floats
) -> tuple[Floats, Floats]:
    values, labels = np.asarray(probabilities, np.float64), np.asarray(positive, np.float64)
    if values.shape != labels.shape or values.ndim != 1:
        raise ValueError("each case has one probability and one outcome")
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError("probabilities are 0 to 1")
    return values, labels
