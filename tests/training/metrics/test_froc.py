"""Free-response curves: rules of hits, whole curves, paired gains."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import Box, ImageSize
from domain.mask import RleMask
from training.metrics.froc import (
    Judged,
    Mark,
    froc_curve,
    froc_score,
    gain_at,
    match,
    measured_at,
    recall_above,
    recall_at,
    threshold_at,
)
from training.metrics.hits import CENTRE, CENTRE_OR_IOU, IOP, IOU_02, IOU_05, Truth

SIZE = ImageSize(40, 60)
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


def patch(left: int, top: int, columns: int, rows: int) -> RleMask:
    return RleMask.of(np.ones((rows, columns), np.uint8), SIZE, left, top)


def whole(mask: RleMask, score: float = 0.5) -> Mark:
    return Mark(score, mask.box, mask)


def test_boxes_hit_by_their_overlap_at_two_bars() -> None:
    truth = Truth(Box(0, 0, 10, 10))
    third, most = Mark(0.5, Box(5, 0, 15, 10)), Mark(0.5, Box(2, 0, 12, 10))  # IoU 1/3 and 2/3
    assert IOU_02.hit(third, truth)
    assert not IOU_05.hit(third, truth)
    assert IOU_05.hit(most, truth)


def test_a_small_box_inside_hits_by_its_centre_alone() -> None:
    truth, speck = Truth(Box(0, 0, 10, 10)), Mark(0.5, Box(8, 8, 9, 9))
    assert CENTRE.hit(speck, truth)
    assert CENTRE_OR_IOU.hit(speck, truth)
    assert not IOU_02.hit(speck, truth)
    assert not CENTRE.hit(Mark(0.5, Box(9, 0, 13, 10)), truth)


def test_a_quarter_of_the_predicted_pixels_must_lie_on_the_truth() -> None:
    truth = patch(10, 10, 20, 20)
    assert IOP.hit(whole(patch(28, 10, 8, 4)), Truth(truth.box, truth))  # 2 of 8 columns
    assert not IOP.hit(whole(patch(29, 10, 8, 4)), Truth(truth.box, truth))
    # A dot in a large region hits it, however small its share of the region.
    assert IOP.hit(whole(patch(15, 15, 1, 1)), Truth(truth.box, truth))


def test_a_box_stands_for_a_mask_that_is_not_there() -> None:
    assert IOP.hit(Mark(0.5, Box(0, 0, 4, 4)), Truth(Box(3, 0, 9, 9)))
    assert not IOP.hit(Mark(0.5, Box(0, 0, 4, 4)), Truth(Box(3.5, 0, 9, 9)))


def test_several_predictions_in_one_truth_count_once_and_none_is_false() -> None:
    region = patch(10, 10, 20, 20)
    dots = [whole(patch(x, 12, 2, 2), score) for x, score in ((12, 0.4), (18, 0.9), (24, 0.6))]
    stray = whole(patch(45, 30, 2, 2), 0.7)
    matched = match(IOP.hit, [*dots, stray], [Truth(region.box, region)])
    assert matched.best == (1,)
    assert matched.false == (3,)


def test_a_mark_on_two_lesions_finds_both() -> None:
    marks = [Mark(0.5, Box(0, 0, 10, 10))]
    found = match(IOU_02.hit, marks, [Truth(Box(0, 0, 10, 5)), Truth(Box(0, 5, 10, 10))])
    assert found.best == (0, 0)


def test_monais_worked_example_gives_monais_score() -> None:
    """``tests/metrics/test_compute_froc.py`` of MONAI: 2 images, 4 targets."""
    images = [Judged("a", (1, 1), (0.8,)), Judged("b", (0.8, 0.8), (0.6,))]
    assert froc_score(images, (0.25,)) == pytest.approx(0.75)
    assert froc_score(images, (0.25, 0.5, 1, 2, 4, 8)) == pytest.approx(0.95833333)


@given(JUDGED)
def test_the_curve_is_what_counting_at_each_threshold_gives(images) -> None:
    if not any(image.found for image in images):
        with pytest.raises(ValueError, match="lesions"):
            froc_curve(images)
        return
    for bound, false, hit in list(zip(*froc_curve(images), strict=True))[1:]:
        below = math.nextafter(bound, -math.inf)
        assert false * len(images) == sum(s >= bound for image in images for s in image.false)
        assert hit == pytest.approx(recall_above(images, below)[0])


@given(JUDGED, st.sampled_from((0.25, 0.5, 1.0, 2.0)))
def test_an_interval_without_draws_of_luck_holds_its_recall(images, rate) -> None:
    alike = [Judged(0, image.found, image.false) for image in images]  # one patient: every draw
    found = recall_at(alike, rate, rounds=5)
    if found.lesions:
        assert found.low == found.high == pytest.approx(found.value)


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
    with pytest.raises(ValueError, match="needs images"):
        threshold_at([], 1.0)
