"""Starts the window: ``fourview [PATH ...]``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.gui.archive_start import start_archive
from app.gui.handlers import Handlers
from app.gui.main_window import MainWindow
from app.gui.second_reading_start import start_second_reading
from app.gui.services import Services, make_services
from app.gui.translating import install_translation
from app.gui.warming import warm_up
from app.settings.store import config_folder
from app.starting import without_collecting
from widgets.theme import apply_theme


def make_window(services: Services) -> MainWindow:
    """The window with all its actions connected; not yet shown."""
    window = MainWindow(services)
    Handlers(window)
    return window


def run_window(paths: Sequence[Path]) -> int:
    """Show the window until it is closed; returns the exit code."""
    program = QApplication([sys.argv[0]])
    program.setApplicationName("Fourview")
    install_translation(program, config_folder())
    apply_theme(program)
    with without_collecting():
        window = make_window(make_services())
        window.show()
    warm_up(window)
    start_second_reading(window.services)
    start_archive(window.services)
    if paths:
        window.open_paths(list(paths))
    _quit_after(program)
    return int(program.exec())


def _quit_after(program: QApplication) -> None:
    """For trying the bundle where nobody closes a window: FOURVIEW_QUIT_AFTER, in milliseconds."""
    after = os.environ.get("FOURVIEW_QUIT_AFTER", "")
    if after.isdigit():
        QTimer.singleShot(int(after), program.quit)
