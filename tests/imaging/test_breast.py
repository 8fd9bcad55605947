"""The breast's region and its chest wall, on synthetic breasts and on real ones."""

from __future__ import annotations

import csv

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from domain.geometry import ImageSize
from domain.side import Side
from domain.turn import ALL_TURNS, Turn
from imaging.anatomy.breast import BreastRegion, _without_holes, find_breast
from imaging.anatomy.reduced import grid_of, reduce_image
from tests.support.breast_pictures import AIR, BreastPicture, cc_breast, mlo_breast
from tests.support.decoded import decoded
from tests.support.real_data import CESM_DM, GE_RMLO, needs_real_data


def overlap(region: BreastRegion, picture: BreastPicture) -> float:
    """Intersection over union of the found and the true breast."""
    found = region.mask()
    return np.logical_and(found, picture.breast).sum() / np.logical_or(found, picture.breast).sum()


@pytest.mark.parametrize("turn", ALL_TURNS, ids=str)
@pytest.mark.parametrize("make", [cc_breast, mlo_breast])
def test_the_breast_and_its_chest_wall_are_found_however_it_lies(make, turn: Turn):
    picture = make().turned(turn)
    region = find_breast(picture.pixels)
    assert overlap(region, picture) > 0.98
    assert region.chest_wall is picture.chest_wall
    assert region.chest_wall_confidence > 0.8
    assert region.confidence > 0.8
    assert region.area_fraction == pytest.approx(picture.breast.mean(), rel=0.02)


@pytest.mark.parametrize("turn", ALL_TURNS, ids=str)
def test_a_turned_picture_gives_the_turned_mask(turn: Turn):
    pixels = mlo_breast(517, 391).pixels
    turned = find_breast(np.ascontiguousarray(turn.apply(pixels))).mask()
    assert np.mean(turned != turn.apply(find_breast(pixels).mask())) < 0.002


@pytest.mark.parametrize(("rows", "columns"), [(120, 100), (480, 400), (1531, 1197), (2050, 1600)])
def test_the_outline_fits_at_every_size(rows: int, columns: int):
    picture = cc_breast(rows, columns)
    assert overlap(find_breast(picture.pixels), picture) > 0.98


def test_the_box_reaches_from_the_chest_wall_to_the_nipple():
    picture = cc_breast(960, 800)
    box = find_breast(picture.pixels).box
    rows, columns = np.nonzero(picture.breast)
    assert box is not None
    assert box.left == -0.5
    assert box.right == pytest.approx(columns.max() + 0.5, abs=4)
    assert (box.top, box.bottom) == pytest.approx((rows.min() - 0.5, rows.max() + 0.5), abs=4)


