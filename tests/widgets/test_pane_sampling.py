"""Resampling for a pane: nothing lost, nothing misplaced, quick close to exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImagePoint, ImageSize
from domain.turn import ALL_TURNS, Turn
from imaging.pyramid import build_pyramid
from viewing.hanging.compose import AirMask, PaneImage, pane_grey
from viewing.hanging.placement import PaneRect, Placement
from viewing.hanging.plan import PanePlan
from widgets.pane.sampling import enlarged, take_sample
from widgets.pane.shifting import shift_colours, shift_sample

PANE = (120, 90)


def _image(pixels, air=None):
    return PaneImage(
        build_pyramid(pixels).levels, lambda values: (values >> 4).astype(np.uint8), air
    )


def _ramp(rows=700, columns=600):
    y, x = np.mgrid[0:rows, 0:columns]
    return (x * 3 + y * 2).astype(np.uint16)


def _placements():
    return st.builds(
        Placement,
        st.just(ImageSize(700, 600)),
        st.sampled_from(ALL_TURNS),
        st.shared(st.floats(0.1, 20), key="scale"),
        st.shared(st.floats(0.1, 20), key="scale"),
        st.floats(-300, 60),
        st.floats(-300, 60),
    )


RAMP = _image(_ramp())


@given(_placements())
def test_quick_and_exact_cover_the_same_pixels_and_differ_by_a_pixel_at_most(placement):
    quick = take_sample(RAMP, placement, *PANE, exact=False)
    exact = take_sample(RAMP, placement, *PANE, exact=True)
    assert (quick is None) == (exact is None)
    if quick is None or exact is None:
        return
    assert quick.area == exact.area
    assert quick.values.shape == exact.values.shape
    apart = np.abs(quick.values.astype(int) - exact.values.astype(int)).max()
    # A stored pixel is 3 and 2 brighter than its neighbours.
    assert apart <= 5 * (1.5 + 2 / placement.x_scale)


@given(_placements())
def test_exact_values_are_those_of_the_stored_image_under_each_pixel(placement):
    sample = take_sample(RAMP, placement, *PANE, exact=True)
    if sample is None:
        return
    rows, columns = sample.values.shape
    row, column = rows // 2, columns // 2
    at = placement.to_stored(ImagePoint(sample.area.left + column, sample.area.top + row))
    margin = 2 / placement.x_scale
    if not (margin < at.x < 599 - margin and margin < at.y < 699 - margin):
        return
    slack = 5 if placement.x_scale > 1 else 2 + 0.5 / placement.x_scale
    assert sample.values[row, column] == pytest.approx(at.x * 3 + at.y * 2, abs=slack)


@pytest.mark.parametrize("scale", [0.98, 0.75, 0.53, 0.51, 0.4, 0.26, 0.13])
def test_a_dot_of_one_pixel_stays_wherever_it_lies(scale):
    """A pixel's share of its light reaches the brightest screen pixel, whatever the phase."""
    kept = []
    for shift in np.linspace(0, 1 / scale, 9):
        pixels = np.zeros((700, 600), np.uint16)
        pixels[351, 301] = 60000
        left = -scale * (240 + shift)
        placement = Placement(ImageSize(700, 600), Turn(), scale, scale, left, -scale * 300)
        sample = take_sample(_image(pixels), placement, *PANE, exact=True)
        kept.append(sample.values.max() / 60000)
    assert min(kept) >= 0.5 * scale**2 / 4  # split evenly between four pixels it would be 1/4


@pytest.mark.parametrize("turn", ALL_TURNS)
def test_what_is_shown_as_pixels_is_what_render_draws(turn):
    placement = Placement(ImageSize(700, 600), turn, 3.0, 3.0, -401.3, -300.7)
    plan = PanePlan("", PaneRect(0, 0, *PANE), placement=placement)
    for exact in (False, True):
        sample = take_sample(RAMP, placement, *PANE, exact=exact)
        shown = np.zeros((PANE[1], PANE[0]), np.uint8)
        shown[sample.area.slices] = sample.grey(RAMP.grey)
        drawn = pane_grey(RAMP, plan)
        assert np.mean(shown == drawn) > (0.999 if exact else 0.6)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("scale", [0.2, 0.9, 4.0])
