"""Layouts of the reader's own, priors in place."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.main_window import MainWindow


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:  # noqa: ARG001
    """Handlers of plain actions, by id."""
    return {}


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:  # noqa: ARG001
    """Handlers of actions that are on or off, by id."""
    return {}
