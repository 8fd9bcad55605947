"""What is made ready after the first paint, so that opening the first study waits for less."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.warming import warm_up


def test_panes_are_ready_and_out_of_sight_before_a_study_is_opened(
    window: MainWindow, qtbot: QtBot
) -> None:
    warm_up(window)
    assert not window.reading_page.panes  # nothing stands between the start and the first paint
    qtbot.waitUntil(lambda: len(window.reading_page.panes) == 4, timeout=20_000)
    assert not any(pane.isVisible() for pane in window.reading_page.panes)


def test_a_window_closed_at_once_makes_nothing_more(window: MainWindow, qtbot: QtBot) -> None:
    warm_up(window)
    window.close()
    qtbot.wait(50)
