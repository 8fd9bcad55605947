"""A prior in the place of the current image: the same millimetres, the same window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.geometry import ImagePoint
from domain.study import ImageRef, View
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import VoiFunction, WindowVoi
from tests.support.screens import a_screen, opened
from tests.support.views import a_view
from viewing.opened import OpenedImage
from viewing.state.gestures import zoom_at
from viewing.state.greys import GreyRange, drag_window
from viewing.state.in_place import common_heights, put_in_place
from viewing.state.lying import millimetres
from viewing.state.screen import ScreenState

NOW = a_view("RCC")
OLDER = replace(
    NOW,
    ref=ImageRef("/study/old.dcm"),
    spacing=replace(
        NOW.spacing, row_mm=2 * NOW.spacing.row_mm, column_mm=2 * NOW.spacing.column_mm
    ),
)


def windowed(view: View, centre: float, width: float) -> OpenedImage:
    image = opened(view)
    window = WindowVoi(centre, width, VoiFunction.LINEAR_EXACT)
    grey = GreyDescription(bits_stored=12, vois=(window,))
    return replace(image, image=replace(image.image, grey=grey))


IMAGES = {NOW.ref: windowed(NOW, 500, 200), OLDER.ref: windowed(OLDER, 2000, 400)}


def hung(view: View) -> ScreenState:
    state = a_screen([replace(view, ref=ImageRef("/study/RCC.dcm"))], [["RCC"]])
    (pane,) = state.panes
    return replace(state, panes=(replace(pane, plan=replace(pane.plan, view=view)),))


def test_a_prior_of_coarser_pixels_gets_the_same_millimetres_and_chest_wall() -> None:
    before = zoom_at(hung(NOW), 0, ImagePoint(900, 700), 1.6)
    state = put_in_place(hung(OLDER), before, IMAGES)
    (now,), (old,) = before.panes, state.panes
    assert millimetres(old) == pytest.approx(millimetres(now))
    assert old.placement.y_scale == pytest.approx(2 * now.placement.y_scale)
    wall = [one.placement.to_pane(edge(one.plan.view)).x for one in (now, old)]
    assert wall[0] == pytest.approx(wall[1])
    again = put_in_place(hung(NOW), state, IMAGES)
    assert again.panes[0].placement.left == pytest.approx(now.placement.left)
    assert again.panes[0].placement.top == pytest.approx(now.placement.top)


def edge(view: View) -> ImagePoint:
    """A place on the chest wall, in the stored image; a right CC hangs with it at the right."""
    shown = hung(view).panes[0].placement
    return shown.turn.to_stored(ImagePoint(shown.shown.columns - 0.5, 10), view.size)


def test_a_window_changed_by_hand_is_changed_by_as_much_as_if_both_were_shown() -> None:
    ranges = {ref: GreyRange.of(image.image.grey) for ref, image in IMAGES.items()}
    before = drag_window(hung(NOW), 0, 120, -40, ranges)
    state = put_in_place(hung(OLDER), before, IMAGES)
    expected = drag_window(hung(OLDER), 0, 120, -40, ranges).panes[0].grey.voi
    voi = state.panes[0].grey.voi
    assert np.allclose((voi.centre, voi.width), (expected.centre, expected.width))
    back = put_in_place(hung(NOW), state, IMAGES).panes[0].grey.voi
    was = before.panes[0].grey.voi
    assert np.allclose((back.centre, back.width), (was.centre, was.width))


def test_an_image_in_its_own_window_gives_way_to_one_in_its_own() -> None:
    assert put_in_place(hung(OLDER), hung(NOW), IMAGES).panes[0].grey.voi is None


def test_a_screen_of_other_panes_is_left_alone() -> None:
    state = hung(OLDER)
    assert put_in_place(state, a_screen([NOW], [["RCC", "LCC"]]), IMAGES) is state


NIPPLES = {
    NOW.ref: ImagePoint(NOW.size.columns / 3, NOW.size.rows * 0.40),
    OLDER.ref: ImagePoint(OLDER.size.columns / 3, OLDER.size.rows * 0.25),
}
OLDEST = replace(OLDER, ref=ImageRef("/study/oldest.dcm"))


def row_of(state: ScreenState, nipples: dict[ImageRef, ImagePoint]) -> float:
    """The screen's row that the nipple of the first pane's image lies on."""
    (pane,) = state.panes
    return pane.placement.to_pane(nipples[pane.plan.view.ref]).y


def test_a_prior_lies_nipple_by_nipple_where_both_have_one() -> None:
    before = zoom_at(hung(NOW), 0, ImagePoint(900, 700), 1.6)
    heights = common_heights(hung(OLDER), before, {}, NIPPLES)
    state = put_in_place(hung(OLDER), before, IMAGES, heights)
    # Between centres of pixels of two sizes half a pixel of each may lie.
    assert row_of(state, NIPPLES) == pytest.approx(row_of(before, NIPPLES), abs=2)
    by_outline = put_in_place(hung(OLDER), before, IMAGES)
    assert abs(row_of(by_outline, NIPPLES) - row_of(before, NIPPLES)) > 50


def test_where_only_one_has_a_nipple_the_outline_decides() -> None:
    before = hung(NOW)
    only = {NOW.ref: NIPPLES[NOW.ref]}
    heights = common_heights(hung(OLDER), before, {}, only)
    state = put_in_place(hung(OLDER), before, IMAGES, heights)
    by_outline = put_in_place(hung(OLDER), before, IMAGES)
    assert state.panes[0].placement.top == pytest.approx(by_outline.panes[0].placement.top)


@pytest.mark.parametrize("missing", [None, NOW, OLDER, OLDEST])
def test_through_all_exams_it_comes_back_to_where_it_lay(missing: View | None) -> None:
    nipples = {**NIPPLES, OLDEST.ref: ImagePoint(50, OLDEST.size.rows * 0.6)}
    found = {ref: at for ref, at in nipples.items() if missing is None or ref != missing.ref}
    images = {**IMAGES, OLDEST.ref: windowed(OLDEST, 900, 300)}
    first = zoom_at(hung(NOW), 0, ImagePoint(900, 700), 1.6)
    state, heights = first, {}
    for view in (OLDER, OLDEST, NOW):
        heights = common_heights(hung(view), state, heights, found)
        state = put_in_place(hung(view), state, images, heights)
    assert state.panes[0].placement.top == pytest.approx(first.panes[0].placement.top)
    assert state.panes[0].placement.left == pytest.approx(first.panes[0].placement.left)


def test_a_nipple_that_is_found_later_moves_nothing() -> None:
    first = hung(NOW)
    heights = common_heights(hung(OLDER), first, {}, {})
    state = put_in_place(hung(OLDER), first, IMAGES, heights)
    later = common_heights(hung(NOW), state, heights, NIPPLES)
    back = put_in_place(hung(NOW), state, IMAGES, later)
    assert back.panes[0].placement.top == pytest.approx(first.panes[0].placement.top)
