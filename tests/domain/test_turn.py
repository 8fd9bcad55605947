"""The eight turns form a group, and points go where the pixels go."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImagePoint, ImageSize
from domain.side import Side
from domain.turn import ALL_TURNS, Turn

turns = st.sampled_from(ALL_TURNS)
sizes = st.builds(ImageSize, st.integers(1, 9), st.integers(1, 9))
STILL = Turn()


def numbered(size: ImageSize) -> np.ndarray:
    """Every pixel its own value."""
    return np.arange(size.rows * size.columns).reshape(size.shape)


def test_there_are_eight_turns() -> None:
    assert len(set(ALL_TURNS)) == 8
    images = {turn.apply(numbered(ImageSize(2, 3))).tobytes() for turn in ALL_TURNS}
    assert len(images) == 8


def test_half_of_them_mirror() -> None:
    assert [turn.mirrors for turn in ALL_TURNS].count(True) == 4
    assert not STILL.mirrors
    assert Turn(flip_columns=True).mirrors
    assert not Turn(flip_rows=True, flip_columns=True).mirrors


@given(turns)
def test_a_turn_and_its_inverse_leave_nothing(turn: Turn) -> None:
    assert turn.then(turn.inverse) == STILL
    assert turn.inverse.then(turn) == STILL


@given(turns, turns, turns)
def test_turns_may_be_grouped_at_will(first: Turn, second: Turn, third: Turn) -> None:
    assert first.then(second).then(third) == first.then(second.then(third))


@given(turns, turns)
def test_mirroring_twice_is_no_mirroring(first: Turn, second: Turn) -> None:
    assert first.then(second).mirrors == (first.mirrors != second.mirrors)


@given(turns, turns, sizes)
def test_one_turn_does_what_two_do(first: Turn, second: Turn, size: ImageSize) -> None:
    image = numbered(size)
    at_once = first.then(second).apply(image)
    assert np.array_equal(at_once, second.apply(first.apply(image)))


@given(turns, sizes)
def test_the_inverse_brings_every_pixel_back(turn: Turn, size: ImageSize) -> None:
    image = numbered(size)
    assert np.array_equal(turn.inverse.apply(turn.apply(image)), image)


@given(turns, sizes)
def test_the_size_follows_the_pixels(turn: Turn, size: ImageSize) -> None:
    assert turn.apply(numbered(size)).shape == turn.size(size).shape


@given(turns, sizes, st.data())
def test_a_point_goes_where_its_pixel_goes(
    turn: Turn, size: ImageSize, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, size.rows - 1))
    column = data.draw(st.integers(0, size.columns - 1))
    image = numbered(size)
    landed = turn.to_shown(ImagePoint(column, row), size).pixel()
    assert turn.apply(image)[landed.row, landed.column] == image[row, column]


coordinates = st.integers(-400, 400).map(lambda quarter: quarter / 4)


@given(turns, sizes, coordinates, coordinates)
def test_any_position_comes_back(turn: Turn, size: ImageSize, x: float, y: float) -> None:
    point = ImagePoint(x, y)
    assert turn.to_stored(turn.to_shown(point, size), size) == point


@given(turns, turns, sizes, coordinates, coordinates)
def test_positions_follow_one_turn_as_they_follow_two(
    first: Turn, second: Turn, size: ImageSize, x: float, y: float
) -> None:
    point = ImagePoint(x, y)
    stepwise = second.to_shown(first.to_shown(point, size), first.size(size))
    assert first.then(second).to_shown(point, size) == stepwise


@given(turns, sizes)
def test_the_corner_stays_a_corner(turn: Turn, size: ImageSize) -> None:
    corner = turn.to_shown(ImagePoint(-0.5, -0.5), size)
    shown = turn.size(size)
    assert corner.x in (-0.5, shown.columns - 0.5)
    assert corner.y in (-0.5, shown.rows - 0.5)


def test_a_turned_image_is_a_view_on_the_same_memory() -> None:
    image = numbered(ImageSize(3, 4))
    assert all(np.shares_memory(turn.apply(image), image) for turn in ALL_TURNS)


def test_colour_planes_stay_with_their_pixel() -> None:
    image = np.arange(24).reshape(2, 4, 3)
    for turn in ALL_TURNS:
        for plane in range(3):
            shown = turn.apply(image)[..., plane]
            assert np.array_equal(shown, turn.apply(image[..., plane]))


EDGES = {
    Side.LEFT: np.s_[:, 0],
    Side.RIGHT: np.s_[:, -1],
    Side.TOP: np.s_[0, :],
    Side.BOTTOM: np.s_[-1, :],
}


@given(turns, st.sampled_from(Side))
def test_an_edge_goes_where_its_pixels_go(turn: Turn, side: Side) -> None:
    image = np.zeros((3, 5), dtype=int)
    image[EDGES[side]] = 1
    shown = turn.apply(image)
    assert shown[EDGES[side.after(turn)]].all()
    assert shown.sum() == image.sum()


@given(st.sampled_from(Side))
def test_the_edge_across_the_edge_across_is_the_edge(side: Side) -> None:
    assert side.opposite.opposite is side
    assert side.opposite is not side
    assert side.opposite.is_upright == side.is_upright
