"""Samples are kept whole, and what changes an image changes its boxes alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, ImageSize
from domain.turn import Turn
from inference.preparing.frame import PreparedFrame
from inference.preparing.prepare import PreparingSpec
from training.data.augment import Augmentation, augmented, draw_matrix, move_boxes
from training.data.phantoms import PhantomSet, make, seeds_apart
from training.data.sample import Sample, TrueFinding, read_samples, write_samples

MASS = frozenset({FindingKind.MASS})
SMALL = ImageSize(160, 130)


def sample(*boxes: Box, turn: Turn | None = None) -> Sample:
    frame = PreparedFrame(
        ImageSize(100, 80), turn or Turn(), 10, 20, ImageSize(60, 40), ImageSize(30, 20)
    )
    pixels = np.arange(600, dtype=np.uint8).reshape(30, 20)
    findings = tuple(TrueFinding(FindingKind.MASS, box, 7.5, malignant=True) for box in boxes)
    return Sample(pixels, frame, "phantom-3", "RCC", "b", 0.3, findings)


def test_a_kept_sample_is_the_same_again(tmp_path: Path) -> None:
    one = sample(Box(12, 22, 30, 44), turn=Turn(flip_columns=True))
    path = tmp_path / "3.npz"
    write_samples(path, [one, sample()])
    back, other = read_samples(path)
    np.testing.assert_array_equal(back.pixels, one.pixels)
    assert (back.frame, back.findings, back.view) == (one.frame, one.findings, one.view)
    assert not other.findings
    assert [file.name for file in tmp_path.iterdir()] == ["3.npz"]


@pytest.mark.parametrize("left", [0, 100, -200])
def test_a_damaged_file_is_named(tmp_path: Path, left: int) -> None:
    path = tmp_path / "3.npz"
    write_samples(path, [sample()])
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(BadInputError, match=r"3\.npz.*Delete the file"):
        read_samples(path)


def test_boxes_are_in_prepared_pixels_and_cut_to_the_picture() -> None:
    boxes = sample(Box(9.5, 19.5, 29.5, 39.5), Box(40, 70, 500, 500), Box(0, 0, 5, 5)).boxes(MASS)
    assert boxes[0].tolist() == pytest.approx([-0.5, -0.5, 9.5, 9.5])
    assert boxes[1][2:].tolist() == pytest.approx([19.5, 29.5])
    assert len(boxes) == 2
    assert not len(sample(Box(12, 22, 30, 44)).boxes(frozenset()))


def test_phantoms_are_made_once_and_are_the_same_each_time(tmp_path: Path) -> None:
    studies = PhantomSet(tmp_path, 5, 1, PreparingSpec(1.5), SMALL)
    assert len(list(make(studies, 1))) == 1
    first = studies.path(5).read_bytes()
    assert list(make(studies, 1)) == []
    studies.path(5).unlink()
    list(make(studies, 1))
    assert studies.path(5).read_bytes() == first
    assert studies.ready() == [studies.path(5)]
    assert PhantomSet(tmp_path, 5, 1, PreparingSpec(2.0), SMALL).ready() == []


def test_patients_of_two_sets_never_meet() -> None:
    spec = PreparingSpec(0.5)
    one, other = PhantomSet(Path(), 1, 10, spec), PhantomSet(Path(), 11, 5, spec)
    assert seeds_apart([one, other])
    assert not seeds_apart([one, other, PhantomSet(Path(), 15, 1, spec)])


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
