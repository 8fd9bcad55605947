"""The kept picture of overlays always shows what a new one would show."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from domain.geometry import Box, ImagePoint, ImageSize
from domain.turn import Turn
from viewing.hanging.placement import Placement
from widgets.pane import bulk, layers
from widgets.pane.drawing import OverlayPainter
from widgets.pane.layers import OverlayLayer
from widgets.pane.overlays import (
    Cross,
    Disc,
    Ellipse,
    Handle,
    Ink,
    Label,
    Line,
    Note,
    Patch,
    Rectangle,
    Ruler,
    Stroke,
)

SIZE = ImageSize(400, 300)
WIDTH, HEIGHT = 240, 180
BOUNDS = QRectF(0, 0, WIDTH, HEIGHT)
PLACE = Placement(SIZE, Turn(flip_columns=True), 0.7, 0.7, -10.25, -40.5)


@pytest.fixture(autouse=True)
def _application(qapp):
    return qapp


def _painted(layer, overlays, place=PLACE, *, exact=True, ratio=1.0):
    picture = QImage(
        round(WIDTH * ratio), round(HEIGHT * ratio), QImage.Format.Format_ARGB32_Premultiplied
    )
    picture.setDevicePixelRatio(ratio)
    picture.fill(0)
    painter = QPainter(picture)
    layer.paint(painter, overlays, place, BOUNDS, ratio, exact=exact)
    painter.end()
    return np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1, 4).astype(int)


def _some(chance):
    """One overlay of any kind, some of them partly or wholly outside the pane."""
    x, y = chance.uniform(-40, 340), chance.uniform(-40, 440)
    width, height = chance.uniform(3, 90), chance.uniform(3, 90)
    box, at = Box(x, y, x + width, y + height), ImagePoint(x, y)
    stroke = Stroke(chance.choice(list(Ink)), chance.random() < 0.2, chance.random() < 0.2)
    points = tuple(
        ImagePoint(x + chance.uniform(0, width), y + chance.uniform(0, height)) for _ in range(7)
    )
    mask = (np.random.default_rng(chance.randrange(99)).random((12, 30)) > 0.3).astype(np.uint8)
    return chance.choice(
        [
            Line(points, stroke, closed=chance.random() < 0.7),
            Rectangle(box, stroke),
            Note(at, "21 mm", stroke),
            Cross(at, stroke),
            Ruler(at, points[0], "12.4 mm", stroke),
            Ellipse(box, "mean 3\n12 mm²", stroke),
            Label(box, "12", stroke, linked=chance.random() < 0.5),
            Handle(at, stroke),
            Disc(at, width, stroke),
            Patch(mask, round(x), round(y), stroke, filled=chance.random() < 0.5),
        ]
    )


def _same(one, other):
    """The same but for the last bits of antialiasing."""
    return (np.abs(one - other).max(axis=2) > 8).sum() <= 3


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_after_any_changes_the_layer_shows_what_a_new_one_shows(seed, ratio):
    chance = random.Random(seed)
    layer, overlays = OverlayLayer(), tuple(_some(chance) for _ in range(20))
    _painted(layer, overlays, ratio=ratio)
    for _ in range(5):
        kept = [one for one in overlays if chance.random() < 0.85]
        overlays = (*kept, *(_some(chance) for _ in range(chance.randrange(4))))
        fresh = _painted(OverlayLayer(), overlays, ratio=ratio)
        assert _same(_painted(layer, overlays, ratio=ratio), fresh)


@pytest.mark.parametrize("seed", range(6))
def test_a_pan_moves_what_is_drawn_and_draws_what_comes_in(seed):
    chance = random.Random(seed)
    layer, place = OverlayLayer(), PLACE
    overlays = tuple(_some(chance) for _ in range(25))
    _painted(layer, overlays, place)
    for _ in range(6):
        left, top = chance.randrange(-25, 26), chance.randrange(-25, 26)
        place = replace(place, left=place.left + left, top=place.top + top)
        moved = _painted(layer, overlays, place, exact=False)
        assert _same(moved, _painted(OverlayLayer(), overlays, place))


def test_a_pan_by_parts_of_pixels_is_right_to_half_a_pixel_and_settles_exactly():
    layer = OverlayLayer()
    overlays = (Rectangle(Box(100, 150, 160, 210)),)
    _painted(layer, overlays)
    for step in range(1, 30):
        place = replace(PLACE, left=PLACE.left + 0.3 * step)
        moving = _painted(layer, overlays, place, exact=False)
        truth = _painted(OverlayLayer(), overlays, place)
        middles = [
            (one[..., 2].sum(axis=0) @ np.arange(WIDTH)) / one[..., 2].sum()
            for one in (moving, truth)
        ]
        assert abs(middles[0] - middles[1]) <= 0.55
    assert (_painted(layer, overlays, place) == truth).all()


def test_a_pan_draws_only_the_strips_that_come_in(monkeypatch):
    layer = OverlayLayer()
    overlays = tuple(Rectangle(Box(x, 150, x + 20, 210)) for x in range(20, 280, 8))
    _painted(layer, overlays)
    regions = []
    draw = OverlayLayer._draw
    monkeypatch.setattr(
        OverlayLayer,
        "_draw",
        lambda self, asked, region, bounds: (
            regions.append(region),
            draw(self, asked, region, bounds),
        ),
    )
    _painted(layer, overlays, replace(PLACE, left=PLACE.left + 5), exact=False)
    assert regions == [(0, 0, 5, HEIGHT)]


def test_a_change_draws_nothing_far_from_it(monkeypatch):
    near, far = Rectangle(Box(60, 100, 90, 130)), Rectangle(Box(220, 260, 250, 290))
    layer = OverlayLayer()
    _painted(layer, (near, far))
    drawn = []
    monkeypatch.setattr(layers, "draw_bulk", lambda _part, some, *_: drawn.extend(some))
    other = Rectangle(Box(61, 100, 90, 130))
    _painted(layer, (other, far))
    assert drawn == [other]
    drawn.clear()
    _painted(layer, (other, far))  # equal, yet another tuple
    assert drawn == []


def test_many_outlines_lie_where_single_ones_are_drawn():
    points = tuple(ImagePoint(150 + 60 * np.cos(t), 200 + 60 * np.sin(t)) for t in range(6))
    for shape in (Line(points, closed=True), Line(points), Rectangle(Box(100, 150, 160, 210))):
        assert bulk.is_bulk(shape)
        ours = _painted(OverlayLayer(), (shape,))
        picture = QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(0)
        painter = QPainter(picture)
        OverlayPainter(painter, PLACE, BOUNDS).draw([shape])
        painter.end()
        theirs = np.frombuffer(picture.constBits(), np.uint8).reshape(HEIGHT, WIDTH, 4)
        red = [one[..., 2].astype(float) for one in (ours, theirs)]
        assert red[0].sum() == pytest.approx(red[1].sum(), rel=0.25)
        assert np.corrcoef(red[0].ravel(), red[1].ravel())[0, 1] > 0.93


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_line_and_its_halo_are_as_wide_as_said(ratio):
    box = Box(60, 100, 200, 240)
    painted = _painted(OverlayLayer(), (Rectangle(box, Stroke(Ink.READER)),), ratio=ratio)
    across = painted[round(HEIGHT / 2 * ratio), : round(WIDTH / 2 * ratio)]
    assert across[:, 2].sum() / 255 == pytest.approx(1.25 * ratio, rel=0.4)
    assert (across[:, 3] > 8).sum() == pytest.approx(4 * ratio, abs=1.5)


def test_a_rejected_outline_is_dashed_and_faint():
    box = Box(60, 100, 200, 240)
    solid = _painted(OverlayLayer(), (Rectangle(box),))[..., 3] > 40
    broken = _painted(OverlayLayer(), (Rectangle(box, Stroke(rejected=True)),))[..., 3]
    assert broken.max() < 150
    assert 0.4 < (broken > 40).sum() / solid.sum() < 0.8


def test_a_halo_never_hides_a_neighbours_line():
    first, second = Rectangle(Box(100, 100, 200, 240)), Rectangle(Box(101, 101, 199, 239))
    alone = (_painted(OverlayLayer(), (first,))[..., 2] > 120).sum()
    assert (_painted(OverlayLayer(), (first, second))[..., 2] > 120).sum() >= alone


def test_nothing_is_painted_for_no_overlays_or_no_placement():
    layer = OverlayLayer()
    assert _painted(layer, (Rectangle(Box(60, 100, 200, 240)),)).max() > 0
    assert _painted(layer, ()).max() == 0
    assert _painted(layer, (Rectangle(Box(60, 100, 200, 240)),), None).max() == 0


def test_marks_zoomed_far_beyond_the_pane_do_no_harm():
    place = replace(PLACE, x_scale=4000.0, y_scale=4000.0, left=-4e5, top=-6e5)
    box = Box(10, 20, 280, 390)
    overlays = (
        Rectangle(box, Stroke(rejected=True)),
        Rectangle(box),
        Line((ImagePoint(0, 0), ImagePoint(299, 399), ImagePoint(10, 300)), closed=True),
        Patch(np.ones((50, 50), np.uint8), 100, 120, filled=True),
    )
    assert _painted(OverlayLayer(), overlays, place).shape == (HEIGHT, WIDTH, 4)


PLAIN = Placement(SIZE, Turn(), 1.0, 1.0, 0.0, 0.0)


def _columns(overlay):
    """First and last column that something is drawn in."""
    drawn = np.flatnonzero(_painted(OverlayLayer(), (overlay,), PLAIN)[..., 3].any(axis=0))
    return drawn[0], drawn[-1]


def test_a_label_at_the_panes_right_edge_stands_whole_at_the_left_of_its_mark():
    free = Label(Box(50, 100, 70, 120), "12 100", Stroke(Ink.MODEL))
    first, last = _columns(free)
    assert first > 70
    near = replace(free, box=Box(WIDTH - 30, 100, WIDTH - 10, 120))
    at_left = _columns(near)
    assert at_left[1] < WIDTH - 30
    assert at_left[1] - at_left[0] == last - first


def test_a_label_of_a_mark_that_fills_the_pane_stands_whole_inside_it():
    first, last = _columns(Label(Box(-20, 100, 400, 120), "12 100", Stroke(Ink.MODEL)))
    assert 0 < first < last < WIDTH


def test_a_label_that_is_panned_to_the_edge_changes_sides_and_back():
    layer, place = OverlayLayer(), PLAIN
    overlays = (Label(Box(120, 100, 140, 120), "12 100", Stroke(Ink.MODEL)),)
    _painted(layer, overlays, place)
    for step in (20, 20, 20, 20, -20, -20, -20, -20):
        place = replace(place, left=place.left + step)
        moved = _painted(layer, overlays, place, exact=False)
        assert _same(moved, _painted(OverlayLayer(), overlays, place))
