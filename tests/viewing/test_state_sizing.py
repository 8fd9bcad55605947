from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import Box, ImagePoint, ImageSize
from domain.study import View
from tests.support.screens import a_screen
from tests.support.views import ORIENTATIONS, a_view
from viewing.hanging.evidence import PixelEvidence
from viewing.hanging.placement import PaneRect, Placement
from viewing.hanging.plan import grid
from viewing.hanging.protocol import SizeMode
from viewing.state.gestures import (
    pan_by,
    resize,
    set_active,
    set_linked,
    set_overlays,
    set_size,
    set_text,
    toggle_alone,
    zoom_at,
)
from viewing.state.lying import middle, millimetres, rect_of
from viewing.state.screen import EMPTY_SCREEN, ScreenState

VIEWS = [a_view("RCC"), a_view("LCC", 0.05), a_view("RMLO", 0.07), a_view("LMLO", rows=3000)]
BREAST = PixelEvidence(breast=Box(100, 900, 1700, 2600))
EVIDENCE = {view.ref: BREAST for view in VIEWS}

modes = st.sampled_from([SizeMode.FIT, SizeMode.SAME])
sizes = st.builds(ImageSize, st.integers(200, 3000), st.integers(200, 4000))


def hung(mode: SizeMode = SizeMode.SAME, screen: ImageSize | None = None) -> ScreenState:
    return a_screen(VIEWS, mode=mode, screen=screen or ImageSize(1600, 2560), evidence=EVIDENCE)


def lies(state: ScreenState, pane: int) -> Placement:
    placement = state.panes[pane].placement
    assert placement
    return placement


def places(state: ScreenState) -> list[tuple[float, ...]]:
    found = (lies(state, pane) for pane in range(4))
    return [(one.left, one.top, one.x_scale, one.y_scale) for one in found]


def flat(state: ScreenState) -> list[float]:
    return [number for place in places(state) for number in place]


@given(modes, modes)
def test_fitting_and_same_size_lay_images_exactly_as_a_plan_hangs_them(
    opened: SizeMode, chosen: SizeMode
) -> None:
    state = zoom_at(pan_by(hung(opened), 0, 50, 60), 0, ImagePoint(400, 300), 2)
    again = set_size(state, chosen)
    assert flat(again) == pytest.approx(flat(hung(chosen)))
    assert again.size_mode is chosen


def test_one_to_one_keeps_what_is_in_the_middle_of_each_pane() -> None:
    state = hung()
    actual = set_size(state, SizeMode.ACTUAL)
    for pane in range(4):
        centre = middle(rect_of(state, pane))
        point = lies(state, pane).to_stored(centre)
        now = lies(actual, pane).to_pane(point)
        assert (lies(actual, pane).x_scale, lies(actual, pane).y_scale) == (1, 1)
        assert (now.x, now.y) == pytest.approx((centre.x, centre.y))


def test_true_size_draws_a_millimetre_as_a_millimetre_and_without_calibration_is_same_size() -> (
    None
):
    true = set_size(hung(), SizeMode.TRUE, screen_mm=0.25)
    assert [millimetres(pane) for pane in true.panes] == pytest.approx([0.25] * 4)
    assert set_size(hung(SizeMode.FIT), SizeMode.TRUE).size_mode is SizeMode.SAME


@given(modes, sizes)
def test_untouched_images_are_hung_anew_on_a_screen_of_another_size(
    mode: SizeMode, screen: ImageSize
) -> None:
    resized = resize(hung(mode), grid(screen, 2, 2))
    assert flat(resized) == pytest.approx(flat(hung(mode, screen)), rel=1e-6, abs=1e-6)


@given(sizes)
def test_zoomed_images_keep_one_mm_per_screen_pixel_and_their_middle_when_the_screen_changes(
    screen: ImageSize,
) -> None:
    state = zoom_at(hung(), 0, ImagePoint(640, 400), 6)
    resized = resize(state, grid(screen, 2, 2))
    first = millimetres(resized.panes[0])
    assert first is not None
    assert [millimetres(pane) for pane in resized.panes] == pytest.approx([first] * 4)
    point = lies(state, 0).to_stored(middle(rect_of(state, 0)))
    now = lies(resized, 0).to_pane(point)
    centre = middle(rect_of(resized, 0))
    assert (now.x, now.y) == pytest.approx((centre.x, centre.y), abs=1e-4)


