"""``fourview [PATH ...]``: opens the window, where there is a screen to open it on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.starting import without_collecting
from domain.errors import BadInputError, FourviewError


def open_window(arguments: list[str]) -> int:
    """Open the window on paths; returns its exit code.

    Raises BadInputError for a path that does not exist, FourviewError without a display.
    """
    paths = [Path(argument) for argument in arguments]
    for path in paths:
        if not path.exists():
            raise BadInputError("there is no such file or folder", where=str(path))
    if not has_display():
        raise FourviewError(
            "there is no display to open the window on",
            remedy="Use fourview render PATH --out PNG, or set DISPLAY",
        )
    with without_collecting():
        from app.gui.compose import run_window  # noqa: PLC0415 - Qt only where it is needed

    return run_window(paths)


def has_display() -> bool:
    """Whether Qt would find a screen; without one it would end the program."""
    if sys.platform != "linux":
        return True
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in named)
