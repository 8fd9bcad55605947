from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.geometry import ImagePoint, ImageSize
from domain.study import ImageRef, View
from tests.support.screens import SCREEN, a_screen
from tests.support.views import ORIENTATIONS, a_view
from viewing.hanging.placement import Placement
from viewing.hanging.protocol import SizeMode
from viewing.state.gestures import pan_by, roam, set_linked, set_size, toggle_alone, zoom_at
from viewing.state.lying import millimetres, rect_of
from viewing.state.screen import ScreenState

STATE = a_screen([a_view(slot) for slot in ORIENTATIONS])
MIXED = a_screen(
    [
        a_view("RCC", 0.1),
        a_view("LCC", 0.05, rows=5000, columns=2500),
        a_view("RMLO", 0.07),
        a_view("LMLO", 0.1, rows=3000),
    ]
)
STATES = {"alike": STATE, "mixed": MIXED}

states = st.sampled_from(sorted(STATES)).map(STATES.__getitem__)
panes = st.integers(0, 3)
shares = st.floats(0, 1)
factors = st.floats(0.2, 5)
ways = st.floats(-800, 800)


def at(state: ScreenState, pane: int, across: float, down: float) -> ImagePoint:
    rect = rect_of(state, pane)
    return ImagePoint(across * rect.width - 0.5, down * rect.height - 0.5)


def lies(state: ScreenState, pane: int) -> Placement:
    placement = state.panes[pane].placement
    assert placement
    return placement


gestures = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), panes, shares, shares, factors),
        st.tuples(st.just("pan"), panes, ways, ways, st.just(0.0)),
    ),
    max_size=8,
)


def after(state: ScreenState, done: list[tuple[str, int, float, float, float]]) -> ScreenState:
    for kind, pane, x, y, factor in done:
        if kind == "zoom":
            state = zoom_at(state, pane, at(state, pane, x, y), factor)
        else:
            state = pan_by(state, pane, x, y)
    return state


def seen(state: ScreenState, pane: int) -> tuple[float, float]:
    """How many screen pixels of the pane the image covers along x and y."""
    rect, placement = rect_of(state, pane), lies(state, pane)
    right = placement.left + placement.shown.columns * placement.x_scale
    bottom = placement.top + placement.shown.rows * placement.y_scale
    return (
        min(right, rect.width) - max(placement.left, 0),
        min(bottom, rect.height) - max(placement.top, 0),
    )


def kept(state: ScreenState, pane: int) -> tuple[float, float]:
    """How many it has to cover at least."""
    rect, placement = rect_of(state, pane), lies(state, pane)
    extents = (
        placement.shown.columns * placement.x_scale,
        placement.shown.rows * placement.y_scale,
    )
    return (
        min(max(40, 0.15 * rect.width), extents[0], rect.width),
        min(max(40, 0.15 * rect.height), extents[1], rect.height),
    )


@given(states, gestures, panes, shares, shares, factors)
def test_zooming_keeps_what_lies_under_the_cursor_unless_the_image_would_be_lost(
    start: ScreenState,
    before: list[tuple[str, int, float, float, float]],
    pane: int,
    x: float,
    y: float,
    factor: float,
) -> None:
    state = after(set_linked(start, False), before)
    cursor = at(state, pane, x, y)
    zoomed = zoom_at(state, pane, cursor, factor)
    assume(
        all(
            has > need + 1e-6
            for has, need in zip(seen(zoomed, pane), kept(zoomed, pane), strict=True)
        )
    )
    point = lies(state, pane).to_stored(cursor)
    now = lies(zoomed, pane).to_pane(point)
    assert (now.x, now.y) == pytest.approx((cursor.x, cursor.y), abs=1e-5)


def test_zooming_at_a_point_of_the_breast_keeps_it_there_in_linked_panes_too() -> None:
    cursor = ImagePoint(900.25, 400.5)
    zoomed = zoom_at(STATE, 0, cursor, 3)
    point = lies(STATE, 0).to_stored(cursor)
    assert lies(zoomed, 0).to_pane(point).x == pytest.approx(cursor.x)
    mirrored = ImagePoint(rect_of(STATE, 1).width - 1 - cursor.x, cursor.y)
    point = lies(STATE, 1).to_stored(mirrored)
    assert lies(zoomed, 1).to_pane(point).x == pytest.approx(mirrored.x)
    assert lies(zoomed, 1).to_pane(point).y == pytest.approx(mirrored.y)


@given(states, gestures, panes, ways, ways)
def test_panning_there_and_back_returns_unless_it_was_limited(
    start: ScreenState,
    before: list[tuple[str, int, float, float, float]],
    pane: int,
    dx: float,
    dy: float,
) -> None:
    state = after(start, before)
    moved = pan_by(state, pane, dx, dy)
    way = (
        lies(moved, pane).left - lies(state, pane).left,
        lies(moved, pane).top - lies(state, pane).top,
    )
    assume(way == pytest.approx((dx, dy), abs=1e-6))
    back = pan_by(moved, pane, -dx, -dy)
    for index in range(4):
        assert lies(back, index).left == pytest.approx(lies(state, index).left, abs=1e-6)
        assert lies(back, index).top == pytest.approx(lies(state, index).top, abs=1e-6)


