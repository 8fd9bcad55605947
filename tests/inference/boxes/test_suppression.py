"""Suppression keeps the surest box of each thing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from domain.errors import BadInputError
from inference.boxes.suppression import SuppressionRule, box_areas, iou_matrix, keep_best

RULE = SuppressionRule(iou=0.3, most=10, least_score=0.05)


@st.composite
def scored_boxes(draw):
    count = draw(st.integers(0, 12))
    corners = draw(hnp.arrays(np.float64, (count, 2), elements=st.integers(0, 40)))
    sides = draw(hnp.arrays(np.float64, (count, 2), elements=st.integers(0, 20)))
    scores = draw(hnp.arrays(np.float64, count, elements=st.floats(0, 1)))
    return np.hstack((corners, corners + sides)), scores


@given(scored_boxes())
def test_no_two_kept_boxes_overlap_and_each_dropped_one_has_a_surer_neighbour(drawn) -> None:
    boxes, scores = drawn
    kept = keep_best(boxes, scores, RULE)
    assert len(set(kept.tolist())) == len(kept) <= RULE.most
    assert (np.diff(scores[kept]) <= 0).all()
    overlap = iou_matrix(boxes[kept], boxes[kept])
    assert (overlap[~np.eye(len(kept), dtype=bool)] <= RULE.iou).all()
    if len(kept) == RULE.most:
        return
    for at in set(range(len(boxes))) - set(kept.tolist()):
        near = iou_matrix(boxes[[at]], boxes[kept])[0] > RULE.iou
        assert scores[at] < RULE.least_score or (scores[kept][near] >= scores[at]).any()


@given(scored_boxes())
def test_overlap_is_symmetric_and_whole_for_a_box_with_itself(drawn) -> None:
    boxes, _ = drawn
    overlap = iou_matrix(boxes, boxes)
    np.testing.assert_allclose(overlap, overlap.T)
    np.testing.assert_allclose(np.diag(overlap), (box_areas(boxes) > 0).astype(float))


def test_a_worked_example() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 10, 5], [20, 20, 30, 30], [0, 0, 9, 10]], float)
    assert iou_matrix(boxes[:1], boxes)[0].tolist() == pytest.approx([1, 0.5, 0, 0.9])
    assert keep_best(boxes, np.array([0.5, 0.9, 0.2, 0.01]), RULE).tolist() == [1, 2]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused(bad: float) -> None:
    box = np.array([[0.0, 0, 1, 1]])
    with pytest.raises(BadInputError, match="no number"):
        keep_best(box, np.array([bad]), RULE)
    with pytest.raises(BadInputError, match="no number"):
        keep_best(np.full_like(box, bad), np.array([0.5]), RULE)


@given(st.integers(0, 2**32 - 1))
def test_the_same_boxes_are_kept_as_by_comparing_each_with_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, 60, (40, 2)).astype(float)
    boxes = np.concatenate([corners, corners + rng.integers(0, 30, (40, 2))], axis=1)
    scores = rng.integers(0, 12, 40) / 11
    overlap = iou_matrix(boxes, boxes)
    kept: list[int] = []
    for at in sorted(range(40), key=lambda one: (-scores[one], one)):
        unlike = all(overlap[at, other] <= RULE.iou for other in kept)
        if scores[at] >= RULE.least_score and unlike and len(kept) < RULE.most:
            kept.append(at)
    assert keep_best(boxes, scores, RULE).tolist() == kept
