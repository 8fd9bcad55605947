from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imaging.grey.grey_header import GreyDescription
from imaging.grey.lut_data import LookUpTable
from imaging.grey.voi import LutVoi, VoiFunction, WindowVoi
from tests.support.screens import a_screen
from tests.support.views import ORIENTATIONS, a_view
from viewing.state.gestures import (
    GreyRange,
    drag_window,
    invert,
    scroll_frames,
    set_aids,
    set_frame,
    set_linked,
    set_voi,
)
from viewing.state.greys import window_like
from viewing.state.screen import Aids, ScreenState

VIEWS = [replace(a_view(slot), vendor="One") for slot in ORIENTATIONS]
STATE = a_screen(VIEWS)
MIXED = a_screen([*VIEWS[:3], replace(VIEWS[3], vendor="Other")])
RANGES = {
    view.ref: GreyRange(WindowVoi(2000 + 100 * number, 800, VoiFunction.SIGMOID), 0, 4095)
    for number, view in enumerate(VIEWS)
}
TABLE = LutVoi(LookUpTable(100, 8, np.arange(200, dtype=np.uint16)), "NORMAL")


def window(state: ScreenState, pane: int) -> WindowVoi:
    voi = state.panes[pane].grey.voi
    assert isinstance(voi, WindowVoi)
    return voi


def voi_numbers(state: ScreenState) -> list[float]:
    return [
        number
        for pane in range(4)
        for number in (window(state, pane).centre, window(state, pane).width)
    ]


@given(st.integers(0, 3), st.floats(-300, 300), st.floats(-300, 300))
def test_dragging_a_window_there_and_back_returns_unless_it_was_limited(
    pane: int, dx: float, dy: float
) -> None:
    start = drag_window(STATE, pane, 0, 0, RANGES)
    moved = drag_window(start, pane, dx, dy, RANGES)
    inside = all(
        2.1 < window(moved, one).width < 8000 and 1 < window(moved, one).centre < 4094
        for one in range(4)
    )
    assume(inside)
    back = drag_window(moved, pane, -dx, -dy, RANGES)
    assert voi_numbers(back) == pytest.approx(voi_numbers(start))


@given(st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)), max_size=6))
def test_no_drag_leads_to_a_window_that_shows_nothing(drags: list[tuple[float, float]]) -> None:
    state = drag_window(STATE, 0, 1, 1, RANGES)
    for dx, dy in drags:
        state = drag_window(state, 0, dx, dy, RANGES)
    for pane in range(4):
        assert 2 <= window(state, pane).width <= 2 * 4095
        assert 0 <= window(state, pane).centre <= 4095


def test_each_image_starts_from_its_own_window_and_keeps_its_function() -> None:
    moved = drag_window(STATE, 0, 100, 0, RANGES)
    centres = [window(moved, pane).centre for pane in range(4)]
    assert centres == [2000, 2100, 2200, 2300]
    assert {window(moved, pane).function for pane in range(4)} == {VoiFunction.SIGMOID}
    assert {round(window(moved, pane).width, 6) for pane in range(4)} == {
        round(800 * float(np.exp(0.5)), 6)
    }


@pytest.mark.parametrize(("inverted", "asked"), [(False, False), (True, False), (False, True)])
def test_dragging_up_is_brighter_whichever_way_values_run(inverted: bool, asked: bool) -> None:
    ranges = {ref: replace(one, inverted=inverted) for ref, one in RANGES.items()}
    state = invert(STATE, 0) if asked else STATE
    moved = window(drag_window(state, 0, 0, -50, ranges), 0)
    brightness = moved.brightness(np.array([2000.0]))[0]
    assert (brightness < 0.5) == (inverted or asked)