@given(gestures)
def test_the_two_breasts_stay_mirror_images(
    done: list[tuple[str, int, float, float, float]],
) -> None:
    state = after(STATE, done)
    for right, left in ((0, 1), (2, 3)):
        one, other = lies(state, right), lies(state, left)
        assert one.x_scale == pytest.approx(other.x_scale)
        wall = rect_of(state, right).width - one.left - one.shown.columns * one.x_scale
        assert wall == pytest.approx(other.left, abs=1e-5)
        assert one.top == pytest.approx(other.top, abs=1e-5)


@given(states, gestures)
def test_linked_panes_keep_one_mm_per_screen_pixel(
    start: ScreenState, done: list[tuple[str, int, float, float, float]]
) -> None:
    state = after(start, done)
    first = millimetres(state.panes[0])
    assert first is not None
    assert [millimetres(pane) for pane in state.panes] == pytest.approx([first] * 4)


@given(states, gestures, st.booleans())
def test_the_image_is_never_lost(
    start: ScreenState, done: list[tuple[str, int, float, float, float]], linked: bool
) -> None:
    state = after(set_linked(start, linked), done)
    for pane in range(4):
        for has, need in zip(seen(state, pane), kept(state, pane), strict=True):
            assert has >= need - 1e-6


@given(states, panes, shares, shares, st.lists(factors, max_size=20))
def test_zoom_ends_at_a_quarter_of_fitting_and_at_twenty_screen_pixels_a_pixel(
    start: ScreenState, pane: int, x: float, y: float, zooms: list[float]
) -> None:
    state = start
    for factor in zooms:
        state = zoom_at(state, pane, at(state, pane, x, y), factor)
    for index in range(4):
        fit = lies(set_size(STATES["mixed"], SizeMode.FIT), index).y_scale
        if start is STATE:
            fit = lies(set_size(STATE, SizeMode.FIT), index).y_scale
        assert fit / 4 * (1 - 1e-9) <= lies(state, index).y_scale <= 20 * (1 + 1e-9)


def test_far_zooming_reaches_the_ends() -> None:
    state = set_linked(STATE, False)
    cursor = ImagePoint(1200, 400)
    assert lies(zoom_at(state, 0, cursor, 1e9), 0).x_scale == pytest.approx(20)
    fit = lies(set_size(STATE, SizeMode.FIT), 0).x_scale
    assert lies(zoom_at(state, 0, cursor, 1e-9), 0).x_scale == pytest.approx(fit / 4)


def test_the_other_breast_is_panned_as_in_a_mirror_and_the_other_view_not_at_all() -> None:
    moved = pan_by(STATE, 0, -30, 20)
    ways = [
        (
            lies(moved, pane).left - lies(STATE, pane).left,
            lies(moved, pane).top - lies(STATE, pane).top,
        )
        for pane in range(4)
    ]
    assert ways == [(-30, 20), (30, 20), (0, 0), (0, 0)]


def test_a_prior_of_the_same_view_moves_along_unmirrored() -> None:
    prior = replace(a_view("RCC"), ref=ImageRef("/study/RCC prior.dcm"))
    older = replace(a_view("LCC"), ref=ImageRef("/study/LCC prior.dcm"))
    state = a_screen(
        [a_view("RCC"), a_view("LCC"), prior, older], [["RCC", "LCC"], ["RCC prior", "LCC prior"]]
    )
    moved = pan_by(state, 0, -30, 20)
    assert [lies(moved, pane).left - lies(state, pane).left for pane in range(4)] == [
        -30,
        30,
        -30,
        30,
    ]


def test_unlinked_panes_move_alone() -> None:
    state = set_linked(STATE, False)
    moved = zoom_at(pan_by(state, 0, -30, 20), 0, ImagePoint(5, 5), 2)
    assert moved.panes[1:] == state.panes[1:]
    assert moved.panes[0] != state.panes[0]


def test_where_fitted_panes_differ_in_scale_they_move_by_as_many_millimetres() -> None:
    state = a_screen([a_view("RCC", 0.1), a_view("LCC", 0.05)], [["RCC", "LCC"]], SizeMode.FIT)
    moved = pan_by(state, 0, -30, 20)
    mm = [millimetres(pane) or 0 for pane in state.panes]
    assert mm[0] == pytest.approx(2 * mm[1])
    assert lies(moved, 1).left - lies(state, 1).left == pytest.approx(60)
    assert lies(moved, 1).top - lies(state, 1).top == pytest.approx(40)


def test_images_without_spacing_are_zoomed_by_the_same_factor() -> None:
    state = a_screen([a_view("RCC", None), a_view("LCC")], [["RCC", "LCC"]], SizeMode.FIT)
    zoomed = zoom_at(state, 0, ImagePoint(1000, 800), 2)
    assert lies(zoomed, 0).y_scale == pytest.approx(2 * lies(state, 0).y_scale)
    assert lies(zoomed, 1).y_scale == pytest.approx(2 * lies(state, 1).y_scale)


