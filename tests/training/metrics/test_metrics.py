"""Comparisons of systems: thresholds chosen elsewhere, paired gains, and the report."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finding import FindingKind
from domain.geometry import Box, ImageSize
from domain.turn import Turn
from inference.boxes.suppression import SuppressionRule
from inference.preparing.frame import PreparedFrame
from training.data.sample import Sample, TrueFinding
from training.metrics.froc import Judged, Mark, gain_at, measured_at, recall_above, recall_at
from training.metrics.marks import judge_sample, marks_of
from training.metrics.report import Marked, compare, table, thresholds

FRAME = PreparedFrame(
    ImageSize(200, 100), Turn(flip_columns=True), 10, 20, ImageSize(100, 80), ImageSize(50, 40)
)
TRUTH = Box(30, 40, 50, 60)
RULE = SuppressionRule(iou=0.2, most=5, least_score=0.05)


def sample(patient: int, *kinds: FindingKind) -> Sample:
    findings = tuple(TrueFinding(kind, TRUTH, 12.0, malignant=False) for kind in kinds)
    pixels = np.zeros((50, 40), np.uint8)
    return Sample(pixels, FRAME, f"phantom-{patient}", "RCC", "b", 0.5, findings)


def marked(patient: int, hit: float, false: float, *kinds: FindingKind) -> Marked:
    marks = (Mark(hit, TRUTH), Mark(false, Box(0, 0, 10, 10)))
    return Marked(sample(patient, *kinds), marks)


SCORES = st.floats(0, 1).map(lambda score: round(score, 2))
JUDGED = st.lists(
    st.builds(
        Judged,
        st.integers(0, 3),
        st.lists(SCORES, max_size=2).map(tuple),
        st.lists(SCORES, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=6,
)


@given(JUDGED, SCORES)
def test_what_a_threshold_gives_is_counted_plainly(images, threshold) -> None:
    found = measured_at(images, threshold, rounds=20)
    false = [score for image in images for score in image.false if score > threshold]
    assert found.false_rate == len(false) / len(images)
    value, lesions = recall_above(images, threshold)
    assert found.recall.lesions == lesions
    assert found.recall.value == value or math.isnan(value)


@given(JUDGED)
def test_a_system_gains_nothing_over_itself(images) -> None:
    gain = gain_at(images, images, 1.0, rounds=20)
    assert gain.value == 0 or math.isnan(gain.value)
    assert gain.low == gain.high == 0 or math.isnan(gain.low)


def test_a_gain_is_the_difference_of_both_recalls_with_a_paired_interval() -> None:
    better = [Judged(patient, (0.9,), (0.1,)) for patient in range(8)]
    worse = [Judged(patient, (0.9 if patient % 2 else -math.inf,), (0.1,)) for patient in range(8)]
    gain = gain_at(better, worse, 1.0)
    assert gain.value == recall_at(better, 1.0).value - recall_at(worse, 1.0).value == 0.5
    assert 0 < gain.low < 0.5 < gain.high <= 1
    with pytest.raises(ValueError, match="same images"):
        gain_at(better, worse[1:], 1.0)


def test_nothing_is_measured_on_no_images() -> None:
    with pytest.raises(ValueError, match="needs images"):
        measured_at([], 0.5)


def test_marks_are_cut_to_the_picture_and_lie_in_stored_pixels() -> None:
    boxes = np.array([[-5, 0, 9.5, 9.5], [45, 10, 60, 20], [0, 0, 9, 9.5]])  # the second: padding
    (mark,) = marks_of(boxes, np.array([0.9, 0.8, 0.7]), FRAME, RULE)
    # x = 9.5 and 29.5 in the turned image of 100 columns: (-0.5 + 0.5) * 2 - 0.5 + 10.
    assert mark.box == Box(99 - 29.5, 20.5, 99 - 9.5, 39.5)
    assert mark.score == 0.9


def test_marks_on_what_is_not_sought_count_neither_way() -> None:
    group = sample(1, FindingKind.CALCIFICATION_GROUP)
    judged = judge_sample(group, [Mark(0.9, TRUTH), Mark(0.5, Box(0, 0, 9, 9))])
    assert judged == Judged("phantom-1", (), (0.5,))
    mass = judge_sample(sample(1, FindingKind.MASS), [Mark(0.9, TRUTH)])
    assert mass.found == (0.9,)


def test_a_comparison_tells_network_floor_and_gain_and_writes_a_table() -> None:
    sure = [marked(patient, 0.9, 0.3, FindingKind.MASS) for patient in range(6)]
    normal = [Marked(sample(9), (Mark(0.8, Box(0, 0, 9, 9)), Mark(0.2, Box(60, 0, 70, 9))))]
    blind = [Marked(image.sample, (Mark(0.5, Box(0, 0, 9, 9)),)) for image in (*sure, *normal)]
    variants = {"blind": blind, "half": [*sure[:3], *blind[3:]]}
    found = compare([*sure, *normal], variants, thresholds([*sure, *normal]))
    assert found.variant == "half"
    assert found.recalls[1.0].value == 1
    assert found.floor[1.0].value == 0.5
    assert found.gains[1.0].value == 0.5
    assert found.groups == {"composition b": (1, 6), "mass": (1, 6), "size 10 to 20 mm": (1, 6)}
    assert found.normal_false == 1
    assert [point.recall.value for point in found.points] == [1, 1, 1, 1]
    text = table(found)
    assert "6 lesions on 7 images of 7 patients; floor: half" in text
    assert "| 1 | 1.00 (1.00 to 1.00) | 0.50" in text
