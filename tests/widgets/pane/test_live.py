"""What tools need of a pane: previews that repaint little, drags from the first pixel, cursors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from domain.geometry import Box, ImagePoint, ImageSize
from domain.turn import Turn
from imaging.pyramid import build_pyramid
from viewing.hanging.compose import PaneImage
from viewing.hanging.placement import Placement
from viewing.tools.tool import ToolCursor
from widgets.pane import layers
from widgets.pane.overlays import (
    Disc,
    Handle,
    Ink,
    Label,
    Line,
    Note,
    Patch,
    Rectangle,
    Ring,
    Stroke,
)
from widgets.pane.pane_widget import DRAG_FROM, PaneWidget
from widgets.pane.picture import PanePicture

SIZE = ImageSize(400, 300)
WIDTH, HEIGHT = 240, 180
PLACE = Placement(SIZE, Turn(), 0.5, 0.5, 20.0, -30.0)
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


class _Paints(QObject):
    """Where the viewport is painted anew."""

    def __init__(self):
        super().__init__()
        self.rects = []

    def eventFilter(self, _watched, event):  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.rects.append(event.region().boundingRect())
        return False


@pytest.fixture
def pane(qtbot):
    pg.setConfigOptions(mouseRateLimit=-1)
    widget = PaneWidget()
    qtbot.addWidget(widget)
    widget.resize(WIDTH, HEIGHT)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def shown():
    pixels = np.full(SIZE.shape, 900, np.uint16)
    image = PaneImage(build_pyramid(pixels).levels, lambda values: (values >> 4).astype(np.uint8))
    return PanePicture(image, PLACE, overlays=(Rectangle(Box(60, 100, 260, 360)),))


def _shot(widget):
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1, 4)
    return rows[:, : picture.width(), 2::-1].astype(int)


def _painted_anew(pane, view):
    QApplication.processEvents()
    paints = _Paints()
    pane.viewport().installEventFilter(paints)
    pane.show_pane(view)
    QApplication.processEvents()
    pane.viewport().removeEventFilter(paints)
    return paints.rects


def test_a_preview_alone_repaints_where_it_was_and_where_it_is(pane, shown):
    first, last = Disc(ImagePoint(100, 150), 12), Disc(ImagePoint(140, 170), 12)
    pane.show_pane(replace(shown, live=(first,)))
    (rect,) = _painted_anew(pane, replace(shown, live=(last,)))
    for disc in (first, last):
        at = PLACE.to_pane(disc.at)
        assert QRectF(rect).contains(QRectF(at.x - 8, at.y - 8, 17, 17))
    assert rect.width() * rect.height() < WIDTH * HEIGHT / 3
    (gone,) = _painted_anew(pane, shown)
    assert gone.width() < WIDTH / 2
    assert gone.contains(QPoint(90, 55))


@pytest.mark.parametrize(
    "changed",
    [
        {"overlays": (Rectangle(Box(70, 100, 260, 360)),)},
        {"headline": ("RCC",)},
        {"placement": replace(PLACE, left=21.0)},
    ],
)
def test_whatever_else_changes_repaints_the_pane(pane, shown, changed):
    pane.show_pane(shown)
    view = replace(shown, live=(Ring(ImagePoint(100, 150)),), **changed)
    (rect,) = _painted_anew(pane, view)
    assert (rect.width(), rect.height()) == (WIDTH, HEIGHT)


def test_while_a_tool_moves_marks_are_not_drawn_anew(pane, shown, monkeypatch):
    pane.show_pane(shown)
    _shot(pane)
    drawn = []
    monkeypatch.setattr(layers, "draw_bulk", lambda _part, some, *_: drawn.extend(some))
    again = tuple(replace(one) for one in shown.overlays)  # equal, not the same
    for x in range(100, 120):
        pane.show_pane(replace(shown, overlays=again, live=(Disc(ImagePoint(x, 150), 9),)))
        QApplication.processEvents()
    assert drawn == []


def test_a_preview_lies_over_the_marks_and_both_over_the_image(pane, shown):
    pane.show_pane(shown)
    before = _shot(pane)
    painted = Patch(np.ones((60, 60), np.uint8), 30, 180, Stroke(), filled=True)
    pane.show_pane(replace(shown, live=(painted,)))
    shot = _shot(pane)
    inside = shot[75, 58]  # stored 75, 210: inside both
    assert inside[0] - inside[2] > 30
    assert inside[0] == pytest.approx(0.75 * before[75, 58, 0] + 0.25 * 255, abs=3)
    assert (shot[:, 150:] == before[:, 150:]).all()


def test_the_preview_is_seen_in_the_lens_too(pane, shown, qtbot):
    view = replace(shown, overlays=(), magnifier=True)
    pane.show_pane(view)
    qtbot.mouseMove(pane.viewport(), QPoint(120, 90))
    before = _shot(pane)
    pane.show_pane(replace(view, live=(Disc(PLACE.to_stored(ImagePoint(120, 90)), 30),)))
    apart = np.abs(_shot(pane) - before).max(axis=2) > 30
    columns = np.flatnonzero(apart[90])
    assert columns.min() == pytest.approx(120 - 30, abs=3)  # 30 stored are 15, twice as large
    assert columns.max() == pytest.approx(120 + 30, abs=3)


@pytest.mark.parametrize("scale", [0.25, 0.5, 2.0])
def test_a_brush_is_as_large_as_what_it_paints(pane, scale):
    place = Placement(SIZE, Turn(), scale, scale, 120 - 100 * scale, 90 - 100 * scale)
    pane.show_pane(PanePicture(placement=place, live=(Disc(ImagePoint(99.5, 99.5), 20),)))
    bright = np.flatnonzero(_shot(pane)[90].max(axis=1) > 90)
    assert bright.min() == pytest.approx(119.5 - 20 * scale, abs=1.5)
    assert bright.max() == pytest.approx(119.5 + 20 * scale, abs=1.5)


def test_handles_of_a_fine_outline_leave_room_between_them(pane):
    angles = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    points = tuple(ImagePoint(150 + 120 * np.cos(t), 230 + 120 * np.sin(t)) for t in angles)
    fine = Line(points, Stroke(selected=True), closed=True)
    coarse = Line(points[::20], Stroke(selected=True), closed=True)
    counts = []
    for line in (coarse, fine):
        pane.show_pane(PanePicture(placement=PLACE, overlays=(line,)))
        counts.append((_shot(pane).max(axis=2) > 150).sum())
    # 20 squares of 36 pixels, or about 42 of them around 377 pixels of outline.
    assert 1.2 * counts[0] < counts[1] < 2.5 * counts[0]


def test_a_handle_is_of_one_size_at_any_zoom(pane):
    sizes = []
    for scale in (0.3, 1.0, 8.0):
        place = Placement(SIZE, Turn(), scale, scale, 120 - 100 * scale, 90 - 100 * scale)
        pane.show_pane(PanePicture(placement=place, live=(Handle(ImagePoint(99.5, 99.5)),)))
        sizes.append((_shot(pane).max(axis=2) > 150).sum())
    assert max(sizes) - min(sizes) <= 14
    assert 30 <= min(sizes) <= max(sizes) <= 70


def test_a_finding_has_its_number_right_of_it_and_a_sign_where_linked(pane):
    box = Box(60, 160, 140, 260)
    plain = Label(box, "12", Stroke(Ink.MODEL))
    seen = []
    for label in (plain, replace(plain, linked=True)):
        pane.show_pane(PanePicture(placement=PLACE, overlays=(label,)))
        hue = _shot(pane)
        bright = (hue[..., 2] - hue[..., 0]) > 60
        rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
        right, top = PLACE.to_pane(ImagePoint(140, 0)).x, PLACE.to_pane(ImagePoint(0, 160)).y
        assert 2 <= columns.min() - right <= 12
        assert abs((rows.min() + rows.max()) / 2 - top) <= 6
        seen.append(columns.max())
    assert seen[1] >= seen[0] + 8


def test_words_have_a_halo_and_their_ink(pane, shown):
    bright = PaneImage(shown.image.levels, lambda values: np.full(values.shape, 255, np.uint8))
    note = Note(ImagePoint(60, 200), "14 mm", Stroke(Ink.READER))
    pane.show_pane(PanePicture(bright, PLACE, overlays=(note,)))
    shot = _shot(pane)
    assert (shot.max(axis=2) < 120).sum() > 40
    assert ((shot[..., 0] - shot[..., 2] > 80) & (shot[..., 0] > 180)).sum() > 15


def _move(port, to):
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(port.mapToGlobal(to)),
        Qt.MouseButton.NoButton,
        LEFT,
        NONE,
    )
    QApplication.sendEvent(port, event)


@pytest.mark.parametrize(("limit", "names"), [(DRAG_FROM, ["pressed"]), (0.0, None)])
def test_a_tool_may_draw_from_the_first_pixel(pane, qtbot, limit, names):
    told = []
    for name in ("pressed", "drag_started", "dragged", "drag_finished", "clicked"):
        getattr(pane, name).connect(lambda *_, name=name: told.append(name))
    pane.drag_from = limit
    qtbot.mousePress(pane.viewport(), LEFT, NONE, QPoint(50, 60))
    _move(pane.viewport(), QPoint(51, 60))
    assert told == (names or ["pressed", "drag_started", "dragged"])
    qtbot.mouseRelease(pane.viewport(), LEFT, NONE, QPoint(51, 60))
    assert told[-1] == ("clicked" if names else "drag_finished")


@pytest.mark.parametrize("cursor", list(ToolCursor))
def test_each_tool_has_its_cursor(pane, cursor):
    pane.set_tool_cursor(cursor)
    set_one = pane.viewport().cursor()
    if cursor in (ToolCursor.CROSS, ToolCursor.PEN):
        drawn = set_one.pixmap().toImage().convertToFormat(QImage.Format.Format_ARGB32)
        spot = set_one.hotSpot()
        assert drawn.rect().contains(spot)
        solid = np.frombuffer(drawn.constBits(), np.uint8).reshape(drawn.height(), -1, 4)[..., 3]
        assert (solid > 100).sum() > 60
    else:
        assert set_one.pixmap().isNull()
    others = [one for one in ToolCursor if one is not cursor]
    for other in others:
        pane.set_tool_cursor(other)
        assert pane.viewport().cursor() != set_one
