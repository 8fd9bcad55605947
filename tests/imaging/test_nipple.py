"""The nipple estimate, against drawn breasts."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from domain.geometry import ImagePoint
from domain.side import Side
from domain.turn import ALL_TURNS, Turn
from domain.view_position import HangFamily
from imaging.anatomy.breast import find_breast
from imaging.anatomy.nipple import NippleEstimate, find_nipple
from imaging.anatomy.pectoral import PectoralEdge, find_pectoral
from tests.support.breast_pictures import BreastPicture, cc_breast, mlo_breast
from tests.support.decoded import decoded
from tests.support.real_data import GE_RMLO, needs_real_data


def cc_nipple(picture: BreastPicture) -> NippleEstimate:
    region = find_breast(picture.pixels)
    nipple = find_nipple(picture.pixels, region, picture.chest_wall)
    assert nipple is not None
    return nipple


def mlo_nipple(picture: BreastPicture, *, use_muscle: bool = True) -> NippleEstimate:
    region = find_breast(picture.pixels)
    wall, head = picture.chest_wall, picture.head
    muscle = find_pectoral(picture.pixels, region, wall, head) if use_muscle else None
    nipple = find_nipple(
        picture.pixels, region, wall, family=HangFamily.MLO, head=head, pectoral=muscle
    )
    assert nipple is not None
    return nipple


def apart(one: ImagePoint, other: ImagePoint) -> float:
    return float(np.hypot(one.x - other.x, one.y - other.y))


@pytest.mark.parametrize("turn", ALL_TURNS, ids=str)
def test_a_nipple_in_profile_is_found_in_cc_however_the_picture_lies(turn: Turn):
    picture = cc_breast().turned(turn)
    nipple = cc_nipple(picture)
    assert apart(nipple.point, picture.nipple) < 14
    assert nipple.in_profile
    assert nipple.confidence > 0.6


@pytest.mark.parametrize("turn", ALL_TURNS, ids=str)
@pytest.mark.parametrize("use_muscle", [True, False])
def test_a_nipple_in_profile_is_found_in_mlo_however_the_picture_lies(turn: Turn, use_muscle: bool):
    picture = mlo_breast().turned(turn)
    nipple = mlo_nipple(picture, use_muscle=use_muscle)
    assert apart(nipple.point, picture.nipple) < 16
    assert nipple.in_profile


@pytest.mark.parametrize(("rows", "columns"), [(160, 130), (960, 800), (1600, 1300)])
def test_the_estimate_scales_with_the_picture(rows: int, columns: int):
    picture = cc_breast(rows, columns)
    assert apart(cc_nipple(picture).point, picture.nipple) < 0.03 * rows


def test_a_nipple_that_is_not_in_profile_is_guessed_with_less_confidence():
    picture = cc_breast(noise=2, profile=False)
    seen, guessed = cc_nipple(cc_breast(noise=2)), cc_nipple(picture)
    assert apart(guessed.point, picture.nipple) < 60
    assert not guessed.in_profile
    assert guessed.confidence < seen.confidence - 0.1


@pytest.mark.parametrize("use_muscle", [True, False])
def test_in_mlo_the_nipple_is_guessed_below_the_most_anterior_point(use_muscle: bool):
    picture = mlo_breast(noise=2, profile=False)
    rows, columns = np.nonzero(picture.breast)
    anterior = rows[columns == columns.max()].mean()
    guess = mlo_nipple(picture, use_muscle=use_muscle).point
    assert picture.nipple.y > anterior + 40
    assert apart(guess, picture.nipple) < 30


@pytest.mark.parametrize(("top", "foot"), [(0.38, 0.3), (0.3, 0.62), (0.12, 0.8)])
def test_the_nipple_is_sought_straight_across_the_muscle_however_steep_that_is(
    top: float, foot: float
):
    picture = mlo_breast(profile=False, pectoral_top=top, pectoral_foot=foot)
    pixels = np.where(picture.breast, 1400, 200).astype(np.uint16)
    region = find_breast(pixels)
    assert picture.pectoral is not None
    muscle = PectoralEdge(picture.pectoral, picture.pectoral, (), region.grid.stored, 1.0)
    nipple = find_nipple(
        pixels,
        region,
        Side.LEFT,
        family=HangFamily.MLO,
        head=Side.TOP,
        pectoral=muscle,
    )
    assert nipple is not None
    assert apart(nipple.point, picture.nipple) < 36


def test_a_long_nipple_is_found_at_its_tip():
    picture = cc_breast(noise=2, profile=False)
    pixels = picture.pixels.copy()
    cv2.ellipse(pixels, (215, 287), (47, 17), 0, 0, 360, 1200, cv2.FILLED)
    nipple = cc_nipple(picture.with_pixels(pixels))
    assert apart(nipple.point, ImagePoint(261, 287)) < 6


def test_a_bright_disc_below_the_skin_is_a_nipple_lying_on_the_breast():
    picture = cc_breast(noise=2, profile=False)
    rows, columns = np.ogrid[: picture.pixels.shape[0], : picture.pixels.shape[1]]
    disc = ((rows - 260) ** 2 + (columns - 195) ** 2 <= 9**2).astype(np.uint16)
    nipple = cc_nipple(picture.with_pixels(picture.pixels + 900 * disc))
    assert apart(nipple.point, ImagePoint(195, 260)) < 8
    assert not nipple.in_profile


def test_without_a_breast_there_is_no_nipple():
    pixels = np.full((300, 200), 9, np.uint16)
    assert find_nipple(pixels, find_breast(pixels), Side.LEFT) is None


def test_a_region_of_another_picture_is_refused():
    region = find_breast(cc_breast().pixels)
    with pytest.raises(ValueError, match="another size"):
        find_nipple(np.zeros((9, 9), np.uint16), region, Side.LEFT)


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=16)), st.booleans())
def test_arbitrary_pictures_never_raise(pixels: np.ndarray, enlarged: bool):
    if enlarged:
        pixels = cv2.resize(pixels, (90, 80), interpolation=cv2.INTER_CUBIC)
    region = find_breast(pixels)
    for family in HangFamily:
        nipple = find_nipple(pixels, region, Side.TOP, family=family, head=Side.RIGHT)
        assert nipple is None or 0 <= nipple.confidence <= 1


@needs_real_data
def test_a_real_nipple_that_lies_on_the_breast_is_found():
    pixels = decoded(GE_RMLO)
    picture = BreastPicture(
        pixels=pixels,
        breast=np.zeros(pixels.shape, bool),
        letters=np.zeros(pixels.shape, bool),
        nipple=ImagePoint(1410, 1950),  # read off the picture by eye
        chest_wall=Side.RIGHT,
        head=Side.TOP,
        pectoral=None,
    )
    assert apart(mlo_nipple(picture).point, picture.nipple) < 70
