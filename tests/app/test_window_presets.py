"""Window presets as a reader meets them: by key, from the menu, in the next case."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.window_handlers import hands_of
from imaging.grey.preset_names import ALL_TISSUE, DENSE_GLAND, FATTY_TISSUE, SKIN_LINE
from tests.support.small_studies import write_patient
from tests.support.window_at_work import opened, settle

PRESETS = (ALL_TISSUE, DENSE_GLAND, FATTY_TISSUE, SKIN_LINE)


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("presets")
    return tuple(write_patient(folder / str(number), number) for number in (1, 2))


def windows(window: MainWindow) -> list[str]:
    """The name of each pane's window; empty where it is the image's own first."""
    panes = window.services.model.state.panes
    return [pane.grey.voi.name if pane.grey.voi else "" for pane in panes]


def menu_of(window: MainWindow) -> QMenu:
    menu = hands_of(window).menu
    menu.aboutToShow.emit()
    return menu


def test_v_steps_through_the_images_own_windows_and_then_the_presets(
    window: MainWindow, qtbot: QtBot, studies: tuple[Path, ...]
) -> None:
    opened(window, qtbot, studies[0])
    names = hands_of(window).names
    assert names[-4:] == PRESETS
    for name in (*names[1:], names[0]):
        qtbot.keyClick(window, Qt.Key.Key_V)
        assert windows(window) == [name] * 4


def test_a_preset_chosen_from_the_menu_holds_in_the_next_case_until_it_is_taken_back(
    window: MainWindow, qtbot: QtBot, studies: tuple[Path, ...]
) -> None:
    window.open_paths(list(studies))
    settle(window, qtbot)
    window.open_study(window.study_page.names[0])
    settle(window, qtbot)
    offered = {action.text(): action for action in menu_of(window).actions()}
    offered["Skin line"].trigger()
    assert windows(window) == [SKIN_LINE] * 4
    assert "Skin line" in window.status_line.said
    checked = [action.text() for action in menu_of(window).actions() if action.isChecked()]
    assert checked == ["Skin line"]
    qtbot.keyClick(window, Qt.Key.Key_N)
    settle(window, qtbot)
    assert windows(window) == [SKIN_LINE] * 4
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    assert windows(window) == [""] * 4
    qtbot.keyClick(window, Qt.Key.Key_P)
    settle(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_N)
    settle(window, qtbot)
    assert windows(window) == [""] * 4


def test_air_stays_black_in_every_preset(
    window: MainWindow, qtbot: QtBot, studies: tuple[Path, ...]
) -> None:
    opened(window, qtbot, studies[0])
    pane = window.reading_page.panes[0]
    for name in PRESETS:
        hands_of(window).choose(name)
        shot = pane.grab().toImage()
        assert shot.pixelColor(30, pane.height() - 30).lightness() == 0
        assert shot.pixelColor(pane.width() - 20, pane.height() // 2).lightness() > 0


def test_without_an_image_the_menu_says_so(window: MainWindow) -> None:
    assert [action.text() for action in menu_of(window).actions()] == ["No image"]
