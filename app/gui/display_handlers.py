"""The screen itself: calibration, test patterns, a second window."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.main_window import MainWindow


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    displays = window.displays
    return {
        "size.true": displays.true_size,
        "help.calibrate": displays.calibrate,
        "help.test_pattern": displays.show_patterns,
    }


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """Handlers of actions that are on or off, by id."""
    return {"layout.second_window": window.displays.set_second}
