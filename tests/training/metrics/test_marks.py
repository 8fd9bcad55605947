"""A network's boxes as marks on the stored image."""

from __future__ import annotations

import numpy as np

from domain.geometry import Box, ImageSize
from domain.turn import Turn
from inference.boxes.suppression import SuppressionRule
from inference.preparing.frame import PreparedFrame
from training.metrics.marks import marks_of

FRAME = PreparedFrame(
    ImageSize(200, 100), Turn(flip_columns=True), 10, 20, ImageSize(100, 80), ImageSize(50, 40)
)
RULE = SuppressionRule(iou=0.2, most=5, least_score=0.05)


def test_marks_are_cut_to_the_picture_and_lie_in_stored_pixels() -> None:
    boxes = np.array([[-5, 0, 9.5, 9.5], [45, 10, 60, 20], [0, 0, 9, 9.5]])  # the second: padding
    (mark,) = marks_of(boxes, np.array([0.9, 0.8, 0.7]), FRAME, RULE)
    # x = 9.5 and 29.5 in the turned image of 100 columns: (-0.5 + 0.5) * 2 - 0.5 + 10.
    assert mark.box == Box(99 - 29.5, 20.5, 99 - 9.5, 39.5)
    assert mark.score == 0.9
