"""VOI transformations: worked values of PS3.3 C.11.2, their shape, and how headers state them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from imaging.grey.lut_data import LookUpTable
from imaging.grey.voi import LutVoi, VoiFunction, WindowVoi
from imaging.grey.voi_header import read_vois
from imaging.header.window_names import window_names
from tests.support.dicom_factory import mammogram
from tests.support.real_data import GE_RMLO, needs_real_data

LINEAR, EXACT, SIGMOID = VoiFunction.LINEAR, VoiFunction.LINEAR_EXACT, VoiFunction.SIGMOID


def shades(voi: WindowVoi | LutVoi, values: list[float]) -> list[float]:
    return voi.brightness(np.array(values, np.float64)).tolist()


@pytest.mark.parametrize(
    ("voi", "values", "expected"),
    [
        # The standard's own note to C.11.2.1.2.1: c=2048, w=4096 spans 0 to 4095 ...
        (WindowVoi(2048, 4096), [-1, 0, 4095, 4096], [0, 0, 1, 1]),
        # ... c=2048, w=1 is a threshold between 2047 and 2048 ...
        (WindowVoi(2048, 1), [2047, 2048], [0, 1]),
        # ... c=0, w=100 spans -50 to 49, c=0, w=1 is a threshold between -1 and 0.
        (WindowVoi(0, 100), [-51, -50, -0.5, 49, 50], [0, 0, 0.5, 1, 1]),
        (WindowVoi(0, 1), [-1, 0], [0, 1]),
        (WindowVoi(1000, 2), [999, 1000], [0, 1]),
        # C.11.2.1.3.2: c=2048, w=4096 spans 0 to 4096; c=0, w=100 spans -50 to 50.
        (WindowVoi(2048, 4096, EXACT), [-1, 0, 2048, 4096, 4097], [0, 0, 0.5, 1, 1]),
        (WindowVoi(0, 100, EXACT), [-50, -25, 0, 25, 50], [0, 0.25, 0.5, 0.75, 1]),
        (WindowVoi(0, 0.5, EXACT), [-0.25, 0.125, 0.25], [0, 0.75, 1]),
        # C.11.2.1.3.1: 1 / (1 + exp(-4 (x - c) / w)).
        (
            WindowVoi(2653, 900, SIGMOID),
            [2653, 2653 + 225, 2653 - 225, 2653 + 450],
            [0.5, 0.7310585786, 0.2689414214, 0.8807970780],
        ),
    ],
)
def test_the_standards_formulas_give_their_worked_values(
    voi: WindowVoi, values: list[float], expected: list[float]
) -> None:
    assert shades(voi, values) == pytest.approx(expected, abs=1e-9)


def test_a_table_spans_its_depth_and_repeats_its_ends() -> None:
    voi = LutVoi(LookUpTable(100, 12, np.array([0, 819, 4095], np.uint16)))
    assert shades(voi, [-5, 100, 101, 102, 9999]) == pytest.approx([0, 0, 0.2, 1, 1])


@st.composite
def windows(draw: st.DrawFn) -> WindowVoi:
    function = draw(st.sampled_from(VoiFunction))
    least = 1.0 if function is LINEAR else 1e-9
    width = draw(st.floats(least, 1e12))
    return WindowVoi(draw(st.floats(-1e12, 1e12)), width, function)


@given(windows(), st.lists(st.floats(-1e14, 1e14), min_size=2, max_size=30))
def test_every_window_rises_from_black_to_white(voi: WindowVoi, values: list[float]) -> None:
    brightness = voi.brightness(np.sort(np.array(values)))
    assert np.all(np.diff(brightness) >= 0)
    assert brightness.min() >= 0
    assert brightness.max() <= 1


@pytest.mark.parametrize("function", VoiFunction)
@pytest.mark.parametrize("width", [0, -1, 1e13, float("nan"), float("inf")])
def test_an_impossible_width_is_refused(function: VoiFunction, width: float) -> None:
    with pytest.raises(ValueError, match="wide"):
        WindowVoi(0, width, function)


def test_only_linear_needs_a_width_of_one() -> None:
    with pytest.raises(ValueError, match="wide"):
        WindowVoi(0, 0.99)
    assert WindowVoi(0, 0.99, EXACT).width == 0.99


@pytest.mark.parametrize("centre", [float("nan"), float("-inf"), 1e13])
def test_an_impossible_centre_is_refused(centre: float) -> None:
    with pytest.raises(ValueError, match="centre"):
        WindowVoi(centre, 100)


def lut(explanation: str | None = None, count: int = 2) -> Dataset:
    item = Dataset()
    item.LUTDescriptor, item.LUTData = [count, 0, 12], [0, 4095]
    if explanation is not None:
        item.LUTExplanation = explanation
    return item


def voi_group(ds: Dataset) -> Dataset:
    group = Dataset()
    group.FrameVOILUTSequence = [ds]
    return group


def window_item(centre: float, name: str) -> Dataset:
    item = Dataset()
    item.WindowCenter, item.WindowWidth = centre, 10
    item.WindowCenterWidthExplanation = name
    return item


NO_WINDOW = {"WindowCenter": None, "WindowWidth": None}

HEADERS = [
    ({}, ["window 1"], 0),
    (NO_WINDOW, [], 0),
    (
        {
            "WindowCenter": [1, 2, 3],
            "WindowWidth": [10, 20, 30],
            "WindowCenterWidthExplanation": ["NORMAL", "HARDER"],
            "VOILUTSequence": [lut("NORMAL"), lut()],
        },
        ["NORMAL", "HARDER", "window 3", "NORMAL (LUT)", "table 2 (LUT)"],
        0,
    ),
    ({**NO_WINDOW, "VOILUTSequence": [lut("ONLY")]}, ["ONLY (LUT)"], 0),
    # What can't be applied is passed over, the others keep their numbers.
    ({"WindowCenter": [1, 2], "WindowWidth": [0, 20]}, ["window 2"], 1),
    ({"WindowCenter": [1, 2, 3], "WindowWidth": [5, 6]}, ["window 1", "window 2"], 1),
    ({"WindowCenter": None}, [], 1),
    ({"VOILUTSequence": [lut("BAD", 9), lut("GOOD")]}, ["window 1", "GOOD (LUT)"], 1),
    ({"VOILUTFunction": "CURVED"}, ["window 1"], 1),
    ({"VOILUTFunction": "LINEAR_EXACT", "WindowWidth": 0.5}, ["window 1"], 0),
    # One name picks one choice.
    (
        {
            "WindowCenter": [1, 2, 3],
            "WindowWidth": [10, 20, 30],
            "WindowCenterWidthExplanation": ["A", "A", "A 2"],
            "VOILUTSequence": [lut("A"), lut("A")],
        },
        ["A", "A 2", "A 2 2", "A (LUT)", "A 2 (LUT)"],
        0,
    ),
    # The image's own count before those of functional groups.
    ({"SharedFunctionalGroupsSequence": [voi_group(window_item(7, "DEEP"))]}, ["window 1"], 0),
    # Tomosynthesis keeps them in functional groups, shared ones before the first frame's.
    (
        {
            **NO_WINDOW,
            "SharedFunctionalGroupsSequence": [voi_group(window_item(7, "SHARED"))],
            "PerFrameFunctionalGroupsSequence": [voi_group(window_item(8, "OWN"))],
        },
        ["SHARED"],
        0,
    ),
    (
        {
            **NO_WINDOW,
            "SharedFunctionalGroupsSequence": [Dataset()],
            "PerFrameFunctionalGroupsSequence": [
                voi_group(window_item(8, "FIRST")),
                voi_group(window_item(9, "SECOND")),
            ],
        },
        ["FIRST"],
        0,
    ),
    (
        {**NO_WINDOW, "SharedFunctionalGroupsSequence": [voi_group(lut_item := Dataset())]},
        ["DEEP (LUT)"],
        0,
    ),
]
lut_item.VOILUTSequence = [lut("DEEP")]


@pytest.mark.parametrize(("attributes", "names", "flags"), HEADERS)
def test_choices_are_read_in_order_and_the_scan_names_the_same(
    attributes: dict[str, object], names: list[str], flags: int
) -> None:
    ds = mammogram(**attributes)
    vois, found = read_vois(ds, signed=False)
    assert [voi.name for voi in vois] == names
    assert list(window_names(ds)) == names
    assert len(found) == flags, [str(flag) for flag in found]


def test_one_malformed_number_costs_one_window_only() -> None:
    ds = mammogram()
    for keyword, content in (("WindowCenter", b"10\\x\\30"), ("WindowWidth", b"5\\6\\7 ")):
        tag = ds[keyword].tag
        ds[keyword] = RawDataElement(tag, "DS", len(content), content, 0, False, True)
    vois, flags = read_vois(ds, signed=False)
    assert [(voi.name, voi.centre) for voi in vois] == [("window 1", 10), ("window 3", 30)]
    assert [flag.tag for flag in flags] == ["Window Width (0028,1051)"]


@pytest.mark.parametrize(
    ("centre", "width"), [(b"2048,5", b"40,96 "), (b"a\\b ", b"c\\d "), (b"high", b"100 ")]
)
@pytest.mark.parametrize("vr", ["DS", "AT"])
def test_windows_that_cannot_be_read_at_all_are_flagged(
    centre: bytes, width: bytes, vr: str
) -> None:
    ds = mammogram()
    for keyword, content in (("WindowCenter", centre), ("WindowWidth", width)):
        tag = ds[keyword].tag
        ds[keyword] = RawDataElement(tag, vr, len(content), content, 0, False, True)
    vois, flags = read_vois(ds, signed=False)
    assert vois == ()
    assert flags


def test_white_of_a_table_that_overstates_its_depth_is_white() -> None:
    item = Dataset()
    item.LUTDescriptor, item.LUTData = [4096, 0, 16], list(range(4096))
    (voi,), flags = read_vois(mammogram(**NO_WINDOW, VOILUTSequence=[item]), signed=False)
    assert shades(voi, [0, 4095]) == [0, 1]
    assert [flag.tag for flag in flags] == ["LUT Descriptor (0028,3002)"]


@pytest.mark.parametrize(
    ("maker", "attributes", "first"),
    [
        ("GE MEDICAL SYSTEMS", {}, "NORMAL (LUT)"),
        ("ge healthcare", {}, "NORMAL (LUT)"),
        ("GE MEDICAL SYSTEMS", {"VOILUTFunction": "SIGMOID"}, "window 1"),
        ("GE MEDICAL SYSTEMS", {"VOILUTSequence": None}, "window 1"),
        ("GE MEDICAL SYSTEMS", NO_WINDOW, "NORMAL (LUT)"),
        ("GEMINI", {}, "window 1"),
        ("SIEMENS", {}, "window 1"),
    ],
)
def test_a_vendors_tables_come_first_where_its_windows_lack_a_function(
    maker: str, attributes: dict, first: str
) -> None:
    ds = mammogram(Manufacturer=maker, VOILUTSequence=[lut("NORMAL")])
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    vois, flags = read_vois(ds, signed=False)
    assert vois[0].name == first
    assert list(window_names(ds)) == [voi.name for voi in vois]
    turned = first == "NORMAL (LUT)" and len(vois) == 2
    assert [flag.tag for flag in flags] == ["VOI LUT Function (0028,1056)"] * turned


@needs_real_data
def test_a_real_tables_image_is_its_sigmoids_and_not_a_linear_windows() -> None:
    """What the vendor's rule rests on."""
    ds = dcmread(GE_RMLO)
    sigmoid = read_vois(ds, signed=False)[0][0]
    del ds.VOILUTFunction
    vois, _ = read_vois(ds, signed=False)
    linear = next(voi for voi in vois if voi.name == "NORMAL")
    values = np.unique(ds.pixel_array[ds.pixel_array > 30]).astype(np.float64)
    table, curved, straight = (voi.brightness(values) for voi in (vois[0], sigmoid, linear))
    assert vois[0].name == "NORMAL (LUT)"
    assert np.abs(table - curved).max() * 255 <= 2
    assert np.abs(table - straight).max() * 255 > 25


def test_a_function_holds_for_all_windows() -> None:
    vois, _ = read_vois(
        mammogram(WindowCenter=[1, 2], WindowWidth=[9, 9], VOILUTFunction="SIGMOID"), signed=False
    )
    assert [voi.function for voi in vois] == [SIGMOID, SIGMOID]


@needs_real_data
def test_a_real_mammogram_lists_three_windows_and_three_tables() -> None:
    ds = dcmread(GE_RMLO, stop_before_pixels=True)
    vois, flags = read_vois(ds, signed=False)
    assert flags == ()
    assert [voi.name for voi in vois] == list(window_names(ds))
    assert window_names(ds) == (
        "NORMAL",
        "HARDER",
        "SOFTER",
        "NORMAL (LUT)",
        "HARDER (LUT)",
        "SOFTER (LUT)",
    )
    # The vendor's sigmoid and its table are meant to look alike.
    values = np.arange(700, 4000, 50, dtype=np.float64)
    assert np.abs(vois[0].brightness(values) - vois[3].brightness(values)).max() < 0.02
