"""Tags that agree decide; where the pixels show a negative all the same, that is said."""

from __future__ import annotations

import numpy as np
import pytest

from imaging.grey.grey_header import GreyDescription
from imaging.grey.polarity import polarity_doubts
from tests.support.breast_pictures import cc_breast


@pytest.mark.parametrize("inverted", [False, True])
def test_a_negative_is_flagged_and_a_positive_is_not(inverted: bool) -> None:
    pixels = cc_breast(960, 800).pixels
    positive = np.invert(pixels) if inverted else pixels
    grey = GreyDescription(inverted=inverted)
    assert polarity_doubts(grey, positive) == ()
    assert "negative" in str(polarity_doubts(grey, np.invert(positive))[0])


def test_a_picture_without_a_breast_tells_nothing() -> None:
    assert polarity_doubts(GreyDescription(), np.full((64, 64), 500, np.uint16)) == ()
