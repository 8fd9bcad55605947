"""A region grown by its runs is, pixel by pixel, what OpenCV's dilation gives."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.preparing.growing import grown


def by_opencv(inside: np.ndarray, across: int, down: int) -> np.ndarray:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * across + 1, 2 * down + 1))
    return cv2.dilate(inside.astype(np.uint8), disc) > 0


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 120),
    st.integers(1, 120),
    st.integers(0, 40),
    st.integers(0, 40),
    st.sampled_from([0.7, 3.0, 9.0]),
    st.integers(0, 2**32),
)
def test_any_region_grows_as_opencv_grows_it(
    rows: int, columns: int, across: int, down: int, smooth: float, seed: int
) -> None:
    noise = np.random.default_rng(seed).normal(size=(rows, columns))
    inside = cv2.GaussianBlur(noise, (0, 0), smooth) > 0.02
    assert np.array_equal(grown(inside, across, down), by_opencv(inside, across, down))


@pytest.mark.parametrize("seed", range(20))
def test_a_region_of_one_run_a_row_grows_as_opencv_grows_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows, columns = random.integers(60, 200, 2)
    first, last = sorted(random.integers(0, rows + 1, 2))
    walk = random.integers(-6, 7, (2, rows)).cumsum(axis=1) + random.integers(0, columns, (2, 1))
    low, high = walk.min(axis=0).clip(0, columns - 1), walk.max(axis=0)
    inside = np.zeros((rows, columns), np.uint8)
    for row in range(first, last):
        inside[row, low[row] : max(low[row], high[row]) + 1] = 1
    across, down = (int(reach) for reach in random.integers(11, 40, 2))
    assert np.array_equal(grown(inside, across, down), by_opencv(inside, across, down))


def test_all_of_a_picture_and_none_of_it_stay_so() -> None:
    for inside in (np.zeros((60, 50), bool), np.ones((60, 50), bool)):
        assert np.array_equal(grown(inside, 25, 20), inside)


def test_a_disc_that_passes_the_picture_on_all_sides_fills_it() -> None:
    inside = np.zeros((40, 30), bool)
    inside[20, 15] = True
    assert grown(inside, 60, 60).all()
    assert np.array_equal(grown(inside, 14, 22), by_opencv(inside, 14, 22))