@given(sizes)
def test_chest_walls_still_meet_at_one_to_one_when_the_screen_changes(screen: ImageSize) -> None:
    views: list[View] = [a_view(slot, rows=200, columns=150) for slot in ORIENTATIONS]
    resized = resize(a_screen(views, mode=SizeMode.ACTUAL), grid(screen, 2, 2))
    one, other = lies(resized, 0), lies(resized, 1)
    assert one.left + 150 == pytest.approx(rect_of(resized, 0).width)
    assert other.left == pytest.approx(0)


def test_a_window_folded_to_nothing_does_no_harm() -> None:
    state = hung()
    folded = resize(state, [PaneRect(0, 0, 0, 0)] * 4)
    assert all(pane.placement and pane.placement.x_scale > 0 for pane in folded.panes)
    assert flat(resize(folded, [pane.plan.rect for pane in state.panes])) == pytest.approx(
        flat(state)
    )


def test_there_must_be_a_rectangle_for_each_pane() -> None:
    with pytest.raises(ValueError, match="4 panes"):
        resize(hung(), [PaneRect(0, 0, 10, 10)])


@given(st.integers(0, 3), modes)
def test_a_pane_alone_fills_the_screen_and_comes_back_as_it_was(pane: int, mode: SizeMode) -> None:
    state = zoom_at(hung(mode), pane, ImagePoint(300, 300), 1.5)
    alone = toggle_alone(state, pane)
    assert alone.alone == alone.active == pane
    assert rect_of(alone, pane) == PaneRect(0, 0, 2560, 1600)
    seen = set_size(pan_by(alone, pane, 9, 9), SizeMode.ACTUAL)
    assert toggle_alone(seen, pane) == replace(state, active=pane)


def test_an_untouched_pane_alone_shows_its_breast_as_large_as_the_screen_allows() -> None:
    alone = toggle_alone(hung(), 1)
    one = a_screen(VIEWS, [["LCC"]], SizeMode.FIT, evidence=EVIDENCE)
    assert alone.panes[1].placement == one.panes[0].placement


def test_resizing_while_a_pane_is_alone_reaches_it_and_the_hidden_ones() -> None:
    screen = ImageSize(1000, 1400)
    resized = resize(toggle_alone(hung(), 1), grid(screen, 2, 2))
    assert rect_of(resized, 1) == PaneRect(0, 0, 1400, 1000)
    assert flat(resized) == pytest.approx(flat(toggle_alone(hung(screen=screen), 1)))
    left = toggle_alone(resized, 1)
    assert left.alone is None
    assert flat(left) == pytest.approx(flat(hung(screen=screen)))


def test_going_to_another_pane_while_one_is_alone_shows_that_one() -> None:
    state = hung()
    moved = set_active(toggle_alone(state, 0), 3)
    assert moved == toggle_alone(state, 3)
    assert set_active(state, 3).active == 3
    assert set_active(state, 4) is state


def test_a_missing_image_can_not_fill_the_screen() -> None:
    state = a_screen([a_view("LCC")])
    assert toggle_alone(state, 0) is state
    assert set_active(toggle_alone(state, 1), 0).alone is None


def test_switches_change_only_themselves_and_nothing_if_set_already() -> None:
    state = hung()
    assert set_text(state, False) == replace(state, text=False)
    assert set_overlays(state, False) == replace(state, overlays=False)
    assert set_linked(state, False) == replace(state, linked=False)
    assert set_text(state, True) is state


def test_an_empty_screen_bears_every_gesture() -> None:
    state = EMPTY_SCREEN
    assert zoom_at(state, 0, ImagePoint(0, 0), 2) is state
    assert pan_by(state, 0, 1, 1) is state
    assert toggle_alone(state, 0) is state
    assert set_active(state, 0) is state
    assert resize(state, []) is state
    assert set_size(state, SizeMode.FIT).panes == ()


def test_zoomed_images_grow_by_no_more_than_each_of_their_panes_allows() -> None:
    wide = replace(a_view("LCC"), size=ImageSize(500, 3000))
    state = a_screen([a_view("RCC"), wide], [["RCC", "LCC"]])
    zoomed = zoom_at(state, 0, ImagePoint(1000, 800), 2)
    higher = resize(zoomed, grid(ImageSize(2400, 2560), 1, 2))
    for pane in range(2):
        assert lies(higher, pane).y_scale == pytest.approx(lies(zoomed, pane).y_scale)
