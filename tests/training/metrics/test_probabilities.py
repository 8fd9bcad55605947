"""Areas under curves and calibration, by worked examples of scikit-learn's documentation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.metrics.bootstrap import interval, mean_interval, patient_weights
from training.metrics.calibration import (
    brier,
    calibration_interval,
    expected_calibration_error,
    reliability,
)
from training.metrics.roc import auc, auc_gain, auc_interval, roc_curve, sensitivity_at

# Of sklearn.metrics.roc_curve and roc_auc_score.
SCORES, POSITIVE = (0.1, 0.4, 0.35, 0.8), (False, False, True, True)

CASES = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=14)


def test_the_curve_and_its_area_are_scikit_learns() -> None:
    false, hit, thresholds = roc_curve(SCORES, POSITIVE)
    assert false.tolist() == [0, 0, 0.5, 0.5, 1]
    assert hit.tolist() == [0, 0.5, 0.5, 1, 1]
    assert thresholds.tolist() == [math.inf, 0.8, 0.4, 0.35, 0.1]
    assert auc(SCORES, POSITIVE) == 0.75


@given(CASES)
def test_the_area_is_the_share_of_pairs_in_order(cases) -> None:
    scores, labels = [float(score) for score, _ in cases], [label for _, label in cases]
    pairs = [
        (one > other) + (one == other) / 2
        for one, up in zip(scores, labels, strict=True)
        for other, down in zip(scores, labels, strict=True)
        if up and not down
    ]
    found = auc(scores, labels)
    if not pairs:
        assert math.isnan(found)
        return
    assert found == pytest.approx(np.mean(pairs))
    false, hit, _ = roc_curve(scores, labels)
    assert np.trapezoid(hit, false) == pytest.approx(found)


@given(CASES, st.lists(st.integers(0, 3), min_size=14, max_size=14))
def test_a_weight_counts_a_case_so_often(cases, weights) -> None:
    often = np.array(weights[: len(cases)])
    scores = np.array([float(score) for score, _ in cases])
    labels = np.array([label for _, label in cases])
    repeated = auc(np.repeat(scores, often), np.repeat(labels, often))
    weighted = auc(scores, labels, often.astype(float))
    assert weighted == pytest.approx(repeated, nan_ok=True)


def test_sensitivity_is_told_at_a_specificity() -> None:
    assert sensitivity_at(SCORES, POSITIVE, 1.0) == 0.5
    assert sensitivity_at(SCORES, POSITIVE, 0.5) == 1.0


def test_better_scores_gain_area_with_a_paired_interval_above_zero() -> None:
    true = [number % 2 == 0 for number in range(60)]
    random = np.random.default_rng(0)
    good = [flag + random.normal(0, 0.3) for flag in true]
    poor = [flag + random.normal(0, 3) for flag in true]
    gain = auc_gain(range(60), good, poor, true)
    assert gain.above_zero
    assert gain.value == pytest.approx(auc(good, true) - auc(poor, true))
    assert auc_interval(range(60), good, true).low < auc(good, true)


def test_cases_without_a_number_or_a_class_are_refused() -> None:
    with pytest.raises(ValueError, match="numbers"):
        auc([0.1, math.nan], [True, False])
    with pytest.raises(ValueError, match="one class"):
        auc([0.1], [True, False])
    with pytest.raises(ValueError, match="both classes"):
        roc_curve([0.1, 0.2], [True, True])


def test_reliability_is_that_of_scikit_learns_calibration_curve() -> None:
    true = [False] * 4 + [True] * 5
    said = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0]
    bins = reliability(said, true, bins=3)
    assert [one.true for one in bins] == [0, 0.5, 1]
    assert [one.said for one in bins] == pytest.approx([0.2, 0.525, 0.85])
    # 3, 2 and 4 of 9 cases, by hand.
    expected = (3 * 0.2 + 2 * 0.025 + 4 * 0.15) / 9
    assert expected_calibration_error(said, true, bins=3) == pytest.approx(expected)
    assert brier([0.0, 1.0, 0.5], [False, True, True]) == pytest.approx(0.25 / 3)


def test_probabilities_that_are_true_are_calibrated_and_doubled_ones_are_not() -> None:
    random = np.random.default_rng(3)
    said = random.uniform(0, 0.5, 4000)
    true = random.random(4000) < said
    assert expected_calibration_error(said, true) < 0.03
    assert expected_calibration_error(2 * said, true) > 0.2
    assert calibration_interval(range(4000), said, true, rounds=50).high < 0.04
    with pytest.raises(ValueError, match="0 to 1"):
        expected_calibration_error([1.2], [True])


def test_patients_are_drawn_whole() -> None:
    weights = patient_weights(["a", "b", "a", "c"], rounds=30)
    assert weights.shape == (30, 4)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all()


def test_a_figure_on_nobody_is_none() -> None:
    assert math.isnan(interval([], lambda _: 1.0).value)
    assert str(mean_interval([], [])) == "-"
    assert str(mean_interval(["a"], [0.5])) == "0.500 (0.500 to 0.500)"
