from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from domain.geometry import Box, ImageSize
from domain.mask import RleMask

SHAPES = st.tuples(st.integers(1, 7), st.integers(1, 9))
PIXELS = arrays(np.uint8, SHAPES, elements=st.integers(0, 1))


def size_of(pixels: np.ndarray) -> ImageSize:
    return ImageSize(*pixels.shape)


@given(PIXELS)
def test_a_mask_gives_back_the_pixels_it_was_made_of(pixels: np.ndarray) -> None:
    mask = RleMask.of(pixels, size_of(pixels))
    assert (mask.pixels() == pixels).all()
    assert mask.area == pixels.sum()
    mask.check()


@given(PIXELS)
def test_run_lengths_over_the_whole_image_make_the_same_mask(pixels: np.ndarray) -> None:
    mask = RleMask.of(pixels, size_of(pixels))
    assert sum(mask.counts) == pixels.size
    assert all(mask.counts[1:])
    assert RleMask.from_counts(mask.size, mask.counts) == mask


@given(PIXELS, st.integers(-10, 12), st.integers(-10, 12))
def test_a_patch_lands_where_it_is_put_and_is_cut_at_the_edge(
    pixels: np.ndarray, left: int, top: int
) -> None:
    size = ImageSize(8, 8)
    whole = np.zeros((40, 40), np.uint8)
    rows, columns = pixels.shape
    whole[10 + top : 10 + top + rows, 10 + left : 10 + left + columns] = pixels
    assert (RleMask.of(pixels, size, left, top).pixels() == whole[10:18, 10:18]).all()


@given(PIXELS, st.integers(-3, 9), st.integers(-3, 9), SHAPES)
def test_a_window_shows_its_part_of_the_mask(
    pixels: np.ndarray, left: int, top: int, shape: tuple[int, int]
) -> None:
    padded = np.pad(pixels, 20)
    rows, columns = shape
    expected = padded[20 + top : 20 + top + rows, 20 + left : 20 + left + columns]
    window = RleMask.of(pixels, size_of(pixels)).window(left, top, columns, rows)
    assert (window == expected).all()


@given(PIXELS)
def test_the_box_holds_every_pixel_and_no_more(pixels: np.ndarray) -> None:
    box = RleMask.of(pixels, size_of(pixels)).box
    rows, columns = np.nonzero(pixels)
    if not rows.size:
        assert box is None
    else:
        edges = (columns.min() - 0.5, rows.min() - 0.5, columns.max() + 0.5, rows.max() + 0.5)
        assert box == Box(*edges)


@given(PIXELS)
def test_a_pixel_is_in_the_mask_where_it_is_set(pixels: np.ndarray) -> None:
    mask = RleMask.of(pixels, size_of(pixels))
    for row, column in np.ndindex(*pixels.shape):
        assert mask.contains(row, column) == bool(pixels[row, column])


@pytest.mark.parametrize(
    ("top", "rows"),
    [
        (0, ((),)),
        (1, ()),
        (-1, ((0, 1),)),
        (3, ((0, 1),)),
        (0, ((0, 6),)),
        (0, ((2, 2),)),
    ],
)
def test_what_is_no_mask_of_the_image_is_refused(
    top: int, rows: tuple[tuple[int, ...], ...]
) -> None:
    with pytest.raises(ValueError, match="mask"):
        RleMask(ImageSize(3, 5), top, rows)


@pytest.mark.parametrize("row", [(0, 2, 1, 3), (0, 2, 2, 3), (0, 2, 4)])
def test_a_check_finds_runs_that_do_not_ascend_and_part(row: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ascend"):
        RleMask(ImageSize(3, 5), 0, (row,)).check()


def test_run_lengths_fill_the_image_and_are_not_negative() -> None:
    with pytest.raises(ValueError, match="add up"):
        RleMask.from_counts(ImageSize(1, 2), (1, 2))
    with pytest.raises(ValueError, match="not negative"):
        RleMask.from_counts(ImageSize(1, 2), (3, -1))
