from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from domain.errors import PixelDataError
from domain.finding import Finding, FindingKind, Geometry, ReaderProvenance
from domain.geometry import Box, ImagePoint, ImageSize
from domain.study import ImageRef, View
from imaging.grey.voi import WindowVoi
from tests.support.screens import a_screen, opened
from tests.support.views import ORIENTATIONS, a_view
from viewing.hanging.protocol import SizeMode
from viewing.state.gestures import (
    invert,
    pan_by,
    set_active,
    set_linked,
    set_overlays,
    set_text,
    set_voi,
    toggle_alone,
    zoom_at,
)
from viewing.state.greys import set_aids
from viewing.state.model import ScreenModel
from viewing.state.resolve import PaneView, resolve
from viewing.state.screen import EMPTY_SCREEN, Aids, ScreenState


def named(slot: str, **more: object) -> View:
    view = a_view(slot)
    return replace(view, ref=replace(view.ref, sop_instance_uid=f"1.2.{slot}"), **more)  # type: ignore[arg-type]


VIEWS = [named(slot) for slot in ORIENTATIONS]
IMAGES = {view.ref: opened(view) for view in VIEWS}
STATE = a_screen(VIEWS)


def finding(uid: str, frame: int = 0, last: int = 0) -> Finding:
    mark = Geometry(uid, frame, last, box=Box(1, 2, 3, 4))
    return Finding(uuid4(), FindingKind.MASS, (mark,), ReaderProvenance("reader"))


def differing(one: ScreenState, other: ScreenState) -> list[int]:
    pairs = zip(resolve(one, IMAGES), resolve(other, IMAGES), strict=True)
    return [index for index, (before, after) in enumerate(pairs) if before != after]


def test_panes_that_a_gesture_does_not_reach_stay_equal_and_need_no_repaint() -> None:
    assert differing(STATE, STATE) == []
    assert differing(STATE, pan_by(STATE, 0, 5, 5)) == [0, 1]
    assert differing(STATE, set_active(STATE, 2)) == [0, 2]
    assert differing(STATE, set_voi(set_linked(STATE, False), 3, WindowVoi(5, 50))) == [3]
    assert differing(STATE, invert(STATE, 0)) == [0, 1, 2, 3]


