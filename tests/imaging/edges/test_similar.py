"""The threshold brush's patch: in the disc, connected with its middle, alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.geometry import ImagePoint
from imaging.edges.similar import similar_within


def halves(noise: float = 0.0) -> np.ndarray:
    pixels = np.full((100, 100), 500.0)
    pixels[:, 50:] = 1000
    return (pixels + np.random.default_rng(0).normal(size=pixels.shape) * noise).astype(np.uint16)


def test_the_patch_ends_at_an_edge_and_at_the_disc() -> None:
    patch, left, top = similar_within(halves(), ImagePoint(45, 50), 20, tolerance=100)
    rows, columns = np.nonzero(patch)
    assert columns.max() + left in (48, 49)
    assert columns.min() + left == 25
    assert rows.min() + top == 30
    assert rows.max() + top == 70


def test_a_disc_within_one_grey_is_taken_whole() -> None:
    patch, _, _ = similar_within(halves(), ImagePoint(20, 50), 10, tolerance=1)
    assert patch.sum() == pytest.approx(np.pi * 100, rel=0.05)


def test_noise_leaves_no_specks_in_the_patch() -> None:
    patch, left, top = similar_within(halves(60), ImagePoint(25, 50), 15, tolerance=60)
    assert patch[50 - top - 8 : 50 - top + 9, 25 - left - 8 : 25 - left + 9].all()


def test_what_looks_alike_but_lies_behind_another_grey_is_not_taken() -> None:
    pixels = halves()
    pixels[:, 60:] = 500
    patch, left, _ = similar_within(pixels, ImagePoint(45, 50), 30, tolerance=100)
    assert np.nonzero(patch)[1].max() + left < 51


def test_a_middle_outside_the_image_gives_an_empty_patch() -> None:
    patch, _, _ = similar_within(halves(), ImagePoint(-3, 50), 20, tolerance=100)
    assert patch.size == 0


@settings(max_examples=50, deadline=None)
@given(st.floats(-0.5, 99.4), st.floats(-0.5, 99.4), st.floats(0, 60), st.floats(0, 500))
def test_the_patch_lies_in_image_and_disc_and_holds_the_middle(
    x: float, y: float, radius: float, tolerance: float
) -> None:
    at = ImagePoint(x, y)
    patch, left, top = similar_within(halves(30), at, radius, tolerance=tolerance)
    rows, columns = np.nonzero(patch)
    assert left >= 0
    assert top >= 0
    assert left + patch.shape[1] <= 100
    assert top + patch.shape[0] <= 100
    far = np.hypot(columns + left - x, rows + top - y)
    assert far.max() <= max(radius, 0.75)
    assert patch[at.pixel().row - top, at.pixel().column - left] == 1
