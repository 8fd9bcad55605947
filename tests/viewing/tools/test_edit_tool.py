"""Selecting and changing marks by hand, by sequences of touches."""

from __future__ import annotations

import math
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.document.document import Document
from annotations.intents.revising import new_finding
from annotations.shapes.contours import crosses_itself
from domain.finding import Contour, Finding, FindingKind, Geometry, ModelProvenance
from domain.geometry import Box, ImagePoint
from domain.mask import RleMask
from domain.turn import Turn
from tests.support.drawing_hand import Hand, box_of, canvas_of
from viewing.tools.bending import bent
from viewing.tools.edit import TOO_FEW, TOO_SMALL, EditTool
from viewing.tools.finishing import CROSSED
from viewing.tools.marks import CHANGED
from viewing.tools.tool import NOTHING_SHOWN, ToolCursor, ToolKey

MODEL = ModelProvenance("package", "1", 0.5, "default")
SQUARE = tuple(ImagePoint(x, y) for x, y in ((100, 100), (200, 100), (200, 200), (100, 200)))
OUTLINE = Geometry("1.2.3", contour=Contour(SQUARE))
BOX = Geometry("1.2.3", box=Box(250, 100, 350, 200))


def mass(geometry: Geometry, *, model: bool = False) -> Finding:
    if model:
        return Finding(uuid4(), FindingKind.MASS, (geometry,), MODEL, malignancy=0.5)
    return new_finding(FindingKind.MASS, geometry, "reader")


def hand_over(*findings: Finding, selected: tuple[int, ...] = (0,), **changes: object) -> Hand:
    chosen = tuple(findings[place].id for place in selected)
    canvas = canvas_of(document=Document("1.2", findings), selected=chosen, **changes)
    return Hand(EditTool(), canvas)


def shape(hand: Hand, one: UUID) -> Geometry:
    return hand.history.document.by_id[one].geometries[0]


def test_a_press_selects_what_is_under_it_and_a_press_beside_lets_go() -> None:
    one, other = mass(OUTLINE), mass(BOX)
    hand = hand_over(one, other, selected=())
    hand.click((150, 150))
    assert hand.canvas.selected == (one.id,)
    hand.click((250, 150))
    assert hand.canvas.selected == (other.id,)
    hand.click((10, 10))
    assert hand.canvas.selected == ()
    assert hand.history.undo_title == ""


def test_shift_adds_to_what_is_selected_and_takes_away_again() -> None:
    one, other = mass(OUTLINE), mass(BOX)
    hand = hand_over(one, other, selected=())
    hand.click((150, 150))
    hand.click((300, 150), shift=True)
    assert hand.canvas.selected == (one.id, other.id)
    hand.click((150, 150), shift=True)
    assert hand.canvas.selected == (other.id,)
    hand.click((10, 10), shift=True)
    assert hand.canvas.selected == (other.id,)


def test_a_click_on_one_of_several_selected_marks_selects_it_alone() -> None:
    one, other = mass(OUTLINE), mass(BOX)
    hand = hand_over(one, other, selected=(0, 1))
    hand.click((300, 150))
    assert hand.canvas.selected == (other.id,)


def test_alt_reaches_the_marks_below_in_turn() -> None:
    inner = Geometry("1.2.3", box=Box(120, 120, 180, 180))
    one, other = mass(OUTLINE), mass(inner)
    hand = hand_over(one, other, selected=())
    hand.click((150, 150))
    assert hand.canvas.selected == (other.id,)
    hand.click((150, 150), alt=True)
    assert hand.canvas.selected == (one.id,)
    hand.click((150, 150), alt=True)
    assert hand.canvas.selected == (other.id,)


def test_dragging_a_vertex_moves_it_alone_by_as_much_as_the_pointer() -> None:
    one = mass(OUTLINE)
    hand = hand_over(one)
    hand.stroke((203, 202), (220, 220), (233, 222))
    assert hand.outline == (*SQUARE[:2], ImagePoint(230, 220), SQUARE[3])


def test_a_hand_that_trembles_changes_nothing() -> None:
    hand = hand_over(mass(OUTLINE))
    hand.stroke((200, 200), (202, 201))
    hand.stroke((150, 150), (148, 151))
    assert hand.history.undo_title == ""