def test_equal_greys_share_one_table() -> None:
    one, other = (resolve(invert(STATE, 0), IMAGES)[0].grey for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.table() is other.table()
    plain = resolve(STATE, IMAGES)[0].grey
    assert plain is not None
    assert plain.table().entries[550] == 255 - one.table().entries[550]


def test_what_is_painted_is_the_images_pixels_and_air() -> None:
    view = resolve(STATE, IMAGES)[1]
    image = view.pane_image()
    assert image is not None
    assert image.levels is IMAGES[VIEWS[1].ref].image.pyramid.levels
    assert image.air is IMAGES[VIEWS[1].ref].air
    assert PaneView(view.rect).pane_image() is None


def test_hiding_text_leaves_laterality_and_view() -> None:
    shown, hidden = resolve(STATE, IMAGES)[2], resolve(set_text(STATE, False), IMAGES)[2]
    assert shown.headline == hidden.headline == "RMLO"
    assert shown.more
    assert hidden.more == ()


def test_a_pane_says_how_its_picture_differs_from_what_the_file_asks_for() -> None:
    assert not any("nverted" in line or "indow" in line for line in resolve(STATE, IMAGES)[0].more)
    turned = set_aids(invert(STATE, 0), 0, Aids(local_contrast=True))
    assert resolve(turned, IMAGES)[0].more[0] == "Inverted, local contrast"
    assert resolve(set_text(turned, False), IMAGES)[0].more == ("Inverted, local contrast",)
    softer = set_voi(STATE, 0, WindowVoi(500, 900, explanation="SOFTER"))
    assert resolve(softer, IMAGES)[0].more[0] == "Window SOFTER"
    dragged = set_voi(STATE, 0, WindowVoi(500, 900))
    assert resolve(dragged, IMAGES)[0].more[0] == "Window 500 / 900"
    assert resolve(set_voi(dragged, 0, None), IMAGES) == resolve(STATE, IMAGES)


def test_corner_text_tells_the_size_as_it_is_now() -> None:
    view = resolve(zoom_at(STATE, 0, ImagePoint(900, 400), 2), IMAGES)[0]
    before = resolve(STATE, IMAGES)[0]
    assert before.millimetres is not None
    assert view.millimetres == before.millimetres / 2
    assert f"1 mm = {2 / before.millimetres:.2f} px" in view.more


def test_text_stands_away_from_the_chest_wall_and_no_line_parts_two_chest_walls() -> None:
    views = resolve(STATE, IMAGES)
    assert [view.at_right for view in views] == [False, True, False, True]
    assert [view.line_left for view in views] == [False] * 4
    assert [view.line_top for view in views] == [False, False, True, True]
    across = a_screen(VIEWS, [["RCC", "LCC", "RMLO", "LMLO"]])
    assert [view.line_left for view in resolve(across, IMAGES)] == [False, False, True, False]


def test_a_missing_view_a_failed_one_and_one_still_opening_each_say_so() -> None:
    state = a_screen(VIEWS[1:])
    failures = {VIEWS[1].ref: PixelDataError("the pixels end early", where="a.dcm")}
    images = {VIEWS[3].ref: IMAGES[VIEWS[3].ref]}
    missing, failed, opening, whole = resolve(state, images, (), failures, "2 files")
    assert (missing.headline, missing.more) == ("No RCC", ("Check: 2 files",))
    assert failed.failed
    assert "end early" in failed.message
    assert failed.headline == "LCC"
    assert (opening.message, opening.failed) == ("Opening", False)
    assert whole.message == ""
    assert [view.image is not None for view in (missing, failed, opening, whole)] == [
        False,
        False,
        False,
        True,
    ]


def test_an_image_under_another_ones_name_is_not_shown() -> None:
    crossed = {VIEWS[0].ref: opened(VIEWS[1])}
    assert resolve(STATE, crossed)[0].image is None


def test_findings_show_on_their_image_and_slices_only_and_can_be_hidden() -> None:
    stack = named("LCC", frames=30)
    state = a_screen([VIEWS[0], stack])
    images = {VIEWS[0].ref: IMAGES[VIEWS[0].ref], stack.ref: opened(stack, frame=15)}
    on, off = finding("1.2.LCC", 10, 15), finding("1.2.LCC", 16, 20)
    views = resolve(state, images, [on, off, finding("")])
    assert [view.findings for view in views] == [(), (on,), (), ()]
    assert all(not view.findings for view in resolve(set_overlays(state, False), images, [on]))


def test_pictures_without_uids_show_no_marks_of_each_other() -> None:
    views = [a_view("RCC"), a_view("LCC")]
    images = {view.ref: opened(view) for view in views}
    assert all(not view.findings for view in resolve(a_screen(views), images, [finding("")]))


def test_the_slice_that_is_seen_is_the_slice_that_is_named() -> None:
    stack = named("LCC", frames=30)
    state = a_screen([stack])
    view = resolve(state, {stack.ref: opened(stack, frame=3)})[1]
    assert (view.frame, state.panes[1].frame) == (3, 15)
    assert "Slice 4 of 30" in view.more


def test_a_pane_alone_hides_the_others() -> None:
    views = resolve(toggle_alone(STATE, 2), IMAGES)
    assert [view.visible for view in views] == [False, False, True, False]
    assert views[2].rect.width == 2560
    assert not views[2].line_top


def test_a_step_opens_with_its_first_image_active_and_stacks_at_their_middle() -> None:
    state = a_screen([named("LCC", frames=31), VIEWS[3]], mode=SizeMode.FIT)
    assert (state.active, state.size_mode, state.steps) == (1, SizeMode.FIT, ("A step", "Another"))
    assert [pane.frame for pane in state.panes] == [0, 15, 0, 0]
    assert state.panes[1].placement == state.panes[1].plan.placement


def test_the_model_tells_of_each_change_once_and_of_nothing_else() -> None:
    model, told = ScreenModel(), []
    model.changed.connect(told.append)
    assert model.state is EMPTY_SCREEN
    model.show(STATE)
    model.pan_by(0, 5, 5)
    model.pan_by(0, 0, 0)
    model.set_text(True)
    model.set_active(0)
    assert told == [STATE, pan_by(STATE, 0, 5, 5)]
    assert model.state is told[-1]


def test_the_model_says_when_roaming_has_come_to_an_end() -> None:
    model = ScreenModel(a_screen([named("LCC")], [["LCC"]]))
    went = 0
    while model.roam(0, 1):
        went += 1
    assert went > 1
    assert not model.roam(0, 1)
    assert model.roam(0, -1)


def test_every_image_reference_of_a_view_is_told() -> None:
    assert [view.ref for view in resolve(STATE, {})] == [view.ref for view in VIEWS]
    assert resolve(a_screen([]), {})[0].ref is None
    assert ImageRef("") not in IMAGES


def test_a_line_parts_panes_but_where_two_chest_walls_meet() -> None:
    views = [a_view(slot) for slot in ("RCC", "LCC", "RMLO", "LMLO")]
    years = [["RMLO", "RCC", "LCC", "LMLO"]]
    lines = [seen.line_left for seen in resolve(a_screen(views, years), {})]
    assert lines == [False, True, False, True]


def test_in_a_narrow_pane_the_text_of_an_mlo_stands_below_its_tissue() -> None:
    views = [a_view(slot) for slot in ("RCC", "LCC", "RMLO", "LMLO")]
    narrow = ImageSize(rows=1200, columns=1600)
    state = a_screen(views, [["RMLO", "RCC", "LCC", "LMLO"]], screen=narrow)
    assert [seen.at_bottom for seen in resolve(state, {})] == [True, False, False, True]
    wide = resolve(a_screen(views), {})
    assert not any(seen.at_bottom for seen in wide)
    alone = resolve(toggle_alone(state, 0), {})
    assert not alone[0].at_bottom
