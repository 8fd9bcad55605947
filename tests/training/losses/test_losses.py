"""Losses and the matcher against worked examples, and what must hold for any boxes."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="losses need the train extra")

from hypothesis import given
from hypothesis import strategies as st

from inference.boxes.suppression import iou_matrix
from training.losses.boxes import diou_loss, giou_loss, pairwise_iou, smooth_l1
from training.losses.detection import DetectionLoss
from training.losses.focal import focal_loss
from training.losses.matching import NONE, UNSURE, MatchRule, match
from training.networks.rpn import RawMarks


@st.composite
def boxes(draw, least: int = 0):
    count = draw(st.integers(least, 8))
    numbers = [draw(st.integers(0, 40)) for _ in range(4 * count)]
    corners = torch.tensor(numbers, dtype=torch.float32).reshape(-1, 4)
    return torch.cat((corners[:, :2], corners[:, :2] + 1 + corners[:, 2:]), 1)


@given(boxes(), boxes())
def test_torch_and_numpy_agree_on_overlap(one, other) -> None:
    expected = iou_matrix(one.numpy(), other.numpy())
    np.testing.assert_allclose(pairwise_iou(one, other).numpy(), expected, atol=1e-6)


@given(boxes(least=1), boxes(least=1))
def test_overlap_is_what_pycocotools_says(one, other) -> None:
    mask = pytest.importorskip("pycocotools.mask", reason="a cross-check of the train extra")

    def coco(found):
        return np.hstack((found[:, :2], found[:, 2:] - found[:, :2])).astype(np.float64)

    expected = mask.iou(coco(one.numpy()), coco(other.numpy()), [0] * len(other))
    np.testing.assert_allclose(pairwise_iou(one, other).numpy(), expected, atol=1e-5)


@given(boxes(least=1))
def test_giou_is_nothing_for_the_same_box_and_more_the_farther_away(one) -> None:
    torch.testing.assert_close(giou_loss(one, one), torch.zeros(len(one)), atol=1e-5, rtol=0)
    far, farther = giou_loss(one, one + 100), giou_loss(one, one + 300)
    assert (far > 1).all()
    assert (farther > far).all()
    assert (farther < 2).all()


def test_diou_of_a_worked_example() -> None:
    one, other = torch.tensor([[0.0, 0, 2, 2]]), torch.tensor([[1.0, 1, 3, 3]])
    # Overlap 1 of 7; centres sqrt(2) apart, the box around both 3 by 3.
    assert diou_loss(one, other).item() == pytest.approx(1 - 1 / 7 + 2 / 18)


@given(boxes(least=1))
def test_diou_is_nothing_for_the_same_box_and_more_the_farther_away(one) -> None:
    torch.testing.assert_close(diou_loss(one, one), torch.zeros(len(one)), atol=1e-5, rtol=0)
    assert (diou_loss(one, one + 300) > diou_loss(one, one + 100)).all()


def test_giou_of_a_worked_example() -> None:
    one, other = torch.tensor([[0.0, 0, 2, 2]]), torch.tensor([[1.0, 1, 3, 3]])
    # IoU 1/7, hull 9, union 7: GIoU = 1/7 - 2/9.
    assert giou_loss(one, other).item() == pytest.approx(1 - (1 / 7 - 2 / 9))


def test_smooth_l1_is_square_near_nothing_and_straight_beyond() -> None:
    found = smooth_l1(torch.tensor([[0.05, 0, 0, 0], [1.0, 0, 0, 0]]), torch.zeros(2, 4))
    assert found.tolist() == pytest.approx([0.5 * 0.05**2 * 9, 1 - 1 / 18])


def test_focal_loss_of_a_worked_example_and_of_sure_answers() -> None:
    chance = 0.9
    logit = torch.tensor([math.log(chance / (1 - chance))])
    right = focal_loss(logit, torch.ones(1)).item()
    assert right == pytest.approx(-0.25 * 0.1**2 * math.log(0.9), rel=1e-4)
    wrong = focal_loss(logit, torch.zeros(1)).item()
    assert wrong == pytest.approx(-0.75 * 0.9**2 * math.log(0.1), rel=1e-4)
    sure = focal_loss(torch.tensor([80.0, -80.0]), torch.tensor([1.0, 0.0]))
    assert sure.tolist() == [0.0, 0.0]


@given(boxes(), boxes(), st.sampled_from([MatchRule(), MatchRule(0.7, 0.3), MatchRule(0.5, 0.5)]))
def test_each_truth_that_any_anchor_overlaps_is_answered_for(anchors, truths, rule) -> None:
    found = match(anchors, truths, rule)
    assert found.shape == (len(anchors),)
    if not len(truths) or not len(anchors):
        assert (found == NONE).all()
        return
    overlap = pairwise_iou(anchors, truths)
    best = overlap.max(1).values
    assert (found[best >= rule.sure] >= 0).all()
    assert (found[best == 0] == NONE).all()
    assert (best[found == UNSURE] < rule.sure).all()
    for truth, most in enumerate(overlap.max(0).values):
        if most > 0:
            owners = overlap[:, truth] >= most - 1e-6
            assert (found[owners] >= 0).all()


def test_a_rule_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing <= sure"):
        MatchRule(0.3, 0.5)


@pytest.mark.parametrize("box", ["giou", "diou", "smooth l1"])
def test_the_loss_falls_to_nothing_where_all_is_right(box: str) -> None:
    anchors = torch.tensor([[0.0, 0, 10, 10], [40, 40, 50, 50]])
    logits, deltas = torch.tensor([[20.0, -20.0]]), torch.zeros(1, 2, 4)
    score, place = DetectionLoss(box=box)(RawMarks(logits, deltas, anchors), [anchors[:1]])
    assert float(score) < 1e-6
    assert float(place) < 1e-5
    score, _ = DetectionLoss(box=box)(RawMarks(-logits, deltas, anchors), [anchors[:1]])
    assert float(score) > 1


def test_an_image_without_lesions_teaches_that_there_are_none() -> None:
    raw = RawMarks(torch.zeros(1, 3), torch.zeros(1, 3, 4), torch.ones(3, 4))
    score, place = DetectionLoss()(raw, [torch.zeros(0, 4)])
    assert float(score) > 0
    assert float(place) == 0


def test_an_unknown_box_loss_is_refused() -> None:
    with pytest.raises(ValueError, match="there are giou, diou and smooth l1"):
        DetectionLoss(box="huber")
