"""Pixels and positions, boxes and millimetres."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import Box, ImagePoint, ImageSize, PixelIndex, PixelSpacing, SpacingSource

indices = st.builds(PixelIndex, st.integers(-50, 50), st.integers(-50, 50))
inside = st.floats(-0.5, 0.5, exclude_max=True)


@given(indices)
def test_the_centre_of_a_pixel_lies_in_it(index: PixelIndex) -> None:
    assert index.centre() == ImagePoint(index.column, index.row)
    assert index.centre().pixel() == index


@given(st.integers(0, 999), st.integers(0, 999), inside, inside)
def test_a_position_up_to_half_a_pixel_off_lies_in_the_pixel(
    row: int, column: int, dx: float, dy: float
) -> None:
    point = ImagePoint(column + dx, row + dy)
    # Adding may round up to the next edge; such a position is that edge.
    expected = PixelIndex(row + (point.y >= row + 0.5), column + (point.x >= column + 0.5))
    assert point.pixel() == expected


def test_an_edge_belongs_to_the_pixel_right_or_below() -> None:
    assert ImagePoint(0.5, -0.5).pixel() == PixelIndex(0, 1)
    assert ImagePoint(-0.5, 0.5).pixel() == PixelIndex(1, 0)


def test_pixel_and_position_are_never_equal() -> None:
    assert PixelIndex(1, 1) != ImagePoint(1, 1)


@pytest.mark.parametrize("sides", [(0, 1), (1, 0), (-1, 5)])
def test_an_image_has_at_least_one_pixel(sides: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        ImageSize(*sides)


def test_a_size_contains_its_pixels_and_no_others() -> None:
    size = ImageSize(2, 3)
    assert [size.contains(PixelIndex(1, 2)), size.contains(PixelIndex(2, 1))] == [True, False]
    assert not size.contains(PixelIndex(-1, 0))
    assert size.shape == (2, 3)


def test_a_box_knows_its_measures() -> None:
    box = Box(left=1, top=2, right=4, bottom=8)
    assert (box.width, box.height, box.area) == (3, 6, 18)
    assert box.centre == ImagePoint(2.5, 5)


@pytest.mark.parametrize("edges", [(2, 0, 1, 1), (0, 2, 1, 1), (math.nan, 0, 1, 1)])
def test_a_box_is_never_inside_out(edges: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="box"):
        Box(*edges)


def test_unknown_spacing_yields_no_millimetres() -> None:
    unknown = PixelSpacing.unknown()
    assert unknown.length_mm(ImagePoint(0, 0), ImagePoint(3, 4)) is None


def test_millimetres_take_rows_and_columns_apart() -> None:
    spacing = PixelSpacing(2.0, 1.0, SpacingSource.IMAGER)
    assert spacing.length_mm(ImagePoint(0, 0), ImagePoint(3, 2)) == 5.0


@pytest.mark.parametrize("length", [0.0, -0.1, math.nan, math.inf, None])
def test_a_known_spacing_is_a_positive_length(length: float | None) -> None:
    with pytest.raises(ValueError, match="spacing"):
        PixelSpacing(length, 0.1, SpacingSource.IMAGER)
    with pytest.raises(ValueError, match="spacing"):
        PixelSpacing(0.1, length, SpacingSource.IMAGER)


def test_an_unknown_spacing_has_no_length() -> None:
    with pytest.raises(ValueError, match="spacing"):
        PixelSpacing(0.1, 0.1, SpacingSource.UNKNOWN)
