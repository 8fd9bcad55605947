"""Air stays black: everything but the breast and separate marks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from domain.turn import ALL_TURNS, Turn
from imaging.anatomy.air import find_air
from imaging.anatomy.breast import find_breast
from tests.support.breast_pictures import cc_breast, mlo_breast


@pytest.mark.parametrize("turn", ALL_TURNS, ids=str)
@pytest.mark.parametrize("make", [cc_breast, mlo_breast])
def test_air_is_all_but_breast_and_letters_however_the_picture_lies(make, turn: Turn):
    picture = make().turned(turn)
    air = find_air(picture.pixels, find_breast(picture.pixels))
    assert air.shape == picture.pixels.shape
    assert not air[picture.letters].any()
    assert air[picture.breast].mean() < 0.005
    assert air[~picture.breast & ~picture.letters].mean() > 0.97


def test_noisy_air_is_air_without_specks():
    picture = cc_breast(1200, 1000, noise=120)
    air = find_air(picture.pixels, find_breast(picture.pixels))
    far = np.zeros(air.shape, bool)
    far[:, 700:] = True
    far[60:240, 680:] = False
    assert air[far].all()


def test_the_white_edge_of_a_plate_is_blackened():
    picture = cc_breast()
    pixels = picture.pixels.copy()
    noise = np.random.default_rng(1).normal(3900, 30, pixels.shape)
    pixels[:14], pixels[:, -14:] = noise[:14], noise[:, -14:]
    air = find_air(pixels, find_breast(pixels))
    assert air[:12].all()
    assert air[:, -12:].all()


def test_a_tool_beside_the_breast_stays_visible():
    pixels = cc_breast().pixels.copy()
    pixels[300:400, 300:380] = 3500
    air = find_air(pixels, find_breast(pixels))
    assert not air[302:398, 302:378].any()


def test_a_hot_pixel_is_no_mark():
    pixels = cc_breast().pixels.copy()
    pixels[400, 350] = 4000
    assert find_air(pixels, find_breast(pixels))[390:410, 340:360].all()


def test_a_single_line_of_padding_is_blackened_in_the_middle_of_the_breast():
    pixels = cc_breast(1500, 1200).pixels
    padding = np.zeros(pixels.shape, bool)
    padding[700] = True
    air = find_air(pixels, find_breast(pixels, padding), padding)
    assert air[700].all()
    assert not air[[699, 701], :500].any()


def test_padding_is_blackened_even_where_air_can_not_be_told():
    inside = cc_breast(noise=20).pixels[150:300, 20:150]
    padding = np.zeros(inside.shape, bool)
    padding[:5] = True
    air = find_air(inside, find_breast(inside, padding), padding)
    assert (air == padding).all()


def test_a_breast_without_air_loses_nothing():
    inside = cc_breast(noise=20).pixels[150:300, 20:150]
    assert not find_air(inside, find_breast(inside)).any()


def test_a_region_of_another_picture_is_refused():
    with pytest.raises(ValueError, match="another size"):
        find_air(np.zeros((5, 4), np.uint16), find_breast(np.zeros((4, 5), np.uint16)))


@settings(max_examples=80, deadline=None)
@given(hnp.arrays(np.uint16, hnp.array_shapes(min_dims=2, max_dims=2, max_side=24)), st.data())
def test_arbitrary_small_pictures_never_raise(pixels: np.ndarray, data: st.DataObject):
    padding = data.draw(st.none() | hnp.arrays(bool, pixels.shape))
    air = find_air(pixels, find_breast(pixels, padding), padding)
    assert air.shape == pixels.shape
    assert air.dtype == bool
    if padding is not None:
        assert air[padding].all()
