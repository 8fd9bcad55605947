"""Pushing, redrawing and smoothing outlines, by sequences of touches."""

from __future__ import annotations

import math
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.document.document import Document
from annotations.intents.revising import new_finding
from annotations.shapes.contours import area, contains, crosses_itself, distance_to, length
from domain.finding import Contour, Finding, FindingKind, Geometry, ModelProvenance
from domain.geometry import Box, ImagePoint
from tests.support.drawing_hand import Hand, box_of, canvas_of
from viewing.tools.push import (
    NO_OUTLINE,
    NO_OUTLINE_SELECTED,
    PushTool,
    smoothed_selection,
)
from viewing.tools.redraw import NOT_NEAR, RedrawTool
from viewing.tools.tool import Tool, ToolKey

MODEL = ModelProvenance("package", "1", 0.5, "default")


def circle(x: float = 200, y: float = 200, radius: float = 60, count: int = 60) -> Contour:
    turns = [2 * math.pi * index / count for index in range(count)]
    return Contour(
        tuple(ImagePoint(x + radius * math.cos(one), y + radius * math.sin(one)) for one in turns)
    )


ROUND = Geometry("1.2.3", contour=circle())


def hand_with(
    tool: Tool, geometry: Geometry = ROUND, *, model: bool = False, chosen: bool = True
) -> Hand:
    finding = new_finding(FindingKind.MASS, geometry, "reader")
    if model:
        finding = Finding(uuid4(), FindingKind.MASS, (geometry,), MODEL)
    document = Document("1.2", (finding,))
    selected = (finding.id,) if chosen else ()
    return Hand(tool, canvas_of(document=document, selected=selected, brush_mm=4.0))


def test_pushing_from_inside_bulges_the_edge_and_from_outside_dents_it() -> None:
    hand = hand_with(PushTool())
    hand.stroke((245, 200), (260, 200), (280, 200))
    out = hand.outline
    assert contains(out, ImagePoint(270, 200))
    assert distance_to(out, ImagePoint(140, 200)).distance < 0.5
    hand.stroke((120, 200), (140, 200), (160, 200))
    assert not contains(hand.outline, ImagePoint(150, 200))


def test_a_fast_push_does_what_a_slow_one_does() -> None:
    slow, fast = hand_with(PushTool()), hand_with(PushTool())
    slow.stroke(*((240 + step, 200) for step in range(0, 41, 2)))
    fast.stroke((240, 200), (280, 200))
    assert area(fast.outline) == pytest.approx(area(slow.outline), rel=0.02)


def test_a_push_is_one_step_and_its_preview_what_comes_of_it() -> None:
    hand = hand_with(PushTool())
    before = hand.history.document
    hand.press(245, 200)
    hand.drag(262, 200)
    hand.drag(275, 205)
    shown = hand.tool.preview
    assert shown.hidden == set(hand.canvas.selected)
    assert shown.ring is not None
    assert shown.ring.radius == hand.canvas.brush_pixels
    hand.release(275, 205)
    assert hand.outline == shown.lines[0].points
    assert hand.history.undo_title == "push the edge of mass"
    hand.history.undo()
    assert hand.history.document == before


def test_a_push_that_touches_nothing_leaves_no_step() -> None:
    hand = hand_with(PushTool())
    hand.stroke((200, 200), (205, 200))
    hand.stroke((400, 300), (420, 300))
    assert hand.history.undo_title == ""


def test_nothing_is_pushed_out_of_the_image() -> None:
    edge = Geometry("1.2.3", contour=circle(x=70))
    hand = hand_with(PushTool(), edge)
    hand.stroke((30, 200), (-40, 200), (-90, 200))
    assert box_of(hand.outline).left >= -0.5


@pytest.mark.parametrize("tool", [PushTool(), RedrawTool()])
def test_without_an_outline_the_tool_says_what_to_do(tool: Tool) -> None:
    hand = hand_with(tool, Geometry("1.2.3", box=Box(100, 100, 200, 200)))
    hand.stroke((100, 150), (120, 150), (100, 180))
    assert hand.said == [NO_OUTLINE]
    assert hand.history.undo_title == ""


