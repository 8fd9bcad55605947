"""Brush, eraser and threshold brush, by sequences of touches."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.commands.command import PaintMask
from annotations.document.document import Document
from annotations.intents.revising import new_finding
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from tests.support.drawing_hand import Hand, canvas_of
from viewing.tools.brush import (
    BEGUN,
    NOTHING_TO_ERASE,
    OUTSIDE,
    BrushTool,
    EraserTool,
    changes,
)
from viewing.tools.marks import CHANGED, NOTHING_LEFT_OF_OTHERS, OTHER_SIZE
from viewing.tools.threshold import ThresholdBrushTool
from viewing.tools.tool import Canvas, Tool, ToolKey

MODEL = ModelProvenance("package", "1", 0.5, "default")
SQUARE = tuple(ImagePoint(x, y) for x, y in ((100, 100), (160, 100), (160, 160), (100, 160)))


def marked_canvas(geometry: Geometry, *, model: bool = False, **changes: object) -> Canvas:
    finding = new_finding(FindingKind.MASS, geometry, "reader")
    if model:
        finding = Finding(uuid4(), FindingKind.MASS, (geometry,), MODEL, malignancy=0.7)
    document = Document("1.2", (finding,))
    return canvas_of(document=document, selected=(finding.id,), **changes)


def square() -> RleMask:
    return RleMask.of(np.ones((60, 60), np.uint8), ImageSize(400, 500), 100, 100)


def mask_of(hand: Hand) -> RleMask:
    mask = hand.history.document.live[-1].geometries[0].mask
    assert mask is not None
    return mask


def test_the_first_stroke_makes_a_finding_and_the_next_goes_on_with_it() -> None:
    hand = Hand(BrushTool())
    hand.stroke((50, 50), (90, 50))
    assert hand.said == [BEGUN]
    (finding,) = hand.findings
    assert finding.status is FindingStatus.ACCEPTED
    assert hand.canvas.selected == (finding.id,)
    first = mask_of(hand).area
    hand.stroke((70, 50), (70, 120))
    assert len(hand.findings) == 1
    assert mask_of(hand).area > first
    assert mask_of(hand).contains(120, 70)


def test_a_stroke_is_as_wide_as_the_brush_in_millimetres() -> None:
    hand = Hand(BrushTool(), canvas_of(brush_mm=2.0))
    hand.stroke((100, 100), (200, 100))
    box = mask_of(hand).box
    assert box == Box(89.5, 89.5, 210.5, 110.5)


def test_one_step_back_takes_the_whole_stroke_back() -> None:
    hand = Hand(BrushTool())
    hand.stroke((50, 50), (90, 50))
    before = hand.history.document
    hand.stroke((50, 100), (60, 110), (70, 130), (90, 200))
    hand.history.undo()
    assert hand.history.document == before


def test_escape_lets_go_of_a_stroke_and_then_of_the_mark() -> None:
    hand = Hand(BrushTool(), marked_canvas(Geometry("1.2.3", mask=square())))
    hand.press(50, 50)
    assert hand.tool.unfinished
    hand.key(ToolKey.CANCEL)
    hand.release(90, 90)
    assert mask_of(hand) == square()
    hand.key(ToolKey.CANCEL)
    assert hand.canvas.selected == ()
    hand.stroke((50, 50), (90, 50))
    assert len(hand.findings) == 2


def test_an_eraser_takes_away_and_ctrl_turns_a_brush_into_one_and_back() -> None:
    for tool, keys in ((EraserTool(), {}), (BrushTool(), {"ctrl": True})):
        hand = Hand(tool, marked_canvas(Geometry("1.2.3", mask=square())))
        hand.stroke((100, 130), (159, 130), **keys)
        assert not mask_of(hand).contains(130, 130)
        assert mask_of(hand).contains(105, 130)
    hand = Hand(EraserTool(), marked_canvas(Geometry("1.2.3", mask=square())))
    hand.stroke((50, 50), (60, 60), ctrl=True)
    assert mask_of(hand).contains(50, 50)


def test_the_preview_of_an_eraser_shows_what_is_left_in_place_of_the_mark() -> None:
    canvas = marked_canvas(Geometry("1.2.3", mask=square()))
    hand = Hand(EraserTool(), canvas)
    hand.press(130, 130)
    shown = hand.tool.preview.painted
    assert shown is not None
    assert hand.tool.preview.hidden == frozenset(canvas.selected)
    left = RleMask.of(shown.pixels, canvas.size, shown.left, shown.top)
    hand.release(130, 130)
    assert mask_of(hand) == left
    assert 0 < left.area < square().area


def test_an_eraser_with_nothing_selected_works_on_the_mark_under_it() -> None:
    canvas = replace(marked_canvas(Geometry("1.2.3", mask=square())), selected=())
    hand = Hand(EraserTool(), canvas)
    hand.stroke((130, 130), (140, 130))
    assert mask_of(hand).area < square().area
    assert hand.canvas.selected == (hand.findings[0].id,)


def test_an_eraser_over_nothing_says_so() -> None:
    hand = Hand(EraserTool())
    hand.stroke((130, 130), (140, 130))
    assert hand.said == [NOTHING_TO_ERASE]
    assert hand.findings == ()


def test_strokes_that_change_no_pixel_leave_no_step() -> None:
    hand = Hand(EraserTool(), marked_canvas(Geometry("1.2.3", mask=square())))
    hand.stroke((300, 300), (310, 300))
    hand.stroke((120, 120), (130, 130), ctrl=True)
    assert hand.history.undo_title == ""


def test_a_stroke_on_the_readers_own_mask_is_kept_as_the_stroke_alone() -> None:
    canvas = marked_canvas(Geometry("1.2.3", mask=square()))
    tool = BrushTool()
    hand = Hand(tool, canvas)
    hand.press(155, 130)
    answer = hand.release(180, 130)
    assert isinstance(answer.command, PaintMask)
    assert answer.command.patch.area < 2000


def test_erasing_all_of_the_readers_own_mark_removes_it() -> None:
    hand = Hand(EraserTool(), marked_canvas(Geometry("1.2.3", mask=square()), brush_mm=20.0))
    hand.stroke((100, 130), (160, 130))
    assert hand.findings == ()
    assert hand.canvas.selected == ()


def test_erasing_all_of_a_models_mark_asks_to_reject_it() -> None:
    canvas = marked_canvas(Geometry("1.2.3", mask=square()), model=True, brush_mm=20.0)
    hand = Hand(EraserTool(), canvas)
    hand.stroke((100, 130), (160, 130))
    assert hand.said == [NOTHING_LEFT_OF_OTHERS]
    assert mask_of(hand) == square()


@pytest.mark.parametrize("tool", [BrushTool(), EraserTool()])
def test_an_outline_becomes_the_mask_that_it_was_before_it_is_painted_on(tool: Tool) -> None:
    geometry = Geometry("1.2.3", contour=Contour(SQUARE), box=Box(100, 100, 160, 160))
    hand = Hand(tool, marked_canvas(geometry))
    hand.stroke((150, 130), (175, 130))
    drawn = hand.drawn
    assert drawn.contour is None
    assert drawn.box is None
    assert mask_of(hand).contains(103, 103)
    assert mask_of(hand).contains(130, 170) == (tool.id is BrushTool.id)
    assert mask_of(hand).contains(130, 155) == (tool.id is BrushTool.id)


@pytest.mark.parametrize("tool", [BrushTool(), EraserTool()])
def test_a_models_mark_is_never_overwritten_but_gets_a_child_of_the_readers(tool: Tool) -> None:
    canvas = marked_canvas(Geometry("1.2.3", mask=square()), model=True)
    hand = Hand(tool, canvas)
    hand.stroke((155, 130), (180, 130))
    model, child = hand.findings
    assert model == canvas.document.findings[0]
    assert child.parent_id == model.id
    assert child.status is FindingStatus.EDITED
    assert child.provenance == ReaderProvenance("reader")
    assert hand.canvas.selected == (child.id,)
    assert child.geometries[0].mask != square()


def test_a_mask_of_another_images_size_is_not_painted_on() -> None:
    mask = RleMask.of(np.ones((20, 20), np.uint8), ImageSize(100, 100), 10, 10)
    hand = Hand(BrushTool(), marked_canvas(Geometry("1.2.3", mask=mask)))
    hand.stroke((50, 50), (60, 60))
    assert hand.said == [OTHER_SIZE]
    assert mask_of(hand) == mask


def test_a_stroke_outside_the_image_says_so() -> None:
    hand = Hand(BrushTool())
    hand.stroke((-200, -200), (-300, -100))
    assert hand.said == [OUTSIDE]
    assert hand.findings == ()


def test_keys_grow_and_shrink_the_tip() -> None:
    canvas = canvas_of(brush_mm=2.0)
    larger = BrushTool().key(ToolKey.LARGER, canvas)
    smaller = BrushTool().key(ToolKey.SMALLER, canvas)
    assert larger is not None
    assert smaller is not None
    assert larger.brush_mm == pytest.approx(2.5)
    assert smaller.brush_mm == pytest.approx(1.6)


def test_painting_in_a_stack_lies_on_the_frames_shown() -> None:
    hand = Hand(BrushTool(), canvas_of(frame=3, last_frame=6))
    hand.stroke((50, 50), (60, 60))
    assert (hand.drawn.frame, hand.drawn.last_frame) == (3, 6)


touches = st.lists(st.tuples(st.floats(-40, 540), st.floats(-40, 440)), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(touches, st.booleans(), st.floats(0.1, 15)), min_size=1, max_size=5),
    st.booleans(),
)
def test_the_mask_is_what_a_plain_array_would_hold_after_any_strokes(
    strokes: list[tuple[list[tuple[float, float]], bool, float]], model: bool
) -> None:
    hand = Hand(BrushTool(), marked_canvas(Geometry("1.2.3", mask=square()), model=model))
    expected = square().pixels()
    for places, erase, radius in strokes:
        if not hand.canvas.selected:
            break
        hand.canvas = replace(hand.canvas, brush_mm=radius)
        hand.press(*places[0], ctrl=erase)
        for place in places[1:]:
            hand.drag(*place, ctrl=erase)
        painted = hand.tool.preview.painted
        if painted is not None and not erase:
            expected |= RleMask.of(
                painted.pixels, hand.canvas.size, painted.left, painted.top
            ).pixels()
        elif painted is not None and painted.pixels.any():
            expected = RleMask.of(
                painted.pixels, hand.canvas.size, painted.left, painted.top
            ).pixels()
        elif painted is not None:
            hand.tool.leave()
            continue
        hand.release(*places[-1], ctrl=erase)
        assert (mask_of(hand).pixels() == expected).all()
    while hand.history.undo() is not None:
        pass
    assert mask_of(hand) == square()


@given(st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1), st.booleans())
def test_whether_a_patch_changes_a_mask_is_told_without_painting(
    one: int, other: int, erase: bool
) -> None:
    size = ImageSize(4, 4)
    mask, patch = (
        RleMask.of(np.array([bits >> place & 1 for place in range(16)]).reshape(4, 4), size)
        for bits in (one, other)
    )
    after = one & ~other if erase else one | other
    assert changes(mask, patch, erase=erase) == (after != one)


def textured() -> Canvas:
    """A bright disc of radius 40 around (200, 200) in noise."""
    noise = np.random.default_rng(1).normal(0, 10, (400, 500))
    y, x = np.mgrid[0:400, 0:500]
    disc = np.hypot(x - 200, y - 200) <= 40
    return canvas_of(pixels=(1000 + 300 * disc + noise).astype(np.uint16), brush_mm=6.0)


def test_a_threshold_brush_paints_up_to_the_edge_of_what_looks_alike() -> None:
    hand = Hand(ThresholdBrushTool(), textured())
    hand.stroke((215, 200), (220, 200), (225, 200))
    y, x = np.nonzero(mask_of(hand).pixels())
    far = np.hypot(x - 200, y - 200)
    assert far.max() < 43
    assert (far > 36).any()
    assert mask_of(hand).area > 1000


def test_a_threshold_brush_outside_the_image_paints_nothing() -> None:
    hand = Hand(ThresholdBrushTool(), textured())
    hand.stroke((-50, -50), (-60, -60))
    assert hand.said == [OUTSIDE]


def test_a_stroke_on_a_mark_that_was_undone_meanwhile_says_so() -> None:
    hand = Hand(BrushTool())
    hand.stroke((50, 50), (90, 50))
    hand.press(60, 60)
    hand.history.undo()
    hand.canvas = replace(hand.canvas, document=hand.history.document)
    hand.release(80, 80)
    assert hand.said[-1] == CHANGED
    assert hand.findings == ()
