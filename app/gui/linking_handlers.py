"""What is followed from pane to pane."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.main_window import MainWindow


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:  # noqa: ARG001
    """Handlers of plain actions, by id."""
    return {}


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:  # noqa: ARG001
    """Handlers of actions that are on or off, by id."""
    return {}


def held(window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """Handlers of actions that act while their key is down, by id."""
    following = window.services.following
    return {"look.arc": lambda down: following.want(arc_held=down)}
