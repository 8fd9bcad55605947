"""Boxes, ellipses and points, by sequences of touches."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finding import FindingKind, FindingStatus, ReaderProvenance
from domain.geometry import Box, ImagePoint, PixelSpacing, SpacingSource
from tests.support.drawing_hand import Hand, box_of, canvas_of
from viewing.tools.box import BoxTool
from viewing.tools.ellipse import EllipseTool
from viewing.tools.finishing import OUTSIDE, TOO_SMALL
from viewing.tools.point import PointTool
from viewing.tools.tool import NOTHING_SHOWN, Tool, ToolKey

UNKNOWN = PixelSpacing.unknown()
place = st.tuples(st.floats(-100, 600), st.floats(-100, 500))


def test_a_drag_draws_a_box_from_corner_to_corner_whichever_way_it_goes() -> None:
    hand = Hand(BoxTool())
    hand.stroke((120, 90), (80, 60), (40, 30))
    assert hand.drawn.box == Box(40, 30, 120, 90)


def test_a_box_is_the_readers_own_accepted_mass_and_is_selected() -> None:
    hand = Hand(BoxTool())
    hand.stroke((40, 30), (120, 90))
    (finding,) = hand.findings
    assert finding.kind is FindingKind.MASS
    assert finding.status is FindingStatus.ACCEPTED
    assert finding.provenance == ReaderProvenance("reader")
    assert hand.canvas.selected == (finding.id,)
    assert hand.history.undo_title == "add mass"


def test_another_kind_that_is_chosen_is_what_is_drawn() -> None:
    hand = Hand(BoxTool(), canvas_of(kind=FindingKind.IGNORED_REGION))
    hand.stroke((40, 30), (120, 90))
    assert hand.findings[0].kind is FindingKind.IGNORED_REGION


def test_a_box_lies_on_the_frames_that_were_shown_when_it_was_begun() -> None:
    hand = Hand(BoxTool(), canvas_of(frame=7, last_frame=11))
    hand.click((40, 30))
    hand.canvas = replace(hand.canvas, frame=9, last_frame=13)
    hand.click((120, 90))
    assert (hand.drawn.frame, hand.drawn.last_frame) == (7, 11)


def test_two_presses_draw_a_box_and_the_second_says_nothing_before_it_is_let_go() -> None:
    hand = Hand(BoxTool())
    hand.click((40, 30))
    assert hand.tool.unfinished
    hand.hover(100, 80)
    assert hand.tool.preview.boxes == (Box(40, 30, 100, 80),)
    hand.press(110, 85)
    assert not hand.findings
    hand.drag(120, 90)
    hand.release(120, 90)
    assert hand.drawn.box == Box(40, 30, 120, 90)
    assert not hand.tool.unfinished


@pytest.mark.parametrize("tool", [BoxTool, EllipseTool])
@given(
    st.floats(0.05, 20),
    st.lists(st.tuples(st.floats(-2.8, 2.8), st.floats(-2.8, 2.8)), max_size=5),
)
def test_a_click_that_trembles_makes_no_shape_at_any_zoom(
    tool: type[Tool], screen: float, shakes: list[tuple[float, float]]
) -> None:
    hand = Hand(tool(), canvas_of(screen=screen))
    hand.stroke((200, 200), *((200 + x * screen, 200 + y * screen) for x, y in shakes))
    assert not hand.findings
    assert hand.tool.unfinished
    assert hand.tool.preview.handles == (ImagePoint(200, 200),)
    assert not hand.tool.preview.note


@pytest.mark.parametrize("tool", [BoxTool, EllipseTool])
def test_a_double_click_makes_no_shape_and_leaves_nothing_begun(tool: type[Tool]) -> None:
    hand = Hand(tool())
    hand.double(100, 100)
    assert not hand.findings
    assert not hand.tool.unfinished
    assert hand.tool.preview is NOTHING_SHOWN


@pytest.mark.parametrize("key", [ToolKey.CANCEL, ToolKey.BACK])
def test_cancel_in_the_middle_of_a_drag_lets_go_and_the_rest_of_the_drag_is_nothing(
    key: ToolKey,
) -> None:
    hand = Hand(BoxTool())
    hand.press(40, 30)
    hand.drag(90, 90)
    assert hand.key(key) is not None
    hand.drag(120, 110)
    assert hand.tool.preview is NOTHING_SHOWN
    hand.release(120, 110)
    assert not hand.findings
    assert hand.key(key) is None


def test_finish_takes_the_pointer_as_the_other_corner() -> None:
    hand = Hand(BoxTool())
    assert hand.key(ToolKey.FINISH) is None
    hand.click((40, 30))
    hand.hover(120, 90)
    hand.key(ToolKey.FINISH)
    assert hand.drawn.box == Box(40, 30, 120, 90)


def test_a_box_is_cut_at_the_images_outer_edge() -> None:
    hand = Hand(BoxTool(), canvas_of(rows=100, columns=200))
    hand.stroke((150, 50), (900, 700))
    assert hand.drawn.box == Box(150, 50, 199.5, 99.5)


def test_a_box_beside_the_image_is_none_and_that_is_said() -> None:
    hand = Hand(BoxTool(), canvas_of(rows=100, columns=200))
    hand.stroke((210, 50), (300, 90))
    assert not hand.findings
    assert hand.said == [OUTSIDE]


def test_a_box_of_less_than_three_pixels_is_none_and_that_is_said() -> None:
    hand = Hand(BoxTool(), canvas_of(screen=0.1))
    hand.stroke((50, 50), (60, 52.5))
    assert not hand.findings
    assert hand.said == [TOO_SMALL]


def test_another_image_begins_anew() -> None:
    hand = Hand(BoxTool())
    hand.click((40, 30))
    hand.canvas = replace(hand.canvas, uid="9.9")
    hand.hover(80, 80)
    hand.stroke((100, 100), (150, 160))
    assert hand.drawn.box == Box(100, 100, 150, 160)
    assert hand.drawn.sop_instance_uid == "9.9"


def test_shift_makes_a_box_square_in_millimetres() -> None:
    oblong = PixelSpacing(0.2, 0.1, SpacingSource.IMAGER)
    hand = Hand(BoxTool(), canvas_of(spacing=oblong))
    hand.stroke((100, 100), (60, 110), shift=True)
    assert hand.drawn.box == Box(60, 100, 100, 120)


def test_alt_draws_from_the_middle() -> None:
    hand = Hand(BoxTool())
    hand.stroke((100, 100), (130, 120), alt=True)
    assert hand.drawn.box == Box(70, 80, 130, 120)


@pytest.mark.parametrize(
    ("spacing", "note"),
    [
        (None, "12.0 x 8.0 mm (ImagerPixelSpacing / ERMF)"),
        (UNKNOWN, "60 x 40 px"),
    ],
)
@pytest.mark.parametrize("tool", [BoxTool, EllipseTool])
def test_the_size_stands_beside_the_pointer_while_it_grows(
    tool: type[Tool], spacing: PixelSpacing | None, note: str
) -> None:
    canvas = canvas_of() if spacing is None else canvas_of(spacing=spacing)
    hand = Hand(tool(), canvas)
    hand.press(40, 30)
    hand.drag(100, 70)
    assert hand.tool.preview.note == note
    assert hand.tool.preview.note_at == ImagePoint(100, 70)


def test_the_preview_of_an_idle_tool_stays_the_same_object() -> None:
    hand = Hand(BoxTool())
    hand.hover(10, 10)
    assert hand.tool.preview is NOTHING_SHOWN
    hand.press(10, 10)
    assert hand.tool.preview is hand.tool.preview


def test_an_ellipse_becomes_a_contour_of_48_points_that_fills_its_box() -> None:
    hand = Hand(EllipseTool())
    hand.stroke((40, 30), (140, 90))
    assert len(hand.outline) == 48
    around = box_of(hand.outline)
    assert (around.left, around.top) == pytest.approx((40, 30))
    assert (around.right, around.bottom) == pytest.approx((140, 90))


def test_shift_makes_an_ellipse_a_circle() -> None:
    hand = Hand(EllipseTool())
    hand.stroke((100, 100), (160, 130), shift=True)
    around = box_of(hand.outline)
    assert (around.width, around.height) == pytest.approx((60, 60))


def test_an_ellipse_over_the_edge_is_cut_there() -> None:
    hand = Hand(EllipseTool(), canvas_of(rows=100, columns=200))
    hand.stroke((150, 20), (250, 80))
    around = box_of(hand.outline)
    assert around.right == pytest.approx(199.5)
    assert around.left == pytest.approx(150)


def test_a_press_marks_a_point_where_it_went_down_though_the_hand_trembles() -> None:
    hand = Hand(PointTool())
    hand.stroke((60, 70), (61, 71), (62, 69))
    assert hand.drawn.point == ImagePoint(60, 70)
    assert hand.drawn.box is None
    assert hand.findings[0].kind is FindingKind.ASYMMETRY


def test_a_double_click_marks_one_point() -> None:
    hand = Hand(PointTool())
    hand.double(60, 70)
    assert len(hand.findings) == 1


def test_two_quick_clicks_at_different_places_mark_two_points() -> None:
    hand = Hand(PointTool())
    hand.click((60, 70))
    hand.press(90, 70, again=True)
    hand.release(90, 70)
    assert len(hand.findings) == 2


def test_a_drag_from_the_point_draws_a_box_around_it() -> None:
    hand = Hand(PointTool(), canvas_of(kind=FindingKind.ARCHITECTURAL_DISTORTION))
    hand.press(60, 70)
    hand.drag(90, 80)
    assert hand.tool.preview.boxes == (Box(30, 60, 90, 80),)
    hand.release(90, 80)
    assert hand.drawn.box == Box(30, 60, 90, 80)
    assert hand.drawn.point == ImagePoint(60, 70)
    assert hand.findings[0].kind is FindingKind.ARCHITECTURAL_DISTORTION


def test_a_drag_that_comes_back_to_its_point_marks_the_point_alone() -> None:
    hand = Hand(PointTool())
    hand.stroke((60, 70), (90, 80), (61, 70))
    assert hand.drawn.box is None


def test_a_point_outside_the_image_is_none_and_that_is_said() -> None:
    hand = Hand(PointTool(), canvas_of(rows=100, columns=200))
    hand.click((250, 50))
    assert not hand.findings
    assert hand.said == [OUTSIDE]


def test_cancel_lets_go_of_a_point_whose_button_is_down() -> None:
    hand = Hand(PointTool())
    assert hand.key(ToolKey.CANCEL) is None
    hand.press(60, 70)
    assert hand.tool.unfinished
    hand.key(ToolKey.CANCEL)
    hand.release(60, 70)
    assert not hand.findings


@pytest.mark.parametrize("tool", [BoxTool, EllipseTool, PointTool])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(["press", "drag", "release", "hover"]), place),
            st.tuples(st.just("key"), st.sampled_from([*ToolKey])),
        ),
        max_size=30,
    )
)
def test_whatever_touches_come_what_is_made_lies_inside_the_image_and_can_be_undone(
    tool: type[Tool], touches: list[tuple[str, object]]
) -> None:
    hand = Hand(tool(), canvas_of(rows=400, columns=500))
    for what, where in touches:
        if isinstance(where, ToolKey):
            hand.key(where)
        else:
            getattr(hand, what)(*where)  # type: ignore[misc]
    for finding in hand.findings:
        box, contour = finding.geometries[0].box, finding.geometries[0].contour
        if contour is not None:
            box = box_of(contour.points)
        if box is not None:
            assert box.left >= -0.5 - 1e-6
            assert box.top >= -0.5 - 1e-6
            assert box.right <= 499.5 + 1e-6
            assert box.bottom <= 399.5 + 1e-6
            assert min(box.width, box.height) >= 3
