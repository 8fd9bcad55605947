"""The table of all stored values against the grey pipeline worked out pixel by pixel."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from imaging.grey.display_table import display_table
from imaging.grey.grey_header import GreyDescription
from imaging.grey.lut_data import LookUpTable
from imaging.grey.modality_lut import ModalityTable, Rescale
from imaging.grey.voi import LutVoi, VoiFunction, WindowVoi


def lookups(first: st.SearchStrategy[int]) -> st.SearchStrategy[LookUpTable]:
    entries = hnp.arrays(np.uint16, st.integers(1, 50), elements=st.integers(0, 4095))
    return st.builds(LookUpTable, first, st.just(12), entries)


MODALITIES = st.one_of(
    st.builds(Rescale, st.sampled_from([-2.0, -1.0, 0.5, 1.0, 3.0]), st.integers(-3000, 3000)),
    st.builds(ModalityTable, lookups(st.integers(-100, 100))),
)
VOIS = st.one_of(
    st.builds(
        WindowVoi,
        st.integers(-4000, 4000),
        st.integers(1, 5000),
        st.sampled_from(VoiFunction),
    ),
    st.builds(LutVoi, lookups(st.integers(-100, 3000))),
)
PADDINGS = st.one_of(st.none(), st.tuples(st.integers(-50, 20), st.integers(20, 60)))
GREYS = st.builds(
    GreyDescription,
    signed=st.booleans(),
    inverted=st.booleans(),
    padding=PADDINGS,
    modality=MODALITIES,
)


def looked_up(table: LookUpTable, value: float) -> float:
    place = min(max(round(value) - table.first, 0), len(table.entries) - 1)
    return float(table.entries[place])


def windowed(voi: WindowVoi, x: float) -> float:
    c, w = voi.centre, voi.width
    if voi.function is VoiFunction.SIGMOID:
        return 1 / (1 + math.exp(min(-4 * (x - c) / w, 700)))
    half, middle, span = (w / 2, c, w)
    if voi.function is VoiFunction.LINEAR:
        half, middle, span = ((w - 1) / 2, c - 0.5, w - 1)
    if x <= middle - half:
        return 0
    return 1 if x > middle + half else (x - middle) / span + 0.5


def expected_grey(stored: int, grey: GreyDescription, voi, invert: bool) -> float:
    """One pixel, step by step as PS3.3 C.11.1, C.11.2 and C.8.11.3.1.2 have it."""
    if grey.padding and grey.padding[0] <= stored <= grey.padding[1]:
        return 0
    if isinstance(grey.modality, Rescale):
        value = stored * grey.modality.slope + grey.modality.intercept
    else:
        value = looked_up(grey.modality.table, stored)
    shade = (
        windowed(voi, value) if isinstance(voi, WindowVoi) else looked_up(voi.table, value) / 4095
    )
    return 255 * (1 - shade if grey.inverted != invert else shade)


@settings(max_examples=60)
@given(GREYS, VOIS, st.booleans(), st.data())
def test_the_table_is_the_pipeline_worked_out_for_each_pixel(grey, voi, invert, data) -> None:
    kind = np.int16 if grey.signed else np.uint16
    bounds = np.iinfo(kind)
    near = st.integers(max(bounds.min, -200), 5000)
    pixels = data.draw(
        hnp.arrays(
            kind, (3, 5), elements=near | st.sampled_from([int(bounds.min), int(bounds.max)])
        )
    )
    shown = display_table(grey, voi, invert=invert).grey(pixels)
    assert shown.dtype == np.uint8
    expected = [[expected_grey(int(value), grey, voi, invert) for value in row] for row in pixels]
    assert np.abs(shown - np.array(expected)).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("kind", [np.uint16, np.int16])
@pytest.mark.parametrize(
    "pick", [np.s_[::2, ::3], np.s_[::-1], np.s_[:, ::-1], np.s_[1:4, 2:5], np.s_[:, 3:3]]
)
def test_cut_turned_and_empty_views_are_looked_up_like_copies(kind, pick) -> None:
    grey = GreyDescription(signed=kind is np.int16)
    table = display_table(grey, WindowVoi(0 if grey.signed else 30000, 65535))
    pixels = (np.arange(63, dtype=np.int32) * 1040 - 32768 * grey.signed).astype(kind).reshape(7, 9)
    whole = table.grey(pixels)
    assert np.array_equal(table.grey(pixels[pick]), whole[pick])
    assert np.array_equal(table.grey(pixels.T), whole.T)
    assert whole[0, 0] < whole[3, 4] < whole[6, 8]


def test_a_window_setting_is_worked_out_once_and_cannot_be_changed() -> None:
    grey = GreyDescription()
    table = display_table(grey, WindowVoi(5, 10))
    assert display_table(grey, WindowVoi(5, 10)) is table
    with pytest.raises(ValueError, match="read-only"):
        table.entries[0] = 1
    assert table.grey(np.zeros((2, 2), np.uint16)).flags.writeable
