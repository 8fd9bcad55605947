"""Marking calcifications dot by dot and by region, by sequences of touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.document.document import Document
from annotations.shapes.groups import dots_of
from domain.finding import Finding, FindingKind, Geometry, ModelProvenance
from domain.geometry import Box, ImagePoint, PixelIndex
from domain.mask import RleMask
from tests.support.drawing_hand import FIFTH_MM, Hand, canvas_of
from viewing.tools.dots import (
    NO_DOT,
    NO_DOT_TO_TAKE,
    NO_DOTS,
    REGION_TOO_SMALL,
    AllDotsTool,
    DotsTool,
    dot_at,
    words_of,
)
from viewing.tools.marks import NOTHING_LEFT_OF_OTHERS
from viewing.tools.tool import Canvas, ToolKey

PLACES = ((100, 100), (130, 110), (115, 140), (150, 135))
MODEL = ModelProvenance("package", "1", 0.5, "default")


def dotted(places: Sequence[tuple[int, int]] = PLACES, *, bright: bool = True) -> Canvas:
    """Plain noise of 0.1 mm pixels with bright dots of 3x3 pixels."""
    pixels = np.random.default_rng(4).normal(2000, 15, (300, 300))
    for x, y in places:
        pixels[y - 1 : y + 2, x - 1 : x + 2] += 400
        pixels[y, x] += 200
    if not bright:
        pixels = 4000 - pixels
    spacing = replace(FIFTH_MM, row_mm=0.1, column_mm=0.1)
    stored = pixels.astype(np.uint16)
    return canvas_of(300, 300, pixels=stored, spacing=spacing, bright=bright)


def centres(hand: Hand) -> list[tuple[int, int]]:
    mask = hand.history.document.live[-1].geometries[0].mask
    assert mask is not None
    return sorted((round(dot.x), round(dot.y)) for dot in dots_of(mask))


@pytest.mark.parametrize("bright", [True, False])
def test_presses_near_dots_gather_their_pixels_in_one_group(bright: bool) -> None:
    hand = Hand(DotsTool(), dotted(bright=bright))
    for x, y in PLACES:
        hand.click((x + 2, y - 2))
    (group,) = hand.findings
    assert group.kind is FindingKind.CALCIFICATION_GROUP
    assert hand.canvas.selected == (group.id,)
    assert centres(hand) == sorted(PLACES)
    assert hand.drawn.mask is not None
    assert 4 * 4 <= hand.drawn.mask.area <= 4 * 16


def test_each_dot_is_a_step_of_its_own() -> None:
    hand = Hand(DotsTool(), dotted())
    hand.click(*PLACES)
    hand.history.undo()
    assert centres(hand) == sorted(PLACES[:3])


def test_a_press_on_a_marked_dot_takes_it_away_and_the_last_takes_the_group() -> None:
    hand = Hand(DotsTool(), dotted())
    hand.click(*PLACES[:2])
    hand.click(PLACES[0])
    assert centres(hand) == [PLACES[1]]
    hand.click((PLACES[1][0] + 2, PLACES[1][1] + 2))
    assert hand.findings == ()
    assert hand.canvas.selected == ()


def test_a_double_click_marks_once() -> None:
    hand = Hand(DotsTool(), dotted())
    hand.double(*PLACES[0])
    assert centres(hand) == [PLACES[0]]


def test_ctrl_only_takes_away() -> None:
    hand = Hand(DotsTool(), dotted())
    hand.click(PLACES[0])
    hand.click(PLACES[1], ctrl=True)
    assert hand.said == [NO_DOT_TO_TAKE]
    assert centres(hand) == [PLACES[0]]


def test_alt_sets_a_dot_by_hand_where_nothing_stands_out() -> None:
    hand = Hand(DotsTool(), canvas_of())
    hand.click((200, 200))
    assert hand.said == [NO_DOT]
    hand.click((200, 200), alt=True)
    assert centres(hand) == [(200, 200)]
    hand.click((5000, 200), alt=True)
    assert hand.said == [NO_DOT, NO_DOT]


def test_with_nothing_selected_the_next_dot_begins_another_group() -> None:
    hand = Hand(DotsTool(), dotted())
    hand.click(PLACES[0])
    hand.key(ToolKey.CANCEL)
    hand.click(PLACES[3])
    assert len(hand.findings) == 2


def test_hovering_shows_what_a_press_would_take_and_what_the_group_measures() -> None:
    hand = Hand(DotsTool(), dotted())
    hand.click(*PLACES)
    hand.hover(PLACES[0][0] + 2, PLACES[0][1])
    preview = hand.tool.preview
    assert preview.dots == (ImagePoint(*map(float, PLACES[0])),)
    assert preview.note.startswith("4 dots, ")
    assert preview.note.endswith(" mm")
    assert len(preview.lines) == 1
    hand.hover(250, 250)
    assert hand.tool.preview.dots == ()


def group_of_model(mask: RleMask | None, box: Box | None = None) -> Finding:
    geometry = Geometry("1.2.3", mask=mask, box=box)
    return Finding(uuid4(), FindingKind.CALCIFICATION_GROUP, (geometry,), MODEL)


def test_dots_on_a_models_group_make_a_child_that_keeps_the_models_box() -> None:
    model = group_of_model(None, Box(80, 80, 170, 160))
    canvas = replace(dotted(), document=Document("1.2", (model,)), selected=(model.id,))
    hand = Hand(DotsTool(), canvas)
    hand.click(*PLACES)
    first, child = hand.findings
    assert first == model
    assert child.parent_id == model.id
    assert child.geometries[0].box == Box(80, 80, 170, 160)
    assert centres(hand) == sorted(PLACES)


def test_the_last_dot_of_a_models_group_is_not_taken_but_rejected() -> None:
    mask = RleMask.of(np.ones((3, 3), np.uint8), dotted().size, 99, 99)
    model = group_of_model(mask)
    canvas = replace(dotted(), document=Document("1.2", (model,)), selected=(model.id,))
    hand = Hand(DotsTool(), canvas)
    hand.click(PLACES[0])
    assert hand.said == [NOTHING_LEFT_OF_OTHERS]
    assert hand.findings == (model,)


def ring(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = np.linspace(0, 2 * np.pi, 40)
    return [(x + radius * np.cos(one), y + radius * np.sin(one)) for one in turns]


def test_a_region_takes_all_dots_inside_and_no_other_in_one_step() -> None:
    hand = Hand(AllDotsTool(), dotted((*PLACES, (220, 220))))
    hand.stroke(*ring(122, 122, 60))
    assert centres(hand) == sorted(PLACES)
    assert hand.said == [words_of(hand.drawn.mask or RleMask(hand.canvas.size), hand.canvas)]
    hand.history.undo()
    assert hand.findings == ()


@pytest.mark.parametrize("bright", [True, False])
def test_dots_of_a_region_grow_from_their_brightest_pixel(bright: bool) -> None:
    canvas = dotted(bright=bright)
    pixels, way = canvas.pixels.astype(np.int64), 1 if bright else -1
    for x, y in PLACES:
        pixels[y - 1 : y + 2, x - 1 : x + 2] -= way * 150
        pixels[y, x] += way * 1200
    hand = Hand(AllDotsTool(), replace(canvas, pixels=pixels.astype(np.uint16)))
    hand.stroke(*ring(122, 122, 60))
    assert centres(hand) == sorted(PLACES)
    assert hand.drawn.mask is not None
    assert hand.drawn.mask.area == len(PLACES)


def test_shift_adds_a_regions_dots_to_the_selected_group() -> None:
    hand = Hand(AllDotsTool(), dotted((*PLACES, (220, 220))))
    hand.stroke(*ring(122, 122, 60))
    hand.stroke(*ring(220, 220, 20), shift=True)
    assert len(hand.findings) == 1
    assert centres(hand) == sorted((*PLACES, (220, 220)))
    hand.stroke(*ring(220, 220, 20))
    assert len(hand.findings) == 2


def test_a_region_without_dots_or_without_extent_says_so() -> None:
    hand = Hand(AllDotsTool(), dotted())
    hand.stroke(*ring(240, 60, 25))
    hand.click((100, 100))
    assert hand.said == [NO_DOTS, REGION_TOO_SMALL]
    assert hand.findings == ()


def test_escape_lets_go_of_a_region() -> None:
    hand = Hand(AllDotsTool(), dotted())
    hand.press(60, 60)
    hand.drag(200, 60)
    hand.key(ToolKey.CANCEL)
    assert not hand.tool.unfinished
    hand.release(100, 200)
    assert hand.findings == ()
    assert hand.said == []


def test_a_part_of_a_mask_is_found_whole_however_long_it_is() -> None:
    size = canvas_of().size
    pixels = np.zeros(size.shape, np.uint8)
    pixels[100, 10:480] = 1
    pixels[101:103, 300] = 1
    pixels[104, 300] = 1
    mask = RleMask.of(pixels, size)
    found = dot_at(mask, PixelIndex(100, 12))
    assert found.area == 472
    assert dot_at(mask, PixelIndex(104, 300)).area == 1


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.integers(-4, 4), st.booleans(), st.booleans()),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
)
def test_whatever_is_pressed_every_step_can_be_taken_back_exactly(
    presses: list[tuple[tuple[int, int], int, bool, bool]], model: bool
) -> None:
    canvas = dotted()
    if model:
        finding = group_of_model(RleMask.of(np.ones((3, 3), np.uint8), canvas.size, 99, 99))
        canvas = replace(canvas, document=Document("1.2", (finding,)), selected=(finding.id,))
    hand = Hand(DotsTool(), canvas)
    for (x, y), beside, ctrl, alt in presses:
        hand.click((x + beside, y), ctrl=ctrl, alt=alt)
    while hand.history.undo() is not None:
        pass
    assert hand.history.document == canvas.document
