"""Tools worked by keys alone."""

from __future__ import annotations

from dataclasses import replace

from domain.geometry import Box, ImagePoint
from domain.turn import Turn
from tests.support.drawing_hand import canvas_of
from viewing.tools.box import BoxTool
from viewing.tools.brush import BrushTool
from viewing.tools.keyboard import KeyboardPointer
from viewing.tools.tool import NOTHING, Answer, Canvas, Tool, ToolId, ToolKey, Touch


class Listening(Tool):
    """Writes down what it is told."""

    id = ToolId.EDIT

    def __init__(self) -> None:
        self.told: list[tuple[str, float, float, bool]] = []
        self.left = 0

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        return self._note("press", touch)

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        return self._note("drag", touch)

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        return self._note("release", touch)

    def hover(self, touch: Touch, canvas: Canvas) -> Answer:
        return self._note("hover", touch)

    def leave(self) -> None:
        self.left += 1

    def _note(self, what: str, touch: Touch) -> Answer:
        self.told.append((what, touch.at.x, touch.at.y, touch.again))
        return NOTHING


def keys(tool: Tool, canvas: Canvas, *pressed: ToolKey) -> list[Answer | None]:
    pointer = KeyboardPointer(ImagePoint(100, 100))
    return [pointer.key(key, tool, canvas) for key in pressed]


def test_arrows_hover_and_between_two_finishes_drag_by_screen_pixels() -> None:
    tool = Listening()
    key = ToolKey
    keys(tool, canvas_of(screen=2.0), key.RIGHT, key.FINISH, key.FAR_DOWN, key.LEFT, key.FINISH)
    assert tool.told == [
        ("hover", 102, 100, False),
        ("press", 102, 100, False),
        ("drag", 102, 120, False),
        ("drag", 100, 120, False),
        ("release", 100, 120, False),
    ]


def test_arrows_go_the_way_they_point_on_a_turned_image() -> None:
    tool = Listening()
    canvas = canvas_of(turn=Turn(flip_columns=True))
    keys(tool, canvas, ToolKey.RIGHT, ToolKey.DOWN)
    assert tool.told == [("hover", 99, 100, False), ("hover", 99, 101, False)]


def test_two_clicks_at_one_place_are_a_double_click_and_a_third_is_not() -> None:
    tool = Listening()
    keys(tool, canvas_of(), *[ToolKey.FINISH] * 6)
    assert [again for what, _, _, again in tool.told if what == "press"] == [False, True, False]
    tool = Listening()
    finish = ToolKey.FINISH
    keys(tool, canvas_of(), finish, finish, ToolKey.LEFT, ToolKey.RIGHT, finish, finish)
    assert not any(again for _, _, _, again in tool.told)


def test_the_pointer_stays_on_the_image() -> None:
    tool = Listening()
    keys(tool, canvas_of(screen=50.0), ToolKey.FAR_LEFT, ToolKey.FAR_UP)
    assert tool.told[-1][1:3] == (-0.5, -0.5)


def test_escape_lets_go_of_a_press_and_other_keys_go_to_the_tool() -> None:
    tool = Listening()
    answers = keys(tool, canvas_of(), ToolKey.BACK, ToolKey.FINISH, ToolKey.CANCEL, ToolKey.RIGHT)
    assert answers[0] is None
    assert tool.left == 1
    assert [what for what, *_ in tool.told] == ["press", "hover"]
    larger = keys(BrushTool(), canvas_of(), ToolKey.LARGER)[0]
    assert larger is not None
    assert larger.brush_mm == 2.5


def test_a_box_is_drawn_by_keys_alone() -> None:
    key = ToolKey
    way = (key.FINISH, *[key.FAR_RIGHT] * 3, *[key.FAR_DOWN] * 2, key.DOWN, key.FINISH)
    answers = keys(BoxTool(), canvas_of(), *way)
    last = answers[-1]
    assert last is not None
    (finding,) = last.command.findings  # type: ignore[union-attr]
    assert finding.geometries[0].box == Box(100, 100, 130, 121)


def test_a_stroke_is_painted_by_keys_alone() -> None:
    canvas = replace(canvas_of(), brush_mm=1.0)
    way = (ToolKey.FINISH, *[ToolKey.FAR_RIGHT] * 3, ToolKey.FINISH)
    last = keys(BrushTool(), canvas, *way)[-1]
    assert last is not None
    (finding,) = last.command.findings  # type: ignore[union-attr]
    mask = finding.geometries[0].mask
    assert mask.contains(100, 130)
    assert mask.contains(100, 100)
