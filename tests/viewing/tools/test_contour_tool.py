"""Outlines by presses and freehand, by sequences of touches."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.shapes.contours import area, crosses_itself
from domain.finding import FindingKind
from domain.geometry import ImagePoint, PixelSpacing
from tests.support.drawing_hand import Hand, box_of, canvas_of
from viewing.tools.contour import HOW_TO_CLOSE, TOO_FEW, ContourTool
from viewing.tools.finishing import CROSSED, OUTSIDE, TOO_SMALL
from viewing.tools.keyboard import KeyboardPointer
from viewing.tools.tool import NOTHING_SHOWN, ToolKey

SQUARE = ((100.0, 100.0), (200.0, 100.0), (200.0, 200.0), (100.0, 200.0))
place = st.tuples(st.floats(-100, 600), st.floats(-100, 500))


def circle(x: float, y: float, radius: float, part: float = 1.0) -> tuple[tuple[float, float], ...]:
    turns = [2 * math.pi * part * step / 60 for step in range(61)]
    return tuple((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns)


def corners(hand: Hand) -> tuple[tuple[float, float], ...]:
    return tuple((point.x, point.y) for point in hand.outline)


def test_presses_and_finish_make_a_contour_of_just_those_points() -> None:
    hand = Hand(ContourTool())
    hand.click(*SQUARE)
    hand.key(ToolKey.FINISH)
    assert corners(hand) == SQUARE
    assert hand.findings[0].kind is FindingKind.MASS
    assert hand.canvas.selected == (hand.findings[0].id,)
    assert not hand.tool.unfinished
    assert hand.tool.preview is NOTHING_SHOWN


def test_a_double_click_closes_without_a_doubled_last_point() -> None:
    hand = Hand(ContourTool())
    hand.click(*SQUARE[:3])
    hand.press(100, 200)
    hand.release(100, 200)
    hand.press(101, 199, again=True)
    hand.release(101, 199)
    assert corners(hand) == SQUARE


def test_a_slow_double_click_sets_no_second_point_at_the_same_spot() -> None:
    hand = Hand(ContourTool())
    hand.click(*SQUARE, (100.5, 200.5))
    hand.key(ToolKey.FINISH)
    assert corners(hand) == SQUARE


def test_a_press_on_the_first_point_closes() -> None:
    hand = Hand(ContourTool())
    hand.click(*SQUARE, (104, 97))
    assert corners(hand) == SQUARE


def test_near_the_first_point_is_meant_on_the_screen_not_in_the_image() -> None:
    hand = Hand(ContourTool(), canvas_of(screen=0.2))
    hand.click(*SQUARE, (104, 97))
    assert hand.tool.unfinished
    assert not hand.findings


def test_two_points_do_not_close_and_stay() -> None:
    hand = Hand(ContourTool())
    hand.click(*SQUARE[:2])
    hand.press(200, 100, again=True)
    hand.release(200, 100)
    assert hand.said == [HOW_TO_CLOSE, TOO_FEW]
    assert not hand.findings
    hand.click(*SQUARE[2:])
    hand.key(ToolKey.FINISH)
    assert corners(hand) == SQUARE


def test_panning_zooming_and_other_slices_leave_a_begun_contour_alone() -> None:
    hand = Hand(ContourTool(), canvas_of(frame=4, last_frame=4))
    hand.click(*SQUARE[:2])
    hand.canvas = replace(hand.canvas, screen=7.5, frame=9, last_frame=9)
    hand.hover(-4000, 9000)
    hand.canvas = replace(hand.canvas, screen=1.0)
    hand.click(*SQUARE[2:])
    hand.key(ToolKey.FINISH)
    assert corners(hand) == SQUARE
    assert (hand.drawn.frame, hand.drawn.last_frame) == (4, 4)


@pytest.mark.parametrize("how", ["leave", "cancel"])
def test_leave_and_cancel_let_a_begun_contour_go(how: str) -> None:
    hand = Hand(ContourTool())
    hand.click(*SQUARE[:3])
    if how == "leave":
        hand.tool.leave()
    else:
        hand.key(ToolKey.CANCEL)
    assert not hand.tool.unfinished
    assert hand.tool.preview is NOTHING_SHOWN
    assert hand.key(ToolKey.CANCEL) is None
    hand.click(*((x + 50, y) for x, y in SQUARE))
    hand.key(ToolKey.FINISH)
    assert len(hand.outline) == 4


def test_back_steps_back_point_by_point_to_nothing() -> None:
    hand = Hand(ContourTool())
    hand.click(*SQUARE)
    for left in (3, 2, 1):
        assert hand.key(ToolKey.BACK) is not None
        assert len(hand.tool.preview.handles) == left
    hand.key(ToolKey.BACK)
    assert not hand.tool.unfinished
    assert hand.key(ToolKey.BACK) is None


def test_after_back_drawing_goes_on_from_the_point_before() -> None:
    hand = Hand(ContourTool())
    hand.click(*SQUARE[:3], (300, 300))
    hand.key(ToolKey.BACK)
    hand.click(SQUARE[3])
    hand.key(ToolKey.FINISH)
    assert corners(hand) == SQUARE


def test_a_drag_draws_freehand_and_closes_where_it_comes_back() -> None:
    hand = Hand(ContourTool())
    hand.stroke(*circle(200, 200, 80))
    assert area(hand.outline) == pytest.approx(math.pi * 80**2, rel=0.01)
    assert not hand.tool.unfinished


def test_a_freehand_part_that_does_not_come_back_waits_for_more() -> None:
    hand = Hand(ContourTool())
    hand.stroke(*circle(200, 200, 80, 0.5))
    assert not hand.findings
    hand.click((120, 120), (280, 120))
    hand.key(ToolKey.FINISH)
    assert (120, 120) in corners(hand)
    assert (280, 120) in corners(hand)
    assert box_of(hand.outline).bottom == pytest.approx(280, abs=1)


def test_back_takes_a_freehand_part_piece_by_piece() -> None:
    hand = Hand(ContourTool())
    hand.click((100, 100))
    hand.stroke((150, 100), *((150 + step, 100) for step in range(5, 205, 5)))
    ends = [hand.tool.preview.lines[0].points[-2].x]
    while hand.tool.unfinished:
        hand.key(ToolKey.BACK)
        if hand.tool.unfinished:
            ends.append(hand.tool.preview.lines[0].points[-2].x)
    assert ends[0] > 340
    assert ends[-1] == 100
    assert 150 in ends
    pieces = [before - after for before, after in pairwise(ends)]
    assert all(0 < piece <= 50 for piece in pieces)
    assert len(pieces) >= 6


def test_back_while_the_button_is_down_takes_a_piece_and_the_drag_goes_on() -> None:
    hand = Hand(ContourTool())
    hand.press(100, 100)
    for x in range(110, 210, 10):
        hand.drag(x, 100)
    hand.key(ToolKey.BACK)
    hand.drag(200, 200)
    hand.drag(100, 200)
    hand.release(100, 200)
    assert hand.tool.preview.handles == (ImagePoint(100, 100),)
    hand.key(ToolKey.FINISH)
    around = box_of(hand.outline)
    assert (around.left, around.bottom) == (100, 200)
    assert all(not (point.y == 100 and point.x > 195) for point in hand.outline)


def test_back_to_the_pressed_point_in_a_drag_keeps_what_follows_apart_from_it() -> None:
    hand = Hand(ContourTool())
    hand.press(100, 100)
    hand.drag(110, 100)
    hand.key(ToolKey.BACK)
    hand.drag(100, 110)
    hand.drag(100, 118)
    hand.release(100, 118)
    assert hand.tool.preview.handles == (ImagePoint(100, 100),)
    hand.key(ToolKey.BACK)
    assert hand.tool.unfinished


def test_a_press_on_another_image_begins_anew() -> None:
    hand = Hand(ContourTool())
    hand.click((10, 10), (50, 20))
    hand.canvas = replace(hand.canvas, uid="9.9")
    assert hand.key(ToolKey.FINISH) is None
    hand.click(*SQUARE)
    hand.key(ToolKey.FINISH)
    assert corners(hand) == SQUARE
    assert hand.drawn.sop_instance_uid == "9.9"


def test_a_contour_is_drawn_by_keys_alone() -> None:
    hand = Hand(ContourTool())
    pointer = KeyboardPointer(ImagePoint(100, 100))

    def go(key: ToolKey, times: int = 1) -> None:
        for _ in range(times):
            answer = pointer.key(key, hand.tool, hand.canvas)
            if answer is not None and answer.command is not None:
                hand.history.do(answer.command)

    for arrow in (ToolKey.FAR_RIGHT, ToolKey.FAR_DOWN, ToolKey.FAR_LEFT):
        go(ToolKey.FINISH, 2)
        go(arrow, 10)
    go(ToolKey.FINISH, 2)
    assert not hand.findings
    go(ToolKey.FINISH, 2)
    assert corners(hand) == SQUARE


@given(
    st.floats(0.05, 20),
    st.lists(st.tuples(st.floats(-2.8, 2.8), st.floats(-2.8, 2.8)), max_size=5),
)
def test_a_click_that_trembles_sets_one_point_at_any_zoom(
    screen: float, shakes: list[tuple[float, float]]
) -> None:
    hand = Hand(ContourTool(), canvas_of(screen=screen))
    hand.stroke((200, 200), *((200 + x * screen, 200 + y * screen) for x, y in shakes))
    assert hand.tool.preview.handles == (ImagePoint(200, 200),)
    assert not hand.tool.preview.note
    assert not hand.findings


def test_a_scribble_around_one_spot_closes_nothing() -> None:
    hand = Hand(ContourTool())
    hand.stroke(*circle(200, 200, 3))
    assert not hand.findings
    assert hand.tool.unfinished


def test_a_contour_that_crosses_itself_keeps_its_largest_part_and_says_so() -> None:
    hand = Hand(ContourTool())
    hand.click((100, 100), (200, 100), (200, 200), (60, 60))
    hand.key(ToolKey.FINISH)
    assert crosses_itself(hand.outline) is None
    assert CROSSED in hand.said
    assert area(hand.outline) == pytest.approx(5000)


def test_the_tail_of_a_freehand_loop_goes_without_a_word() -> None:
    hand = Hand(ContourTool())
    hand.stroke(*circle(200, 200, 80, 1.01))
    assert crosses_itself(hand.outline) is None
    assert CROSSED not in hand.said


def test_a_contour_over_the_edge_is_cut_at_the_images_outer_edge() -> None:
    hand = Hand(ContourTool(), canvas_of(rows=150, columns=180))
    hand.click(*SQUARE)
    hand.key(ToolKey.FINISH)
    around = box_of(hand.outline)
    assert (around.right, around.bottom) == (179.5, 149.5)


def test_a_contour_that_comes_to_nothing_stays_and_says_why() -> None:
    hand = Hand(ContourTool(), canvas_of(rows=50, columns=50))
    hand.click(*SQUARE)
    hand.key(ToolKey.FINISH)
    assert hand.said[-1] == OUTSIDE
    assert hand.tool.unfinished
    line = Hand(ContourTool())
    line.click((100, 100), (200, 100), (150, 100))
    line.key(ToolKey.FINISH)
    assert line.said[-1] == TOO_SMALL
    assert not line.findings


def test_the_preview_leads_to_the_pointer_and_shows_how_it_would_close() -> None:
    hand = Hand(ContourTool())
    hand.click(*SQUARE[:3])
    hand.hover(150, 220)
    shape, way_back = hand.tool.preview.lines
    assert shape.points[-1] == ImagePoint(150, 220)
    assert not shape.closed
    assert way_back.quiet
    assert way_back.points == (ImagePoint(150, 220), ImagePoint(100, 100))
    hand.hover(102, 102)
    (shape,) = hand.tool.preview.lines
    assert shape.closed
    assert shape.points == tuple(ImagePoint(x, y) for x, y in SQUARE[:3])
    assert hand.tool.preview.handles == (ImagePoint(100, 100),)


def test_the_longest_diameter_and_the_one_across_stand_beside_the_pointer() -> None:
    hand = Hand(ContourTool())
    hand.click((100, 100), (200, 100), (200, 150))
    hand.hover(100, 150)
    assert hand.tool.preview.note.startswith("22.4 x 17.9 mm")
    hand.key(ToolKey.BACK)
    hand.key(ToolKey.BACK)
    assert hand.tool.preview.note == "10.0 mm (ImagerPixelSpacing / ERMF)"
    unknown = Hand(ContourTool(), canvas_of(spacing=PixelSpacing.unknown()))
    unknown.click((100, 100))
    unknown.hover(100, 150)
    assert unknown.tool.preview.note == "50 px"


@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(["press", "drag", "release", "hover", "again"]), place),
            st.tuples(st.just("key"), st.sampled_from([*ToolKey])),
        ),
        max_size=40,
    )
)
def test_whatever_touches_come_outlines_are_simple_inside_and_can_be_undone(
    touches: list[tuple[str, object]],
) -> None:
    hand = Hand(ContourTool())
    for what, where in touches:
        if isinstance(where, ToolKey):
            hand.key(where)
        elif what == "again":
            hand.press(*where, again=True)  # type: ignore[misc]
        else:
            getattr(hand, what)(*where)  # type: ignore[misc]
        assert hand.tool.unfinished == (hand.tool.preview is not NOTHING_SHOWN)
    for finding in hand.findings:
        contour = finding.geometries[0].contour
        assert contour is not None
        around = box_of(contour.points)
        assert around.left >= -0.5 - 1e-6
        assert around.top >= -0.5 - 1e-6
        assert around.right <= 499.5 + 1e-6
        assert around.bottom <= 399.5 + 1e-6
        assert min(around.width, around.height) >= 3
        assert area(contour.points) >= 3
        assert crosses_itself(contour.points) is None
