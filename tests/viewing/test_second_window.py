"""How a step's panes are shared by two windows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImageSize
from tests.support.screens import FOUR, SCREEN, a_screen
from tests.support.views import ORIENTATIONS, a_view
from viewing.hanging.placement import SECOND_WINDOW, PaneRect
from viewing.hanging.plan import grid
from viewing.state.gestures import resize, toggle_alone
from viewing.state.lying import rect_of

FOUR_VIEWS = [a_view(slot) for slot in ORIENTATIONS]
FIRST, SECOND = ImageSize(900, 700), ImageSize(1200, 1000)
sizes = st.builds(ImageSize, st.integers(20, 3000), st.integers(20, 3000))


def area(rects: list[PaneRect]) -> int:
    return sum(rect.width * rect.height for rect in rects)


@given(sizes, sizes, st.integers(1, 4), st.integers(1, 4))
def test_panes_fill_both_windows_and_none_is_lost(
    first: ImageSize, second: ImageSize, rows: int, columns: int
) -> None:
    rects = grid(first, rows, columns, second)
    there = [rect for rect in rects if rect.left >= SECOND_WINDOW]
    here = [rect for rect in rects if rect.left < SECOND_WINDOW]
    assert len(rects) == rows * columns
    assert area(here) == first.rows * first.columns
    assert area(there) == (second.rows * second.columns if rows * columns > 1 else 0)


def test_the_right_half_of_each_row_goes_to_the_second_window() -> None:
    lefts = [rect.left for rect in grid(FIRST, 2, 4, SECOND)]
    assert lefts == [0, 350, SECOND_WINDOW, SECOND_WINDOW + 500] * 2


def test_the_lower_half_of_a_single_column_goes_there() -> None:
    rects = grid(FIRST, 3, 1, SECOND)
    assert [rect.left for rect in rects] == [0, 0, SECOND_WINDOW]
    assert rects[2] == PaneRect(SECOND_WINDOW, 0, 1000, 1200)


@pytest.mark.parametrize(("pane", "size"), [(0, FIRST), (1, SECOND), (2, FIRST), (3, SECOND)])
def test_a_pane_alone_fills_its_window_and_comes_back(pane: int, size: ImageSize) -> None:
    state = resize(a_screen(FOUR_VIEWS, FOUR), grid(FIRST, 2, 2, SECOND))
    alone = toggle_alone(state, pane)
    rect = rect_of(alone, pane)
    assert (rect.height, rect.width) == size.shape
    assert toggle_alone(alone, pane).panes == state.panes


def test_one_window_again_is_as_it_was() -> None:
    state = a_screen(FOUR_VIEWS, FOUR)
    shared = resize(state, grid(FIRST, 2, 2, SECOND))
    again = resize(shared, grid(SCREEN, 2, 2))
    assert [rect_of(again, pane) for pane in range(4)] == [
        rect_of(state, pane) for pane in range(4)
    ]


def test_images_in_both_windows_keep_one_scale() -> None:
    shared = resize(a_screen(FOUR_VIEWS, FOUR), grid(FIRST, 2, 2, SECOND))
    scales = [pane.placement.y_scale for pane in shared.panes if pane.placement is not None]
    assert scales == pytest.approx([scales[0]] * 4)
