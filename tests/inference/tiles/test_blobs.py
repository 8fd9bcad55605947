"""Blobness answers to dots, not to lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.tiles.blobs import blobness

SIGMA = 1.5


def test_a_dot_answers_at_its_middle_and_a_line_as_bright_hardly_does() -> None:
    picture = np.full((60, 90), 0.3, np.float32)
    picture[29:32, 19:22] += 0.3
    cv2.line(picture, (50, 5), (75, 55), 0.6, 3)
    found = blobness(picture, SIGMA)
    assert np.unravel_index(found[:, :40].argmax(), (60, 40)) == (30, 20)
    assert found[15:45, 50:75].max() < 0.2 * found[30, 20]


def test_a_gaussian_answers_as_its_curvature_says() -> None:
    """A blob of deviation s and height 1, blurred by s, has curvature s^2 / (2 s^2)^2 at the top:
    times s^2 that is s^2 s^2 / (4 s^4), of a top that has sunk to a half, so 1 / 4."""
    rows, columns = np.mgrid[-40:41, -40:41].astype(np.float32)
    picture = np.exp(-(rows**2 + columns**2) / (2 * 4.0**2)).astype(np.float32)
    assert blobness(picture, 4.0)[40, 40] == pytest.approx(0.25, rel=0.03)


def test_a_dot_in_a_large_black_picture_answers_as_in_a_small_one() -> None:
    dot = np.random.default_rng(0).uniform(0.2, 1, (60, 70)).astype(np.float32)
    for row, column in ((0, 0), (93, 140), (340, 430)):
        large = np.zeros((400, 500), np.float32)
        large[row : row + 60, column : column + 70] = dot
        alone = np.pad(dot, 20)
        found, usual = blobness(np.pad(large, 20), SIGMA), blobness(alone, SIGMA)
        assert np.allclose(found[row : row + 100, column : column + 110], usual, atol=1e-6)
        found[row : row + 100, column : column + 110] = 0
        assert not found.any()


def test_dark_spots_and_plain_slopes_answer_nothing() -> None:
    rows, columns = np.mgrid[:50, :60].astype(np.float32)
    slope = (rows + columns) / 200
    assert blobness(slope, SIGMA)[6:-6, 6:-6].max() < 1e-5
    slope[24:27, 29:32] -= 0.2
    assert blobness(slope, SIGMA)[25, 30] == 0


@given(st.integers(0, 3), st.booleans())
def test_turning_a_picture_turns_the_answer(turn: int, mirror: bool) -> None:
    picture = np.random.default_rng(2).random((40, 40), np.float32)

    def turned(one: np.ndarray) -> np.ndarray:
        one = np.rot90(one, turn)
        return np.ascontiguousarray(one[:, ::-1] if mirror else one)

    assert np.allclose(
        blobness(turned(picture), SIGMA), turned(blobness(picture, SIGMA)), atol=1e-5
    )
