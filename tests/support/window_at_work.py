"""What tests ask of a window that works on other threads."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from tests.support.identity_watch import in_panes


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Until no work is under way and nothing more is to come."""
    qtbot.waitUntil(lambda: not window.services.jobs.statuses, timeout=20_000)
    qtbot.waitUntil(lambda: not window.services.reading.shown.loading, timeout=20_000)


def opened(window: MainWindow, qtbot: QtBot, *paths: Path) -> None:
    window.open_paths(list(paths))
    settle(window, qtbot)


def messages(window: MainWindow) -> list[str]:
    return [one.message for one in in_panes(window) if one.message]


def hung(window: MainWindow) -> int:
    return sum(one.image is not None for one in in_panes(window))
