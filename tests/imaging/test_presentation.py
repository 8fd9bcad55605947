"""What is seen: tissue bright, air and padding black, one inversion, one start for all."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import cv2
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from domain.study import ImageRef
from imaging.grey.full_range import full_range
from imaging.grey.grey_header import GreyDescription, read_grey
from imaging.grey.lut_data import LookUpTable
from imaging.grey.modality_lut import Rescale
from imaging.grey.own_windows import derived_window, picture_grey, with_own_windows
from imaging.grey.polarity import settle_polarity
from imaging.grey.presentation import (
    default_presentation,
    default_voi,
    present,
    presentation_name,
)
from imaging.grey.tissue import padding_mask, tissue_values
from imaging.grey.voi import LutVoi, VoiFunction, WindowVoi
from imaging.loader import LoadedImage, load_image
from tests.support.breast_pictures import CONTRAST, cc_breast, mlo_breast
from tests.support.dicom_factory import mammogram, save
from tests.support.real_data import CESM_DM, GE_RMLO, needs_real_data
from viewing.hanging.compose import AirMask
from viewing.pane_images import pane_image

TOP = 4095
POLARITIES = list(product(["MONOCHROME1", "MONOCHROME2"], ["IDENTITY", "INVERSE", None]))
NO_WINDOW = {"WindowCenter": None, "WindowWidth": None}
BREAST = cc_breast(240, 200)
NEARBY = cv2.dilate(BREAST.breast.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
EMPTY = ~(NEARBY | BREAST.letters)
LANDMARK = (slice(115, 125), slice(40, 50))


def stored_as(
    folder, photometric: str, shape: str | None, *, signed: bool, padding: bool, **more: object
) -> LoadedImage:
    """The drawn breast, written so that it looks right; the darkest rows may be padding."""
    dark = photometric == "MONOCHROME1"
    values = TOP - BREAST.pixels.astype(int) if dark else BREAST.pixels.astype(int)
    offset = 2048 if signed else 0
    if padding:  # as bright as can be, were it not padding
        values[-12:] = 0 if dark else TOP
        more["PixelPaddingValue"] = (0 if dark else TOP) - offset
    pixels = (values - offset).astype(np.int16 if signed else np.uint16)
    ds = mammogram(
        "L",
        "CC",
        pixels,
        PhotometricInterpretation=photometric,
        PresentationLUTShape=shape,
        RescaleIntercept=str(offset),
        **more,
    )
    return load_image(ImageRef(str(save(ds, folder / "image.dcm"))))


@pytest.mark.parametrize(("photometric", "shape"), POLARITIES)
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("padding", [False, True])
@pytest.mark.parametrize("window", [{}, NO_WINDOW, {"VOILUTFunction": "SIGMOID"}])
def test_tissue_ends_brighter_than_air_after_one_inversion(
    tmp_path, photometric: str, shape: str | None, signed: bool, padding: bool, window: dict
) -> None:
    image = stored_as(tmp_path, photometric, shape, signed=signed, padding=padding, **window)
    pixels = image.raster.pixels
    shown = default_presentation(pixels, image.grey)
    empty = EMPTY & ~padding_mask(image.grey, pixels)
    assert shown[LANDMARK].mean() > shown[empty].mean() + 60
    assert shown[LANDMARK].mean() > shown[BREAST.breast].mean()
    assert not shown[padding_mask(image.grey, pixels)].any()
    assert padding_mask(image.grey, pixels)[-12:].all() == padding
    tissue = tissue_values(image.grey, pixels).astype(int)
    assert tissue.dtype.kind == "i"
    assert tissue[LANDMARK].mean() > tissue[empty].mean() + 0.3 * CONTRAST


@pytest.mark.parametrize(("photometric", "shape"), POLARITIES)
def test_all_spellings_of_one_picture_look_the_same(
    tmp_path, photometric: str, shape: str | None
) -> None:
    plain = stored_as(tmp_path, "MONOCHROME2", "IDENTITY", signed=False, padding=False)
    other = stored_as(tmp_path, photometric, shape, signed=True, padding=False)
    first, second = (
        default_presentation(image.raster.pixels, image.grey).astype(int)
        for image in (plain, other)
    )
    assert np.abs(first - second).max() <= 1


@pytest.mark.parametrize("wrong", [False, True])
def test_pixels_settle_what_tags_dispute(wrong: bool) -> None:
    """Air is dark on the screen, whichever of the two tags was the wrong one."""
    disputed = GreyDescription(inverted=wrong, disputed=True)
    assert settle_polarity(disputed, cc_breast(960, 800).pixels).inverted is False
    sure = replace(disputed, disputed=False)
    assert settle_polarity(sure, cc_breast(960, 800).pixels) is sure


@pytest.mark.parametrize("inverted", [False, True])
def test_pixels_that_tell_nothing_leave_the_headers_word(inverted: bool) -> None:
    disputed = GreyDescription(inverted=inverted, disputed=True)
    for pixels in (np.full((300, 300), 9, np.uint16), mlo_breast(960, 800).pixels):
        assert settle_polarity(disputed, pixels).inverted is inverted


@needs_real_data
def test_pixels_never_turn_a_real_mammogram_the_wrong_way() -> None:
    turned = 0
    for path in sorted(CESM_DM.glob("images/*"))[::8]:
        pixels = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE).astype(np.uint16)
        right, wrong = (GreyDescription(inverted=one, disputed=True) for one in (False, True))
        assert settle_polarity(right, pixels).inverted is False, path.name
        turned += not settle_polarity(wrong, pixels).inverted
    assert turned >= 35, "of 41"


WINDOWS = [
    WindowVoi(100, 5000),
    WindowVoi(-3000, 10),
    WindowVoi(9000, 10, VoiFunction.SIGMOID),
    WindowVoi(0, 1e6, VoiFunction.LINEAR_EXACT),
]


@pytest.mark.parametrize("voi", WINDOWS)
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("inverted", [False, True])
def test_air_and_padding_stay_black_under_any_window(voi, invert: bool, inverted: bool) -> None:
    grey = GreyDescription(inverted=inverted, padding=(300, 350))
    pixels = np.random.default_rng(3).integers(0, 4096, (40, 30)).astype(np.uint16)
    pixels[5:9] = 321
    air = np.zeros(pixels.shape, bool)
    air[:, :7] = True
    shown = present(pixels, grey, voi, air=air, invert=invert)
    assert not shown[air].any()
    assert not shown[5:9].any()
    rest = ~air & ~padding_mask(grey, pixels)
    assert np.array_equal(shown[rest], present(pixels, grey, voi, invert=invert)[rest])


@pytest.mark.parametrize("voi", WINDOWS)
@pytest.mark.parametrize("invert", [False, True])
def test_the_whole_picture_inverted_is_the_negative_of_what_is_shown(voi, invert: bool) -> None:
    grey = GreyDescription(inverted=True, padding=(300, 350))
    pixels = np.random.default_rng(3).integers(0, 4096, (40, 30)).astype(np.uint16)
    pixels[5:9] = 321
    air = np.zeros(pixels.shape, bool)
    air[:, :7] = True
    plain = present(pixels, grey, voi, air=air)
    negative = present(pixels, grey, voi, air=air, invert=invert, invert_all=True)
    assert np.array_equal(negative, 255 - plain)
    assert np.all(negative[air] == 255)
    assert np.all(negative[5:9] == 255)


def test_the_readers_inversion_turns_the_headers_round() -> None:
    pixels = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    for inverted in (False, True):
        grey = GreyDescription(inverted=inverted)
        voi = WindowVoi(2048, 4096)
        plain, turned = (
            present(pixels, grey, voi, invert=one).astype(int) for one in (False, True)
        )
        assert np.abs(plain + turned - 255).max() <= 1
        assert (plain[-1, -1] > plain[0, 0]) == (not inverted)


def test_screen_and_networks_start_from_the_same_pixels(tmp_path) -> None:
    for photometric, window in product(["MONOCHROME1", "MONOCHROME2"], [{}, NO_WINDOW]):
        image = stored_as(tmp_path, photometric, None, signed=False, padding=True, **window)
        pixels = image.raster.pixels
        screen = pane_image(image, AirMask(np.zeros(pixels.shape, np.uint8), 1.0)).grey(pixels)
        assert np.array_equal(screen, default_presentation(pixels, image.grey))


def lut(entries: list[int]) -> Dataset:
    item = Dataset()
    item.LUTDescriptor, item.LUTData, item.LUTExplanation = [len(entries), 0, 12], entries, "OWN"
    return item


def test_the_first_window_is_the_default_then_the_first_table_then_a_derived_one() -> None:
    table = {"VOILUTSequence": [lut([0, 4095])]}
    pixels = BREAST.pixels
    for attributes, name in (
        (table, "window 1"),
        ({**table, **NO_WINDOW}, "OWN (LUT)"),
        (NO_WINDOW, "from the pixels"),
    ):
        grey = read_grey(mammogram(**attributes))
        assert default_voi(with_own_windows(grey, pixels)).name == name


def test_before_loading_an_image_without_windows_spans_its_depth() -> None:
    voi = default_voi(GreyDescription(bits_stored=12, modality=Rescale(-2, 100)))
    assert (voi.centre - voi.width / 2, voi.centre + voi.width / 2) == (100 - 8190, 100)


@pytest.mark.parametrize("kind", [np.uint16, np.int16])
def test_every_level_and_crop_of_an_image_without_windows_shows_alike(tmp_path, kind) -> None:
    image = stored_as(
        tmp_path, "MONOCHROME1", None, signed=kind is np.int16, padding=False, **NO_WINDOW
    )
    whole = default_presentation(image.raster.pixels, image.grey)
    crop = default_presentation(image.raster.pixels[90:150, 20:80], image.grey)
    assert np.array_equal(crop, whole[90:150, 20:80])
    assert [voi.name for voi in image.grey.vois] == ["from the pixels", "full range"]
    assert [flag.tag for flag in image.flags] == ["Window Center (0028,1050)"]


def test_an_image_with_a_window_gets_none_of_ours() -> None:
    grey = read_grey(mammogram())
    assert with_own_windows(grey, BREAST.pixels) is grey


@pytest.mark.parametrize("top", [200, 255, 4095, 65535])
def test_a_plain_picture_is_shown_as_it_is(top: int) -> None:
    pixels = np.linspace(0, top, 7000).astype(np.uint16).reshape(70, 100)
    grey = picture_grey(pixels)
    depth = 255 if top <= 255 else top
    expected = pixels.astype(float) * 255 / depth
    assert np.abs(default_presentation(pixels, grey) - expected).max() <= 0.5
    assert [voi.name for voi in grey.vois] == ["full range", "from the pixels"]


@pytest.mark.parametrize("slope", [1e6, -1e6, 1e-6, 1e-7, 1e8])
@pytest.mark.parametrize("intercept", [0, 1e9, -1e9])
def test_an_odd_rescale_leaves_room_for_windows_of_our_own(slope: float, intercept: float) -> None:
    ds = mammogram(**NO_WINDOW, RescaleSlope=str(slope), RescaleIntercept=str(intercept))
    for pixels in (BREAST.pixels, np.full((50, 40), 65535, np.uint16)):
        grey = with_own_windows(read_grey(ds), pixels)
        shown = present(BREAST.pixels, grey, full_range(grey))
        assert np.ptp(shown) > 100
        assert default_presentation(pixels, grey).shape == pixels.shape


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("kind", [np.uint16, np.int16])
@pytest.mark.parametrize("modality", [Rescale(), Rescale(2, -100), Rescale(-1, 4095)])
@pytest.mark.parametrize("draw", [cc_breast, mlo_breast])
def test_a_derived_window_has_air_black_and_tissue_over_the_range(
    draw, inverted: bool, kind, modality: Rescale
) -> None:
    picture = draw(480, 400)
    turned = inverted == modality.rising  # one turn of the two leaves dark tissue
    values = (TOP - picture.pixels) if turned else picture.pixels
    grey = GreyDescription(inverted=inverted, signed=kind is np.int16, modality=modality)
    pixels = (values.astype(int) - (2048 if grey.signed else 0)).astype(kind)
    shown = present(pixels, grey, derived_window(grey, pixels))
    near = cv2.dilate(picture.breast.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert np.percentile(shown[~near & ~picture.letters], 95) <= 10
    inner = cv2.erode(picture.breast.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    assert np.percentile(shown[inner], 1) < 110
    assert np.percentile(shown[inner], 99.5) > 215


def test_tissue_far_above_air_still_spans_the_range() -> None:
    picture = cc_breast(480, 400)
    pixels = picture.pixels + np.where(picture.breast, 3000, 0).astype(np.uint16)
    shown = present(pixels, GreyDescription(), derived_window(GreyDescription(), pixels))
    inner = cv2.erode(picture.breast.astype(np.uint8), np.ones((31, 31), np.uint8)) > 0
    assert np.ptp(np.percentile(shown[inner], (1, 99))) > 150
    assert not shown[~picture.breast & ~picture.letters].any()


@pytest.mark.parametrize("padding", [(0, 230), (4095, 4095)])
def test_air_that_is_all_padding_does_not_hide_where_the_breast_ends(padding) -> None:
    picture = cc_breast(480, 400)
    marked = GreyDescription(padding=padding)
    pixels = np.where(picture.breast, picture.pixels + 500, padding[1]).astype(np.uint16)
    window = derived_window(marked, pixels)
    plain = np.where(picture.breast, pixels, 0).astype(np.uint16)
    expected = derived_window(GreyDescription(), plain)
    assert window.centre == pytest.approx(expected.centre, rel=0.05)
    assert window.width == pytest.approx(expected.width, rel=0.05)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 1), np.uint16),
        np.full((50, 40), 777, np.uint16),
        np.full((50, 40), -3, np.int16),
        np.arange(3000, dtype=np.uint16).reshape(50, 60),
    ],
)
@pytest.mark.parametrize("padding", [None, (0, 0), (-3, -3), (700, 800)])
def test_pictures_without_breast_or_contrast_get_a_window_too(pixels, padding) -> None:
    grey = GreyDescription(signed=pixels.dtype == np.int16, padding=padding)
    voi = derived_window(grey, pixels)
    assert voi.width >= 1
    assert present(pixels, grey, voi).shape == pixels.shape


@needs_real_data
def test_a_real_mammogram_without_windows_is_shown_much_as_its_vendor_would() -> None:
    image = load_image(ImageRef(str(GE_RMLO)))
    level = image.pyramid.levels[2]
    vendors = default_presentation(level, image.grey).astype(float)
    bare = with_own_windows(replace(image.grey, vois=()), image.raster.pixels)
    ours = default_presentation(level, bare).astype(float)
    assert np.median(ours[vendors == 0]) == 0
    assert np.corrcoef(ours.ravel(), vendors.ravel())[0, 1] > 0.95
    assert 0.7 < ours[vendors > 128].mean() / vendors[vendors > 128].mean() < 1.4
    assert read_grey(dcmread(GE_RMLO, stop_before_pixels=True)).padding == (0, 30)


def test_a_presentations_name_says_which_numbers_made_it() -> None:
    assert presentation_name(WindowVoi(2653, 900, VoiFunction.SIGMOID, "NORMAL")) == (
        "NORMAL SIGMOID 2653/900"
    )
    assert presentation_name(WindowVoi(2653.1212, 900)) != presentation_name(
        WindowVoi(2653.1214, 900)
    )


def test_tables_of_one_name_are_told_apart_by_what_they_map() -> None:
    first = LookUpTable(0, 12, np.array([0, 4095], np.uint16))
    others = [
        replace(first, first=1),
        replace(first, bits=13),
        replace(first, entries=np.array([1, 4095], np.uint16)),
    ]
    names = {presentation_name(LutVoi(table, "OWN")) for table in (first, *others)}
    assert len(names) == 4
    assert presentation_name(LutVoi(replace(first), "OWN")) in names
    assert all(name.startswith("OWN (LUT) ") for name in names)
