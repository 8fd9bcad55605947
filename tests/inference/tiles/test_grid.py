"""Tiles cover a picture once, whatever its size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.tiles.grid import TileGrid

sides = st.integers(1, 90)


@given(sides, sides, st.integers(0, 7), st.integers(1, 20))
def test_what_tiles_own_covers_a_picture_once_and_comes_back_as_it_was(
    rows: int, columns: int, margin: int, step: int
) -> None:
    grid = TileGrid(step + 2 * margin, margin)
    picture = np.arange(1, rows * columns + 1, dtype=np.float32).reshape(rows, columns)
    tiles = grid.tiles(picture.shape)
    cut = grid.cut(picture, tiles)
    laid = np.zeros_like(picture)
    for tile, one in zip(tiles, cut, strict=True):
        alone = np.zeros_like(picture)
        grid.put(alone, [tile], one[None])
        assert not (laid * alone).any()
        laid += alone
    assert (laid == picture).all()


@given(sides, sides, st.integers(0, 5), st.integers(1, 16), st.data())
def test_a_wanted_pixel_is_owned_by_a_tile_that_is_run_and_no_other_tile_is(
    rows: int, columns: int, margin: int, step: int, data: st.DataObject
) -> None:
    grid = TileGrid(step + 2 * margin, margin)
    wanted = np.zeros((rows, columns), bool)
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
        wanted[at] = True
    run = grid.over(wanted)
    for tile in grid.tiles(wanted.shape):
        own = np.zeros(wanted.shape, np.float32)
        grid.put(own, [tile], np.ones((1, grid.side, grid.side), np.float32))
        assert (tile in run) == bool((own * wanted).any())


def test_the_tiles_of_most_worth_come_first_and_no_more_than_asked() -> None:
    grid = TileGrid(12, 1)
    worth = np.zeros((30, 40), np.float32)
    worth[5, 5], worth[25, 35], worth[15, 15] = 2, 3, 1
    found = grid.best(worth, 0.5)
    assert [(tile.row, tile.column) for tile in found] == [(19, 29), (-1, -1), (9, 9)]
    assert grid.best(worth, 0.5, most=2) == found[:2]
    assert grid.best(worth, 1.0) == found[:2]


@given(sides, sides, st.integers(1, 16), st.data())
def test_tiles_that_are_reached_by_pixels_are_those_of_a_picture_of_these_alone(
    rows: int, columns: int, step: int, data: st.DataObject
) -> None:
    grid, picture = TileGrid(step + 2, 1), np.zeros((rows, columns), np.float32)
    for worth in data.draw(st.lists(st.integers(1, 9), max_size=6)):
        at = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
        picture[at] = worth
    places = np.nonzero(picture)
    assert grid.reached(picture.shape, *places, picture[places]) == grid.best(picture, 0.0)


def test_a_tile_sees_its_margin_around_what_it_owns_and_black_beyond_the_picture() -> None:
    grid = TileGrid(8, 2)
    picture = np.ones((10, 10), np.float32)
    first = grid.cut(picture, grid.tiles(picture.shape)[:1])[0]
    assert not first[:2].any()
    assert not first[:, :2].any()
    assert (first[2:, 2:] == 1).all()


def test_a_tile_that_is_all_margin_is_refused() -> None:
    with pytest.raises(ValueError, match="margins"):
        TileGrid(32, 16)


@given(sides, sides, st.integers(0, 5), st.integers(1, 16), st.integers(0, 2**32))
def test_as_many_tiles_are_counted_as_would_be_run(
    rows: int, columns: int, margin: int, step: int, seed: int
) -> None:
    grid = TileGrid(step + 2 * margin, margin)
    wanted = np.random.default_rng(seed).random((rows, columns)) < 0.02
    assert grid.number(wanted) == len(grid.over(wanted))
