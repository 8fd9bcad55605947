"""Tomosynthesis in the window: wheel, slider, slabs and cine by real mouse and key events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.compose import make_window
from app.gui.main_window import MainWindow
from app.gui.services import make_services
from app.settings.store import SettingsStore
from domain.geometry import ImageSize
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from widgets.pane.pane_widget import PaneWidget
from widgets.pane.slice_bar import END_GAP, SliceBar


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stacks") / "study"
    recipe = StudyRecipe(7, Content.DEMO, size=ImageSize(160, 130))
    write_study(folder, recipe, DemoOptions(stacks=1))
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, study: Path) -> Iterator[MainWindow]:
    made = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.open_paths([study])
    reading = made.services.reading
    qtbot.waitUntil(lambda: len(reading.shown.images) == 4, timeout=20_000)
    reading.go_to_step([one.step.id for one in reading.shown.steps].index("extras"))
    qtbot.waitUntil(lambda: all(opened_of(made)), timeout=20_000)
    yield made
    made.close()


def opened_of(window: MainWindow) -> tuple[bool, ...]:
    view = window.services.model.state.panes[0].plan.view
    assert view is not None
    return window.services.reading.stacks.opened_of(view)


def frame(window: MainWindow) -> int:
    return window.services.model.state.panes[0].frame


def pane_of(window: MainWindow) -> PaneWidget:
    (pane,) = (one for one in window.reading_page.panes if one.isVisible())
    return pane


def bar_of(window: MainWindow) -> SliceBar:
    bar = pane_of(window).findChild(SliceBar)
    assert isinstance(bar, SliceBar)
    return bar


def turn_wheel(pane: PaneWidget, steps: int, keys: Qt.KeyboardModifier) -> None:
    at = QPointF(pane.width() / 2, pane.height() / 2)
    wheel = QWheelEvent(
        at,
        pane.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane.viewport(), wheel)


def test_the_wheel_goes_through_slices_and_with_ctrl_it_zooms(window: MainWindow) -> None:
    pane, before = pane_of(window), frame(window)
    turn_wheel(pane, -3, Qt.KeyboardModifier.NoModifier)
    assert frame(window) == before + 3
    assert f"Slice {before + 4} of {len(opened_of(window))}" in " ".join(pane.picture.more)
    lain = pane.picture.placement
    turn_wheel(pane, 1, Qt.KeyboardModifier.ControlModifier)
    assert frame(window) == before + 3
    assert lain is not None
    assert pane.picture.placement is not None
    assert pane.picture.placement.x_scale > lain.x_scale


def test_the_slider_stands_at_the_outer_edge_and_follows_the_hand(
    window: MainWindow, qtbot: QtBot
) -> None:
    bar, pane = bar_of(window), pane_of(window)
    assert bar.isVisible()
    assert pane.picture.at_right == (bar.x() > 0)
    assert bar.height() == pane.height()
    last = len(opened_of(window)) - 1
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, int(END_GAP)))
    assert frame(window) == 0
    qtbot.mouseMove(bar, QPoint(5, bar.height() // 2))
    assert abs(frame(window) - last / 2) <= 1
    qtbot.mouseMove(bar, QPoint(5, bar.height() + 50))
    assert frame(window) == last
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, bar.height() + 50))
    assert bar.position is not None
    assert bar.position.frame == last
    assert not window.pictures.moving


def test_brackets_make_slabs_thicker_and_thinner_and_x_takes_the_brightest(
    window: MainWindow, qtbot: QtBot
) -> None:
    pane = pane_of(window)
    qtbot.keyClick(window, Qt.Key.Key_BracketRight)
    qtbot.keyClick(window, Qt.Key.Key_BracketRight)
    qtbot.waitUntil(lambda: "Slab 5 slices, mean" in pane.picture.more, timeout=5_000)
    bar = bar_of(window)
    assert bar.position is not None
    assert bar.position.last - bar.position.first == 4
    qtbot.keyClick(window, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: "Slab 5 slices, maximum" in pane.picture.more, timeout=5_000)
    qtbot.keyClick(window, Qt.Key.Key_BracketLeft)
    qtbot.keyClick(window, Qt.Key.Key_BracketLeft)
    assert not any("Slab" in line for line in pane.picture.more)


def started(window: MainWindow, qtbot: QtBot) -> None:
    before = frame(window)
    qtbot.keyClick(window, Qt.Key.Key_Y)
    assert window.actions_of["slice.cine"].isChecked()
    qtbot.waitUntil(lambda: abs(frame(window) - before) >= 3, timeout=5_000)


def stays(window: MainWindow, qtbot: QtBot) -> bool:
    before = frame(window)
    qtbot.wait(200)
    return frame(window) == before and not window.actions_of["slice.cine"].isChecked()


@pytest.mark.parametrize("gesture", ["key", "press", "shortcut", "again"])
def test_cine_goes_until_any_gesture(window: MainWindow, qtbot: QtBot, gesture: str) -> None:
    started(window, qtbot)
    if gesture == "key":
        qtbot.keyClick(window, Qt.Key.Key_F9)
    elif gesture == "press":
        qtbot.mousePress(
            pane_of(window).viewport(), Qt.MouseButton.LeftButton, pos=QPoint(400, 300)
        )
    elif gesture == "shortcut":
        qtbot.keyClick(window, Qt.Key.Key_I)
    else:
        qtbot.keyClick(window, Qt.Key.Key_Y)
    assert stays(window, qtbot)


def test_cine_turns_back_at_the_end_and_stops_with_its_step(
    window: MainWindow, qtbot: QtBot
) -> None:
    last = len(opened_of(window)) - 1
    window.services.model.set_frame(0, last - 1)
    qtbot.keyClick(window, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: frame(window) < last - 2, timeout=5_000)
    window.services.reading.go_to_step(0)
    qtbot.waitUntil(lambda: not window.actions_of["slice.cine"].isChecked(), timeout=5_000)
    assert not any(bar.isVisible() for bar in window.reading_page.findChildren(SliceBar))
