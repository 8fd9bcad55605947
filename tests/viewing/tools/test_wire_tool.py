"""The live wire as a tool: anchors by presses, edges followed between them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.shapes.contours import area, crosses_itself
from annotations.shapes.outlines import mask_of
from domain.geometry import ImagePoint
from tests.support.drawing_hand import Hand, box_of, canvas_of
from viewing.tools import wire as wire_module
from viewing.tools.contour import TOO_FEW
from viewing.tools.tool import Canvas, ToolKey
from viewing.tools.wire import LivewireTool

CENTRE = (250.0, 200.0)
RADIUS = 90.0


@cache
def soft_disc() -> npt.NDArray[np.uint16]:
    """A bright disc with a soft edge on noise."""
    ys, xs = np.mgrid[:400, :500]
    away = np.hypot(xs - CENTRE[0], ys - CENTRE[1])
    disc = 400 / (1 + np.exp((away - RADIUS) / 3))
    return (800 + disc + np.random.default_rng(5).normal(0, 20, disc.shape)).astype(np.uint16)


def canvas(**changes: Any) -> Canvas:
    return canvas_of(pixels=soft_disc(), **changes)


def on_edge(part: float, off: float = 0.0) -> tuple[float, float]:
    turn, radius = 2 * math.pi * part, RADIUS + off
    return CENTRE[0] + radius * math.cos(turn), CENTRE[1] + radius * math.sin(turn)


def from_edge(points: tuple[ImagePoint, ...]) -> float:
    return max(
        abs(math.hypot(point.x - CENTRE[0], point.y - CENTRE[1]) - RADIUS) for point in points
    )


def test_six_presses_around_a_soft_disc_outline_it() -> None:
    hand = Hand(LivewireTool(), canvas())
    hand.click(*(on_edge(step / 6) for step in range(6)))
    hand.key(ToolKey.FINISH)
    size = hand.canvas.size
    drawn = mask_of(hand.outline, size).pixels()
    ys, xs = np.mgrid[: size.rows, : size.columns]
    truth = np.hypot(xs - CENTRE[0], ys - CENTRE[1]) <= RADIUS
    dice = 2 * (drawn & truth).sum() / (drawn.sum() + truth.sum())
    assert dice > 0.97
    assert crosses_itself(hand.outline) is None


def test_the_wire_shows_before_the_press_what_comes_of_it() -> None:
    hand = Hand(LivewireTool(), canvas())
    hand.click(on_edge(0))
    hand.hover(*on_edge(0.15))
    shown = hand.tool.preview.lines[0].points
    hand.press(*on_edge(0.15))
    hand.release(*on_edge(0.15))
    hand.hover(*on_edge(0.15))
    assert hand.tool.preview.lines[0].points[: len(shown)] == shown
    assert len(shown) > 10
    assert from_edge(shown) < 4


def test_alt_leads_straight() -> None:
    hand = Hand(LivewireTool(), canvas())
    hand.click(on_edge(0))
    hand.hover(*on_edge(0.25), alt=True)
    assert len(hand.tool.preview.lines[0].points) == 2


def test_closing_on_the_first_point_follows_the_edge_back() -> None:
    hand = Hand(LivewireTool(), canvas())
    hand.click(on_edge(0), on_edge(0.2), on_edge(0.4), on_edge(0.6), on_edge(0.8))
    hand.click(on_edge(0, 3))
    assert area(hand.outline) == pytest.approx(math.pi * RADIUS**2, rel=0.04)
    assert from_edge(hand.outline) < 5


def test_one_anchor_does_not_close() -> None:
    hand = Hand(LivewireTool(), canvas())
    hand.double(*on_edge(0))
    assert not hand.findings
    assert TOO_FEW in hand.said
    assert hand.tool.unfinished


def test_back_takes_a_whole_part_of_the_wire_and_goes_on_from_the_anchor_before() -> None:
    hand = Hand(LivewireTool(), canvas())
    hand.click(on_edge(0), on_edge(0.1), on_edge(0.2))
    hand.key(ToolKey.BACK)
    assert len(hand.tool.preview.handles) == 2
    x, y = on_edge(0.1)
    assert hand.tool.preview.handles[1] == ImagePoint(x, y)
    hand.hover(*on_edge(0.2))
    assert from_edge(hand.tool.preview.lines[0].points) < 4
    hand.key(ToolKey.BACK)
    hand.key(ToolKey.BACK)
    assert not hand.tool.unfinished


def test_a_drag_draws_freehand_away_from_the_edge() -> None:
    hand = Hand(LivewireTool(), canvas())
    hand.click(on_edge(0))
    hand.stroke(on_edge(0.1), on_edge(0.12, 15), on_edge(0.14, 25), on_edge(0.16, 25))
    line = hand.tool.preview.lines[0].points
    assert ImagePoint(*on_edge(0.14, 25)) in line
    assert ImagePoint(*on_edge(0.16, 25)) in line


def test_presses_outside_the_image_lie_on_its_edge() -> None:
    hand = Hand(LivewireTool(), canvas())
    hand.click((-50, 100), (100, 100), (100, 500), (-80, 450))
    hand.key(ToolKey.FINISH)
    around = box_of(hand.outline)
    assert around.left >= -0.5
    assert around.bottom <= 399.5


def test_the_image_is_looked_at_anew_only_when_it_is_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []
    real = wire_module.LiveWire

    def making(pixels: npt.NDArray[Any], *, bright: bool) -> Any:
        made.append(pixels)
        return real(pixels, bright=bright)

    monkeypatch.setattr(wire_module, "LiveWire", making)
    hand = Hand(LivewireTool(), canvas())
    hand.hover(10, 10)
    assert not made
    hand.click(on_edge(0), on_edge(0.1), on_edge(0.2))
    hand.canvas = replace(hand.canvas, screen=2.0)
    hand.hover(*on_edge(0.3))
    assert len(made) == 1
    other = soft_disc().copy()
    hand.canvas = replace(hand.canvas, pixels=other)
    hand.hover(*on_edge(0.32))
    assert len(made) == 2
    assert made[1] is other


@settings(max_examples=25)
@given(
    st.lists(
        st.one_of(
            st.tuples(
                st.sampled_from(["click", "stroke", "hover", "double"]),
                st.tuples(st.floats(-60, 560), st.floats(-60, 460)),
            ),
            st.tuples(st.just("key"), st.sampled_from([ToolKey.FINISH, ToolKey.BACK])),
        ),
        max_size=12,
    )
)
def test_whatever_touches_come_outlines_are_simple_inside_and_can_be_undone(
    touches: list[tuple[str, Any]],
) -> None:
    hand = Hand(LivewireTool(), canvas())
    for what, where in touches:
        if what == "key":
            hand.key(where)
        elif what == "click":
            hand.click(where)
        elif what == "stroke":
            hand.stroke(where, (where[0] + 20, where[1]), (where[0] + 20, where[1] + 30))
        else:
            getattr(hand, what)(*where)
    for finding in hand.findings:
        contour = finding.geometries[0].contour
        assert contour is not None
        around = box_of(contour.points)
        assert around.left >= -0.5
        assert around.top >= -0.5
        assert around.right <= 499.5
        assert around.bottom <= 399.5
        assert crosses_itself(contour.points) is None
