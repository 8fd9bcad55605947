from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import Box, ImagePoint, ImageSize
from domain.turn import ALL_TURNS, Turn
from viewing.hanging.placement import Placement, turned_box

turns = st.sampled_from(ALL_TURNS)
sizes = st.builds(ImageSize, st.integers(1, 5000), st.integers(1, 5000))
scale = st.floats(0.01, 20)
offset = st.floats(-5000, 5000)
coordinate = st.floats(-100, 5100)


@given(sizes, turns, scale, scale, offset, offset, coordinate, coordinate)
def test_pane_pixels_and_stored_positions_map_there_and_back(
    size: ImageSize, turn: Turn, xs: float, ys: float, left: float, top: float, x: float, y: float
) -> None:
    placement = Placement(size, turn, xs, ys, left, top)
    back = placement.to_stored(placement.to_pane(ImagePoint(x, y)))
    assert np.allclose([back.x, back.y], [x, y], atol=1e-4)


@given(sizes, turns, scale, scale, offset, offset, coordinate, coordinate)
def test_the_matrix_is_the_same_map(
    size: ImageSize, turn: Turn, xs: float, ys: float, left: float, top: float, x: float, y: float
) -> None:
    placement = Placement(size, turn, xs, ys, left, top)
    pane = placement.to_pane(ImagePoint(x, y))
    assert np.allclose(placement.matrix() @ [x, y, 1], [pane.x, pane.y], atol=1e-3)


@given(turns)
def test_at_full_scale_the_matrix_warps_pixels_exactly_as_the_turn_does(turn: Turn) -> None:
    pixels = np.arange(35, dtype=np.uint16).reshape(5, 7)
    size = ImageSize(5, 7)
    placement = Placement(size, turn, 1, 1, 0, 0)
    rows, columns = placement.shown.shape
    warped = cv2.warpAffine(pixels, placement.matrix(), (columns, rows), flags=cv2.INTER_NEAREST)
    assert np.array_equal(warped, turn.apply(pixels))


@given(turns)
def test_a_turned_box_holds_the_pixels_it_held(turn: Turn) -> None:
    pixels = np.zeros((9, 13), np.uint8)
    pixels[2:5, 3:9] = 1
    box = turned_box(Box(2.5, 1.5, 8.5, 4.5), turn, ImageSize(9, 13))
    rows, columns = np.nonzero(turn.apply(pixels))
    assert (box.left, box.right) == (columns.min() - 0.5, columns.max() + 0.5)
    assert (box.top, box.bottom) == (rows.min() - 0.5, rows.max() + 0.5)
