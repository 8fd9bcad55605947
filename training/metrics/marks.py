"""A network's boxes as marks on the stored image, and marks held against a sample's truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from domain.geometry import Box
from inference.boxes.suppression import SuppressionRule, keep_best
from inference.preparing.frame import PreparedFrame
from training.data.sample import Sample
from training.metrics.froc import Judged, Mark, at_least, judge

SOFT = frozenset(
    {
        FindingKind.MASS,
        FindingKind.ASYMMETRY,
        FindingKind.ARCHITECTURAL_DISTORTION,
        FindingKind.OTHER,
    }
)
"""What a mass detector looks for; marks on other lesions count neither way."""

LEAST_SIDE_MM = 3.0
"""Smaller truth boxes are enlarged to this."""


def marks_of(
    boxes: npt.NDArray[Any], scores: npt.NDArray[Any], frame: PreparedFrame, rule: SuppressionRule
) -> list[Mark]:
    """boxes: (k, 4) in prepared pixels; scores: (k,), 0 to 1. Marks in stored pixels, surest first.

    Boxes are cut to the prepared picture; those in the black that was added to it are left out.
    """
    boxes, scores = boxes.astype(np.float64), scores.astype(np.float64)
    marks = []
    for at in keep_best(boxes, scores, rule).tolist():
        left, right = np.clip(boxes[at, 0::2], -0.5, frame.size.columns - 0.5).tolist()
        top, bottom = np.clip(boxes[at, 1::2], -0.5, frame.size.rows - 0.5).tolist()
        if left < right and top < bottom:
            marks.append(Mark(float(scores[at]), frame.to_stored(left, top, right, bottom)))
    return marks


def judge_sample(
    sample: Sample, marks: Sequence[Mark], kinds: frozenset[FindingKind] = SOFT
) -> Judged:
    """Marks in stored pixels held against one sample's findings of these kinds."""
    least = LEAST_SIDE_MM / sample.pixel_mm
    sought: list[Box] = []
    ignored: list[Box] = []
    for one in sample.findings:
        (sought if one.kind in kinds else ignored).append(at_least(one.box, least))
    return judge(sample.patient, marks, sought, ignored)
