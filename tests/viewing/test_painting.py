from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImagePoint, ImageSize
from domain.turn import ALL_TURNS, Turn
from viewing.hanging.placement import Placement
from viewing.painting import covered_area, level_for, resample

turns = st.sampled_from(ALL_TURNS)


def halvings(image: np.ndarray, count: int) -> list[np.ndarray]:
    levels = [image]
    for _ in range(count):
        rows, columns = levels[-1].shape
        half = cv2.resize(levels[-1], (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
        levels.append(half)
    return levels


def painted(levels: list[np.ndarray], placement: Placement, width: int, height: int) -> np.ndarray:
    pane = np.zeros((height, width), levels[0].dtype)
    area = covered_area(placement, width, height)
    if area is not None:
        pane[area.slices] = resample(levels, placement, area)
    return pane


@given(turns)
def test_at_one_to_one_the_pane_holds_the_stored_pixels_themselves(turn: Turn) -> None:
    image = np.arange(1, 36, dtype=np.uint16).reshape(5, 7)
    placement = Placement(ImageSize(5, 7), turn, 1, 1, 3, 2)
    pane = painted([image], placement, 20, 20)
    turned = turn.apply(image)
    rows, columns = turned.shape
    assert np.array_equal(pane[2 : 2 + rows, 3 : 3 + columns], turned)
    assert np.count_nonzero(pane) == image.size


@given(turns, st.integers(2, 20))
def test_above_one_to_one_pixels_stay_squares_of_their_own_value(turn: Turn, factor: int) -> None:
    image = np.array([[1, 2, 3], [4, 5, 6]], np.int16)
    placement = Placement(ImageSize(2, 3), turn, factor, factor, 0, 0)
    rows, columns = turn.apply(image).shape
    pane = painted([image], placement, columns * factor, rows * factor)
    assert np.array_equal(pane, np.kron(turn.apply(image), np.ones((factor, factor), np.int16)))


@given(turns, st.floats(0.05, 0.9), st.floats(-80, 80), st.floats(-80, 80))
def test_a_landmark_is_painted_where_the_placement_says(
    turn: Turn, scale: float, left: float, top: float
) -> None:
    image = np.zeros((512, 384), np.uint16)
    image[192:208, 256:272] = 60000
    placement = Placement(ImageSize(512, 384), turn, scale, scale, left, top)
    pane = painted(halvings(image, 4), placement, 700, 700).astype(float)
    expected = placement.to_pane(ImagePoint(263.5, 199.5))
    if not (20 < expected.x < 680 and 20 < expected.y < 680):
        return
    ys, xs = np.mgrid[0:700, 0:700]
    assert (xs * pane).sum() / pane.sum() == pytest.approx(expected.x, abs=0.35)
    assert (ys * pane).sum() / pane.sum() == pytest.approx(expected.y, abs=0.35)


@given(st.floats(0.001, 30), st.integers(1, 8))
def test_the_chosen_level_has_a_pixel_for_each_screen_pixel(scale: float, count: int) -> None:
    level = level_for(Placement(ImageSize(10, 10), Turn(), scale, scale, 0, 0), count)
    assert 0 <= level < count
    if level:
        assert scale * 2**level <= 1 + 1e-6
    if 0 < level < count - 1:
        assert scale * 2 ** (level + 1) > 1


@given(st.floats(0.01, 8), st.floats(-900, 900), st.floats(-900, 900))
def test_only_pane_pixels_whose_centre_lies_on_the_image_are_covered(
    scale: float, left: float, top: float
) -> None:
    placement = Placement(ImageSize(30, 40), Turn(), scale, scale, left, top)
    area = covered_area(placement, 100, 90)
    xs, ys = np.meshgrid(np.arange(100), np.arange(90))
    stored_x = (xs + 0.5 - left) / scale
    stored_y = (ys + 0.5 - top) / scale
    expected = (stored_x >= 0) & (stored_x < 40) & (stored_y >= 0) & (stored_y < 30)
    found = np.zeros((90, 100), bool)
    if area is not None:
        found[area.slices] = True
    assert np.count_nonzero(expected != found) <= 200 * np.count_nonzero(
        np.isclose(stored_x % 40, 0) | np.isclose(stored_y % 30, 0)
    )


def test_an_image_wider_than_opencv_can_address_is_still_painted() -> None:
    image = np.full((4, 70_000), 7, np.uint16)
    placement = Placement(ImageSize(4, 70_000), Turn(), 1, 1, -69_000, 0)
    assert (painted([image], placement, 500, 4) == 7).all()
