"""Regions lie where they should, whatever their scale, angle and place."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import Box, ImagePoint, ImageSize
from inference.systems.contour_region import (
    SquareRegion,
    coarsening,
    cut_region,
    equalised,
    region_of,
    window_of,
)

PLACES = st.floats(-50, 250)
SIDES = st.floats(2, 400)
ANGLES = st.floats(-math.pi, math.pi)


@given(PLACES, PLACES, SIDES, ANGLES, PLACES, PLACES)
def test_a_place_told_in_the_picture_is_the_place_again(
    x: float, y: float, side: float, angle: float, at_x: float, at_y: float
) -> None:
    region = SquareRegion(ImagePoint(x, y), side, 64, angle)
    back = region.to_stored(np.array([region.to_picture(ImagePoint(at_x, at_y))]))[0]
    assert back == pytest.approx((at_x, at_y), abs=1e-6)


@given(PLACES, PLACES, SIDES)
def test_outer_corners_of_picture_and_square_fall_on_each_other(
    x: float, y: float, side: float
) -> None:
    region = SquareRegion(ImagePoint(x, y), side, 64)
    left, top = region.to_stored(np.array([[-0.5, -0.5]]))[0]
    assert (left, top) == pytest.approx((x - side / 2, y - side / 2), abs=1e-6)


@pytest.mark.parametrize("side", [40.0, 64.0, 150.0, 310.0])
@pytest.mark.parametrize("angle", [0.0, 0.7])
def test_what_is_cut_lies_where_the_region_says(side: float, angle: float) -> None:
    rows, columns = np.indices((400, 400))
    spot = (np.hypot(columns - 217.0, rows - 188.0) < 6).astype(np.uint8) * 255
    region = SquareRegion(ImagePoint(205, 195), side, 64, angle)
    window = window_of(region, ImageSize(400, 400))
    assert window is not None
    coarse = coarsening(region, None, 1.0)
    cut = cut_region(spot[window], window[1].start, window[0].start, region, coarse)
    found = cv2.moments(cut)
    middle = found["m10"] / found["m00"], found["m01"] / found["m00"]
    expected = region.to_picture(ImagePoint(217, 188))
    assert middle == pytest.approx(expected, abs=0.5)


def test_a_large_region_averages_what_it_can_not_show() -> None:
    stripes = np.zeros((512, 512), np.uint8)
    stripes[::2] = 200
    region = SquareRegion(ImagePoint(255.5, 255.5), 512, 64)
    cut = cut_region(stripes, 0, 0, region, coarsening(region, None, 1.0))
    assert np.abs(cut[2:-2, 2:-2].astype(int) - 100).max() <= 1


def test_fine_images_are_averaged_to_the_pixels_of_the_training() -> None:
    region = SquareRegion(ImagePoint(0, 0), 200, 256)
    assert coarsening(region, 0.07, 0.25) == 3
    assert coarsening(region, 0.28, 0.25) == 1


def test_a_region_beside_the_image_needs_nothing_of_it() -> None:
    assert window_of(SquareRegion(ImagePoint(-200, 10), 50), ImageSize(100, 100)) is None


def test_a_region_is_as_long_as_the_longer_side_of_its_box_asks() -> None:
    region = region_of(Box(10, 20, 30, 60), 1.5)
    assert region.side == 60
    assert (region.centre.x, region.centre.y) == (20, 40)


def test_equalisation_keeps_black_black_and_uses_all_greys() -> None:
    random = np.random.default_rng(0)
    picture = random.integers(90, 110, (64, 64)).astype(np.uint8)
    picture[:, :10] = 0
    even = equalised(picture)
    assert (even[:, :10] == 0).all()
    assert even.max() == 255


@pytest.mark.parametrize("side", [0.0, -3.0, math.nan])
def test_a_region_without_extent_is_refused(side: float) -> None:
    with pytest.raises(ValueError, match="side above 0"):
        SquareRegion(ImagePoint(0, 0), side)
