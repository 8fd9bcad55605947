"""Window presets from the grey values inside the breast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from imaging.anatomy.breast import find_breast
from imaging.grey.display_table import display_table
from imaging.grey.full_range import full_range
from imaging.grey.grey_header import GreyDescription
from imaging.grey.preset_names import ALL_TISSUE, DENSE_GLAND, FATTY_TISSUE, SKIN_LINE
from imaging.grey.presets import tissue_presets
from imaging.grey.tissue import dark_padding
from imaging.grey.voi import WindowVoi

AIR, EDGE, FAT, GLAND = 100, 700, 1400, 2600


def a_breast() -> np.ndarray:
    """A left breast: air, a thin edge, fat, and gland within, with a little noise."""
    rows, columns = 400, 320
    y, x = np.mgrid[0:rows, 0:columns]
    far = np.hypot((y - 200) / 170, x / 230)
    pixels = np.select([far < 0.5, far < 0.97, far < 1], [GLAND, FAT, EDGE], AIR)
    noise = np.random.default_rng(3).normal(0, 25, pixels.shape)
    return (pixels + noise * (far < 1)).astype(np.uint16)


def presets(grey: GreyDescription, pixels: np.ndarray) -> dict[str, WindowVoi]:
    region = find_breast(dark_padding(grey, pixels))
    return {voi.name: voi for voi in tissue_presets(grey, pixels, region)}


def greys(grey: GreyDescription, voi: WindowVoi, values: list[int]) -> list[int]:
    shown = display_table(grey, voi).grey(np.array([values], np.uint16))
    return [int(value) for value in shown[0]]


@pytest.fixture
def plain() -> GreyDescription:
    grey = GreyDescription(bits_stored=12)
    return replace(grey, vois=(full_range(grey),))


def test_there_are_four_named_for_what_they_show(plain: GreyDescription) -> None:
    assert list(presets(plain, a_breast())) == [ALL_TISSUE, DENSE_GLAND, FATTY_TISSUE, SKIN_LINE]


def test_each_tells_apart_what_it_is_named_for(plain: GreyDescription) -> None:
    found = presets(plain, a_breast())
    air, edge, fat, gland = greys(plain, found[ALL_TISSUE], [AIR, EDGE, FAT, GLAND])
    assert air <= edge < fat < gland
    assert greys(plain, found[DENSE_GLAND], [FAT])[0] < 40
    fatty = greys(plain, found[FATTY_TISSUE], [EDGE, FAT, GLAND])
    assert fatty[0] == 0 < fatty[1] < fatty[2] == 255
    skin = greys(plain, found[SKIN_LINE], [AIR, EDGE, FAT, GLAND])
    assert skin[0] == 0 < skin[1] < skin[2] <= skin[3] == 255


def test_a_negative_gives_the_same_greys(plain: GreyDescription) -> None:
    bright = presets(plain, a_breast())
    negative = replace(plain, inverted=True)
    dark = presets(negative, 4095 - a_breast())
    for name, voi in bright.items():
        values = [AIR, EDGE, FAT, GLAND]
        there = greys(negative, dark[name], [4095 - value for value in values])
        assert there == pytest.approx(greys(plain, voi, values), abs=2)


@pytest.mark.parametrize("value", [0, 700])
def test_an_even_picture_has_none(plain: GreyDescription, value: int) -> None:
    assert presets(plain, np.full((300, 200), value, np.uint16)) == {}