@pytest.mark.parametrize(
    "stored",
    [
        lambda pixels: (pixels // 16).astype(np.uint8),
        lambda pixels: (pixels.astype(np.int32) - 2000).astype(np.int16),
        lambda pixels: pixels.astype(np.float32) / 4095,
        lambda pixels: pixels.astype(np.int64) * 7,
        lambda pixels: np.asfortranarray(pixels)[::-1][::-1],
    ],
    ids=["uint8", "int16 below zero", "float", "int64", "strided"],
)
def test_any_kind_of_number_gives_the_same_breast(stored):
    picture = cc_breast()
    assert overlap(find_breast(stored(picture.pixels)), picture) > 0.98


def test_letters_are_no_breast():
    picture = cc_breast()
    assert picture.letters.any()
    assert not (find_breast(picture.pixels).mask() & picture.letters).any()


def test_faint_skin_belongs_to_the_breast():
    picture = cc_breast(noise=2)
    skin = picture.pixels.astype(float)
    faint = (skin > AIR + 150) & (skin < AIR + 400) & picture.breast
    assert faint.sum() > 500
    assert find_breast(picture.pixels).mask()[faint].mean() > 0.99


def test_fat_as_dark_as_air_leaves_no_hole_and_no_dent_at_the_chest_wall():
    picture = cc_breast()
    pixels = picture.pixels.copy()
    pixels[200:240, 60:110] = AIR
    pixels[220:300, 0:40] = AIR
    assert overlap(find_breast(pixels), picture) > 0.98


@pytest.mark.parametrize("sides", [["top", "bottom"], ["left"], ["top", "bottom", "left", "right"]])
def test_white_edges_of_a_plate_are_no_breast(sides: list[str]):
    picture = cc_breast()
    pixels = picture.pixels.copy()
    frame = np.zeros(pixels.shape, bool)
    for side, place in {
        "top": np.arange(480)[:, None] < np.linspace(8, 20, 400),
        "bottom": np.s_[-14:],
        "left": np.s_[:, :14],
        "right": np.s_[:, -14:],
    }.items():
        if side in sides:
            frame[place] = True
    pixels[frame] = np.random.default_rng(1).normal(3900, 30, frame.sum())
    region = find_breast(pixels)
    assert not (region.mask() & frame).any()
    assert region.chest_wall is Side.LEFT
    assert np.mean(region.mask() != (picture.breast & ~frame)) < 0.02


@pytest.mark.parametrize("value", [0, 4095])
def test_a_letterbox_is_no_breast_whatever_its_value(value: int):
    picture = cc_breast()
    margins = ((30, 30), (200, 100))
    boxed = np.pad(picture.pixels, margins, constant_values=value)
    region = find_breast(boxed)
    assert np.mean(region.mask() != np.pad(picture.breast, margins)) < 0.01
    assert region.chest_wall is Side.LEFT
    assert region.chest_wall_confidence > 0.8


def test_declared_padding_is_no_breast():
    picture = cc_breast()
    pixels, padding = picture.pixels.copy(), np.zeros(picture.pixels.shape, bool)
    padding[:, 230:] = True
    pixels[padding] = np.random.default_rng(1).integers(0, 4000, padding.sum())
    region = find_breast(pixels, padding)
    assert not (region.mask() & padding)[:, 232:].any()
    assert overlap(region, picture) > 0.95
    assert region.chest_wall is Side.LEFT


def test_a_breast_without_any_air_fills_the_picture_but_is_not_trusted():
    inside = cc_breast(noise=20).pixels[150:300, 20:150]
    region = find_breast(inside)
    assert region.area_fraction > 0.95
    assert region.confidence < 0.4
    assert region.chest_wall_confidence < 0.4


def noise(letter: bool = False) -> np.ndarray:
    pixels = np.random.default_rng(0).normal(300, 10, (900, 700))
    if letter:
        pixels[100:130, 500:600] = 3000
    return pixels.astype(np.uint16)


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((300, 200), 7, np.uint16),
        noise(),
        noise(letter=True),
        np.zeros((1, 1), np.uint8),
        np.zeros((1, 500), np.uint8),
        np.full((40, 40), np.nan, np.float32),
    ],
    ids=["constant", "noise", "a letter alone", "one pixel", "one row", "NaN"],
)
def test_a_picture_without_a_breast_has_no_region_and_no_confidence(pixels: np.ndarray):
    region = find_breast(pixels)
    assert (region.box, region.chest_wall, region.confidence) == (None, None, 0.0)
    assert region.chest_wall_confidence == 0
    assert region.mask().shape == pixels.shape
    assert not region.mask().any()


@pytest.mark.parametrize("shape", [(0, 4), (4, 0), (3,), (2, 3, 3)])
def test_other_arrays_are_refused(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match="one plane"):
        find_breast(np.zeros(shape, np.uint16))


def test_padding_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="padding"):
        find_breast(np.zeros((4, 5), np.uint16), np.zeros((5, 4), bool))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([np.uint8, np.uint16, np.int16, np.float32]).flatmap(
        lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=2, max_dims=2, max_side=24))
    )
)
def test_arbitrary_small_pictures_never_raise(pixels: np.ndarray):
    region = find_breast(pixels)
    assert region.mask().shape == pixels.shape
    assert 0 <= region.confidence <= 1
    assert 0 <= region.chest_wall_confidence <= region.confidence
    if region.box is not None:
        assert -0.5 <= region.box.left <= region.box.right <= pixels.shape[1] - 0.5
        assert -0.5 <= region.box.top <= region.box.bottom <= pixels.shape[0] - 0.5


