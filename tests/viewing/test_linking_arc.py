from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImagePoint, PixelSpacing
from domain.turn import ALL_TURNS, Turn
from tests.support.breast_frames import half_ellipse, spacing, turned
from viewing.linking.arc import DistanceArc, arc_in
from viewing.linking.breast_frame import BreastFrame, Place


def arc_at(frame: BreastFrame, other: BreastFrame, behind: float, down: float) -> DistanceArc:
    arc = arc_in(other, frame.point_at(Place(behind, down)), frame)
    assert arc is not None
    return arc


@given(st.sampled_from(ALL_TURNS), st.floats(5, 95), st.floats(-60, 60))
def test_arc_and_band_lie_in_the_breast_at_their_distance_from_the_nipple(
    turn: Turn, behind: float, down: float
) -> None:
    frame, other = half_ellipse(), turned(half_ellipse(450, 380, mm=spacing(0.25, 0.2)), turn)
    arc = arc_at(frame, other, behind, down)
    assert arc.radius_mm == pytest.approx(math.hypot(behind, down))
    expected = (
        (arc.arc, arc.radius_mm),
        (arc.inner, arc.radius_mm - arc.half_width_mm),
        (arc.outer, arc.radius_mm + arc.half_width_mm),
    )
    for lines, radius in expected:
        for point in (point for line in lines for point in line):
            assert other.place_of(point).distance == pytest.approx(radius)
            assert other.contains(point)


def test_the_arc_runs_from_skin_to_skin_in_one_piece() -> None:
    other = half_ellipse()
    arc = arc_at(other, other, 40, 0)
    assert len(arc.arc) == 1
    line = arc.arc[0]
    steps = [math.hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(line)]
    assert max(steps) * 0.2 <= 1.6
    for end in (line[0], line[-1]):
        place = other.place_of(end)
        angle = math.atan2(place.down, place.behind)
        beyond = angle + math.copysign(3.0 / arc.radius_mm, angle)
        outside = Place(arc.radius_mm * math.cos(beyond), arc.radius_mm * math.sin(beyond))
        assert not other.contains(other.point_at(outside))


def test_an_arc_that_the_chest_wall_cuts_is_in_two_pieces() -> None:
    tall = half_ellipse(reach=200, half=450)
    assert len(arc_at(tall, tall, 10, 60).arc) == 2


def test_a_place_farther_off_than_the_other_breast_reaches_has_no_arc_but_may_have_a_band() -> None:
    arc = arc_at(half_ellipse(), half_ellipse(reach=300, half=200), 95, 0)
    assert arc.arc == ()
    assert arc.inner


def test_near_the_nipple_the_band_has_no_inner_edge() -> None:
    arc = arc_at(half_ellipse(), half_ellipse(), 3, 0)
    assert arc.inner == ()
    assert arc.holds(0.0)


def test_the_band_grows_with_the_distance_and_with_each_nipples_doubt() -> None:
    sure, unsure = half_ellipse(), half_ellipse(doubt_mm=15)
    near, far = arc_at(sure, sure, 20, 0), arc_at(sure, sure, 80, 0)
    assert near.half_width_mm < far.half_width_mm
    widths = [arc_at(a, b, 50, 0).half_width_mm for a in (sure, unsure) for b in (sure, unsure)]
    assert widths[0] < widths[1] == widths[2] < widths[3]


def test_the_band_holds_what_is_about_as_far_from_the_nipple() -> None:
    arc = DistanceArc(50.0, 10.0, (), (), ())
    assert [arc.holds(distance) for distance in (39.9, 40.0, 60.0, 60.1)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("unknown_first", [True, False])
def test_without_millimetres_there_is_no_arc(unknown_first: bool) -> None:
    frames = [half_ellipse(mm=PixelSpacing.unknown()), half_ellipse()]
    frame, other = frames if unknown_first else frames[::-1]
    assert arc_in(other, ImagePoint(100, 500), frame) is None


def test_the_nipple_itself_is_a_point_with_a_band() -> None:
    arc = arc_at(half_ellipse(), half_ellipse(), 0, 0)
    assert arc.arc == ()
    assert arc.outer
    assert np.isfinite(arc.half_width_mm)
