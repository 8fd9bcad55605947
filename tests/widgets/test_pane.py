"""Panes by what they paint, and by real events of mouse, wheel and keys."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from domain.geometry import Box, ImagePoint, ImageSize
from domain.turn import Turn
from imaging.pyramid import build_pyramid
from viewing.hanging.compose import AirMask, PaneImage, pane_grey
from viewing.hanging.placement import PaneRect, Placement
from viewing.hanging.plan import PanePlan
from widgets.pane.image_item import PaneItem
from widgets.pane.overlays import (
    Angle,
    Cross,
    Ellipse,
    Ink,
    Line,
    Note,
    Rectangle,
    Ruler,
    Stroke,
)
from widgets.pane.pane_widget import SETTLE_MS, PaneWidget
from widgets.pane.picture import EMPTY, PanePicture

SIZE = ImageSize(400, 300)
WIDTH, HEIGHT = 240, 180
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier


def _grey(values):
    return (values >> 4).astype(np.uint8)


def _brighter(values):
    return np.minimum((values >> 4) + 40, 255).astype(np.uint8)


@pytest.fixture
def pixels():
    y, x = np.mgrid[0 : SIZE.rows, 0 : SIZE.columns]
    return (x * 8 + y * 3 + 400).astype(np.uint16)


@pytest.fixture
def image(pixels):
    return PaneImage(build_pyramid(pixels).levels, _grey)


@pytest.fixture
def placement():
    return Placement(SIZE, Turn(flip_columns=True), 0.7, 0.7, -10.25, -40.5)


@pytest.fixture
def pane(qtbot):
    pg.setConfigOptions(mouseRateLimit=-1)
    widget = PaneWidget()
    qtbot.addWidget(widget)
    widget.resize(WIDTH, HEIGHT)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def _shot(widget):
    """Red, green, blue of what the pane paints: (rows, columns, 3) int."""
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1, 4)
    return rows[:, : picture.width(), 2::-1].astype(int)


def _near(shot, hue, within=60):
    wanted = QColor(hue)
    apart = np.abs(shot - [wanted.red(), wanted.green(), wanted.blue()]).max(axis=2)
    return apart < within


def test_a_pane_paints_what_render_paints(pane, image, placement):
    blocky = replace(placement, x_scale=3.0, y_scale=3.0, left=-200.3, top=-100.8)
    for where in (placement, blocky):
        pane.show_pane(replace(EMPTY, image=image))
        pane.show_pane(PanePicture(image, where, moving=False))
        QTest.qWait(SETTLE_MS + 60)
        plan = PanePlan("", PaneRect(0, 0, WIDTH, HEIGHT), placement=where)
        shot = _shot(pane)
        assert (shot[..., 0] == shot[..., 2]).all()
        assert np.abs(shot[..., 0] - pane_grey(image, plan).astype(int)).max() <= 2


def test_air_stays_black_when_the_window_changes(pane, image, placement):
    air = np.zeros((100, 75), np.uint8)
    air[:50] = 255
    shown = PanePicture(replace(image, air=AirMask(air, 4.0)), placement)
    pane.show_pane(shown)
    before = _shot(pane)
    pane.show_pane(replace(shown, image=replace(shown.image, grey=_brighter)))
    after = _shot(pane)
    edge = round(placement.top + 200 * 0.7)
    assert after[: edge - 2].max() == 0
    assert (after[edge + 2 : 150, 20:180] > before[edge + 2 : 150, 20:180]).all()


def test_an_equal_picture_and_one_change_paint_once(pane, image, placement, monkeypatch):
    painted = []
    monkeypatch.setattr(PaneItem, "_paint_lines", lambda *_: painted.append(1))
    shown = PanePicture(image, placement, ("RCC",))
    pane.show_pane(shown)
    QApplication.processEvents()
    assert len(painted) == 1
    pane.show_pane(replace(shown))
    QApplication.processEvents()
    assert len(painted) == 1
    pane.show_pane(replace(shown, image=replace(image, grey=_brighter)))
    QApplication.processEvents()
    assert len(painted) == 2


def test_a_window_change_resamples_nothing(pane, image, placement, monkeypatch):
    pane.show_pane(PanePicture(image, placement))
    _shot(pane)
    monkeypatch.setattr("widgets.pane.image_item.take_sample", None)
    pane.show_pane(PanePicture(replace(image, grey=_brighter), placement))
    assert _shot(pane).max() > 0


def test_motion_is_quick_and_settles_exactly(pane, image, placement, qtbot):
    pane.show_pane(PanePicture(image, placement))
    assert pane.settled
    pane.show_pane(PanePicture(image, replace(placement, left=-30.0), moving=True))
    assert not pane.settled
    QTest.qWait(SETTLE_MS // 2)
    pane.show_pane(PanePicture(image, replace(placement, left=-33.0), moving=True))
    QTest.qWait(SETTLE_MS // 2)
    assert not pane.settled
    qtbot.waitUntil(lambda: pane.settled, timeout=2000)


def test_the_end_of_a_gesture_settles_at_once(pane, image, placement):
    pane.show_pane(PanePicture(image, placement))
    moved = PanePicture(image, replace(placement, left=-30.0), moving=True)
    pane.show_pane(moved)
    pane.show_pane(replace(moved, moving=False))
    assert pane.settled


def test_headline_stays_where_further_lines_are_hidden(pane):
    pane.show_pane(PanePicture(headline=("RCC",), more=("28 kVp", "2025-06-23")))
    full = _shot(pane).max(axis=2) > 60
    pane.show_pane(PanePicture(headline=("RCC",)))
    bare = _shot(pane).max(axis=2) > 60
    assert bare.any()
    assert full.sum() > 2 * bare.sum()
    assert np.flatnonzero(full.any(axis=0)).max() < WIDTH / 2
    pane.show_pane(PanePicture(headline=("LCC",), at_right=True))
    assert np.flatnonzero((_shot(pane).max(axis=2) > 60).any(axis=0)).min() > WIDTH / 2


def test_a_failure_is_said_in_red_in_the_middle(pane):
    pane.show_pane(PanePicture(message="The file ends in mid-image", failed=True))
    red = _near(_shot(pane), "#ff6b6b")
    assert red.any()
    assert abs(np.argwhere(red).mean(axis=0)[0] - HEIGHT / 2) < 12


def test_lines_part_panes_and_the_active_one_has_a_frame(pane):
    pane.show_pane(PanePicture())
    assert _shot(pane).max() == 0
    pane.show_pane(PanePicture(line_left=True))
    shot = _shot(pane)
    assert (shot[:, 0] == [0x2B, 0x30, 0x36]).all()
    assert shot[:, 1:].max() == 0
    pane.show_pane(PanePicture(active=True))
    shot = _shot(pane)
    for edge in (shot[0], shot[-1], shot[:, 0], shot[:, -1]):
        assert (edge == [0x7E, 0x87, 0x91]).all()
    assert shot[1:-1, 1:-1].max() == 0


@pytest.mark.parametrize("scale", [0.3, 1.0, 20.0])
def test_a_box_is_drawn_around_its_pixels_equally_thick_at_any_zoom(pane, image, scale):
    half = 40 / scale
    centre = ImagePoint(150.0, 200.0)
    box = Box(centre.x - half, centre.y - half, centre.x + half, centre.y + half)
    left = WIDTH / 2 - (centre.x + 0.5) * scale
    where = Placement(SIZE, Turn(), scale, scale, left, HEIGHT / 2 - (centre.y + 0.5) * scale)
    pane.show_pane(PanePicture(image, where, overlays=(Rectangle(box, Stroke(Ink.READER)),)))
    shot = _shot(pane)
    row = shot[HEIGHT // 2]
    amber = np.flatnonzero(row[:, 0] - row[:, 2] > 60)
    assert {int(value) for value in amber} <= {79, 80, 159, 160}
    assert amber.min() <= 80
    assert amber.max() >= 159
    beside = shot[HEIGHT // 2, [int(amber.min()) - 1]]
    assert beside.max() < 70  # the halo


@pytest.mark.parametrize(
    ("ink", "hue"),
    [
        (Ink.MODEL, "#35cfe0"),
        (Ink.READER, "#ffc04d"),
        (Ink.SECOND_READER, "#b48cff"),
        (Ink.ADJUDICATED, "#6fd08c"),
    ],
)
def test_each_kind_of_mark_has_its_own_hue(pane, placement, ink, hue):
    box = Box(80.0, 120.0, 180.0, 220.0)
    shown = PanePicture(placement=placement, overlays=(Rectangle(box, Stroke(ink)),))
    pane.show_pane(shown)
    assert _near(_shot(pane), hue, 40).sum() > 40
    pane.show_pane(replace(shown, overlays=(Rectangle(box, Stroke(ink, rejected=True)),)))
    faint = _shot(pane)
    assert not _near(faint, hue, 40).any()
    assert faint.max() > 30


def test_every_kind_of_overlay_is_drawn_and_none_outside_the_pane(pane, placement):
    a, b, c = ImagePoint(80, 120), ImagePoint(180, 200), ImagePoint(120, 220)
    kinds = [
        Line((a, b, c), closed=True, filled=True),
        Line((a, b)),
        Rectangle(Box(80, 120, 180, 200)),
        Note(a, "3 of 4"),
        Cross(b),
        Ruler(a, b, "21.4 mm"),
        Angle(a, b, c, "74°"),
        Ellipse(Box(80, 120, 180, 200), "mean 1820\n231 mm²"),
    ]
    seen = set()
    for kind in kinds:
        pane.show_pane(PanePicture(placement=placement, overlays=(kind,)))
        shot = _shot(pane)
        assert shot.max() > 100, kind
        seen.add(shot.tobytes())
        pane.show_pane(PanePicture(placement=replace(placement, left=5000.0), overlays=(kind,)))
        assert _shot(pane).max() == 0, kind
    assert len(seen) == len(kinds)


def test_degenerate_overlays_do_no_harm(pane, placement):
    a = ImagePoint(80, 120)
    overlays = (
        Line(()),
        Line((a,), closed=True),
        Ruler(a, a, "0 mm"),
        Angle(a, a, a),
        Rectangle(Box(80, 120, 80, 120)),
    )
    pane.show_pane(PanePicture(placement=placement, overlays=overlays))
    assert _shot(pane).max() > 0


def test_a_selected_box_has_handles(pane, placement):
    box = Box(80.0, 120.0, 180.0, 220.0)
    corner = placement.to_pane(ImagePoint(80.0, 120.0))
    row, column = round(corner.y), round(corner.x)
    around = np.s_[row - 2 : row + 3, column - 2 : column + 3]
    pane.show_pane(PanePicture(placement=placement, overlays=(Rectangle(box),)))
    assert (_shot(pane).max(axis=2) > 150)[around].sum() < 16
    chosen = Rectangle(box, Stroke(selected=True))
    pane.show_pane(PanePicture(placement=placement, overlays=(chosen,)))
    assert (_shot(pane).max(axis=2) > 150)[around].all()


def test_the_lens_shows_what_lies_under_the_cursor_twice_as_large(pane, image, placement, qtbot):
    pane.resize(500, 400)
    still = replace(placement, x_scale=1.5, y_scale=1.5, left=0.0, top=-100.0)
    pane.show_pane(PanePicture(image, still, magnifier=True))
    qtbot.mouseMove(pane.viewport(), QPoint(50, 50))
    before = _shot(pane)
    qtbot.mouseMove(pane.viewport(), QPoint(200, 200))
    shot = _shot(pane)
    assert (shot[200, 195:206] != 0).all()
    assert abs(int(shot[200, 200, 0]) - int(before[200, 200, 0])) <= 1
    slope = shot[200, 260, 0] - shot[200, 140, 0]
    assert slope == pytest.approx((before[200, 260, 0] - before[200, 140, 0]) / 2, abs=2)
    QApplication.sendEvent(pane, _leave())
    assert (_shot(pane)[200, 140:261] == before[200, 140:261]).all()


def _leave():
    return QEvent(QEvent.Type.Leave)


def test_a_drag_tells_where_it_began_and_where_it_is(pane, qtbot):
    told = []
    for name in ("pressed", "drag_started", "dragged", "drag_finished", "clicked"):
        getattr(pane, name).connect(lambda *args, name=name: told.append((name, *args)))
    port = pane.viewport()
    qtbot.mousePress(port, RIGHT, NONE, QPoint(50, 60))
    _move(port, QPoint(51, 61), RIGHT)
    assert [entry[0] for entry in told] == ["pressed"]
    _move(port, QPoint(70, 60), RIGHT)
    _move(port, QPoint(90, 40), RIGHT)
    qtbot.mouseRelease(port, RIGHT, NONE, QPoint(91, 40))
    names = [entry[0] for entry in told]
    assert names == ["pressed", "drag_started", "dragged", "dragged", "drag_finished"]
    start = ImagePoint(49.5, 59.5)
    assert told[0][1:] == (RIGHT, start, NONE)
    assert told[1][1:4] == (RIGHT, start, ImagePoint(69.5, 59.5))
    assert told[3][1:4] == (RIGHT, start, ImagePoint(89.5, 39.5))
    assert told[4][1:4] == (RIGHT, start, ImagePoint(90.5, 39.5))


def _move(port, to, held=Qt.MouseButton.NoButton):
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(port.mapToGlobal(to)),
        Qt.MouseButton.NoButton,
        held,
        NONE,
    )
    QApplication.sendEvent(port, event)


def test_a_click_is_no_drag_and_a_second_button_is_ignored(pane, qtbot):
    told = []
    for name in ("pressed", "drag_started", "drag_finished", "clicked"):
        getattr(pane, name).connect(lambda *args, name=name: told.append((name, args[0])))
    port = pane.viewport()
    qtbot.mousePress(port, LEFT, NONE, QPoint(50, 60))
    qtbot.mousePress(port, RIGHT, NONE, QPoint(50, 60))
    qtbot.mouseRelease(port, RIGHT, NONE, QPoint(50, 60))
    qtbot.mouseRelease(port, LEFT, NONE, QPoint(50, 60))
    assert told == [("pressed", LEFT), ("clicked", LEFT)]


def test_a_drag_ends_when_its_pane_goes(pane, qtbot):
    ended = []
    pane.drag_finished.connect(lambda *args: ended.append(args[2]))
    qtbot.mousePress(pane.viewport(), LEFT, NONE, QPoint(50, 60))
    _move(pane.viewport(), QPoint(80, 60), LEFT)
    pane.hide()
    assert ended == [ImagePoint(79.5, 59.5)]


def test_double_click_and_hover_are_told(pane, qtbot):
    double, hovered = [], []
    pane.double_clicked.connect(double.append)
    pane.hovered.connect(hovered.append)
    qtbot.mouseMove(pane.viewport(), QPoint(30, 40))
    QApplication.sendEvent(pane, _leave())
    qtbot.mouseDClick(pane.viewport(), LEFT, NONE, QPoint(20, 30))
    assert double == [ImagePoint(19.5, 29.5)]
    assert hovered[0] == ImagePoint(29.5, 39.5)
    assert hovered[-1] is None


@pytest.mark.parametrize("ctrl", [False, True])
def test_the_wheel_tells_steps_and_ctrl(pane, ctrl):
    told = []
    pane.wheel.connect(lambda *args: told.append(args))
    held = Qt.KeyboardModifier.ControlModifier if ctrl else NONE
    event = QWheelEvent(
        QPointF(40, 50),
        QPointF(pane.viewport().mapToGlobal(QPoint(40, 50))),
        QPoint(),
        QPoint(0, -180),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane.viewport(), event)
    assert told == [(ImagePoint(39.5, 49.5), -1.5, ctrl)]


def test_keys_go_on_to_the_window(qtbot):
    heard = []

    class Window(QWidget):
        def keyPressEvent(self, event):  # noqa: N802
            heard.append(event.key())

    window = Window()
    qtbot.addWidget(window)
    pane = PaneWidget()
    QVBoxLayout(window).addWidget(pane)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_I):
        qtbot.keyClick(pane, key)
    assert heard == [Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_I]


def test_the_pane_follows_its_size(pane, image, placement):
    pane.show_pane(PanePicture(image, replace(placement, x_scale=2.0, y_scale=2.0)))
    pane.resize(420, 330)
    shot = _shot(pane)
    assert shot.shape[:2] == (330, 420)
    assert (shot[300, 50:400] > 0).all()


DENSE = """
import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from domain.geometry import ImageSize
from domain.turn import Turn
from imaging.pyramid import build_pyramid
from viewing.hanging.compose import PaneImage
from viewing.hanging.placement import Placement
from widgets.pane.pane_widget import PaneWidget
from widgets.pane.picture import PanePicture

app = QApplication([])
pixels = np.random.default_rng(1).integers(1, 256, (300, 300)).astype(np.uint16)
window = QWidget()
window.resize(200, 160)
pane = PaneWidget(window)
pane.setGeometry({left}, 0, 120, 100)
image = PaneImage(build_pyramid(pixels).levels, lambda v: v.astype(np.uint8))
ratio = pane.devicePixelRatioF()
scale = 1 / ratio
pane.show_pane(PanePicture(image, Placement(ImageSize(300, 300), Turn(), scale, scale, 0.0, 0.0)))
window.show()
app.processEvents()
shot = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
rows = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), -1, 4)[..., 0]
left = round({left} * ratio)
print(ratio, np.mean(rows[:90, left : left + 110] == pixels[:90, :110]))
"""


@pytest.mark.parametrize(("factor", "left"), [("2", 30), ("1.5", 30), ("1.25", 32)])
def test_on_a_dense_screen_a_stored_pixel_can_be_a_device_pixel(factor, left):
    run = subprocess.run(
        [sys.executable, "-c", DENSE.format(left=left)],
        env={**os.environ, "QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    ratio, same = (float(word) for word in run.stdout.split())
    assert ratio == float(factor)
    assert same == 1.0
