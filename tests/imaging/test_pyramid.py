"""Halvings: positions, means, padding and who may write."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.pyramid import SMALLEST, build_pyramid

SIZES = st.integers(SMALLEST + 1, 4 * SMALLEST + 3)


def centroid(level: np.ndarray, background: float) -> tuple[float, float]:
    mass = level.astype(float) - background
    rows, columns = np.indices(level.shape)
    return (rows * mass).sum() / mass.sum(), (columns * mass).sum() / mass.sum()


@settings(max_examples=25, deadline=None)
@given(SIZES, SIZES, st.floats(0.1, 0.8), st.floats(0.1, 0.8), st.sampled_from([0, -20000]))
def test_a_landmark_stays_where_the_formula_puts_it(
    rows: int, columns: int, down: float, across: float, background: int
) -> None:
    pixels = np.full((rows, columns), background, np.int16)
    top, left = int(down * rows), int(across * columns)
    pixels[top : top + 21, left : left + 21] = 12000
    y, x = centroid(pixels, background)
    for index, level in enumerate(build_pyramid(pixels).levels):
        at_y, at_x = centroid(level, background)
        assert at_y == pytest.approx((y + 0.5) / 2**index - 0.5, abs=0.05)
        assert at_x == pytest.approx((x + 0.5) / 2**index - 0.5, abs=0.05)


@pytest.mark.parametrize("kind", [np.uint16, np.int16])
@pytest.mark.parametrize("shape", [(512, 768), (1024, 256), (511, 769), (1, 1025), (2049, 3)])
def test_levels_halve_and_keep_the_mean(kind, shape: tuple[int, int]) -> None:
    bounds = np.iinfo(kind)
    noise = np.random.default_rng(1).integers(bounds.min, bounds.max, shape)
    pixels = noise.astype(kind)
    levels = build_pyramid(pixels).levels
    assert levels[0] is pixels
    for larger, level in pairwise(levels):
        rows, columns = larger.shape
        assert level.shape == ((rows + 1) // 2, (columns + 1) // 2)
        assert level.dtype == kind
        evened = np.pad(larger.astype(float), ((0, rows % 2), (0, columns % 2)), "edge")
        blocks = evened.reshape(level.shape[0], 2, level.shape[1], 2).mean(axis=(1, 3))
        assert np.abs(level - blocks).max() <= 0.5
        assert abs(level.mean() - evened.mean()) < 0.3
    assert max(levels[-1].shape) <= SMALLEST < max(levels[-2].shape)


def test_a_small_image_has_one_level_and_large_ones_at_most_a_third_more_bytes() -> None:
    small = np.zeros((SMALLEST, 10), np.uint16)
    assert build_pyramid(small).levels == (small,)
    large = np.zeros((2048, 2048), np.uint16)
    assert large.nbytes < build_pyramid(large).nbytes < large.nbytes * 4 / 3


def test_only_the_image_itself_may_be_written_by_whoever_made_it() -> None:
    pixels = np.zeros((600, 600), np.uint16)
    first, *others = build_pyramid(pixels).levels
    assert first.flags.writeable
    assert len(others) == 2
    assert not any(level.flags.writeable for level in others)


PADDING = [(0, (0, 0)), (4095, (4095, 4095)), (20, (0, 30)), (1000, (1000, 1000)), (-7, (-9, -5))]


@pytest.mark.parametrize(("value", "padding"), PADDING)
@pytest.mark.parametrize("side", [601, 600])
def test_padding_leaves_no_rim_in_the_halvings(
    value: int, padding: tuple[int, int], side: int
) -> None:
    kind = np.int16 if value < 0 else np.uint16
    pixels = np.full((side, side), 2000, kind)
    rows, columns = np.indices(pixels.shape)
    outside = rows + 2 * columns < 777
    pixels[outside] = value
    for index, level in enumerate(build_pyramid(pixels, padding).levels):
        padded = (level >= padding[0]) & (level <= padding[1])
        assert np.all(level[~padded] == 2000)
        share = outside.mean() - padded.mean()
        assert abs(share) < 2**index / side, "the border stays where it was"


def test_image_values_around_a_padding_value_never_become_padding() -> None:
    pixels = np.where(np.indices((600, 600)).sum(axis=0) % 2, 900, 1100).astype(np.uint16)
    pixels[:300] = 1000
    for level in build_pyramid(pixels, (1000, 1000)).levels[1:]:
        half = level.shape[0] // 2
        assert np.all(level[:half] == 1000)
        assert np.all(level[half:] == 1001)
