"""True size, test patterns, notices and the second window, as a reader meets them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.compose import make_window
from app.gui.display_screens import calibrated, key_of
from app.gui.main_window import MainWindow
from app.gui.services import make_services
from app.presenters.second_reading.standing import AiState, CaseStanding
from app.settings.store import SettingsStore
from domain.geometry import ImageSize
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from viewing.hanging.protocol import SizeMode
from viewing.state.lying import millimetres
from widgets.calibration_page import CalibrationPage
from widgets.full_screen import FullScreenPage
from widgets.pane.pane_widget import PaneWidget
from widgets.test_pattern import TestPatternPage


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("displays") / "study"
    write_study(folder, StudyRecipe(7, Content.DEMO, size=ImageSize(256, 208)), DemoOptions())
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, study: Path) -> Iterator[MainWindow]:
    made = a_window(qtbot, tmp_path)
    opened(made, qtbot, study)
    yield made
    made.close()


def a_window(qtbot: QtBot, folder: Path) -> MainWindow:
    made = make_window(make_services(SettingsStore(folder / "settings.toml")))
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    return made


def opened(window: MainWindow, qtbot: QtBot, study: Path) -> None:
    window.open_paths([study])
    qtbot.waitUntil(lambda: len(shown(window)) == 4, timeout=20_000)


def shown(window: MainWindow) -> list[PaneWidget]:
    pages = [window.reading_page]
    if window.displays.second is not None:
        pages.append(window.displays.second.page)
    panes = (pane for page in pages for pane in page.panes)
    return [pane for pane in panes if pane.isVisible() and pane.picture.image is not None]


def titles(panes: list[PaneWidget]) -> list[str]:
    return [pane.picture.headline[0] for pane in panes]


def page_of(window: MainWindow, qtbot: QtBot) -> FullScreenPage:
    page = window.displays.page
    assert page is not None
    qtbot.waitUntil(page.isActiveWindow)
    return page


def closed(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.displays.page is None)
    qtbot.waitUntil(window.isActiveWindow)


def second_on(window: MainWindow) -> None:
    window.actions_of["layout.second_window"].trigger()
    QApplication.processEvents()


def test_t_asks_for_the_screens_size_instead_of_guessing(window: MainWindow, qtbot: QtBot) -> None:
    before = window.services.model.state
    qtbot.keyClick(window, Qt.Key.Key_T)
    assert isinstance(window.displays.page, CalibrationPage)
    assert window.services.model.state == before
    assert window.actions_of["size.same"].isChecked()
    window.displays.page.close()


def test_t_shows_breasts_in_their_own_size_once_the_screen_was_measured(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_T)
    page = page_of(window, qtbot)
    assert isinstance(page, CalibrationPage)
    mm = page.millimetres
    qtbot.keyClick(page, Qt.Key.Key_Return)
    closed(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_T)
    state = window.services.model.state
    assert state.size_mode is SizeMode.TRUE
    assert [millimetres(pane) for pane in state.panes] == pytest.approx([mm] * 4)
    window.close()
    kept = SettingsStore(tmp_path / "settings.toml").load().settings
    assert kept.screens[key_of(window.screen())].millimetres == pytest.approx(mm)


def test_the_patterns_open_and_go_with_escape(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_of["help.test_pattern"].trigger()
    page = page_of(window, qtbot)
    assert isinstance(page, TestPatternPage)
    assert page.size() == window.screen().size()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    closed(window, qtbot)
    assert window.in_reading


def test_the_notice_comes_with_the_first_case_and_only_once(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert "not calibrated for reading" in window.status_line.said
    window.status_line.show_message("")
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert "calibrated" not in window.status_line.said


def test_the_second_window_shows_the_other_half_and_the_patient(window: MainWindow) -> None:
    second_on(window)
    second = window.displays.second
    assert second is not None
    assert titles(shown(window)) == ["RCC", "RMLO", "LCC", "LMLO"]
    assert window.banner.said == second.banner.said
    first, last = shown(window)[0], shown(window)[2]
    assert first.width() == window.reading_page.width()
    assert last.width() == second.page.width()
    second_on(window)
    assert window.displays.second is None
    assert len({pane.window() for pane in shown(window)}) == 1
    assert len(shown(window)) == 4


def test_the_second_window_says_how_far_the_ai_reading_is(window: MainWindow) -> None:
    second_on(window)
    second = window.displays.second
    assert second is not None
    reading = window.services.second_reading
    uid = window.services.reading.shown.exams.current.uid
    reading._standings[uid] = CaseStanding(uid, AiState.FAILED)
    reading.changed.emit()
    assert "AI: failed" in second.banner.said
    assert second.banner.said == window.banner.said


def test_a_gesture_in_one_window_reaches_the_other(window: MainWindow, qtbot: QtBot) -> None:
    second_on(window)
    pane = shown(window)[3].viewport()
    qtbot.mousePress(pane, Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    qtbot.mouseMove(pane, QPoint(90, 60))
    qtbot.mouseMove(pane, QPoint(130, 70))
    qtbot.mouseRelease(pane, Qt.MouseButton.RightButton, pos=QPoint(130, 70))
    assert all(one.grey.voi is not None for one in window.services.model.state.panes)


def test_keys_work_in_the_second_window(window: MainWindow, qtbot: QtBot) -> None:
    second_on(window)
    second = window.displays.second
    assert second is not None
    second.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(second, Qt.Key.Key_PageDown)
    assert window.services.model.state.step == 1
    assert titles(shown(window)) == ["RCC", "LCC"]


def test_a_pane_alone_fills_its_own_window(window: MainWindow, qtbot: QtBot) -> None:
    second_on(window)
    second = window.displays.second
    assert second is not None
    pane = shown(window)[2]
    qtbot.mouseDClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert titles(shown(window)) == ["LCC"]
    assert pane.size() == second.page.size()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert len(shown(window)) == 4


def test_a_masked_name_is_masked_in_the_second_window_too(window: MainWindow) -> None:
    second_on(window)
    second = window.displays.second
    assert second is not None
    window.actions_of["file.mask_names"].trigger()
    assert second.banner.said == window.banner.said
    second.close()
    second_on(window)
    assert window.displays.second is not None
    assert window.displays.second.banner.said == window.banner.said


def test_closing_the_second_window_by_hand_brings_its_panes_back(window: MainWindow) -> None:
    second_on(window)
    assert window.displays.second is not None
    window.displays.second.close()
    QApplication.processEvents()
    assert not window.actions_of["layout.second_window"].isChecked()
    assert len({pane.window() for pane in shown(window)}) == 1


def test_the_second_window_is_there_again_at_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    first = a_window(qtbot, tmp_path)
    second_on(first)
    first.close()
    QApplication.processEvents()
    again = a_window(qtbot, tmp_path)
    assert again.displays.second is not None
    assert again.actions_of["layout.second_window"].isChecked()
    again.close()
    assert again.displays.second is None


def test_a_screen_of_another_resolution_is_another_screen(window: MainWindow) -> None:
    screen = window.screen()
    settings = calibrated(window.services.settings, screen, 0.2)
    size = f"{screen.size().width()}x{screen.size().height()}"
    assert [key.rpartition(" ")[2] for key in settings.screens] == [size]
