"""Smoothing takes the shake of a hand away and leaves what was meant."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.shapes.contours import area, crosses_itself, distance_to
from annotations.shapes.smoothing import smoothed
from domain.geometry import ImagePoint
from tests.annotations.shapes.outline_strategies import at, blobs, ring


def shaken(points, amplitude: float, seed: int):
    rng = np.random.default_rng(seed)
    return tuple(
        ImagePoint(one.x + float(dx), one.y + float(dy))
        for one, (dx, dy) in zip(points, rng.normal(0, amplitude, (len(points), 2)), strict=True)
    )


def roughness(points) -> float:
    away = [math.hypot(one.x - 100, one.y - 100) - 60 for one in points]
    return float(np.std(away))


@given(st.integers(0, 1000), st.floats(0.3, 1.2))
def test_the_shake_of_a_hand_is_evened_out(seed, amplitude) -> None:
    drawn = shaken(ring(60, 120), amplitude, seed)
    even = smoothed(drawn, 16)
    assert roughness(even) < 0.75 * roughness(drawn)
    assert area(even) == pytest.approx(math.pi * 3600, rel=0.03)


def with_spicules(angles, long: float, wide: float):
    """A disc of 60 pixels with thin spikes; also their tips."""
    tips, points = [], []
    half = wide / 2 / 60
    spikes = sorted(angles)
    turn = 0.0
    for spike in [*spikes, 2 * math.pi]:
        points += [
            (100 + 60 * math.cos(angle), 100 + 60 * math.sin(angle))
            for angle in np.arange(turn, spike - half, 0.03).tolist()
        ]
        if spike < 2 * math.pi:
            for angle, reach in ((spike - half, 60), (spike, 60 + long), (spike + half, 60)):
                points.append((100 + reach * math.cos(angle), 100 + reach * math.sin(angle)))
            tips.append(ImagePoint(*points[-2]))
            turn = spike + half + 0.01
    return at(*points), tips


@given(
    st.lists(st.integers(1, 11), min_size=1, max_size=6, unique=True),
    st.floats(18, 60),
    st.floats(2, 8),
    st.floats(4, 16),
)
def test_spicules_keep_their_tips_within_a_pixel(sectors, long, wide, reach) -> None:
    drawn, tips = with_spicules([one * math.pi / 6 for one in sectors], long, wide)
    even = smoothed(drawn, reach)
    for tip in tips:
        assert distance_to(even, tip).distance <= 1


def test_the_corners_of_a_box_stay() -> None:
    square = at((0, 0), (100, 0), (100, 100), (0, 100))
    even = smoothed(square, 12)
    assert max(distance_to(even, corner).distance for corner in square) < 1.5
    assert area(even) == pytest.approx(10_000, rel=0.01)


@settings(max_examples=40)
@given(blobs(), st.floats(1, 30))
def test_smoothing_never_makes_an_outline_cross_itself(points, reach) -> None:
    assert crosses_itself(smoothed(points, reach)) is None


@settings(max_examples=40)
@given(blobs(), st.floats(1, 30))
def test_smoothing_moves_no_edge_far(points, reach) -> None:
    even = smoothed(points, reach)
    assert max(distance_to(points, one).distance for one in even) <= max(1.0, 0.35 * reach)


def test_a_small_outline_is_not_smoothed_away() -> None:
    dot = at((0, 0), (3, 0), (3, 3), (0, 3))
    assert area(smoothed(dot, 30)) > 8