def test_the_preview_shows_the_shape_on_its_way_in_place_of_the_mark() -> None:
    one = mass(OUTLINE)
    hand = hand_over(one)
    hand.press(200, 200)
    hand.drag(230, 220)
    preview = hand.tool.preview
    assert preview.hidden == {one.id}
    assert preview.lines[0].points[2] == ImagePoint(230, 220)
    assert preview.handles == (ImagePoint(230, 220),)
    assert "mm" in preview.note
    hand.release(230, 220)
    assert hand.tool.preview == NOTHING_SHOWN
    assert hand.outline == preview.lines[0].points


def test_vertices_too_close_for_handles_bend_along() -> None:
    count = 400
    circle = tuple(
        ImagePoint(200 + 80 * math.cos(turn), 200 + 80 * math.sin(turn))
        for turn in (2 * math.pi * index / count for index in range(count))
    )
    hand = hand_over(mass(Geometry("1.2.3", contour=Contour(circle))))
    hand.stroke((280, 200), (290, 200), (286, 200))
    moved = [
        math.hypot(new.x - old.x, new.y - old.y)
        for old, new in zip(circle, hand.outline, strict=True)
    ]
    assert moved[0] == pytest.approx(6)
    assert moved[3] == pytest.approx(moved[-3])
    assert 0 < moved[3] < moved[1] < 6
    assert moved[20:-20] == [0.0] * (count - 40)


def test_alt_drags_a_single_vertex_however_close_the_others_are() -> None:
    count = 400
    circle = tuple(
        ImagePoint(200 + 80 * math.cos(turn), 200 + 80 * math.sin(turn))
        for turn in (2 * math.pi * index / count for index in range(count))
    )
    hand = hand_over(mass(Geometry("1.2.3", contour=Contour(circle))))
    hand.press(280, 200)
    hand.drag(290, 200, alt=True)
    hand.release(290, 200, alt=True)
    changed = [index for index in range(count) if hand.outline[index] != circle[index]]
    assert changed == [0]


def test_ctrl_on_an_edge_makes_a_vertex_there_and_drags_it() -> None:
    hand = hand_over(mass(OUTLINE))
    hand.stroke((150, 101), (150, 60), ctrl=True)
    assert len(hand.outline) == 5
    assert hand.outline[1] == ImagePoint(150, 59)
    hand.click((120, 200), ctrl=True)
    assert len(hand.outline) == 6


def test_back_takes_the_vertex_under_the_pointer_away_but_keeps_three() -> None:
    hand = hand_over(mass(OUTLINE))
    assert hand.key(ToolKey.BACK) is None
    hand.hover(150, 150)
    assert hand.key(ToolKey.BACK) is None
    hand.hover(201, 201)
    hand.key(ToolKey.BACK)
    assert hand.outline == (*SQUARE[:2], SQUARE[3])
    hand.hover(101, 101)
    hand.key(ToolKey.BACK)
    assert hand.said == [TOO_FEW]
    assert len(hand.outline) == 3


def test_dragging_the_inside_moves_everything_selected_as_one_step() -> None:
    one, other = mass(OUTLINE), mass(BOX)
    hand = hand_over(one, other, selected=(0, 1))
    before = hand.history.document
    hand.stroke((150, 150), (170, 160), (160, 170))
    assert shape(hand, one.id).contour == Contour(
        tuple(ImagePoint(point.x + 10, point.y + 20) for point in SQUARE)
    )
    assert shape(hand, other.id).box == Box(260, 120, 360, 220)
    assert hand.history.undo_title == "move 2 findings"
    hand.history.undo()
    assert hand.history.document == before


def test_a_mark_that_was_not_selected_is_selected_and_moved_by_one_drag() -> None:
    one, other = mass(OUTLINE), mass(BOX)
    hand = hand_over(one, other)
    hand.stroke((300, 150), (310, 160), (320, 150))
    assert hand.canvas.selected == (other.id,)
    assert shape(hand, other.id).box == Box(270, 100, 370, 200)
    assert shape(hand, one.id) == OUTLINE


def test_nothing_leaves_the_image_however_far_it_is_dragged() -> None:
    one, other = mass(OUTLINE), mass(BOX)
    hand = hand_over(one, other, selected=(0, 1))
    hand.stroke((150, 150), (-5000, 9000))
    for finding in (one, other):
        moved = shape(hand, finding.id)
        box = moved.box or box_of(moved.contour.points if moved.contour else ())
        assert (box.width, box.height) == (100, 100)
        assert box.left == -0.5
        assert box.bottom == 399.5


