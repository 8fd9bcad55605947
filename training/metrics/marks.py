"""A network's boxes as marks on the stored image."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from inference.boxes.suppression import SuppressionRule, keep_best
from inference.preparing.frame import PreparedFrame
from training.metrics.froc import Mark


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
