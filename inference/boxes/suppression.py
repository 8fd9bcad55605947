"""Suppression of doubles among a network's boxes; boxes are float (n, 4), left top right bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import BadInputError

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class SuppressionRule:
    """Which boxes of one image are kept. iou: above it two are one. most: an image at most."""

    iou: float = 0.2
    most: int = 30
    least_score: float = 0.01


def box_areas(boxes: Floats) -> Floats:
    """Square pixels of each box, (n,); 0 for one with no inside."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1])


def iou_matrix(one: Floats, other: Floats) -> Floats:
    """Intersection over union of each with each: (n, m), 0 to 1; 0 without any area."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    sides = np.maximum(high - low, 0)
    both = sides[..., 0] * sides[..., 1]
    union = box_areas(one)[:, None] + box_areas(other)[None] - both
    return np.asarray(np.divide(both, union, out=np.zeros_like(both), where=union > 0))


def keep_best(boxes: Floats, scores: Floats, rule: SuppressionRule) -> npt.NDArray[np.int64]:
    """Indices of the boxes that are kept, surest first, as the rule says.

    Greedy: a box goes whose IoU with a surer kept one is above the rule's. scores: (n,). Of equal
    scores the first comes first. Raises BadInputError where a score or a box is no number.
    """
    if not (np.isfinite(scores).all() and np.isfinite(boxes).all()):
        raise BadInputError(
            "the network answered with what is no number",
            remedy="Verify the model package; use another one until it is repaired",
        )
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= rule.least_score]
    edges = np.ascontiguousarray(boxes[order].T)
    areas = box_areas(boxes[order])
    kept: list[int] = []
    while order.size and len(kept) < rule.most:
        kept.append(int(order[0]))
        unlike = _iou_with_first(edges, areas) <= rule.iou
        order, edges, areas = order[1:][unlike], edges[:, 1:][:, unlike], areas[1:][unlike]
    return np.array(kept, np.int64)


def _iou_with_first(edges: Floats, areas: Floats) -> Floats:
    """As ``iou_matrix`` of the first box with the others, (n - 1,); edges: (4, n); areas: (n,)."""
    left, top, right, bottom = edges[:, 1:]
    wide = np.maximum(np.minimum(right, edges[2, 0]) - np.maximum(left, edges[0, 0]), 0)
    high = np.maximum(np.minimum(bottom, edges[3, 0]) - np.maximum(top, edges[1, 0]), 0)
    both = wide * high
    union = areas[0] + areas[1:] - both
    return np.asarray(np.divide(both, union, out=np.zeros_like(both), where=union > 0))
