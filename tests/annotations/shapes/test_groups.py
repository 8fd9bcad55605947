"""Groups of dots are counted and measured in pixels and, where known, in millimetres."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.shapes.contours import contains, crosses_itself, distance_to
from annotations.shapes.groups import dots_of, group_of, group_of_mask, hull
from domain.geometry import ImagePoint, ImageSize, PixelSpacing, SpacingSource
from domain.mask import RleMask
from tests.annotations.shapes.outline_strategies import any_point, at

SIZE = ImageSize(300, 300)
SPACING = PixelSpacing(0.05, 0.1, SpacingSource.IMAGER_OVER_ERMF)


@given(st.lists(any_point, min_size=3, max_size=40))
def test_the_hull_holds_every_point_and_is_made_of_them(points) -> None:
    around = hull(points)
    assert set(around) <= set(points)
    if len(around) >= 3:
        assert crosses_itself(around) is None
        for one in points:
            assert contains(around, one) or distance_to(around, one).distance < 1e-6


def test_a_group_of_five_has_hull_extent_and_area() -> None:
    measure = group_of(at((0, 0), (30, 0), (30, 40), (0, 40), (10, 10)), SPACING)
    assert measure.count == 5
    assert len(measure.hull) == 4
    assert measure.extent_px == 50
    assert measure.extent_mm == pytest.approx(math.hypot(3, 2))
    assert measure.area_px == 1200
    assert measure.area_mm2 == pytest.approx(6)


def test_without_spacing_there_are_no_millimetres() -> None:
    measure = group_of(at((0, 0), (3, 4)))
    assert (measure.extent_px, measure.extent_mm, measure.area_mm2) == (5, None, None)


@pytest.mark.parametrize(("dots", "extent"), [((), 0), (at((7, 7)), 0), (at((0, 0), (3, 4)), 5)])
def test_few_dots_make_a_group_without_area(dots, extent) -> None:
    measure = group_of(dots, SPACING)
    assert (measure.count, measure.extent_px, measure.area_px) == (len(dots), extent, 0)


def test_dots_of_a_mask_are_its_parts_and_touch_by_corners() -> None:
    pixels = np.zeros((40, 40))
    pixels[2:5, 3:6] = 1
    pixels[20, 30] = pixels[21, 31] = 1
    mask = RleMask.of(pixels, SIZE, 100, 200)
    assert sorted(dots_of(mask), key=lambda one: one.y) == [
        ImagePoint(104, 203),
        ImagePoint(130.5, 220.5),
    ]
    measure = group_of_mask(mask, SPACING)
    assert measure.count == 2
    assert measure.extent_px == pytest.approx(math.hypot(31.5 + 0.5 - 2.5 - 0.5, 19.5 + 0.5), abs=1)


def test_the_hull_of_a_mask_runs_around_its_pixels() -> None:
    measure = group_of_mask(RleMask.of(np.ones((1, 3)), SIZE, 5, 5))
    assert measure.area_px == 3
    assert group_of_mask(RleMask(SIZE)).count == 0
