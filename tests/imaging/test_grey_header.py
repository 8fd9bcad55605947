"""What a header says about grey: rescale, tables, inversion, padding, and what it says wrongly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from domain.study import ImageRef
from imaging.attributes.tags import label_of
from imaging.grey.display_table import display_table
from imaging.grey.grey_header import GreyDescription, read_grey
from imaging.grey.modality_lut import ModalityTable, Rescale
from imaging.grey.own_windows import with_own_windows
from imaging.grey.presentation import presentation_name
from imaging.grey.voi import LutVoi, WindowVoi
from imaging.loader import load_image
from tests.support.dicom_factory import mammogram, save

INT16, UINT16 = np.zeros((8, 8), np.int16), np.zeros((8, 8), np.uint16)
NO_RESCALE = {"RescaleSlope": None, "RescaleIntercept": None, "RescaleType": None}


def lut(first: int, entries: list[int], bits: int = 12) -> Dataset:
    item = Dataset()
    item.LUTDescriptor, item.LUTData = [len(entries), first, bits], entries
    return item


def put(ds: Dataset, keyword: str, vr: str, value: object) -> None:
    """As pydicom holds it, or its bytes as a file does."""
    tag = Tag(keyword)
    if isinstance(value, bytes):
        ds[tag] = RawDataElement(tag, vr, len(value), value, 0, False, True)
    else:
        ds.add_new(tag, vr, value)


def tags(grey: GreyDescription) -> list[str]:
    return [flag.tag for flag in grey.flags]


def test_a_silent_header_gives_values_as_they_are() -> None:
    grey = read_grey(Dataset())
    assert (grey.bits_stored, grey.signed, grey.inverted, grey.padding) == (16, False, False, None)
    assert grey.modality == Rescale(1, 0)
    assert (grey.vois, grey.flags) == ((), ())


@pytest.mark.parametrize(
    ("attributes", "expected", "flagged"),
    [
        ({"RescaleSlope": "2", "RescaleIntercept": "-1000"}, Rescale(2, -1000), []),
        ({"RescaleSlope": "-1", "RescaleIntercept": "4095"}, Rescale(-1, 4095), []),
        ({"RescaleSlope": None, "RescaleIntercept": "5"}, Rescale(1, 5), []),
        ({"RescaleSlope": "0.5", "RescaleIntercept": None}, Rescale(0.5, 0), []),
        ({"RescaleSlope": "0"}, Rescale(1, 0), ["Rescale Slope (0028,1053)"]),
        ({"RescaleSlope": "1e300"}, Rescale(1, 0), ["Rescale Slope (0028,1053)"]),
        ({"RescaleIntercept": "1e300"}, Rescale(1, 0), ["Rescale Slope (0028,1053)"]),
    ],
)
def test_rescale_is_taken_where_it_can_be(
    attributes: dict[str, object], expected: Rescale, flagged: list[str]
) -> None:
    grey = read_grey(mammogram(**attributes))
    assert grey.modality == expected
    assert tags(grey) == flagged


@pytest.mark.parametrize("bad", ["RescaleSlope", "RescaleIntercept"])
@pytest.mark.parametrize(("vr", "content"), [("DS", b"abc "), ("FD", b"\1\2\3"), ("DS", b"1,5 ")])
def test_a_rescale_that_is_no_number_is_flagged(bad: str, vr: str, content: bytes) -> None:
    ds = mammogram(RescaleSlope="2", RescaleIntercept="7")
    put(ds, bad, vr, content)
    grey = read_grey(ds)
    assert grey.modality == (Rescale(1, 7) if bad == "RescaleSlope" else Rescale(2, 0))
    assert tags(grey) == [label_of(bad)]


@pytest.mark.parametrize(
    "keyword", ["SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"]
)
def test_tomosynthesis_keeps_its_rescale_in_functional_groups(keyword: str) -> None:
    values, group = Dataset(), Dataset()
    values.RescaleSlope, values.RescaleIntercept = "3", "7"
    group.PixelValueTransformationSequence = [values]
    assert read_grey(mammogram(**NO_RESCALE, **{keyword: [group]})).modality == Rescale(3, 7)


def test_a_modality_lut_maps_stored_values_before_the_window() -> None:
    ds = mammogram(
        pixels=INT16,
        **NO_RESCALE,
        ModalityLUTSequence=[lut(-2, [0, 1000, 4000], 12)],
        WindowCenter="2000",
        WindowWidth="4000",
        VOILUTFunction="LINEAR_EXACT",
    )
    grey = read_grey(ds)
    assert isinstance(grey.modality, ModalityTable)
    table = display_table(grey, grey.vois[0])
    pixels = np.array([[-9, -2, -1, 0, 9]], np.int16)
    assert table.grey(pixels).tolist() == [[0, 0, 64, 255, 255]]


def test_a_broken_modality_lut_leaves_the_rescale() -> None:
    grey = read_grey(mammogram(ModalityLUTSequence=[Dataset()], RescaleSlope="2"))
    assert grey.modality == Rescale(2, 0)
    assert tags(grey) == ["LUT Descriptor (0028,3002)"]


@pytest.mark.parametrize(
    ("pixels", "attributes", "first"),
    [
        (UINT16, {}, 65000),
        (INT16, {}, -536),
        (UINT16, {"RescaleIntercept": "-1024"}, -536),
        (UINT16, {"RescaleSlope": "-1"}, -536),
        (UINT16, {"RescaleSlope": "-1", "RescaleIntercept": "4095"}, 65000),
        (INT16, {"RescaleIntercept": "2048"}, 65000),
        (INT16, {**NO_RESCALE, "ModalityLUTSequence": [lut(0, [1, 2])]}, 65000),
    ],
)
def test_a_voi_lut_begins_below_zero_only_where_its_inputs_may(
    pixels: np.ndarray, attributes: dict[str, object], first: int
) -> None:
    ds = mammogram(pixels=pixels, **attributes, VOILUTSequence=[lut(65000, [0, 1])])
    (_, voi) = read_grey(ds).vois
    assert isinstance(voi, LutVoi)
    assert voi.table.first == first


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted", "disputed"),
    [
        ("MONOCHROME2", "IDENTITY", False, False),
        ("MONOCHROME2", None, False, False),
        ("MONOCHROME1", "INVERSE", True, False),
        ("MONOCHROME1", None, True, False),
        ("monochrome1", "inverse", True, False),
        ("", "INVERSE", True, False),
        ("", "IDENTITY", False, False),
        ("MONOCHROME1", "SIDEWAYS", True, False),
        ("RGB", None, False, False),
        ("MONOCHROME1", "IDENTITY", True, True),
        ("MONOCHROME2", "INVERSE", False, True),
    ],
)
def test_inversion_counts_once_and_contradictions_are_flagged(
    photometric: str, shape: str | None, inverted: bool, disputed: bool
) -> None:
    grey = read_grey(mammogram(PhotometricInterpretation=photometric, PresentationLUTShape=shape))
    assert (grey.inverted, grey.disputed) == (inverted, disputed)
    assert tags(grey) == ["Presentation LUT Shape (2050,0020)"] * disputed


@pytest.mark.parametrize(
    ("pixels", "value", "limit", "padding"),
    [
        (UINT16, None, None, None),
        (UINT16, 0, None, (0, 0)),
        (UINT16, 0, 30, (0, 30)),
        (UINT16, 30, 0, (0, 30)),
        (UINT16, 4095, 4000, (4000, 4095)),
        (INT16, -2000, None, (-2000, -2000)),
        (INT16, -2000, -1990, (-2000, -1990)),
        # Pixels of 12 bits are read from these alone; a sign in the twelfth is one.
        (INT16, 0x0800, None, (-2048, -2048)),
        (INT16, 0x0FFF, 0x0FF0, (-16, -1)),
        (INT16, 0x07FF, None, (2047, 2047)),
    ],
)
def test_padding_is_a_value_or_a_range_in_either_order(
    pixels: np.ndarray, value: int | None, limit: int | None, padding: tuple[int, int] | None
) -> None:
    ds = mammogram(pixels=pixels)
    for keyword, stored in (("PixelPaddingValue", value), ("PixelPaddingRangeLimit", limit)):
        if stored is not None:
            ds.add_new(keyword, "SS" if stored < 0 else "US", stored)
    grey = read_grey(ds)
    assert (grey.padding, grey.flags) == (padding, ())


VALUE, LIMIT = "Pixel Padding Value (0028,0120)", "Pixel Padding Range Limit (0028,0121)"


@pytest.mark.parametrize(
    ("pixels", "attributes", "padding", "named"),
    [
        (UINT16, {"PixelPaddingRangeLimit": ("US", 30)}, None, [LIMIT]),
        (UINT16, {"PixelPaddingValue": ("LO", "grey")}, None, [VALUE]),
        (UINT16, {"PixelPaddingValue": ("US", b"\1\2\3")}, None, [VALUE]),
        (
            UINT16,
            {"PixelPaddingValue": ("US", 5), "PixelPaddingRangeLimit": ("LO", "x")},
            (5, 5),
            [LIMIT],
        ),
        # Cut to 12 bits these would be 4095 and 0, which tissue may have.
        (UINT16, {"PixelPaddingValue": ("US", 65535)}, None, [VALUE]),
        (INT16, {"PixelPaddingValue": ("SS", -32768)}, None, [VALUE]),
        (INT16, {"PixelPaddingValue": ("US", 0x1000)}, None, [VALUE]),
        (UINT16, {"PixelPaddingValue": ("US", None)}, None, []),
    ],
)
def test_padding_that_cannot_be_is_passed_over_and_flagged(
    pixels: np.ndarray, attributes: dict, padding: tuple[int, int] | None, named: list[str]
) -> None:
    ds = mammogram(pixels=pixels)
    for keyword, (vr, value) in attributes.items():
        put(ds, keyword, vr, value)
    grey = read_grey(ds)
    assert (grey.padding, tags(grey)) == (padding, named)


@pytest.mark.parametrize("value", [0x0800, 0x0FFF, 0x0001, 0xF800, 0xFFFF])
def test_padding_means_what_its_bits_mean_in_the_pixels(tmp_path, value: int) -> None:
    ds = mammogram(pixels=np.full((20, 20), value, np.uint16), PixelRepresentation=1)
    ds.add_new("PixelPaddingValue", "US", value)
    save(ds, tmp_path / "image.dcm")
    image = load_image(ImageRef(str(tmp_path / "image.dcm")))
    assert image.grey.padding == (image.raster.pixels[0, 0],) * 2


def test_padding_over_most_of_the_depth_is_a_mistake() -> None:
    grey = read_grey(mammogram(PixelPaddingValue=0, PixelPaddingRangeLimit=4095))
    assert grey.padding == (0, 0)
    assert tags(grey) == ["Pixel Padding Range Limit (0028,0121)"]


@pytest.mark.parametrize(
    ("attributes", "bright"),
    [
        ({}, True),
        ({"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": None}, False),
        ({"RescaleSlope": "-1", "RescaleIntercept": "4095"}, False),
        ({"WindowCenter": None, "VOILUTSequence": [lut(0, [4095, 0])]}, False),
        (
            {
                "RescaleSlope": "-1",
                "RescaleIntercept": "4095",
                "PhotometricInterpretation": "MONOCHROME1",
                "PresentationLUTShape": None,
            },
            True,
        ),
    ],
)
def test_where_tissue_is_bright_every_step_that_turns_counts(
    attributes: dict[str, object], bright: bool
) -> None:
    grey = read_grey(mammogram(**attributes))
    assert grey.tissue_is_bright is bright
    shades = display_table(grey, grey.vois[0]).entries
    assert sorted([shades[0], shades[4095]]) == [0, 255]
    assert (shades[4095] == 255) == bright


def test_a_table_of_presentation_states_is_flagged_and_not_applied() -> None:
    grey = read_grey(mammogram(PresentationLUTSequence=[lut(0, [4095, 0])]))
    assert grey.tissue_is_bright
    assert tags(grey) == ["Presentation LUT Sequence (2050,0010)"]


NASTY = st.one_of(
    st.none(), st.just(""), st.sampled_from(["x", "1e400", "nan", "-1", "0", "1\\2\\3", "70000"])
)
KEYWORDS = (
    "BitsStored",
    "PixelRepresentation",
    "RescaleSlope",
    "RescaleIntercept",
    "WindowCenter",
    "WindowWidth",
    "VOILUTFunction",
    "PhotometricInterpretation",
    "PresentationLUTShape",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
)


@given(st.fixed_dictionaries(dict.fromkeys(KEYWORDS, NASTY)))
def test_no_value_whatever_makes_it_fail(values: dict[str, str | None]) -> None:
    ds = Dataset()
    for keyword, value in values.items():
        if value is not None:
            ds.add_new(keyword, "LO", value)
    grey = read_grey(ds)
    for voi in (*grey.vois, WindowVoi(100, 50)):
        table = display_table(grey, voi)
        assert table.entries.shape == (65536,)


VRS = ["US", "SS", "DS", "IS", "OW", "OB", "UN", "SQ", "LO", "LT", "FD", "FL", "AT", "XX", "", None]
CONTENTS = st.one_of(
    st.binary(max_size=24),
    st.sampled_from(
        [b"1\\2\\3", b"1e400", b"nan", b"-1", b"2048,5", b"\xff\xfe\x00\xe0\xff\xff\xff\xff", b" "]
    ),
)
RAW = st.tuples(st.sampled_from(VRS), CONTENTS, st.booleans(), st.booleans())
TABLES = ("VOILUTSequence", "ModalityLUTSequence", "PresentationLUTSequence")


def put_raw(ds: Dataset, given: dict[str, tuple]) -> None:
    for keyword, (vr, content, implicit, little) in given.items():
        tag = Tag(keyword)
        ds[tag] = RawDataElement(tag, vr, len(content), content, 0, implicit, little)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from((*KEYWORDS, *TABLES, "Manufacturer")), RAW, max_size=8),
    st.dictionaries(st.sampled_from(("LUTDescriptor", "LUTData", "LUTExplanation")), RAW),
    st.sampled_from([*TABLES, "SharedFunctionalGroupsSequence", "FrameVOILUTSequence"]),
    st.sampled_from([np.uint16, np.int16]),
)
def test_no_bytes_whatever_make_it_fail(header: dict, table: dict, holder: str, kind: type) -> None:
    ds, entry = mammogram(pixels=np.zeros((8, 8), kind)), lut(0, [0, 9, 4095])
    put_raw(entry, table)
    setattr(ds, holder, [entry])
    put_raw(ds, header)
    pixels = np.arange(64, dtype=kind).reshape(8, 8)
    grey = with_own_windows(read_grey(ds), pixels)
    assert grey.vois
    for voi in grey.vois:
        assert display_table(grey, voi).grey(pixels).shape == (8, 8)
        assert presentation_name(voi)