def test_air_is_black_whatever_the_grey(exact, scale):
    air = np.zeros((175, 150), np.uint8)
    air[:, 75:] = 255
    white = PaneImage(RAMP.levels, lambda v: np.full(v.shape, 255, np.uint8), AirMask(air, 4.0))
    placement = Placement(ImageSize(700, 600), Turn(), scale, scale, 60 - 300 * scale, 0.0)
    sample = take_sample(white, placement, *PANE, exact=exact)
    grey = sample.grey(white.grey)
    soft = max(2, round(4 * scale)) + 1
    middle = 60 - sample.area.left
    assert (grey[:, : middle - soft] == 255).all()
    assert (grey[:, middle + soft :] == 0).all()


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("scale", [(0.001, 0.001), (900.0, 900.0), (float("nan"), 1.0), (0.0, 0.0)])
def test_absurd_scales_and_tiny_images_do_no_harm(exact, scale):
    for shape in ((1, 1), (1, 700), (3, 2)):
        image = _image(np.full(shape, 4000, np.uint16))
        placement = Placement(ImageSize(*shape), Turn(), *scale, 0.0, 0.0)
        sample = take_sample(image, placement, *PANE, exact=exact)
        assert sample is None or (sample.values == 4000).all()


def test_an_image_out_of_sight_yields_nothing():
    placement = Placement(ImageSize(700, 600), Turn(), 1.0, 1.0, 500.0, 0.0)
    assert take_sample(RAMP, placement, *PANE, exact=True) is None


def test_on_a_finer_device_the_same_place_is_shown():
    placement = Placement(ImageSize(700, 600), Turn(flip_columns=True), 0.7, 0.7, -20.0, 5.0)
    fine = enlarged(placement, 2.0)
    coarse_edge = placement.to_stored(ImagePoint(9.5, 9.5))
    fine_edge = fine.to_stored(ImagePoint(19.5, 19.5))
    assert (fine_edge.x, fine_edge.y) == pytest.approx((coarse_edge.x, coarse_edge.y))


@given(_placements(), st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), max_size=5))
def test_many_small_pans_show_what_one_look_shows_to_half_a_pixel(placement, steps):
    sample = take_sample(RAMP, placement, *PANE, exact=True)
    for x, y in steps:
        if sample is None:
            return
        placement = replace(placement, left=placement.left + x, top=placement.top + y)
        moved = shift_sample(sample, RAMP, placement, *PANE)
        sample = moved or take_sample(RAMP, placement, *PANE, exact=True)
    if sample is None:
        return
    assert abs(sample.placement.left - placement.left) <= 0.5
    assert abs(sample.placement.top - placement.top) <= 0.5
    anew = take_sample(RAMP, sample.placement, *PANE, exact=True)
    assert sample.area == anew.area
    apart = np.abs(sample.values.astype(int) - anew.values.astype(int))
    # Where a screen pixel's middle lies between two stored ones either is right: of every third row
    # and column at most, at 1.5. The ramp rises by 2 a row and 3 a column.
    assert apart.max() <= 2 + 3
    assert apart.mean() <= (2 + 3) / 3


def test_air_moves_along_with_a_pan():
    air = np.zeros((175, 150), np.uint8)
    air[:, 75:] = 255
    white = PaneImage(RAMP.levels, lambda v: np.full(v.shape, 255, np.uint8), AirMask(air, 4.0))
    first = Placement(ImageSize(700, 600), Turn(), 0.9, 0.9, -140.0, -10.0)
    sample = take_sample(white, first, *PANE, exact=True)
    assert sample.tissue is None
    second = replace(first, left=-170.0)
    grey = shift_sample(sample, white, second, *PANE).grey(white.grey)
    edge = round(300 * 0.9 - 170)
    assert (grey[:, : edge - 4] == 255).all()
    assert (grey[:, edge + 4 :] == 0).all()


@given(_placements(), st.floats(-40, 40), st.floats(-40, 40), st.booleans())
def test_what_was_painted_moves_as_its_values_and_air_do(placement, x, y, seen):
    air = np.zeros((175, 150), np.uint8)
    air[:, 75 if seen else 150 :] = 255
    image = replace(RAMP, air=AirMask(air, 4.0))

    def colours(sample):
        return np.dstack([sample.grey(image.grey)] * 4)

    before = take_sample(image, placement, *PANE, exact=False)
    moved = replace(placement, left=placement.left + x, top=placement.top + y)
    after = shift_sample(before, image, moved, *PANE) if before is not None else None
    if after is None:
        return
    shifted = shift_colours(colours(before), before, after, colours)
    assert np.array_equal(shifted, colours(after))


def test_a_zoom_and_a_leap_are_no_shift():
    first = Placement(ImageSize(700, 600), Turn(), 0.9, 0.9, -140.0, -10.0)
    sample = take_sample(RAMP, first, *PANE, exact=True)
    assert shift_sample(sample, RAMP, replace(first, x_scale=0.91), *PANE) is None
    assert shift_sample(sample, RAMP, replace(first, left=-240.0), *PANE) is None