def test_images_of_unknown_breast_belong_to_nobody() -> None:
    unknown = replace(a_view("LCC"), laterality=None)
    state = a_screen([a_view("RCC"), unknown], [["RCC", "LCC"]])
    assert pan_by(state, 1, 30, 20).panes[0] == state.panes[0]


@pytest.mark.parametrize("factor", [0.0, -1.0, math.nan, math.inf])
def test_impossible_numbers_and_panes_change_nothing(factor: float) -> None:
    assert zoom_at(STATE, 0, ImagePoint(5, 5), factor) is STATE
    assert zoom_at(STATE, 9, ImagePoint(5, 5), 2) is STATE
    assert pan_by(STATE, 0, math.nan, 0) is STATE
    assert pan_by(STATE, -1, 3, 0) is STATE


def test_a_pane_without_its_image_ignores_gestures_and_the_others_do_not_mind() -> None:
    state = a_screen([a_view("LCC")])
    assert pan_by(state, 0, 3, 3) is state
    assert lies(pan_by(state, 1, 3, 3), 1).left == lies(state, 1).left + 3


@pytest.mark.parametrize("size", [ImageSize(1, 1), ImageSize(20000, 20000)])
def test_images_of_any_size_can_be_zoomed_and_panned(size: ImageSize) -> None:
    view = replace(a_view("LCC"), size=size)
    state = a_screen([view])
    for factor in (1e-6, 1e6, 0.5, 3.0):
        state = pan_by(zoom_at(state, 1, ImagePoint(700, 100), factor), 1, 1e6, -1e6)
        assert all(has > 0 for has in seen(state, 1))


def four_by_roaming(view: View, screen: ImageSize) -> list[ScreenState]:
    state = a_screen([view], [["LCC" if view.name == "LCC" else "RCC"]], screen=screen)
    states = []
    while (after_one := roam(state, 0, 1)) is not state:
        state = after_one
        states.append(state)
    return states


@pytest.mark.parametrize("slot", ["LCC", "RCC"])
def test_roaming_shows_every_pixel_at_one_to_one_from_the_chest_wall_outwards(slot: str) -> None:
    view = a_view(slot, rows=2000, columns=1500)
    states = four_by_roaming(view, ImageSize(rows=1200, columns=900))
    assert len(states) == 4
    walls = []
    covered = set()
    for state in states:
        placement = lies(state, 0)
        assert (placement.x_scale, placement.y_scale) == (1, 1)
        first = placement.to_stored(ImagePoint(0, 0))
        walls.append(first.x if slot == "LCC" else view.size.columns - 900 - first.x)
        covered |= {
            (x, y)
            for x in range(0, 1500, 50)
            for y in range(0, 2000, 50)
            if first.x <= x < first.x + 900 and first.y <= y < first.y + 1200
        }
    assert len(covered) == 30 * 40
    assert walls == pytest.approx([0, 600, 0, 600])


def test_roaming_back_goes_the_same_way_and_stops_at_the_first_tile() -> None:
    states = four_by_roaming(
        a_view("LCC", rows=2000, columns=1500), ImageSize(rows=1200, columns=900)
    )
    assert roam(states[-1], 0, -1) == states[-2]
    assert roam(states[0], 0, -1) is states[0]


def test_both_breasts_are_roamed_side_by_side_as_mirror_images() -> None:
    state = a_screen([a_view("RCC"), a_view("LCC")], [["RCC", "LCC"]])
    roamed = roam(roam(state, 0, 1), 0, 1)
    one, other = lies(roamed, 0), lies(roamed, 1)
    assert rect_of(state, 0).width - one.left - 3000 == pytest.approx(other.left)
    assert one.top == pytest.approx(other.top)
    assert roamed.size_mode is SizeMode.ACTUAL


def test_roaming_after_a_pan_returns_to_the_nearest_tile() -> None:
    states = four_by_roaming(
        a_view("LCC", rows=2000, columns=1500), ImageSize(rows=1200, columns=900)
    )
    assert lies(roam(pan_by(states[2], 0, -40, 30), 0, 1), 0) == lies(states[2], 0)


def test_a_pane_alone_is_zoomed_without_the_others() -> None:
    alone = toggle_alone(STATE, 0)
    zoomed = zoom_at(alone, 0, ImagePoint(800, 800), 2)
    assert zoomed.panes[1:] == STATE.panes[1:]
    assert rect_of(alone, 0).width == SCREEN.columns


@pytest.mark.parametrize("slot", ["LCC", "RCC"])
def test_roaming_a_breast_narrower_than_the_pane_keeps_its_chest_wall_at_the_edge(
    slot: str,
) -> None:
    states = four_by_roaming(
        a_view(slot, rows=2000, columns=600), ImageSize(rows=1200, columns=900)
    )
    assert len(states) == 2
    for state in states:
        assert lies(state, 0).left == (0 if slot == "LCC" else 300)
