"""Outlines: one loop that nowhere meets itself, as fine as the chances, around the part meant."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImageSize
from inference.systems.contour_outline import (
    choose_part,
    crosses,
    follow_edge,
    inside_of,
    simplified,
)

SIDE = 48
WHOLE = np.ones((SIDE, SIDE), bool)
MIDDLE = ((SIDE - 1) / 2,) * 2


@st.composite
def chances(draw: st.DrawFn) -> np.ndarray:
    """Clouds of any coarseness, from single pixels to one blob; each holds 0 and 1."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = draw(st.floats(0.3, 6.0))
    cloud = cv2.GaussianBlur(random.random((SIDE, SIDE)).astype(np.float32), (0, 0), spread)
    return (cloud - cloud.min()) / (cloud.max() - cloud.min())


def disc(x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.indices((SIDE, SIDE))
    away = np.hypot(columns - x, rows - y)
    return np.clip(0.5 + (radius - away) / 4, 0, 1).astype(np.float32)


@given(chances(), st.floats(0.2, 0.8))
def test_an_outline_never_meets_itself_and_holds_exactly_the_pixels_of_its_part(
    chance: np.ndarray, level: float
) -> None:
    part = choose_part(chance, level, WHOLE, MIDDLE)
    assert part is not None
    line = follow_edge(chance, level, part.inside)
    assert not crosses(line)
    assert (inside_of(line, ImageSize(SIDE, SIDE)).pixels() == part.inside).all()


@given(chances(), st.floats(0.2, 0.8))
def test_a_simplified_outline_never_meets_itself_and_stays_at_the_edge(
    chance: np.ndarray, level: float
) -> None:
    part = choose_part(chance, level, WHOLE, MIDDLE)
    assert part is not None
    line = follow_edge(chance, level, part.inside)
    fewer = simplified(line)
    assert len(fewer) >= 3
    assert not crosses(fewer)
    edge = fewer.astype(np.float32)[:, None]
    away = [abs(cv2.pointPolygonTest(edge, tuple(map(float, one)), True)) for one in line]
    assert max(away) < 0.6


def test_the_edge_of_a_disc_is_found_to_a_tenth_of_a_pixel() -> None:
    chance = disc(23.3, 24.1, 15.5)
    part = choose_part(chance, 0.5, WHOLE, MIDDLE)
    assert part is not None
    line = follow_edge(chance, 0.5, part.inside)
    assert np.abs(np.hypot(line[:, 0] - 23.3, line[:, 1] - 24.1) - 15.5).max() < 0.1
    assert len(simplified(line)) < len(line) / 3


def test_a_spicule_two_pixels_wide_stays() -> None:
    chance = disc(20, 24, 8)
    chance[23:25, 28:44] = 0.9
    part = choose_part(chance, 0.5, WHOLE, MIDDLE)
    assert part is not None
    assert simplified(follow_edge(chance, 0.5, part.inside))[:, 0].max() > 43


def test_a_hole_is_filled_and_a_speck_beside_the_middle_is_not_taken() -> None:
    chance = disc(30, 24, 11)
    chance[22:26, 28:32] = 0.1
    chance[24, 12] = 0.9
    part = choose_part(chance, 0.5, WHOLE, MIDDLE)
    assert part is not None
    assert part.inside[24, 30]
    assert not part.inside[24, 12]


def test_of_two_parts_of_a_size_the_one_in_the_middle_is_taken() -> None:
    chance = np.maximum(disc(9, 24, 7), disc(28, 24, 7))
    part = choose_part(chance, 0.5, WHOLE, MIDDLE)
    assert part is not None
    assert part.inside[24, 28]
    assert not part.inside[24, 9]


def test_nothing_above_the_level_is_no_part() -> None:
    assert choose_part(np.full((SIDE, SIDE), 0.4, np.float32), 0.5, WHOLE, MIDDLE) is None


def test_what_lies_outside_the_image_belongs_to_no_part() -> None:
    allowed = WHOLE.copy()
    allowed[:, :24] = False
    part = choose_part(disc(24, 24, 10), 0.5, allowed, MIDDLE)
    assert part is not None
    assert not part.inside[:, :24].any()


@pytest.mark.parametrize(
    ("points", "meets"),
    [
        ([(0, 0), (4, 0), (4, 4), (0, 4)], False),
        ([(0, 0), (4, 4), (4, 0), (0, 4)], True),
        ([(0, 0), (4, 0), (2, 0.5), (4, 4), (2, 0), (0, 4)], True),
    ],
)
def test_crossings_are_seen(points: list[tuple[float, float]], meets: bool) -> None:
    assert crosses(np.array(points, float)) is meets


@given(
    st.lists(st.tuples(st.integers(-6, 40), st.integers(-6, 40)), min_size=3, max_size=12),
    st.booleans(),
)
def test_inside_are_the_pixels_whose_row_meets_the_line_an_odd_number_of_times_before_them(
    corners: list[tuple[int, int]], between: bool
) -> None:
    line = np.array(corners, float) + (0.3 if between else 0.0)
    size = ImageSize(32, 30)
    expected = np.zeros(size.shape, bool)
    for (x, y), (to_x, to_y) in zip(line, np.roll(line, -1, 0), strict=True):
        for row in range(size.rows):
            if min(y, to_y) <= row < max(y, to_y):
                expected[row] ^= np.arange(size.columns) >= x + (row - y) / (to_y - y) * (to_x - x)
    assert np.array_equal(inside_of(line, size).window(0, 0, size.columns, size.rows) > 0, expected)
