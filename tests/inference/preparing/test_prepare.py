"""Training and reading start from the same pixels, and each box finds its way back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError
from domain.geometry import Box, ImageSize, PixelSpacing, SpacingSource
from domain.side import Side
from domain.study import ImageRef
from domain.turn import ALL_TURNS
from imaging.anatomy.breast import find_breast
from imaging.frame.frames import FrameReader
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from imaging.header.header import read_view
from imaging.loader import load_image
from inference.preparing.frame import PreparedFrame
from inference.preparing.prepare import PreparedImage, PreparingSpec, prepare
from inference.systems.system import SeenView
from phantom.recipe import StudyRecipe
from phantom.studies.generate import generate_study
from phantom.studies.options import parse_options
from phantom.studies.writing import write_study
from training.data.phantoms import drawn_sample
from training.data.prepared import prepared as prepared_sample

SPEC = PreparingSpec(pixel_mm=0.8)
MILLIMETRE = PixelSpacing(1.0, 1.0, SpacingSource.IMAGER)
GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))


def breast(wall: Side) -> np.ndarray:
    """240x180 or turned: half an ellipse on the left edge, brighter towards one end, turned."""
    y, x = np.mgrid[0:240, 0:180]
    inside = ((y - 120) / 90) ** 2 + (x / 110) ** 2 < 1
    picture = np.where(inside, 1500 + 6 * y, 20).astype(np.uint16)
    turn = next(one for one in ALL_TURNS if Side.LEFT.after(one) is wall)
    return np.ascontiguousarray(turn.apply(picture))


def prepared(wall: Side = Side.LEFT, spec: PreparingSpec = SPEC) -> PreparedImage:
    return prepare(breast(wall), GREY, MILLIMETRE, spec)


@pytest.mark.parametrize("unit", ["ge", "hologic", "fuji"])
def test_a_phantom_written_as_dicom_gives_the_input_that_training_saw(
    tmp_path: Path, unit: str
) -> None:
    options = parse_options(f"{unit},320x260,mixed")
    recipe = StudyRecipe(seed=21, unit=unit, size=options.size)
    write_study(tmp_path, recipe, options)
    for image in generate_study(recipe):
        exposure = image.exposure
        name = f"{exposure.laterality.value}{exposure.position.value}.dcm"
        ref = ImageRef(str(tmp_path / name))
        loaded = load_image(ref)
        with FrameReader.open(ref) as reader:
            view = read_view(reader.header, ref)
        read = prepare(loaded.raster.pixels, loaded.grey, view.spacing, SPEC)
        learnt = prepared_sample(drawn_sample(image, 21, 0), SPEC)
        np.testing.assert_array_equal(learnt.pixels / np.float32(255), read.pixels)
        assert learnt.frame == read.frame
        assert not read.spacing_assumed


@pytest.mark.parametrize("wall", list(Side))
def test_the_chest_wall_comes_to_the_left_whatever_the_image_lies_like(wall: Side) -> None:
    found = prepared(wall)
    assert found.pixels[:, 0].mean() > 5 * found.pixels[:, -3:].mean()
    assert found.pixels.dtype == np.float32
    assert 0 <= found.pixels.min() <= found.pixels.max() <= 1
    assert found.breast_confidence > 0


@pytest.mark.parametrize("wall", list(Side))
def test_a_bright_spot_is_found_again_where_it_lay_in_the_stored_image(wall: Side) -> None:
    picture = breast(wall)
    rows, columns = picture.shape
    row, column = rows // 2, columns // 2
    picture[row - 2 : row + 3, column - 2 : column + 3] = 4095
    found = prepare(picture, GREY, MILLIMETRE, SPEC)
    y, x = np.unravel_index(int(found.pixels.argmax()), found.pixels.shape)
    at = found.frame.point_to_stored(float(x), float(y))
    assert abs(at.x - column) <= 3
    assert abs(at.y - row) <= 3


def test_pixels_are_as_large_as_the_spec_asks() -> None:
    found = prepared()
    assert found.scale == pytest.approx((0.8, 0.8), rel=0.01)
    coarse = prepared(spec=replace(SPEC, largest=(64, 64)))
    assert max(coarse.pixels.shape) == 64
    assert coarse.scale[0] == pytest.approx(coarse.scale[1], rel=0.05)


def test_oblong_pixels_become_square() -> None:
    spacing = PixelSpacing(2.0, 1.0, SpacingSource.IMAGER)
    found = prepare(breast(Side.LEFT), GREY, spacing, SPEC)
    assert found.scale == pytest.approx((0.8, 0.4), rel=0.01)


def test_letters_beside_the_breast_are_black() -> None:
    picture = breast(Side.LEFT)
    picture[35:45, 90:110] = 4095  # within the box around the breast, in the air
    found = prepare(picture, GREY, MILLIMETRE, SPEC)
    plain = prepare(breast(Side.LEFT), GREY, MILLIMETRE, SPEC)
    left, top, right, bottom = (
        round(edge) for edge in found.frame.to_prepared(Box(90, 35, 109, 44))
    )
    assert found.pixels[top:bottom, left:right].max() == 0
    assert found.frame == plain.frame


def test_a_picture_without_a_breast_is_taken_whole() -> None:
    flat = np.full((60, 80), 700, np.uint16)
    found = prepare(flat, GREY, MILLIMETRE, SPEC)
    assert found.breast_confidence == 0
    assert found.frame.crop == ImageSize(60, 80)


def test_unknown_spacing_is_assumed_and_said_or_refused() -> None:
    unknown = PixelSpacing.unknown()
    assert prepare(breast(Side.LEFT), GREY, unknown, SPEC).spacing_assumed
    with pytest.raises(BadInputError, match="spacing is unknown"):
        prepare(breast(Side.LEFT), GREY, unknown, replace(SPEC, assumed_height_mm=None))


def test_the_tensor_is_padded_right_and_below_alone() -> None:
    found = prepared()
    rows, columns = found.pixels.shape
    tensor = found.tensor(32)
    assert tensor.shape[:2] == (1, 1)
    assert all(side % 32 == 0 for side in tensor.shape[2:])
    np.testing.assert_array_equal(tensor[0, 0, :rows, :columns], found.pixels)
    assert tensor.sum() == pytest.approx(found.pixels.sum())


def test_a_spec_without_a_size_is_refused() -> None:
    with pytest.raises(ValueError, match="positive size"):
        PreparingSpec(0.0)


@given(
    turn=st.sampled_from(ALL_TURNS),
    corner=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    edges=st.tuples(*[st.floats(-50, 350)] * 4),
)
def test_a_box_there_and_back_is_the_same_box(turn, corner, size, edges) -> None:
    frame = PreparedFrame(ImageSize(200, 300), turn, *corner, ImageSize(101, 87), ImageSize(*size))
    left, right = sorted(edges[:2])
    top, bottom = sorted(edges[2:])
    box = Box(left, top, right, bottom)
    back = frame.to_stored(*frame.to_prepared(box))
    found = (back.left, back.top, back.right, back.bottom)
    assert found == pytest.approx((left, top, right, bottom), abs=1e-6)


@pytest.mark.parametrize("wall", list(Side))
def test_what_several_networks_share_is_made_once_and_none_sees_another_s_changes(
    wall: Side,
) -> None:
    specs = [
        SPEC,
        PreparingSpec(pixel_mm=1.0),
        SPEC,
        PreparingSpec(pixel_mm=2.0, margin_mm=9.0),
        PreparingSpec(pixel_mm=2.0),
    ]
    view = SeenView(breast(wall), GREY, MILLIMETRE, find_breast(breast(wall)))
    for spec in specs:
        shared = prepare(view.pixels, GREY, MILLIMETRE, spec, region=view.region, once=view.once)
        alone = prepare(view.pixels, GREY, MILLIMETRE, spec, region=view.region)
        assert np.array_equal(shared.pixels, alone.pixels)
        assert shared.frame == alone.frame
    made: list[int] = []
    assert [view.once("one", lambda: made.append(1) or len(made)) for _ in range(3)] == [1, 1, 1]