@pytest.mark.parametrize("tool", [PushTool(), RedrawTool()])
def test_with_nothing_selected_the_outline_under_the_pointer_is_meant(tool: Tool) -> None:
    hand = hand_with(tool, chosen=False)
    hand.stroke((257, 190), (280, 200), (257, 210))
    assert hand.outline != circle().points
    assert hand.canvas.selected == (hand.findings[0].id,)


@pytest.mark.parametrize("tool", [PushTool(), RedrawTool()])
def test_a_models_outline_is_left_as_it_was(tool: Tool) -> None:
    hand = hand_with(tool, model=True)
    hand.stroke((257, 190), (280, 200), (257, 210))
    model, child = hand.findings
    assert model.geometries == (ROUND,)
    assert child.parent_id == model.id
    assert hand.canvas.selected == (child.id,)


@pytest.mark.parametrize("tool", [PushTool(), RedrawTool()])
def test_escape_lets_go_of_what_is_begun(tool: Tool) -> None:
    hand = hand_with(tool)
    hand.press(257, 190)
    hand.drag(280, 200)
    assert hand.tool.unfinished
    hand.key(ToolKey.CANCEL)
    assert not hand.tool.unfinished
    hand.release(257, 210)
    assert hand.drawn == ROUND


def test_a_stroke_from_edge_to_edge_takes_the_place_of_the_part_between() -> None:
    hand = hand_with(RedrawTool())
    hand.stroke((250, 168), (290, 170), (300, 200), (290, 230), (250, 232))
    assert contains(hand.outline, ImagePoint(285, 200))
    assert distance_to(hand.outline, ImagePoint(140, 200)).distance < 0.5
    assert crosses_itself(hand.outline) is None


def test_a_stroke_that_ends_away_from_the_outline_changes_nothing() -> None:
    hand = hand_with(RedrawTool())
    hand.stroke((250, 168), (290, 170), (380, 200))
    assert hand.said == [NOT_NEAR]
    assert hand.drawn == ROUND


def test_a_click_with_the_redrawing_tool_changes_nothing() -> None:
    hand = hand_with(RedrawTool())
    hand.click((260, 200))
    assert hand.drawn == ROUND
    assert hand.said == []


def test_smoothing_evens_out_every_selected_outline_in_one_step() -> None:
    jagged = Contour(
        tuple(
            ImagePoint(point.x + (-1) ** index * 2, point.y)
            for index, point in enumerate(circle(count=180).points)
        )
    )
    hand = hand_with(PushTool(), Geometry("1.2.3", contour=jagged))
    answer = smoothed_selection(hand.canvas, 3.0)
    assert answer.command is not None
    hand.history.do(answer.command)
    assert length(hand.outline) < 0.8 * length(jagged.points)
    assert area(hand.outline) == pytest.approx(area(jagged.points), rel=0.03)
    nothing = smoothed_selection(replace(hand.canvas, selected=()), 3.0)
    assert nothing.command is None
    assert nothing.message == NO_OUTLINE_SELECTED


places = st.tuples(st.floats(-50, 550), st.floats(-50, 450))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.lists(places, min_size=1, max_size=5), min_size=1, max_size=4),
    st.sampled_from([PushTool, RedrawTool]),
    st.booleans(),
    st.floats(2, 20),
)
def test_outlines_stay_simple_and_inside_and_every_step_is_undone_exactly(
    strokes: list[list[tuple[float, float]]], make: type[Tool], model: bool, radius: float
) -> None:
    hand = hand_with(make(), model=model)
    hand.canvas = replace(hand.canvas, brush_mm=radius)
    before = hand.history.document
    for way in strokes:
        hand.stroke((255, 190), *way, (255, 215))
        contour = hand.history.document.live[-1].geometries[0].contour
        assert contour is not None
        assert crosses_itself(contour.points) is None
        box = box_of(contour.points)
        assert -0.5 <= box.left <= box.right <= 499.5
        assert -0.5 <= box.top <= box.bottom <= 399.5
    while hand.history.undo() is not None:
        pass
    assert hand.history.document == before
