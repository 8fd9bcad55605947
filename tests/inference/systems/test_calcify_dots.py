"""Pixels become calcifications, and these groups."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.systems.calcify_dots import (
    DotRule,
    FoundDot,
    dots_of,
    group_score,
    grouped,
    union,
)

MM = 0.1
ONE = np.ones((1, 1), np.uint8)


def dot(x: float, y: float, score: float = 0.9) -> FoundDot:
    """x, y in mm."""
    return FoundDot(score, x / MM, y / MM, round(x / MM), round(y / MM), ONE)


def test_each_connected_region_is_a_dot_with_its_highest_probability() -> None:
    chance = np.zeros((40, 60), np.float32)
    chance[5:8, 10:13] = 0.6
    chance[6, 11] = 0.95
    chance[30, 50] = 0.4
    chance[20, 20] = 0.2
    found = dots_of(chance, np.zeros_like(chance), DotRule(level=0.3), MM)
    assert [(one.score, one.left, one.top) for one in found] == [
        (pytest.approx(0.95), 10, 5),
        (pytest.approx(0.4), 50, 30),
    ]
    assert found[0].pixels.sum() == 9


def test_a_small_dot_is_cut_down_to_what_is_bright_and_a_large_one_is_not() -> None:
    chance = np.zeros((80, 80), np.float32)
    chance[10:15, 10:15] = 0.9
    chance[30:60, 30:60] = 0.9
    pixels = np.full_like(chance, 0.4)
    pixels[12, 12:14] = 0.8
    pixels[11, 11] = 0.5
    pixels[40, 40] = 0.8
    large, small = sorted(
        dots_of(chance, pixels, DotRule(sharp_mm2=0.6), MM), key=lambda one: -one.pixels.size
    )
    assert np.argwhere(small.pixels).tolist() == [[2, 2], [2, 3]]
    assert large.pixels.sum() == 900


def test_three_that_lie_near_are_a_group_and_two_are_single_ones() -> None:
    near = [dot(10, 10), dot(15, 10), dot(20, 10)]
    far = [dot(100, 100), dot(104, 100)]
    parts = grouped([*near, *far], DotRule(group_mm=6), MM)
    assert sorted(len(part) for part in parts) == [1, 1, 3]


def test_a_dot_that_is_much_less_sure_joins_no_group_and_links_no_two() -> None:
    first = [dot(x, 10, 0.99) for x in (10, 12, 14)]
    second = [dot(x, 10, 0.98) for x in (26, 28, 30)]
    rule = DotRule(group_mm=7, spread=2)
    parts = grouped([*first, *second, dot(20, 10, 0.6)], rule, MM)
    assert [len(part) for part in parts] == [3, 3, 1]
    parts = grouped([*first, *second, dot(20, 10, 0.97)], rule, MM)
    assert [len(part) for part in parts] == [7]


def test_unsure_dots_are_a_group_of_their_own_beside_a_sure_one() -> None:
    dots = [dot(10, 10, 0.999), *[dot(x, 10, 0.6) for x in (12, 14, 16)]]
    parts = grouped(dots, DotRule(group_mm=5), MM)
    assert [len(part) for part in parts] == [1, 3]


places = st.lists(
    st.tuples(st.floats(0, 60), st.floats(0, 60), st.floats(0.3, 1)), min_size=1, max_size=25
)


@given(places)
def test_every_dot_is_in_one_part_and_groups_hang_together(
    drawn: list[tuple[float, float, float]],
) -> None:
    rule = DotRule(group_mm=8)
    dots = sorted((dot(*one) for one in drawn), key=lambda one: -one.score)
    parts = grouped(dots, rule, MM)
    assert sorted(id(one) for part in parts for one in part) == sorted(id(one) for one in dots)
    for part in parts:
        assert len(part) == 1 or len(part) >= rule.group_least
        for one in part:
            apart = [np.hypot(one.x - o.x, one.y - o.y) * MM for o in part if o is not one]
            assert not apart or min(apart) <= rule.group_mm + 1e-9


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0, 1))
def test_another_dot_never_makes_a_group_less_sure(scores: list[float], more: float) -> None:
    own = [dot(0, 0, score) for score in scores]
    rule = DotRule(doubt=3)
    assert group_score([*own, dot(1, 1, more)], rule) >= group_score(own, rule) - 1e-12
    assert 0 <= group_score(own, rule) <= 1
    for one in own:
        assert group_score(own, rule) >= group_score([one], rule) - 1e-12


def test_a_single_dots_score_is_its_probability_with_lower_odds() -> None:
    assert group_score([dot(0, 0, 0.9)], DotRule(doubt=0)) == pytest.approx(0.9)
    odds = 9 * np.exp(-2)
    expected = odds / (1 + odds)
    assert group_score([dot(0, 0, 0.9)], DotRule(doubt=2)) == pytest.approx(expected)
    two = 1 - (1 - expected) ** 2
    assert group_score([dot(0, 0, 0.9)] * 2, DotRule(doubt=2)) == pytest.approx(two)


def test_the_union_holds_each_dots_pixels_where_they_lie() -> None:
    held, left, top = union([dot(1, 2), dot(1.5, 2.3)])
    assert (left, top) == (10, 20)
    assert np.argwhere(held).tolist() == [[0, 0], [3, 5]]


@given(st.integers(1, 70), st.integers(1, 70), st.floats(0.2, 0.8), st.integers(0, 2**32))
def test_dots_lie_where_opencv_finds_connected_regions(
    rows: int, columns: int, level: float, seed: int
) -> None:
    chance = np.random.default_rng(seed).random((rows, columns)).astype(np.float32)
    above = (chance >= level).astype(np.uint8)
    _, _, stats, middles = cv2.connectedComponentsWithStats(above, connectivity=8)
    found = dots_of(chance, chance, DotRule(level=level, sharp_mm2=0.0), MM)
    assert sorted((one.x, one.y, one.left, one.top, int(one.pixels.sum())) for one in found) == (
        sorted(
            (*middle, int(left), int(top), int(area))
            for middle, (left, top, _, _, area) in zip(middles[1:], stats[1:], strict=True)
        )
    )
