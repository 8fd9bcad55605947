"""The display's test patterns, as numbers."""

from __future__ import annotations

import numpy as np
import pytest

from viewing.test_patterns import Pattern, drawn, grey, line_pairs, low_contrast


@pytest.mark.parametrize("pattern", Pattern)
@pytest.mark.parametrize("size", [(2560, 2048), (1080, 1920), (90, 60), (3, 2)])
def test_each_pattern_covers_a_screen_of_any_size(pattern: Pattern, size: tuple[int, int]) -> None:
    page = drawn(pattern, *size)
    assert page.shape == size
    assert page.dtype == np.uint8


def test_lines_of_one_pixel_differ_from_pixel_to_pixel() -> None:
    upright = line_pairs(9, 1, upright=True)
    assert (np.abs(np.diff(upright.astype(int), axis=1)) == 255).all()
    assert (line_pairs(9, 1, upright=False) == upright.T).all()
    assert line_pairs(8, 2, upright=True)[0].tolist() == [255, 255, 0, 0] * 2


def test_lines_are_one_pixel_wide_in_all_of_the_left_half() -> None:
    page = drawn(Pattern.LINES, 40, 60).astype(int)
    assert (np.abs(np.diff(page[:20, :30], axis=1)) == 255).all()
    assert (np.abs(np.diff(page[20:, :30], axis=0)) == 255).all()


def test_a_ramp_reaches_black_and_white_and_never_turns_back() -> None:
    page = drawn(Pattern.RAMP, 90, 1920)
    first = page[0].astype(int)
    assert (first[0], first[-1]) == (0, 255)
    assert (np.diff(first) >= 0).all()
    assert np.unique(page[-1]).size == 18


@pytest.mark.parametrize(("below", "above"), [(0, 5), (95, 100)])
def test_low_contrast_squares_are_in_the_overview(below: int, above: int) -> None:
    patch = low_contrast(108, below, above)
    assert np.unique(patch).tolist() == [grey(below), grey(above)]
    page = drawn(Pattern.OVERVIEW, 1080, 1920)
    windows = np.lib.stride_tricks.sliding_window_view(page[486:594], (108, 108))[0]
    assert any((window == patch).all() for window in windows)


def test_a_uniform_field_has_one_grey() -> None:
    assert np.unique(drawn(Pattern.DARK, 20, 30)).tolist() == [26]
    assert np.unique(drawn(Pattern.BRIGHT, 20, 30)).tolist() == [204]
