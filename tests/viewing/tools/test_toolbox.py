"""The toolbox, and what every tool keeps to."""

from __future__ import annotations

import pytest

from tests.support.drawing_hand import Hand
from viewing.tools.tool import ToolId, ToolKey
from viewing.tools.toolbox import make_tool


@pytest.mark.parametrize("tool", ToolId)
def test_every_tool_comes_out_of_the_box_as_what_was_asked_for(tool: ToolId) -> None:
    assert make_tool(tool).id is tool


@pytest.mark.parametrize("tool", ToolId)
def test_a_tool_is_new_each_time_and_has_nothing_begun(tool: ToolId) -> None:
    made = make_tool(tool)
    assert made is not make_tool(tool)
    assert not made.unfinished
    made.leave()
    assert not made.unfinished


@pytest.mark.parametrize("tool", ToolId)
def test_a_tool_with_nothing_begun_leaves_escape_to_the_window(tool: ToolId) -> None:
    assert Hand(make_tool(tool)).key(ToolKey.CANCEL) is None


@pytest.mark.parametrize("tool", ToolId)
def test_what_leave_lets_go_of_comes_to_nothing_when_the_button_goes_up(tool: ToolId) -> None:
    hand = Hand(make_tool(tool))
    hand.press(100, 100)
    hand.drag(140, 130)
    hand.tool.leave()
    hand.drag(180, 170)
    hand.release(180, 170)
    assert not hand.findings
    assert not hand.tool.unfinished
