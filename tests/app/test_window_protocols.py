"""Protocols and priors in the window, by real keys and menus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu
from pytestqt.qtbot import QtBot

from app.gui.compose import make_window
from app.gui.layout_handlers import hands_of
from app.gui.main_window import MainWindow
from app.gui.services import make_services
from app.protocols import find_protocol
from app.settings.store import SettingsStore
from domain.geometry import ImageSize
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from viewing.state.lying import millimetres
from widgets.pane.pane_widget import PaneWidget

SMALL = ImageSize(256, 208)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("window") / "study"
    write_study(folder, StudyRecipe(7, Content.DEMO, size=SMALL), DemoOptions(prior=True))
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, study: Path) -> Iterator[MainWindow]:
    made = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.open_paths([study])
    qtbot.waitUntil(lambda: in_sight(made) == 4, timeout=20_000)
    qtbot.waitUntil(lambda: not made.services.jobs.statuses, timeout=20_000)
    yield made
    made.close()


def panes(window: MainWindow) -> list[PaneWidget]:
    return [pane for pane in window.reading_page.panes if pane.isVisible()]


def in_sight(window: MainWindow) -> int:
    return sum(pane.picture.image is not None for pane in panes(window))


def headlines(window: MainWindow) -> list[str]:
    return [" ".join(pane.picture.headline) for pane in panes(window)]


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(window, key)
    QApplication.processEvents()


def test_one_key_shows_the_prior_in_place_and_brings_the_current_image_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    press(window, qtbot, Qt.Key.Key_2)
    model = window.services.model
    press(window, qtbot, Qt.Key.Key_Plus)
    press(window, qtbot, Qt.Key.Key_I)
    scales = [millimetres(pane) for pane in model.state.panes]
    assert headlines(window) == ["RCC", "LCC"]
    press(window, qtbot, Qt.Key.Key_Q)
    assert all(one.endswith("before") and " prior, " in one for one in headlines(window))
    assert window.actions_of["case.prior"].isChecked()
    assert in_sight(window) == 2
    assert [millimetres(pane) for pane in model.state.panes] == pytest.approx(scales)
    assert all(pane.grey.invert for pane in model.state.panes)
    press(window, qtbot, Qt.Key.Key_Q)
    assert headlines(window) == ["RCC", "LCC"]
    assert not window.actions_of["case.prior"].isChecked()


def test_the_interval_stays_where_text_is_hidden(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, Qt.Key.Key_6)
    press(window, qtbot, Qt.Key.Key_H)
    said = headlines(window)
    assert said[:2] == ["RCC", "LCC"]
    assert all("prior, " in one and one.endswith("before") for one in said[2:])


def test_layout_keys_are_called_what_they_show(window: MainWindow, qtbot: QtBot) -> None:
    actions = window.actions_of
    assert actions["layout.6"].text() == "CC, current above prior"
    assert actions["layout.6"].toolTip() == "CC, current above prior  (6)"
    press(window, qtbot, Qt.Key.Key_6)
    model = window.services.model
    assert model.state.steps[model.state.step] == "CC, current above prior"
    window.palette_list.open()
    window.palette_list.field.setText("current above prior")
    assert "CC, current above prior" in window.palette_list.titles
    window.palette_list.dismiss()


def test_the_status_line_says_which_quadrant_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    window.side_panel.fold(True)
    window.resize(window.minimumSizeHint())
    QApplication.processEvents()
    size = window.reading_page.size()
    window.services.reading.set_screen(ImageSize(90, min(size.width(), 100)))
    press(window, qtbot, Qt.Key.Key_7)
    press(window, qtbot, Qt.Key.Key_PageDown)
    assert "quadrant 1 of" in window.status_line.said
    press(window, qtbot, Qt.Key.Key_PageDown)
    assert "quadrant 2 of" in window.status_line.said
    press(window, qtbot, Qt.Key.Key_PageUp)
    press(window, qtbot, Qt.Key.Key_PageUp)
    assert "MLO, current above prior" in window.status_line.said


def test_a_layout_is_saved_offered_and_chosen(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(window, qtbot, Qt.Key.Key_4)
    press(window, qtbot, Qt.Key.Key_F)
    press(window, qtbot, Qt.Key.Key_Q)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("My two", True))
    window.actions_of["layout.save"].trigger()
    saved = find_protocol("my-two", tmp_path / "protocols").steps[0]
    assert [pane.written for pane in saved.layout[0]] == ["RCC@1", "RMLO@1"]
    assert saved.size.value == "fit"
    menu = next(one for one in window.findChildren(QMenu) if one.title() == "Hanging protocol")
    menu.aboutToShow.emit()
    offered = {action.text(): action for action in menu.actions()}
    assert offered["Screening"].isChecked()
    offered["My two"].trigger()
    assert window.services.settings.reading.protocol == "my-two"
    assert window.actions_of["layout.1"].text() == "RCC prior, RMLO prior"
    assert not window.actions_of["layout.3"].isVisible()
    qtbot.waitUntil(lambda: in_sight(window) == 2, timeout=5_000)


def test_a_protocol_that_is_not_there_is_told_and_the_present_one_stays(
    window: MainWindow,
) -> None:
    before = window.services.reading.protocol
    hands_of(window).choose("gone")
    assert "gone" in window.status_line.said
    assert window.services.reading.protocol is before
    assert window.services.settings.reading.protocol == "screening"
