"""An outline's edge can be pushed and drawn anew without tearing or tangling it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.shapes.contours import area, contains, crosses_itself, distance_to, length
from annotations.shapes.editing import inserted, pushed, redrawn, removed, with_vertex
from domain.geometry import ImagePoint
from tests.annotations.shapes.outline_strategies import at, blobs, ring

SQUARE = at((0, 0), (100, 0), (100, 100), (0, 100))
places = st.builds(ImagePoint, st.floats(0, 200), st.floats(0, 200))


@settings(max_examples=40)
@given(blobs(), places, places, st.floats(4, 60))
def test_a_push_never_makes_an_outline_cross_itself(points, start, end, radius) -> None:
    after = pushed(points, start, end, radius)
    assert len(after) >= 3
    assert crosses_itself(after) is None


@settings(max_examples=40)
@given(blobs(), places, st.floats(-1, 1), st.floats(-1, 1), st.floats(4, 60))
def test_a_push_leaves_alone_what_the_pusher_did_not_reach(points, start, x, y, radius) -> None:
    # As far as the mouse goes from one event to the next; a long push may tie a loop and cut it.
    end = ImagePoint(start.x + x * radius, start.y + y * radius)
    after = pushed(points, start, end, radius)
    path = (start, end)
    for one in points:
        if distance_to(path, one, closed=False).distance > radius:
            assert one in after
    for one in after:
        if distance_to(path, one, closed=False).distance > radius + 1e-6:
            assert distance_to(points, one).distance < 0.25


def test_an_edge_under_the_pusher_goes_along_with_it() -> None:
    after = pushed(SQUARE, ImagePoint(50, 0), ImagePoint(50, -12), 20)
    assert distance_to(after, ImagePoint(50, -12)).distance < 0.3
    assert area(after) > area(SQUARE) + 100
    assert len(after) > 8
    assert set(SQUARE) <= set(after)


def test_an_edge_is_pushed_in_from_outside() -> None:
    after = pushed(SQUARE, ImagePoint(50, -15), ImagePoint(50, 15), 20)
    assert area(after) < area(SQUARE) - 200
    assert contains(SQUARE, ImagePoint(50, 5))
    assert not contains(after, ImagePoint(50, 5))


def test_a_push_beside_the_outline_changes_nothing() -> None:
    assert pushed(SQUARE, ImagePoint(50, 50), ImagePoint(55, 50), 20) == SQUARE
    assert pushed(SQUARE, ImagePoint(50, 0), ImagePoint(50, 0), 20) is SQUARE


@settings(max_examples=15)
@given(st.integers(1, 40))
def test_many_small_pushes_do_what_one_long_push_does(count) -> None:
    once = pushed(SQUARE, ImagePoint(50, 0), ImagePoint(50, -20), 20)
    often = SQUARE
    for step in range(count):
        often = pushed(
            often, ImagePoint(50, -20 * step / count), ImagePoint(50, -20 * (step + 1) / count), 20
        )
    assert area(often) == pytest.approx(area(once), rel=0.01)


def test_points_do_not_pile_up_while_an_edge_is_pushed_about() -> None:
    points = ring(80, 60)
    rng = np.random.default_rng(7)
    place = ImagePoint(180, 100)
    for _ in range(300):
        there = ImagePoint(*(np.array((place.x, place.y)) + rng.normal(0, 4, 2)).tolist())
        if math.hypot(there.x - 180, there.y - 100) < 25:
            points, place = pushed(points, place, there, 20), there
    assert crosses_itself(points) is None
    assert len(points) < 60 + length(points)


def test_a_bulge_is_added_by_a_stroke_outside() -> None:
    after = redrawn(SQUARE, at((20, -2), (30, -30), (70, -30), (80, 2)))
    assert contains(after, ImagePoint(50, -20))
    assert contains(after, ImagePoint(50, 50))
    assert set(SQUARE) <= set(after)
    assert crosses_itself(after) is None


def test_a_stroke_through_the_inside_cuts_the_smaller_part_off() -> None:
    after = redrawn(SQUARE, at((70, -3), (70, 50), (70, 103)))
    assert area(after) == pytest.approx(7000, rel=0.01)
    assert not contains(after, ImagePoint(85, 50))


def test_the_direction_of_a_stroke_does_not_matter() -> None:
    stroke = at((20, -2), (30, -30), (70, -30), (80, 2))
    assert area(redrawn(SQUARE, stroke)) == pytest.approx(area(redrawn(SQUARE, stroke[::-1])))


def test_a_part_around_the_first_point_can_be_drawn_anew() -> None:
    after = redrawn(SQUARE, at((-1, 30), (-20, -20), (30, -1)))
    assert SQUARE[0] not in after
    assert contains(after, ImagePoint(-5, -5))
    assert contains(after, ImagePoint(90, 90))


@pytest.mark.parametrize(
    "stroke", [at((50, 50), (50, -1)), at((50, -1), (50, 50)), at((50, 0)), ()]
)
def test_a_stroke_that_does_not_begin_and_end_at_the_outline_is_refused(stroke) -> None:
    with pytest.raises(ValueError, match="stroke"):
        redrawn(SQUARE, stroke)


@given(blobs(), st.floats(0, 1), st.floats(0, 1), places)
def test_a_redrawn_outline_runs_along_the_stroke_and_does_not_cross(
    points, begin, end, over
) -> None:
    first, last = points[int(begin * (len(points) - 1))], points[int(end * (len(points) - 1))]
    stroke = (first, over, last)
    try:
        after = redrawn(points, stroke)
    except ValueError:
        return
    assert crosses_itself(after) is None
    assert area(after) > 0
    on_either = [
        min(distance_to(points, one).distance, distance_to(stroke, one, closed=False).distance)
        for one in after
    ]
    assert max(on_either) < 1e-3


@given(blobs(), st.data())
def test_a_point_put_in_and_taken_out_leaves_the_outline_as_it_was(points, data) -> None:
    index = data.draw(st.integers(0, len(points) - 1))
    more = inserted(points, index, ImagePoint(1, 2))
    assert more[index + 1] == ImagePoint(1, 2)
    assert removed(more, index + 1) == points
    assert with_vertex(with_vertex(points, index, ImagePoint(1, 2)), index, points[index]) == points


def test_three_points_are_kept_and_wrong_ones_refused() -> None:
    with pytest.raises(ValueError, match="three"):
        removed(SQUARE[:3], 0)
    for change in (
        removed,
        lambda p, i: with_vertex(p, i, p[0]),
        lambda p, i: inserted(p, i, p[0]),
    ):
        with pytest.raises(IndexError):
            change(SQUARE, 4)
