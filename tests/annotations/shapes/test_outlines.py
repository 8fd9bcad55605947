"""Masks become outlines and masks again without a pixel lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.shapes.contours import area, contains, crosses_itself, distance_to
from annotations.shapes.outlines import mask_of, mask_of_all, outline_of
from domain.geometry import ImagePoint, ImageSize
from domain.mask import RleMask
from tests.annotations.shapes.outline_strategies import any_outline, at, blobs, grid_outline, ring

SIZE = ImageSize(200, 220)


@st.composite
def masks(draw: st.DrawFn) -> RleMask:
    rows, columns = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    bits = draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))
    return RleMask.of(
        np.array(bits).reshape(rows, columns),
        ImageSize(rows + 2, columns + 3),
        draw(st.integers(0, 3)),
        draw(st.integers(0, 2)),
    )


@given(masks())
def test_a_mask_comes_back_from_its_outlines_pixel_for_pixel(mask) -> None:
    assert mask_of_all(outline_of(mask), mask.size) == mask


@given(masks())
def test_no_outline_of_a_mask_meets_itself(mask) -> None:
    for points in outline_of(mask):
        assert len(points) >= 4
        assert crosses_itself(points) is None


@given(masks())
def test_the_largest_outline_is_first(mask) -> None:
    areas = [area(points) for points in outline_of(mask)]
    assert areas == sorted(areas, reverse=True)


@settings(max_examples=40)
@given(st.one_of(any_outline, grid_outline, blobs()))
def test_a_mask_holds_the_pixels_whose_centre_is_inside(points) -> None:
    size = ImageSize(8, 9)
    mask = mask_of(points, size)
    mask.check()
    for row in range(size.rows):
        for column in range(size.columns):
            centre = ImagePoint(column, row)
            held = mask.contains(row, column)
            assert held == contains(points, centre) or _on_edge(points, centre)


def _on_edge(points, place) -> bool:
    return distance_to(points, place).distance < 1e-6


@given(blobs(smallest=20))
def test_a_shape_is_the_same_after_a_round_trip_through_a_mask(points) -> None:
    mask = mask_of(points, SIZE)
    outline = outline_of(mask)[0]
    again = mask_of(outline, SIZE)
    common = int((mask.pixels() & again.pixels()).sum())
    assert 2 * common / (mask.area + again.area) >= 0.98
    assert abs(area(outline) - area(points)) <= 0.06 * area(points)


@pytest.mark.parametrize(
    "pixels", [[[1, 1, 1]], [[1], [1], [1]], [[1, 0], [1, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]]
)
def test_a_dot_of_three_pixels_survives_as_one_outline(pixels) -> None:
    mask = RleMask.of(np.array(pixels), SIZE, 40, 50)
    (outline,) = outline_of(mask)
    assert mask_of(outline, SIZE) == mask


def test_a_hole_is_an_outline_of_its_own() -> None:
    pixels = np.ones((9, 9))
    pixels[3:6, 3:6] = 0
    mask = RleMask.of(pixels, SIZE, 10, 10)
    outer, hole = outline_of(mask)
    assert mask_of(outer, SIZE).area == 81
    assert mask_of(hole, SIZE).area == 9
    assert mask_of_all((outer, hole), SIZE) == mask


def test_a_mask_at_the_image_edge_keeps_its_edge_pixels() -> None:
    whole = RleMask.of(np.ones((5, 6)), ImageSize(5, 6))
    assert mask_of(outline_of(whole)[0], ImageSize(5, 6)) == whole


def test_what_lies_outside_the_image_is_left_out() -> None:
    mask = mask_of(at((-50, -50), (5, -50), (5, 5), (-50, 5)), SIZE)
    assert mask.area in (25, 36)  # the outline runs through pixel centres
    assert mask_of(at((300, 300), (400, 300), (400, 400)), SIZE).empty


def test_nothing_has_no_outline() -> None:
    assert outline_of(RleMask(SIZE)) == ()
    assert mask_of_all((), SIZE).empty


def test_a_circle_has_its_area_in_pixels() -> None:
    assert mask_of(ring(60, 300), SIZE).area == pytest.approx(np.pi * 3600, rel=0.005)
