from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImagePoint, ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.side import Side
from domain.turn import ALL_TURNS, Turn
from domain.view_position import HangFamily
from imaging.anatomy.breast import find_breast
from tests.support.breast_frames import half_ellipse, spacing, turned
from tests.support.breast_pictures import BreastPicture, cc_breast, mlo_breast
from viewing.linking.breast_frame import BreastFrame, Nipple, NippleSource, Place
from viewing.linking.estimate import HungImage, estimate_frame

turns = st.sampled_from(ALL_TURNS)
lengths = st.floats(-200, 200)


@given(turns, lengths, lengths)
def test_a_place_is_the_same_however_the_image_was_stored(
    turn: Turn, behind: float, down: float
) -> None:
    plain = half_ellipse(mm=spacing(0.1, 0.2))
    stored = turned(plain, turn)
    there = turn.to_shown(plain.point_at(Place(behind, down)), plain.size)
    place = stored.place_of(there)
    assert np.allclose([place.behind, place.down], [behind, down], atol=1e-6)
    back = stored.point_at(place)
    assert np.allclose([back.x, back.y], [there.x, there.y], atol=1e-6)


def test_places_count_millimetres_towards_the_chest_wall_and_down() -> None:
    frame = half_ellipse(mm=spacing(0.1, 0.2))
    nipple = frame.nipple.at
    place = frame.place_of(ImagePoint(nipple.x - 100, nipple.y + 50))
    assert place == Place(pytest.approx(20), pytest.approx(5))
    assert place.distance == pytest.approx(np.hypot(20, 5))


def test_without_spacing_places_count_pixels() -> None:
    frame = half_ellipse(mm=PixelSpacing.unknown())
    assert not frame.in_mm
    assert frame.place_of(ImagePoint(frame.nipple.at.x - 100, 500)).behind == pytest.approx(100)


@given(turns, st.floats(-50, 850), st.floats(-50, 1050))
def test_the_breast_contains_what_lies_within_its_outline(turn: Turn, x: float, y: float) -> None:
    frame = half_ellipse()
    level = ((x + 0.5) / 500) ** 2 + ((y - 500) / 400) ** 2
    if x < -0.6 or level > 1.001:
        expected = False
    elif x > -0.4 and level < 0.998:
        expected = True
    else:
        return
    point = turn.to_shown(ImagePoint(x, y), frame.size)
    assert turned(frame, turn).contains(point) is expected


def test_a_dragged_nipple_is_the_readers() -> None:
    frame = half_ellipse(doubt_mm=20)
    dragged = frame.with_nipple(ImagePoint(450, 520))
    assert dragged.nipple.at == ImagePoint(450, 520)
    assert dragged.nipple.source is NippleSource.DRAGGED
    assert dragged.nipple.doubt_mm < frame.nipple.doubt_mm
    assert dragged.place_of(ImagePoint(450, 520)).distance == 0


def test_a_head_at_the_chest_wall_is_refused() -> None:
    outline = half_ellipse().outline
    nipple = Nipple(ImagePoint(0, 0), 0)
    with pytest.raises(ValueError, match="head"):
        BreastFrame(ImageSize(9, 9), spacing(), Side.LEFT, Side.RIGHT, nipple, outline)
    with pytest.raises(ValueError, match="three points"):
        BreastFrame(ImageSize(9, 9), spacing(), Side.LEFT, Side.TOP, nipple, outline[:2])


def found_frame(picture: BreastPicture, family: HangFamily, turn: Turn) -> BreastFrame:
    """turn: how the picture was stored, from a left breast that lies as it is hung."""
    stored = picture.turned(turn)
    size = ImageSize(*stored.pixels.shape)
    hung = HungImage(size, spacing(), Laterality.LEFT, family, turn.inverse)
    assert (hung.chest_wall, hung.head) == (stored.chest_wall, stored.head)
    frame = estimate_frame(stored.pixels, find_breast(stored.pixels), hung)
    assert frame is not None
    return frame


@pytest.mark.parametrize("turn", ALL_TURNS, ids=str)
@pytest.mark.parametrize("family", HangFamily)
def test_nipple_and_outline_are_found_however_the_image_was_stored(
    family: HangFamily, turn: Turn
) -> None:
    picture = cc_breast() if family is HangFamily.CC else mlo_breast()
    frame = found_frame(picture, family, turn)
    stored = picture.turned(turn)
    assert frame.place_of(stored.nipple).distance < 16 * 0.2
    rows, columns = stored.breast.shape
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    inside = frame.inside(np.column_stack([x.ravel(), y.ravel()]).astype(float))
    wrong = inside.reshape(rows, columns) != stored.breast
    assert wrong.sum() < 0.03 * stored.breast.sum()


def test_a_nipple_out_of_profile_is_doubted_more() -> None:
    seen = found_frame(cc_breast(), HangFamily.CC, Turn())
    hidden = found_frame(cc_breast(profile=False), HangFamily.CC, Turn())
    assert seen.nipple.doubt_mm < hidden.nipple.doubt_mm
    assert seen.nipple.source is NippleSource.ESTIMATED


def test_a_frame_found_on_a_smaller_level_is_in_stored_pixels() -> None:
    picture = cc_breast()
    size = ImageSize(2 * picture.pixels.shape[0], 2 * picture.pixels.shape[1])
    hung = HungImage(size, spacing(), Laterality.LEFT, HangFamily.CC, Turn())
    frame = estimate_frame(picture.pixels, find_breast(picture.pixels), hung, step=2.0)
    single = found_frame(picture, HangFamily.CC, Turn())
    assert frame is not None
    assert frame.nipple.at.x == pytest.approx(2 * single.nipple.at.x + 0.5)
    assert max(point.y for point in frame.outline) == pytest.approx(
        2 * max(point.y for point in single.outline) + 0.5
    )


def test_an_empty_picture_has_no_frame() -> None:
    pixels = np.zeros((300, 200), np.uint16)
    hung = HungImage(ImageSize(300, 200), spacing(), Laterality.LEFT, HangFamily.CC, Turn())
    assert estimate_frame(pixels, find_breast(pixels), hung) is None


def test_a_right_breasts_chest_wall_hangs_at_the_right() -> None:
    hung = HungImage(ImageSize(9, 9), spacing(), Laterality.RIGHT, HangFamily.CC, Turn())
    assert (hung.chest_wall, hung.head) == (Side.RIGHT, Side.TOP)
