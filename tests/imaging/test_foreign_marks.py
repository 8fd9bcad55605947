"""Letters and tools go, the breast stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from domain.turn import ALL_TURNS, Turn
from imaging.anatomy.breast import find_breast
from imaging.anatomy.foreign_marks import remove_foreign_marks
from tests.support.breast_pictures import AIR, cc_breast, mlo_breast


@pytest.mark.parametrize("turn", ALL_TURNS, ids=str)
@pytest.mark.parametrize("make", [cc_breast, mlo_breast])
def test_letters_become_air_and_the_breast_is_untouched(make, turn: Turn):
    picture = make().turned(turn)
    region = find_breast(picture.pixels)
    clean = remove_foreign_marks(picture.pixels, region)
    inside = region.mask()
    assert clean.dtype == picture.pixels.dtype
    assert (clean[inside] == picture.pixels[inside]).all()
    assert np.ptp(clean[~inside]) == 0
    assert clean[picture.letters].max() == pytest.approx(AIR, abs=3)


def test_the_papers_zero_can_be_asked_for():
    picture = cc_breast()
    clean = remove_foreign_marks(picture.pixels, find_breast(picture.pixels), fill=0)
    assert (clean[picture.letters] == 0).all()


@pytest.mark.parametrize("kind", [np.int16, np.float32])
def test_signed_and_real_numbers_keep_their_kind_and_their_air(kind: type):
    picture = cc_breast()
    pixels = (picture.pixels.astype(np.int32) - 1000).astype(kind)
    clean = remove_foreign_marks(pixels, find_breast(pixels))
    assert clean.dtype == kind
    assert clean[picture.letters].max() == pytest.approx(AIR - 1000, abs=3)


def test_the_original_is_not_changed():
    picture = cc_breast()
    before = picture.pixels.copy()
    remove_foreign_marks(picture.pixels, find_breast(picture.pixels))
    assert (picture.pixels == before).all()


def test_a_picture_without_a_breast_comes_back_as_it_was():
    pixels = np.full((40, 30), 5, np.uint16)
    clean = remove_foreign_marks(pixels, find_breast(pixels))
    assert (clean == pixels).all()
    assert clean is not pixels


def test_a_region_of_another_picture_is_refused():
    with pytest.raises(ValueError, match="another size"):
        remove_foreign_marks(np.zeros((5, 4), np.uint16), find_breast(np.zeros((4, 5), np.uint16)))
