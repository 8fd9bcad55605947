"""Receiver operating characteristics: how well scores part two classes."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from training.metrics.bootstrap import ROUNDS, Interval, interval

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def roc_curve(scores: Sequence[float], positive: Sequence[bool]) -> tuple[Floats, Floats, Floats]:
    """False-positive rate, true-positive rate and threshold, by falling threshold; (n,) each.

    A case counts as positive from the threshold on. Starts at no case at all (infinity). Raises
    ValueError where there are not both classes.
    """
    values, labels = _checked(scores, positive)
    if labels.all() or not labels.any():
        raise ValueError("a curve needs cases of both classes")
    thresholds = np.unique(values)[::-1]
    hit, false = (
        np.searchsorted(np.sort(-values[own]), -thresholds, side="right") / int(own.sum())
        for own in (labels, ~labels)
    )
    start = np.zeros(1)
    return (
        np.concatenate((start, false)),
        np.concatenate((start, hit)),
        np.concatenate(([np.inf], thresholds)),
    )


def auc(
    scores: Sequence[float] | Floats,
    positive: Sequence[bool] | Bools,
    weights: Floats | None = None,
) -> float:
    """Area under the curve: the chance that a positive case scores above a negative one.

    Equal scores count half. weights: of each case. NaN where a class is missing.
    """
    values, labels = _checked(scores, positive)
    own = np.ones(len(values)) if weights is None else weights
    total = float(own[labels].sum() * own[~labels].sum())
    if not total:
        return math.nan
    _, place = np.unique(values, return_inverse=True)
    upwards, downwards = (
        np.bincount(place[side], own[side], minlength=int(place.max()) + 1)
        for side in (labels, ~labels)
    )
    below = np.cumsum(downwards) - downwards
    return float((upwards * (below + downwards / 2)).sum()) / total


def auc_interval(
    patients: Sequence[Hashable],
    scores: Sequence[float],
    positive: Sequence[bool],
    rounds: int = ROUNDS,
) -> Interval:
    """AUC with its interval over patients."""
    values, labels = _checked(scores, positive)
    return interval(patients, lambda weights: auc(values, labels, weights), rounds)


def auc_gain(
    patients: Sequence[Hashable],
    scores: Sequence[float],
    others: Sequence[float],
    positive: Sequence[bool],
    rounds: int = ROUNDS,
) -> Interval:
    """How much more AUC one score has than another on the same cases; the interval is paired."""
    values, labels = _checked(scores, positive)
    rival, _ = _checked(others, positive)

    def gain(weights: Floats) -> float:
        return auc(values, labels, weights) - auc(rival, labels, weights)

    return interval(patients, gain, rounds)


def sensitivity_at(scores: Sequence[float], positive: Sequence[bool], specificity: float) -> float:
    """Highest share of positive cases found while so many negative ones are left alone.

    Raises ValueError where there are not both classes.
    """
    false, hit, _ = roc_curve(scores, positive)
    return float(hit[false <= 1 - specificity + 1e-12].max())


def _checked(
    scores: Sequence[float] | Floats, positive: Sequence[bool] | Bools
) -> tuple[Floats, Bools]:
    values, labels = np.asarray(scores, np.float64), np.asarray(positive, bool)
    if values.shape != labels.shape or values.ndim != 1:
        raise ValueError("each case has one score and one class")
    if not np.isfinite(values).all():
        raise ValueError("scores are numbers")
    return values, labels
