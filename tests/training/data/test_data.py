"""Samples are kept whole, and what changes an image changes its boxes alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.mask import RleMask
from domain.turn import Turn
from domain.view_position import ViewPosition
from inference.preparing.frame import PreparedFrame
from inference.preparing.prepare import PreparingSpec
from phantom.recipe import Content
from phantom.studies.generate import generate_study
from training.data.augment import (
    Augmentation,
    Example,
    augmented,
    cropped,
    draw_matrix,
    move_boxes,
)
from training.data.kept import KeptGrey, KeptSample, read_kept, read_told, write_kept
from training.data.phantoms import PhantomSet, draw_missing
from training.data.prepared import PreparedSample, prepared_all
from training.data.sample import SampleInfo, TrueFinding

MASS = frozenset({FindingKind.MASS})
SMALL = ImageSize(160, 130)


def finding(box: Box, size_mm: float = 7.5) -> TrueFinding:
    mask = RleMask.of(np.ones((3, 4)), ImageSize(100, 80), 20, 30)
    return TrueFinding(FindingKind.MASS, box, mask, size_mm, malignant=True, probability=0.8)


def kept(*findings: TrueFinding) -> KeptSample:
    info = SampleInfo("3-0", "phantom-3", Laterality.RIGHT, ViewPosition.CC, "b", findings=findings)
    grey = KeptGrey(12, (0, 0), 2048.0, 4096.0, "NORMAL")
    return KeptSample(info, grey, PixelSpacing(0.3, 0.3, SpacingSource.IMAGER_OVER_ERMF))


def picture() -> np.ndarray:
    return np.arange(8000, dtype=np.uint16).reshape(100, 80) % 4096


def test_a_kept_sample_is_the_same_again(tmp_path: Path) -> None:
    one, path = kept(finding(Box(12, 22, 30, 44))), tmp_path / "3.npz"
    write_kept(path, (one, kept()), [picture(), picture() + 1])
    assert read_told(path) == (one, kept())
    back = read_kept(path, 1)
    np.testing.assert_array_equal(back.pixels, picture() + 1)
    assert back.pixels.dtype == np.uint16
    assert back.grey.padding == (0, 0)
    assert (back.info.view, back.spacing) == ("RCC", one.spacing)
    assert [file.name for file in tmp_path.iterdir()] == ["3.npz"]


@pytest.mark.parametrize("left", [0, 100, -200])
def test_a_damaged_file_is_named(tmp_path: Path, left: int) -> None:
    path = tmp_path / "3.npz"
    write_kept(path, (kept(),), [picture()])
    path.write_bytes(path.read_bytes()[:left])
    for read in (read_told, lambda file: read_kept(file, 0)):
        with pytest.raises(BadInputError, match=r"3\.npz.*Delete the file"):
            read(path)


def ready(*findings: TrueFinding) -> PreparedSample:
    frame = PreparedFrame(ImageSize(100, 80), Turn(), 10, 20, ImageSize(60, 40), ImageSize(30, 20))
    return PreparedSample(kept(*findings).info, np.zeros((30, 20), np.uint8), frame)


def test_boxes_are_in_prepared_pixels_and_cut_to_the_picture() -> None:
    places = (Box(9.5, 19.5, 29.5, 39.5), Box(40, 70, 500, 500), Box(0, 0, 5, 5))
    boxes = ready(*(finding(one) for one in places)).boxes(MASS)
    assert boxes[0].tolist() == pytest.approx([-0.5, -0.5, 9.5, 9.5])
    assert boxes[1][2:].tolist() == pytest.approx([19.5, 29.5])
    assert len(boxes) == 2
    assert not len(ready(finding(places[0])).boxes(frozenset()))


def test_lesions_of_less_than_three_millimetres_are_not_learnt() -> None:
    place = Box(9.5, 19.5, 29.5, 39.5)
    assert not len(ready(finding(place, 2.9)).boxes(MASS))
    assert len(ready(finding(place, 3.1)).boxes(MASS)) == 1


def test_phantoms_are_drawn_once_and_are_the_same_each_time(tmp_path: Path) -> None:
    studies = PhantomSet(tmp_path, 5, 1, size=SMALL)
    assert studies.infos() == []
    assert len(list(draw_missing(studies, 1))) == 1
    first = studies.path(5).read_bytes()
    assert list(draw_missing(studies, 1)) == []
    studies.path(5).unlink()
    list(draw_missing(studies, 1))
    assert studies.path(5).read_bytes() == first
    assert [one.view for one in studies.infos()] == ["RCC", "LCC", "RMLO", "LMLO"]
    assert PhantomSet(tmp_path, 5, 1, Content.MASSES, SMALL).missing() == [5]


def test_a_kept_phantom_is_prepared_as_a_reader_would_prepare_it(tmp_path: Path) -> None:
    studies = PhantomSet(tmp_path, 7, 1, size=SMALL)
    list(draw_missing(studies, 1))
    spec = PreparingSpec(1.5)
    image = next(generate_study(studies.recipe(7)))
    info = studies.infos()[0]
    np.testing.assert_array_equal(studies.open(info).pixels, image.pixels)
    one = next(prepared_all(studies, [info], spec))
    assert one.frame.stored == SMALL
    assert one.pixels.max() > 100


def test_a_name_of_another_set_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is in this set"):
        PhantomSet(tmp_path, 7, 1).open(SampleInfo("9-0", "phantom-9"))


@given(seed=st.integers(0, 2**32), x=st.integers(6, 90), y=st.integers(6, 120))
def test_a_crop_is_cut_around_a_lesion(seed: int, x: int, y: int) -> None:
    pixels = np.zeros((128, 96), np.float32)
    pixels[y, x] = 1
    whole = Example(pixels, np.array([[x - 3, y - 3, x + 3, y + 3]], np.float32))
    part = cropped(whole, (64, 40), np.random.default_rng(seed))
    assert part.pixels.shape == (64, 40)
    assert part.pixels.max() == 1
    row, column = (int(at[0]) for at in np.nonzero(part.pixels))
    left, top, right, bottom = part.boxes[0]
    assert left <= column <= right
    assert top <= row <= bottom


@given(seed=st.integers(0, 2**32), x=st.integers(25, 55), y=st.integers(30, 90))
def test_a_box_follows_what_it_was_drawn_around(seed: int, x: int, y: int) -> None:
    pixels = np.zeros((128, 96), np.uint8)
    pixels[y - 3 : y + 4, x - 3 : x + 4] = 255
    box = np.array([[x - 4, y - 4, x + 4, y + 4]], np.float32)
    plan = Augmentation(noise=0.0)
    found = augmented(pixels, box, plan, np.random.default_rng(seed))
    assert found.pixels.shape == pixels.shape
    assert found.pixels.dtype == np.float32
    assert 0 <= found.pixels.min() <= found.pixels.max() <= 1
    rows, columns = np.nonzero(found.pixels > 0.3)
    if not len(found.boxes):
        return
    left, top, right, bottom = found.boxes[0]
    assert left - 2 <= columns.mean() <= right + 2
    assert top - 2 <= rows.mean() <= bottom + 2


@given(seed=st.integers(0, 2**32))
def test_the_chest_wall_stays_at_the_left_edge(seed: int) -> None:
    matrix = draw_matrix((128, 96), Augmentation(degrees=0.0), np.random.default_rng(seed))
    assert matrix[0] @ [0, 64, 1] <= 0


def test_nothing_changes_without_any_change() -> None:
    plan = Augmentation(flip=0, zoom=1, degrees=0, shift=0, gamma=1, gain=1, noise=0)
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    boxes = np.array([[2, 3, 7, 9]], np.float32)
    found = augmented(pixels, boxes, plan, np.random.default_rng(0))
    np.testing.assert_allclose(found.pixels * 255, pixels, atol=1e-3)
    np.testing.assert_allclose(found.boxes, boxes, atol=1e-4)


def test_what_is_moved_out_of_the_picture_is_no_truth_any_more() -> None:
    away = np.array([[1, 0, -50], [0, 1, 0]], np.float64)
    boxes = np.array([[2, 2, 12, 12], [60, 2, 70, 12]], np.float32)
    assert move_boxes(boxes, away, 64, 96)[:, 0].tolist() == [10]
