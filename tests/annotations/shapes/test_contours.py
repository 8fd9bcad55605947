"""Closed outlines are measured and changed as geometry says."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.shapes.contours import (
    area,
    bounds,
    bounds_of,
    clipped,
    contains,
    crosses_itself,
    distance_to,
    length,
    moved,
    resampled,
    simplified,
    untangled,
)
from domain.finding import Contour, Geometry
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from tests.annotations.shapes.outline_strategies import (
    any_outline,
    any_point,
    at,
    blobs,
    grid_outline,
    ring,
)

SQUARE = at((0, 0), (10, 0), (10, 10), (0, 10))
BOW = at((0, 0), (10, 10), (10, 0), (0, 10))
SIZE = ImageSize(200, 180)


def test_a_square_has_the_area_and_length_of_a_square() -> None:
    assert area(SQUARE) == 100
    assert area(SQUARE[::-1]) == 100
    assert length(SQUARE) == 40
    assert length(SQUARE, closed=False) == 30


def test_a_fine_ring_has_the_area_of_a_circle() -> None:
    assert area(ring(50, 400)) == pytest.approx(math.pi * 2500, rel=1e-3)
    assert length(ring(50, 400)) == pytest.approx(math.pi * 100, rel=1e-3)


def test_area_is_exact_far_from_the_origin() -> None:
    far = tuple(ImagePoint(one.x + 4e6, one.y + 4e6) for one in SQUARE)
    assert area(far) == 100


@given(blobs(), any_point)
def test_inside_is_where_the_way_around_is_a_whole_turn(points, place) -> None:
    if distance_to(points, place).distance < 1e-6:
        return
    turned = 0.0
    for one, other in zip(points, (*points[1:], points[0]), strict=True):
        begin = math.atan2(one.y - place.y, one.x - place.x)
        end = math.atan2(other.y - place.y, other.x - place.x)
        turned += math.remainder(end - begin, 2 * math.pi)
    assert contains(points, place) == (abs(turned) > math.pi)


def test_a_bow_crosses_itself_in_its_middle() -> None:
    assert crosses_itself(BOW) == ImagePoint(5, 5)


@pytest.mark.parametrize(
    "points",
    [
        at((0, 0), (10, 0), (10, 10), (5, 0), (0, 10)),  # a point on another edge
        at((0, 0), (10, 0), (5, 5), (10, 10), (0, 10), (5, 5)),  # the same point twice
        at((0, 0), (10, 0), (20, 0), (10, 0), (10, 10)),  # straight back
        at((0, 0), (10, 0), (10, 5), (4, 5), (4, 0), (6, 0), (6, 8), (0, 8)),  # along an edge
    ],
)
def test_an_outline_that_touches_itself_is_said_to_cross(points) -> None:
    assert crosses_itself(points) is not None


def test_repeated_points_are_no_crossing() -> None:
    assert crosses_itself((*SQUARE, SQUARE[-1], SQUARE[0])) is None


@given(blobs())
def test_a_simple_outline_is_left_as_it_is(points) -> None:
    assert crosses_itself(points) is None
    assert untangled(points) is points


def _crosses_slowly(points) -> bool:
    """Strict crossings of edges, one pair after the other, in whole numbers."""
    edges = [
        ((int(a.x), int(a.y)), (int(b.x), int(b.y)))
        for a, b in zip(points, (*points[1:], points[0]), strict=True)
        if a != b
    ]

    def side(a, b, c):
        turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        return (turn > 0) - (turn < 0)

    def within(a, b, c):
        low, high = sorted((a[0], b[0])), sorted((a[1], b[1]))
        return low[0] <= c[0] <= low[1] and high[0] <= c[1] <= high[1]

    count = len(edges)
    for i in range(count):
        for j in range(i + 1, count):
            (a, b), (c, d) = edges[i], edges[j]
            sides = side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
            if j == i + 1 or (i == 0 and j == count - 1):
                if count > 2 and not any(sides):
                    shared, one, other = (b, a, d) if j == i + 1 else (a, b, c)
                    dot = (one[0] - shared[0]) * (other[0] - shared[0])
                    dot += (one[1] - shared[1]) * (other[1] - shared[1])
                    if dot > 0:
                        return True
                continue
            if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
                return True
            ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
            if any(s == 0 and within(*e) for s, e in zip(sides, ends, strict=True)):
                return True
    return False


@given(grid_outline)
def test_crossings_are_those_that_looking_at_each_pair_of_edges_finds(points) -> None:
    kept = [
        one for one, before in zip(points, (points[-1], *points), strict=False) if one != before
    ]
    expected = len(kept) >= 3 and _crosses_slowly(kept)
    assert (crosses_itself(points) is not None) == expected


@given(st.one_of(any_outline, grid_outline))
def test_an_untangled_outline_does_not_cross_itself(points) -> None:
    simple = untangled(points)
    assert crosses_itself(simple) is None
    if simple:
        assert area(simple) > 0
        outer, inner = bounds(points), bounds(simple)
        assert inner.left >= outer.left - 1e-3
        assert inner.right <= outer.right + 1e-3
        assert inner.top >= outer.top - 1e-3
        assert inner.bottom <= outer.bottom + 1e-3


def test_the_larger_lobe_of_an_overshot_outline_is_kept() -> None:
    overshot = at((0, 0), (100, 0), (100, 100), (0, 100), (0, -5), (5, 5))
    assert area(untangled(overshot)) == pytest.approx(10_000, rel=0.01)


def test_nothing_is_left_of_a_line() -> None:
    assert untangled(at((0, 0), (5, 5), (10, 10))) == ()
    assert untangled(at((3, 3), (3, 3), (3, 3))) == ()


@given(blobs(), any_point)
def test_no_point_of_the_outline_is_nearer_than_the_nearest(points, place) -> None:
    near = distance_to(points, place)
    assert near.distance == pytest.approx(math.hypot(near.at.x - place.x, near.at.y - place.y))
    fine = resampled(points, 0.5)
    least = min(math.hypot(one.x - place.x, one.y - place.y) for one in fine)
    assert near.distance <= least + 0.01
    assert least <= near.distance + 0.5
    begin, end = points[near.segment], points[(near.segment + 1) % len(points)]
    by_way = math.hypot(near.at.x - begin.x, near.at.y - begin.y)
    by_way += math.hypot(near.at.x - end.x, near.at.y - end.y)
    assert by_way == pytest.approx(math.hypot(end.x - begin.x, end.y - begin.y))


def test_an_open_line_has_no_edge_back_to_its_beginning() -> None:
    line = at((0, 0), (10, 0), (10, 10))
    assert distance_to(line, ImagePoint(5, 5)).distance < 4
    assert distance_to(line, ImagePoint(5, 5), closed=False).distance == 5


@given(blobs(), st.floats(0.2, 5))
def test_resampled_points_lie_evenly_on_the_outline(points, step) -> None:
    even = resampled(points, step)
    assert len(even) == max(3, round(length(points) / step))
    assert max(distance_to(points, one).distance for one in even[:50]) < 1e-6


@given(blobs(), st.floats(0.1, 8))
def test_simplifying_moves_the_outline_by_no_more_than_the_tolerance(points, tolerance) -> None:
    fine = resampled(points, 1.0)
    simple = simplified(fine, tolerance)
    assert 3 <= len(simple) <= len(fine)
    assert set(simple) <= set(fine)
    assert max(distance_to(simple, one).distance for one in fine) <= tolerance + 1e-9
    if crosses_itself(fine) is None:
        assert crosses_itself(simple) is None


def test_a_dent_that_holds_a_needle_is_not_simplified_away() -> None:
    floor = at((0, 0), (40, 0), (50, -4), (60, 0), (100, 0), (100, 50))
    needle = at((50.5, 50), (50, -3), (49.5, 50), (0, 50))
    simple = simplified((*floor, *needle), 5)
    assert crosses_itself(simple) is None
    assert ImagePoint(50, -3) in simple


def test_a_square_of_many_points_is_simplified_to_its_corners() -> None:
    assert sorted(simplified(resampled(SQUARE, 0.5), 0.1), key=str) == sorted(SQUARE, key=str)


@given(st.one_of(any_outline, blobs(60, 200)))
def test_a_clipped_outline_lies_in_the_image(points) -> None:
    inside = clipped(points, ImageSize(120, 90))
    if inside:
        around = bounds(inside)
        assert around.left >= -0.5 - 1e-3
        assert around.top >= -0.5 - 1e-3
        assert around.right <= 89.5 + 1e-3
        assert around.bottom <= 119.5 + 1e-3


def test_clipping_cuts_along_the_outer_edge_of_the_pixels() -> None:
    square = at((-20, -20), (20, -20), (20, 20), (-20, 20))
    assert area(clipped(square, SIZE)) == pytest.approx(20.5**2)


def test_an_outline_inside_is_not_touched_and_one_outside_is_gone() -> None:
    assert clipped(SQUARE, SIZE) is SQUARE
    assert clipped(at((-30, 5), (-20, 5), (-20, 9)), SIZE) == ()


def test_of_an_outline_in_two_parts_the_larger_is_kept() -> None:
    # A U that hangs out of the image: its legs, 10 and 20 wide, reach in.
    u = at((-40, 0), (30, 0), (30, 20), (-20, 20), (-20, 40), (30, 40), (30, 50), (-40, 50))
    assert area(clipped(u, SIZE)) == pytest.approx(20 * 30.5)


WHOLE = Geometry(
    "a",
    box=Box(10, 10, 30, 30),
    contour=Contour(at((10, 10), (30, 10), (30, 30.25))),
    mask=RleMask(SIZE, 12, ((11, 14, 16, 20), (), (11, 14))),
    point=ImagePoint(20, 20),
)


@given(st.floats(-400, 400), st.floats(-400, 400))
def test_a_moved_geometry_stays_in_the_image_and_together(dx, dy) -> None:
    there = moved(WHOLE, dx, dy, SIZE)
    around = bounds_of(there)
    assert around is not None
    assert around.left >= -0.5
    assert around.top >= -0.5
    assert around.right <= SIZE.columns - 0.5
    assert around.bottom <= SIZE.rows - 0.5
    right, down = there.point.x - 20, there.point.y - 20
    assert (there.box.left - 10, there.box.bottom - 30) == (right, down)
    assert there.contour.points[0] == ImagePoint(10 + right, 10 + down)
    assert there.mask.area == WHOLE.mask.area
    assert there.mask.contains(int(12 + down), int(11 + right))


def test_a_geometry_without_a_mask_moves_by_parts_of_pixels() -> None:
    there = moved(Geometry("a", point=ImagePoint(5, 5)), 0.25, -0.5, SIZE)
    assert there.point == ImagePoint(5.25, 4.5)


def test_a_shape_larger_than_the_image_stays() -> None:
    large = Geometry("a", box=Box(-50, -50, 500, 500))
    assert moved(large, 10, 10, SIZE) == large


def test_an_empty_mask_can_be_moved() -> None:
    nothing = Geometry("a", mask=RleMask(SIZE))
    assert moved(nothing, 3, 3, SIZE) == nothing