@given(st.integers(1, 5000), st.integers(1, 5000), st.floats(0, 1), st.floats(0, 1))
def test_the_reduced_grid_leads_there_and_back(rows: int, columns: int, x: float, y: float):
    grid = grid_of(ImageSize(rows, columns))
    assert max(grid.reduced.shape) <= 512
    corner = grid.to_stored(-0.5, -0.5)
    assert (corner.x, corner.y) == pytest.approx((-0.5, -0.5))
    far = grid.to_stored(grid.reduced.columns - 0.5, grid.reduced.rows - 0.5)
    assert (far.x, far.y) == pytest.approx((columns - 0.5, rows - 0.5))
    point = grid.to_stored(x * grid.reduced.columns, y * grid.reduced.rows)
    back = grid.to_reduced(point)
    assert (back.x, back.y) == pytest.approx((x * grid.reduced.columns, y * grid.reduced.rows))


@pytest.mark.parametrize("shape", [(4096, 3328), (3062, 2394), (1000, 333), (513, 512), (37, 512)])
def test_a_spot_stays_in_its_place_on_the_reduced_grid(shape: tuple[int, int]):
    grid = grid_of(ImageSize(*shape))
    y, x = shape[0] * 0.31, shape[1] * 0.77
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    width = 0.06 * min(shape)
    spot = 6e4 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * width**2))
    moments = cv2.moments(reduce_image(spot.astype(np.uint16), grid))
    found = grid.to_stored(moments["m10"] / moments["m00"], moments["m01"] / moments["m00"])
    assert (found.x, found.y) == pytest.approx((x, y), abs=0.05 * width)


def training_images() -> list[tuple[str, np.ndarray]]:
    """Names and grey values of the CDD-CESM training images."""
    with (CESM_DM / "boxes.csv").open(newline="") as file:
        names = sorted({row["image"] for row in csv.DictReader(file) if row["split"] == "train"})
    folder = CESM_DM / "images"
    return [(name, cv2.imread(str(folder / name), cv2.IMREAD_GRAYSCALE)) for name in names]


def true_wall(name: str) -> Side:
    return Side.LEFT if "_L_" in name else Side.RIGHT


@needs_real_data
def test_the_chest_wall_of_every_cesm_training_image_lies_where_its_laterality_says():
    found = [(true_wall(name), find_breast(image)) for name, image in training_images()]
    assert len(found) == 243
    assert all(region.chest_wall is wall for wall, region in found)
    assert sum(region.chest_wall_confidence >= 0.8 for _, region in found) >= 0.9 * 243


@needs_real_data
def test_a_confident_chest_wall_is_right_on_cut_down_pictures_too():
    random = np.random.default_rng(1)
    sure: list[bool] = []
    for name, image in training_images() * 2:
        content = image[:, np.flatnonzero(image.max(axis=0) > 8)]
        rows, columns = np.rint(content.shape * random.uniform(0.4, 1, 2)).astype(int)
        top = random.integers(content.shape[0] - rows + 1)
        left = random.integers(content.shape[1] - columns + 1)
        region = find_breast(content[top : top + rows, left : left + columns])
        if region.chest_wall_confidence >= 0.8:
            sure.append(region.chest_wall is true_wall(name))
    assert len(sure) > 80
    assert np.mean(sure) > 0.95


@needs_real_data
def test_a_real_right_mlo_is_cut_at_its_right_edge():
    region = find_breast(decoded(GE_RMLO))
    assert region.chest_wall is Side.RIGHT
    assert min(region.confidence, region.chest_wall_confidence) > 0.9
    assert region.area_fraction == pytest.approx(0.32, abs=0.02)


@settings(deadline=None)
@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=3, max_side=40)))
def test_what_no_way_leads_to_from_the_frame_is_no_hole(mask):
    framed = cv2.copyMakeBorder(mask.astype(np.uint8), 4, 4, 4, 4, cv2.BORDER_REPLICATE)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, disc)[4:-4, 4:-4]
    outside = cv2.copyMakeBorder(1 - closed, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    labels = cv2.connectedComponents(outside, connectivity=4)[1][1:-1, 1:-1]
    assert np.array_equal(_without_holes(mask), labels != 1)