def test_corners_and_sides_of_a_box_are_dragged_and_it_may_turn_inside_out() -> None:
    hand = hand_over(mass(BOX))
    hand.stroke((350, 200), (380, 240))
    assert hand.drawn.box == Box(250, 100, 380, 240)
    hand.stroke((250, 170), (270, 100))
    assert hand.drawn.box == Box(270, 100, 380, 240)
    hand.stroke((270, 100), (400, 300))
    assert hand.drawn.box == Box(380, 240, 400, 300)
    hand.stroke((400, 300), (900, 900))
    assert hand.drawn.box == Box(380, 240, 499.5, 399.5)


def test_a_box_is_not_made_smaller_than_a_mark() -> None:
    hand = hand_over(mass(BOX))
    hand.stroke((350, 200), (251, 101))
    assert hand.said == [TOO_SMALL]
    assert hand.drawn == BOX


def test_an_outline_that_crosses_itself_keeps_its_largest_part_and_says_so() -> None:
    hand = hand_over(mass(OUTLINE))
    hand.stroke((200, 200), (60, 130))
    assert hand.said == [CROSSED]
    assert crosses_itself(hand.outline) is None


def test_shapes_that_would_disagree_with_the_dragged_one_go_or_come_along() -> None:
    mask = RleMask.of(RleMask(canvas_of().size).pixels() + 1, canvas_of().size)
    both = Geometry("1.2.3", contour=Contour(SQUARE), box=Box(100, 100, 200, 200), mask=mask)
    hand = hand_over(mass(both))
    hand.stroke((200, 200), (240, 240))
    assert hand.drawn.mask is None
    assert hand.drawn.box == Box(100, 100, 240, 240)
    inside = replace(both, mask=None, box=Box(90, 90, 210, 210))
    hand = hand_over(mass(inside))
    hand.stroke((90, 90), (80, 80))
    assert hand.drawn.contour == Contour(SQUARE)
    hand.stroke((80, 80), (150, 150))
    assert hand.drawn.contour is None


def test_a_groups_dots_stay_when_its_outline_is_changed() -> None:
    mask = RleMask.of(RleMask(canvas_of().size).pixels() + 1, canvas_of().size)
    geometry = Geometry("1.2.3", contour=Contour(SQUARE), mask=mask)
    group = new_finding(FindingKind.CALCIFICATION_GROUP, geometry, "reader")
    hand = hand_over(group)
    hand.stroke((200, 200), (240, 240))
    assert hand.drawn.mask == mask
    assert hand.outline[2] == ImagePoint(240, 240)


def test_a_models_mark_gets_a_child_which_is_then_selected() -> None:
    one = mass(OUTLINE, model=True)
    hand = hand_over(one)
    hand.stroke((200, 200), (230, 220))
    model, child = hand.findings
    assert model == one
    assert child.parent_id == one.id
    assert hand.canvas.selected == (child.id,)
    hand.stroke((230, 220), (240, 240))
    assert len(hand.findings) == 2


def test_links_stay_mutual_when_two_linked_marks_of_a_model_are_moved_together() -> None:
    one, other = mass(OUTLINE, model=True), mass(BOX, model=True)
    linked = (replace(one, counterpart_id=other.id), replace(other, counterpart_id=one.id))
    hand = hand_over(*linked, selected=(0, 1))
    hand.stroke((150, 150), (170, 160))
    document = hand.history.document
    first, second = document.live
    assert (first.counterpart_id, second.counterpart_id) == (second.id, first.id)
    assert hand.canvas.selected == (first.id, second.id)


@pytest.mark.parametrize(
    ("turn", "step"),
    [
        (Turn(), (1, 0)),
        (Turn(flip_columns=True), (-1, 0)),
        (Turn(flip_rows=True), (1, 0)),
        (Turn(transpose=True), (0, 1)),
        (Turn(transpose=True, flip_columns=True), (0, -1)),
    ],
)
def test_arrows_move_a_pixel_the_way_they_point_on_the_screen(
    turn: Turn, step: tuple[int, int]
) -> None:
    hand = hand_over(mass(OUTLINE), turn=turn)
    hand.key(ToolKey.RIGHT)
    moved = ImagePoint(100 + step[0], 100 + step[1])
    assert hand.outline[0] == moved
    size = hand.canvas.size
    before, after = turn.to_shown(SQUARE[0], size), turn.to_shown(moved, size)
    assert (after.x - before.x, after.y - before.y) == (1, 0)
    hand.key(ToolKey.FAR_RIGHT)
    assert hand.outline[0] == ImagePoint(100 + 11 * step[0], 100 + 11 * step[1])