def test_windows_reach_the_same_device_only_and_only_linked_panes() -> None:
    moved = drag_window(MIXED, 0, 10, 10, RANGES)
    assert moved.panes[3] == MIXED.panes[3]
    assert all(moved.panes[pane].grey.voi for pane in range(3))
    alone = drag_window(set_linked(MIXED, False), 0, 10, 10, RANGES)
    assert [pane.grey.voi is not None for pane in alone.panes] == [True, False, False, False]


def test_images_that_are_not_open_yet_keep_their_own_first_choice() -> None:
    moved = drag_window(STATE, 0, 10, 10, {VIEWS[0].ref: RANGES[VIEWS[0].ref]})
    assert [pane.grey.voi is not None for pane in moved.panes] == [True, False, False, False]


def test_a_preset_is_each_images_own_of_that_name() -> None:
    own = {
        view.ref: (WindowVoi(10 * n + 10, 50, explanation="SOFT"),) for n, view in enumerate(VIEWS)
    }
    chosen = set_voi(STATE, 0, own[VIEWS[0].ref][0], own)
    assert [window(chosen, pane).centre for pane in range(4)] == [10, 20, 30, 40]
    assert set_voi(chosen, 0, None).panes == STATE.panes


def test_a_window_goes_to_all_and_a_table_belongs_to_its_image_alone() -> None:
    by_hand = WindowVoi(700, 90)
    assert [pane.grey.voi for pane in set_voi(STATE, 1, by_hand).panes] == [by_hand] * 4
    tabled = set_voi(STATE, 1, TABLE)
    assert [pane.grey.voi is TABLE for pane in tabled.panes] == [False, True, False, False]


def test_dragging_from_a_table_starts_at_the_window_that_spans_it() -> None:
    like = window_like(TABLE)
    assert (like.centre - like.width / 2, like.centre + like.width / 2) == (100, 299)


def test_the_range_of_an_image_is_all_that_its_depth_allows() -> None:
    known = GreyRange.of(GreyDescription(bits_stored=12, vois=(WindowVoi(40, 400),), inverted=True))
    assert (known.low, known.high, known.inverted) == (0, 4095, True)
    assert known.default == WindowVoi(40, 400)


@given(st.integers(0, 3), st.booleans(), st.sets(st.integers(0, 3)))
def test_inverting_twice_changes_nothing(pane: int, linked: bool, before: set[int]) -> None:
    state = set_linked(MIXED, False)
    for one in before:
        state = invert(state, one)
    state = set_linked(state, linked)
    assert invert(state, pane) != state
    assert invert(invert(state, pane), pane) == state


def test_aids_reach_linked_panes_and_leave_windows_alone() -> None:
    aids = Aids(local_contrast=True)
    state = set_aids(MIXED, 2, aids)
    assert [pane.grey.aids for pane in state.panes] == [aids] * 4
    assert set_aids(state, 2, aids) is state
    assert [p.grey.aids == aids for p in set_aids(set_linked(MIXED, False), 2, aids).panes] == [
        False,
        False,
        True,
        False,
    ]


STACKS = a_screen([replace(view, frames=40 + 10 * number) for number, view in enumerate(VIEWS)])


def test_stacks_of_the_same_view_are_scrolled_together_each_to_its_ends() -> None:
    assert [pane.frame for pane in STACKS.panes] == [20, 25, 30, 35]
    assert [pane.frame for pane in scroll_frames(STACKS, 0, 3).panes] == [23, 28, 30, 35]
    assert [pane.frame for pane in scroll_frames(STACKS, 0, 22).panes] == [39, 47, 30, 35]
    assert [pane.frame for pane in scroll_frames(STACKS, 0, -99).panes] == [0, 0, 30, 35]


def test_a_frame_can_be_named_and_a_plain_image_has_but_one() -> None:
    assert set_frame(set_linked(STACKS, False), 1, 7).panes[1].frame == 7
    assert set_frame(STACKS, 1, 999).panes[1].frame == 49
    assert scroll_frames(STATE, 0, 5) is STATE
    assert scroll_frames(STATE, 7, 5) is STATE
