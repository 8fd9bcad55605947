"""What the actions of the AI reading do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.gui.main_window import MainWindow
from app.presenters.second_reading.strictness import Layer


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    panel, reading = window.second_reading, window.services.second_reading
    return {
        "ai.run": reading.run,
        "ai.reveal": reading.reveal,
        "ai.stricter": partial(panel.stricter, 1),
        "ai.looser": partial(panel.stricter, -1),
        "ai.accept_all": panel.accept_all,
        "ai.reject_all": panel.reject_all,
        **{f"ai.{layer.value}": partial(panel.toggle, layer.value) for layer in Layer},
    }


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:  # noqa: ARG001
    """Handlers of actions that are on or off, by id."""
    return {}