def test_arrows_mean_nothing_to_the_tool_with_nothing_selected() -> None:
    hand = hand_over(mass(OUTLINE), selected=())
    assert hand.key(ToolKey.LEFT) is None
    assert hand.key(ToolKey.CANCEL) is None


def test_escape_lets_go_of_the_drag_then_of_the_selection() -> None:
    hand = hand_over(mass(OUTLINE))
    hand.press(200, 200)
    hand.drag(300, 300)
    hand.key(ToolKey.CANCEL)
    assert hand.tool.preview == NOTHING_SHOWN
    assert not hand.tool.unfinished
    hand.release(300, 300)
    assert hand.drawn == OUTLINE
    hand.key(ToolKey.CANCEL)
    assert hand.canvas.selected == ()


def test_the_cursor_tells_what_a_press_would_take_hold_of() -> None:
    hand = hand_over(mass(OUTLINE), mass(BOX))
    seen = []
    for place in ((10, 10), (200, 200), (150, 150), (350, 200)):
        hand.hover(*place)
        seen.append((hand.tool.cursor, hand.tool.preview.handles))
    assert [cursor for cursor, _ in seen] == [
        ToolCursor.ARROW,
        ToolCursor.GRAB,
        ToolCursor.MOVE,
        ToolCursor.ARROW,
    ]
    assert [handles for _, handles in seen] == [(), (ImagePoint(200, 200),), (), ()]


def test_a_mark_of_another_frame_is_not_under_the_pointer() -> None:
    hand = hand_over(mass(replace(OUTLINE, frame=3, last_frame=5)), frame=2, last_frame=4)
    hand.stroke((150, 150), (180, 180))
    assert hand.history.undo_title == ""
    assert hand.canvas.selected == ()


places = st.tuples(st.floats(-50, 550), st.floats(-50, 450))
moves = st.tuples(
    st.lists(places, min_size=1, max_size=4), st.booleans(), st.booleans(), st.booleans()
)


@settings(max_examples=60, deadline=None)
@given(st.lists(moves, min_size=1, max_size=6), st.sampled_from(list(ToolKey)), st.booleans())
def test_whatever_the_hand_does_every_step_can_be_taken_back_exactly(
    gestures: list[tuple[list[tuple[float, float]], bool, bool, bool]],
    key: ToolKey,
    model: bool,
) -> None:
    mask = RleMask.of(RleMask(canvas_of().size).pixels()[:40, :40] + 1, canvas_of().size, 30, 250)
    marks = (
        mass(OUTLINE, model=model),
        mass(BOX),
        mass(Geometry("1.2.3", mask=mask)),
        mass(Geometry("1.2.3", point=ImagePoint(400, 300))),
    )
    hand = hand_over(*marks, selected=(0, 2))
    before = hand.history.document
    for way, shift, ctrl, alt in gestures:
        hand.stroke(*way, shift=shift, ctrl=ctrl, alt=alt)
        hand.hover(*way[0])
        hand.key(key)
        for finding in hand.history.document.live:
            contour = finding.geometries[0].contour
            assert contour is None or crosses_itself(contour.points) is None
    while hand.history.undo() is not None:
        pass
    assert hand.history.document == before


@given(
    st.integers(0, 19),
    st.floats(-30, 30),
    st.floats(-30, 30),
    st.floats(0, 60),
)
def test_bending_moves_the_vertex_whole_and_no_other_further(
    index: int, dx: float, dy: float, span: float
) -> None:
    turns = [turn * math.pi / 10 for turn in range(20)]
    ring = tuple(ImagePoint(200 + 40 * math.cos(turn), 40 * math.sin(turn)) for turn in turns)
    to = ImagePoint(ring[index].x + dx, ring[index].y + dy)
    after = bent(ring, index, to, span)
    far = [math.hypot(a.x - b.x, a.y - b.y) for a, b in zip(ring, after, strict=True)]
    assert after[index] == to
    assert max(far) <= math.hypot(dx, dy) + 1e-9


def test_a_drag_on_a_mark_that_was_undone_meanwhile_says_so() -> None:
    hand = hand_over(mass(OUTLINE))
    hand.key(ToolKey.RIGHT)
    hand.press(201, 200)
    hand.drag(240, 240)
    hand.history.undo()
    hand.canvas = replace(hand.canvas, document=hand.history.document)
    hand.release(240, 240)
    assert hand.said == [CHANGED]
    assert hand.drawn == OUTLINE
