"""Layers, scores and light of a model's marks over an image."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from uuid import UUID

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.gui.overlay_ink import overlays_of
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from domain.study import ImageRef
from domain.turn import Turn
from viewing.hanging.placement import PaneRect, Placement
from viewing.state.resolve import PaneView
from widgets.pane.ink import colour
from widgets.pane.layers import OverlayLayer
from widgets.pane.overlays import Cross, Ink, Label, Line, Patch, Rectangle, Stroke

SIZE = ImageSize(400, 300)
BOX = Box(20, 30, 60, 90)
CONTOUR = Contour((ImagePoint(20, 30), ImagePoint(60, 40), ImagePoint(40, 90)))
MASK = RleMask.of(np.ones((60, 40), np.uint8), SIZE, 20, 30)
MODEL = ModelProvenance("m", "1", 0.5, "default")
SHAPES = {"boxes": {"box": BOX}, "contours": {"contour": CONTOUR}, "masks": {"mask": MASK}}
DRAWN = {"boxes": Rectangle, "contours": Line, "masks": Patch}
FINEST = ("masks", "contours", "boxes")


def _mark(number=1, *, by=MODEL, status=FindingStatus.PROPOSED, **shape):
    geometry = Geometry("image", **(shape or {"box": BOX}))
    reason = RejectionReason.VESSEL if status is FindingStatus.REJECTED else None
    return Finding(UUID(int=number), FindingKind.MASS, (geometry,), by, status, rejection=reason)


def _view(*findings):
    return PaneView(PaneRect(0, 0, 100, 100), ref=ImageRef("image"), findings=findings)


def _everything():
    return {name: shape for parts in SHAPES.values() for name, shape in parts.items()}


@pytest.mark.parametrize(
    "off", [frozenset(some) for count in range(4) for some in combinations(FINEST, count)]
)
def test_a_mark_is_drawn_by_the_finest_layer_that_is_on(off):
    drawn = overlays_of(_view(_mark(**_everything())), (), layers=off)
    left = [DRAWN[name] for name in FINEST if name not in off]
    assert [type(one) for one in drawn] == left[:1]


def test_a_single_position_goes_with_the_boxes():
    view = _view(_mark(point=ImagePoint(5, 6)))
    (drawn,) = overlays_of(view, (), layers=frozenset({"contours", "masks"}))
    assert isinstance(drawn, Cross)
    assert overlays_of(view, (), layers=frozenset({"boxes"})) == ()


@pytest.mark.parametrize(
    ("finding", "stays"),
    [
        (_mark(by=ReaderProvenance("reader"), status=FindingStatus.ACCEPTED), True),
        (_mark(status=FindingStatus.ACCEPTED), True),
        (_mark(status=FindingStatus.PROPOSED), False),
        (_mark(status=FindingStatus.REJECTED), False),
    ],
)
def test_layers_are_the_models_alone_and_not_of_what_the_reader_took_over(finding, stays):
    off = frozenset({"boxes", "contours", "masks"})
    assert bool(overlays_of(_view(finding), (), layers=off)) is stays


def test_a_score_of_100_stands_behind_the_number():
    one, other = _mark(1), _mark(2)
    numbers, scores = {one.id: 3}, {one.id: 0.874, other.id: 0.5}
    drawn = overlays_of(_view(one, other), (), numbers=numbers, scores=scores)
    assert [label.text for label in drawn if isinstance(label, Label)] == ["3  87", "50"]
    hidden = frozenset({"scores"})
    drawn = overlays_of(_view(one, other), (), numbers=numbers, scores=scores, layers=hidden)
    assert [label.text for label in drawn if isinstance(label, Label)] == ["3"]


def test_a_hidden_mark_leaves_no_label():
    mark = _mark()
    drawn = overlays_of(
        _view(mark), (), numbers={mark.id: 1}, scores={mark.id: 0.9}, layers=frozenset({"boxes"})
    )
    assert drawn == ()


def test_scores_that_come_into_the_same_table_are_seen():
    mark, scores = _mark(), {}
    assert len(overlays_of(_view(mark), (), scores=scores)) == 1
    scores[mark.id] = 0.7
    _, label = overlays_of(_view(mark), (), scores=scores)
    assert label.text == "70"


def test_what_did_not_change_stays_the_same_object():
    marks = tuple(_mark(number) for number in range(1, 6))
    marks = (replace(marks[0], counterpart_id=UUID(int=77)), *marks[1:])
    scores = {mark.id: 0.1 * mark.id.int for mark in marks}
    first = overlays_of(_view(*marks), (), scores=scores)
    assert overlays_of(_view(*marks), (), scores=dict(scores)) == first
    again = overlays_of(_view(*marks), (), scores=scores, hovered=frozenset({UUID(int=77)}))
    same = [a is b for a, b in zip(first, again, strict=True)]
    assert same == [False, False, *[True] * 8]


def _lit(marks, **asked):
    drawn = overlays_of(_view(*marks), (), **asked)
    return [(one.stroke.selected, one.stroke.lit) for one in drawn]


def test_what_corresponds_to_a_selected_or_hovered_mark_of_another_view_is_lit():
    there = UUID(int=99)
    marks = (replace(_mark(1), counterpart_id=there), _mark(2))
    assert _lit(marks) == [(False, False)] * 2
    assert _lit(marks, selected=frozenset({there})) == [(False, True), (False, False)]
    assert _lit(marks, hovered=frozenset({there})) == [(False, True), (False, False)]
    assert _lit(marks, hovered=frozenset({UUID(int=2)})) == [(False, False), (False, True)]
    assert _lit(marks, selected=frozenset({UUID(int=1)})) == [(True, False), (False, False)]


def test_two_marks_with_nothing_in_common_are_not_lit_together():
    assert _lit((_mark(1), _mark(2)), selected=frozenset({UUID(int=1)}))[1] == (False, False)


def test_a_lit_mark_is_as_bright_as_a_selected_one_and_has_no_handles():
    plain, lit = Stroke(Ink.MODEL), Stroke(Ink.MODEL, lit=True)
    assert colour(lit) == colour(Stroke(Ink.MODEL, selected=True))
    seen = [
        _pixels(Rectangle(BOX, one))[40:80, 18:23, 1].max(axis=1).mean() for one in (plain, lit)
    ]
    assert seen[1] > 1.2 * seen[0]
    selected = Rectangle(BOX, Stroke(Ink.MODEL, selected=True))
    inside = (slice(31, 34), slice(22, 24))
    assert _pixels(selected)[inside][..., 1].max() > 150
    assert _pixels(Rectangle(BOX, lit))[inside][..., 1].max() < 50


def _pixels(*drawn, qsize=(160, 140)):
    picture = QImage(*qsize, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    painter = QPainter(picture)
    place = Placement(SIZE, Turn(), 1.0, 1.0, 0.0, 0.0)
    OverlayLayer().paint(painter, tuple(drawn), place, QRectF(0, 0, *qsize), 1.0)
    painter.end()
    return np.frombuffer(picture.constBits(), np.uint8).reshape(qsize[1], qsize[0], 4).copy()


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_lit_mark_has_a_tick_at_each_corner_whatever_its_shape(shape):
    mark = replace(_mark(**shape), counterpart_id=UUID(int=9))
    plain, lit = (
        _pixels(*overlays_of(_view(mark), (), selected=chosen))
        for chosen in (frozenset(), frozenset({UUID(int=9)}))
    )
    for x, y in ((16, 26), (64, 26), (64, 94), (16, 94)):
        assert lit[y - 3 : y + 4, x - 3 : x + 4, 1].max() > 150
    assert plain[93:96, 63:66, 1].max() < 50


def test_a_rejected_mark_is_faint_and_dashed():
    (full,) = overlays_of(_view(_mark()), ())
    (faint,) = overlays_of(_view(_mark(status=FindingStatus.REJECTED)), ())
    whole, dashes = (_pixels(one)[34:86, 18:23, 1].max(axis=1).astype(int) for one in (full, faint))
    assert whole.min() > 60
    assert dashes.max() < 0.5 * whole.max()
    assert 0.2 < (dashes < dashes.max() / 2).mean() < 0.7
    assert colour(faint.stroke).alphaF() == pytest.approx(0.35, abs=0.01)


def test_a_long_label_is_drawn_inside_what_is_painted_anew(qapp):
    label = Label(Box(10, 60, 20, 70), "123  100", Stroke(Ink.MODEL), linked=True)
    from widgets.pane.drawing import reach_of  # noqa: PLC0415 - beside its only use

    pixels = _pixels(label, qsize=(240, 140))
    columns = np.flatnonzero(pixels.any(axis=(0, 2)))
    place = Placement(SIZE, Turn(), 1.0, 1.0, 0.0, 0.0)
    reach = reach_of([label], place, QRectF(0, 0, 240, 140))[0]
    assert reach[0] <= columns[0]
    assert columns[-1] < reach[2]
    assert QColor(colour(label.stroke)).alpha() == 255
