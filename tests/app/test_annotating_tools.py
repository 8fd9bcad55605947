"""Each annotation tool in the window, by the events of a mouse and of keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.gui.finding_facts import rows_of
from domain.finding import FindingKind, Geometry
from domain.geometry import Box
from tests.app.conftest import Start
from tests.support.annotator import ALT, CTRL, SHIFT, Annotator, Lesion
from viewing.tools.tool import ToolId
from widgets.finding_list import FindingRow

Key = Qt.Key
WIDE = Box(420.0, 300.0, 660.0, 560.0)
"""In a right breast, large enough on the screen for its handles."""


@pytest.fixture
def hand(start: Start) -> Annotator:
    return start()


def ellipse(hand: Annotator, view: str, box: Box) -> None:
    hand.key(Key.Key_C, SHIFT)
    hand.drag(view, (box.left, box.top), (box.right, box.bottom))


def outline(mark: Geometry) -> tuple[tuple[float, float], ...]:
    assert mark.contour is not None
    return tuple((point.x, point.y) for point in mark.contour.points)


def area(hand: Annotator) -> int:
    assert hand.mark.mask is not None
    return hand.mark.mask.area


# Shapes.


def test_box_point_and_ellipse_are_drawn_by_one_gesture_each(hand: Annotator) -> None:
    hand.box("RCC", WIDE)
    assert hand.mark.box is not None
    assert hand.mark.box.width == pytest.approx(WIDE.width, abs=3)
    hand.key(Key.Key_P, SHIFT)
    hand.click("LCC", (200, 500))
    assert hand.mark.point is not None
    assert hand.newest.kind is FindingKind.ASYMMETRY
    ellipse(hand, "RMLO", WIDE)
    assert len(outline(hand.mark)) == 48
    assert [one.number for one in _rows(hand)] == [1, 2, 3]


def test_a_region_to_be_ignored_is_drawn_with_the_kind_chosen_before(hand: Annotator) -> None:
    hand.key(Key.Key_8, CTRL)
    hand.box("RCC", WIDE)
    assert hand.newest.kind is FindingKind.IGNORED_REGION
    hand.key(Key.Key_0, CTRL)
    hand.box("LCC", Box(100, 300, 200, 400))
    assert hand.newest.kind is FindingKind.MASS


def test_the_hint_of_a_tool_goes_when_the_shape_is_finished_or_let_go(
    hand: Annotator, lesions: dict[tuple[str, int], Lesion]
) -> None:
    hand.key(Key.Key_L)
    hand.click("LCC", *lesions["LCC", 2].anchors(6))
    assert "close by double click" in hand.said
    hand.key(Key.Key_Return)
    assert "close by double click" not in hand.said
    hand.click("LCC", *lesions["LCC", 2].anchors(3))
    hand.key(Key.Key_Escape)
    assert "close by double click" not in hand.said


# Changing them.


def test_a_vertex_is_dragged_added_and_taken_away(hand: Annotator) -> None:
    ellipse(hand, "RCC", WIDE)
    hand.key(Key.Key_E)
    right = (WIDE.right, WIDE.centre.y)
    hand.drag("RCC", right, (right[0] + 20, right[1]), (right[0] + 50, right[1]))
    assert max(x for x, _ in outline(hand.mark)) == pytest.approx(WIDE.right + 50, abs=3)
    points = len(outline(hand.mark))
    box = Box(100, 300, 300, 500)
    hand.key(Key.Key_C)
    hand.click("LCC", (box.left, box.top), (box.right, box.top), (box.right, box.bottom))
    hand.key(Key.Key_Return)
    assert len(outline(hand.mark)) == 3 < points
    hand.key(Key.Key_E)
    hand.click("LCC", (box.centre.x, box.top), keys=CTRL)
    assert len(outline(hand.mark)) == 4
    hand.hover("LCC", (box.centre.x, box.top))
    hand.key(Key.Key_Backspace)
    assert len(outline(hand.mark)) == 3


def test_a_finding_is_moved_by_a_drag_and_by_arrow_keys_the_way_they_point(
    hand: Annotator,
) -> None:
    hand.box("RCC", WIDE)
    hand.key(Key.Key_E)
    middle = (WIDE.centre.x, WIDE.centre.y)
    before = hand.mark.box
    hand.drag("RCC", middle, (middle[0] - 30, middle[1]), (middle[0] - 60, middle[1] + 30))
    moved = hand.mark.box
    assert before is not None
    assert moved is not None
    assert moved.left - before.left == pytest.approx(-60, abs=4)
    assert moved.width == pytest.approx(before.width)
    hand.key(Key.Key_Right, times=3)
    hand.key(Key.Key_Down, SHIFT)
    after = hand.mark.box
    assert after is not None
    assert (after.left - moved.left, after.top - moved.top) == (3, 10)


def test_an_outline_is_pushed_redrawn_in_part_and_smoothed(hand: Annotator) -> None:
    ellipse(hand, "RCC", WIDE)
    drawn = outline(hand.mark)
    hand.key(Key.Key_U, SHIFT)
    x, y = WIDE.left, WIDE.centre.y
    hand.drag("RCC", (x - 60, y), (x - 20, y), (x + 30, y), (x + 60, y))
    pushed = outline(hand.mark)
    assert pushed != drawn
    assert "push the edge" in hand.annotating.reading.history.undo_title
    hand.key(Key.Key_W, SHIFT)
    top, right = (WIDE.centre.x, WIDE.top), (WIDE.right, WIDE.centre.y)
    hand.drag("RCC", top, (WIDE.right - 20, WIDE.top + 10), (WIDE.right, WIDE.top + 60), right)
    redrawn = outline(hand.mark)
    assert redrawn != pushed
    hand.key(Key.Key_E, CTRL)
    assert outline(hand.mark) != redrawn
    assert len(hand.findings) == 1


def test_a_finding_is_duplicated_copied_to_the_other_breast_and_removed(hand: Annotator) -> None:
    ellipse(hand, "RCC", WIDE)
    uid = hand.mark.sop_instance_uid
    hand.key(Key.Key_D, CTRL)
    assert hand.mark.sop_instance_uid == uid
    assert len(hand.findings) == 2
    hand.key(Key.Key_M, CTRL)
    mirrored = hand.mark
    assert mirrored.sop_instance_uid != uid
    assert len(outline(mirrored)) == 48
    hand.key(Key.Key_Delete)
    assert len(hand.findings) == 2
    hand.key(Key.Key_Z, CTRL)
    assert hand.mark == mirrored


# Painting and dots.


def test_brush_eraser_and_threshold_brush_paint_one_mark(
    hand: Annotator, lesions: dict[tuple[str, int], Lesion]
) -> None:
    x, y = lesions["LCC", 2].middle
    hand.key(Key.Key_B, SHIFT)
    hand.drag("LCC", (x, y - 20), (x, y), (x, y + 20))
    painted = area(hand)
    hand.key(Key.Key_BracketRight, CTRL)
    assert "Brush 5.0 mm across" in hand.said
    hand.drag("LCC", (x + 10, y), (x + 20, y))
    more = area(hand)
    assert more > painted
    hand.key(Key.Key_K, SHIFT)
    hand.drag("LCC", (x + 30, y - 30), (x + 30, y + 30))
    less = area(hand)
    assert less < more
    hand.key(Key.Key_T, SHIFT)
    hand.drag("LCC", (x, y - 10), (x, y + 10))
    assert len(hand.findings) == 1


def test_dots_join_one_group_and_a_second_press_takes_one_away(hand: Annotator) -> None:
    hand.key(Key.Key_D)
    for place in ((150, 400), (170, 420), (160, 450)):
        hand.click("LCC", place, keys=ALT)
    assert len(hand.findings) == 1
    assert hand.newest.kind is FindingKind.CALCIFICATION_GROUP
    three = area(hand)
    hand.click("LCC", (160, 450))
    assert 0 < area(hand) < three


# Keys alone.


def test_a_box_is_drawn_with_keys_alone(hand: Annotator) -> None:
    hand.key(Key.Key_B)
    hand.key(Key.Key_Up, SHIFT, times=4)
    hand.key(Key.Key_Return)
    hand.key(Key.Key_Down, SHIFT, times=3)
    hand.key(Key.Key_Right, SHIFT, times=5)
    hand.key(Key.Key_Return)
    assert hand.mark.box is not None
    scale = hand.window.services.model.state.panes[0].placement.x_scale
    assert hand.mark.box.width * scale == pytest.approx(50, abs=1)
    assert hand.mark.box.height * scale == pytest.approx(30, abs=1)


def test_escape_goes_one_step_out_each_time_and_never_out_of_the_case(
    hand: Annotator, lesions: dict[tuple[str, int], Lesion]
) -> None:
    hand.double_click("LCC", lesions["LCC", 2].middle)
    assert hand.window.services.model.state.alone is not None
    hand.key(Key.Key_L)
    hand.click("LCC", *lesions["LCC", 2].anchors(3))
    assert hand.annotating.hand.unfinished
    hand.key(Key.Key_Escape)
    assert not hand.annotating.hand.unfinished
    assert hand.annotating.tool is ToolId.LIVEWIRE
    hand.key(Key.Key_Escape)
    assert hand.window.services.model.state.alone is None
    hand.key(Key.Key_Escape)
    assert hand.annotating.tool is None
    hand.key(Key.Key_Escape, times=3)
    assert hand.window.in_reading
    assert hand.findings == ()


def test_tab_steps_through_findings_with_linked_ones_as_one(hand: Annotator) -> None:
    hand.box("LCC", Box(100, 300, 200, 400))
    hand.box("RCC", WIDE)
    hand.box("RMLO", WIDE)
    first, second, third = (one.id for one in hand.findings)
    hand.key(Key.Key_J, CTRL)
    hand.select("RCC", (WIDE.centre.x, WIDE.centre.y))
    assert set(hand.annotating.selected) == {second, third}
    hand.key(Key.Key_Tab)
    assert hand.annotating.selected == (first,)
    hand.key(Key.Key_Tab)
    assert set(hand.annotating.selected) == {second, third}
    hand.key(Key.Key_Tab)
    assert hand.annotating.selected == (first,)


def _rows(hand: Annotator) -> list[FindingRow]:
    return list(rows_of(hand.annotating, hand.window.findings.views))
