"""The tool for a network's contours: it says what it wants, and takes what comes."""

from __future__ import annotations

import pytest

from domain.finding import FindingKind, FindingStatus
from domain.geometry import ImagePoint
from tests.support.drawing_hand import Hand, canvas_of
from viewing.tools.asked import NO_CONTOUR, AskedOutlineTool, Wanted
from viewing.tools.finishing import OUTSIDE
from viewing.tools.tool import ToolKey

SQUARE = tuple(ImagePoint(*one) for one in ((100, 100), (140, 100), (140, 150), (100, 150)))


@pytest.fixture
def hand() -> Hand:
    return Hand(AskedOutlineTool())


def tool_of(hand: Hand) -> AskedOutlineTool:
    assert isinstance(hand.tool, AskedOutlineTool)
    return hand.tool


def wanted_by(hand: Hand) -> Wanted:
    wanted = tool_of(hand).wanted
    assert wanted is not None
    return wanted


def clicked(hand: Hand) -> Wanted:
    hand.click((120, 125))
    return wanted_by(hand)


def dragged(hand: Hand) -> Wanted:
    hand.press(95, 95)
    hand.drag(145, 155)
    hand.release(145, 155)
    return wanted_by(hand)


def test_a_click_wants_the_outline_under_it_and_a_drag_the_one_in_its_box(hand: Hand) -> None:
    wanted = clicked(hand)
    assert wanted.final
    assert wanted.at == ImagePoint(120, 125)
    hand.tool.leave()
    wanted = dragged(hand)
    assert wanted.final
    assert wanted.box is not None
    assert (wanted.box.left, wanted.box.bottom) == (95, 155)


def test_the_answer_is_one_finding_of_the_reader_and_one_step(hand: Hand) -> None:
    for want in (clicked, dragged):
        answer = tool_of(hand).heard(want(hand), SQUARE)
        assert answer.command is not None
        hand.history.do(answer.command)
    one, other = hand.findings
    assert one.kind is other.kind is FindingKind.MASS
    assert one.status is FindingStatus.ACCEPTED
    contour = one.geometries[0].contour
    assert contour is not None
    assert contour.points == SQUARE
    hand.history.undo()
    assert len(hand.findings) == 1
    assert not hand.tool.unfinished


def test_the_outline_shows_while_the_box_is_dragged_and_makes_no_finding(hand: Hand) -> None:
    hand.press(95, 95)
    hand.drag(140, 150)
    preview = wanted_by(hand)
    assert not preview.final
    answer = tool_of(hand).heard(preview, SQUARE)
    assert answer.command is None
    assert any(line.points == SQUARE for line in hand.tool.preview.lines)
    hand.drag(145, 155)
    assert wanted_by(hand) is not preview
    assert any(line.points == SQUARE for line in hand.tool.preview.lines)


def test_a_preview_that_comes_after_the_button_went_up_changes_nothing(hand: Hand) -> None:
    hand.press(95, 95)
    hand.drag(145, 155)
    preview = wanted_by(hand)
    hand.release(145, 155)
    tool_of(hand).heard(wanted_by(hand), SQUARE)
    shown = hand.tool.preview
    assert tool_of(hand).heard(preview, SQUARE).command is None
    assert hand.tool.preview is shown


@pytest.mark.parametrize("trouble", ["", "The network is gone"])
def test_no_contour_says_why_and_leaves_nothing(hand: Hand, trouble: str) -> None:
    answer = tool_of(hand).heard(clicked(hand), (), trouble)
    assert answer.command is None
    assert answer.message == (trouble or NO_CONTOUR)
    assert not hand.tool.unfinished
    assert not hand.tool.preview.dots


def test_what_was_let_go_is_not_heard(hand: Hand) -> None:
    wanted = clicked(hand)
    assert hand.tool.unfinished
    hand.key(ToolKey.CANCEL)
    assert tool_of(hand).heard(wanted, SQUARE).command is None


def test_the_same_answer_twice_is_heard_once(hand: Hand) -> None:
    wanted = clicked(hand)
    assert tool_of(hand).heard(wanted, SQUARE).command is not None
    assert tool_of(hand).heard(wanted, SQUARE).command is None


def test_a_double_click_wants_one_outline(hand: Hand) -> None:
    wanted = clicked(hand)
    hand.press(120, 125, again=True)
    hand.release(120, 125)
    assert wanted_by(hand) is wanted


def test_two_clicks_soon_after_each_other_are_both_answered(hand: Hand) -> None:
    first = clicked(hand)
    hand.click((300, 300))
    second = wanted_by(hand)
    assert tool_of(hand).heard(first, SQUARE).command is not None
    assert tool_of(hand).heard(second, SQUARE).command is not None
    assert not hand.tool.unfinished


def test_outside_the_image_nothing_is_wanted(hand: Hand) -> None:
    assert hand.press(-20, 10).message == OUTSIDE
    assert tool_of(hand).wanted is None


def test_the_outline_keeps_to_the_image_and_frame_that_it_was_asked_on() -> None:
    hand = Hand(AskedOutlineTool(), canvas_of(frame=3, last_frame=5))
    wanted = clicked(hand)
    hand.canvas = canvas_of(frame=7, last_frame=7)
    answer = tool_of(hand).heard(wanted, SQUARE)
    assert answer.command is not None
    hand.history.do(answer.command)
    (mark,) = hand.findings[0].geometries
    assert mark.frame == 3
    assert mark.last_frame == 5
