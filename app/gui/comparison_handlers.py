"""What the action on two readings does; all of it is made when readings are first compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.gui.main_window import MainWindow

if TYPE_CHECKING:
    from app.gui.comparison_hands import ComparisonHands


def hands_of(window: MainWindow) -> ComparisonHands:
    """The window's own."""
    from app.gui.comparison_hands import hands_of as made  # noqa: PLC0415 - see above

    return made(window)


def leave(window: MainWindow) -> bool:
    """Back to the reader's own reading; False where nothing is compared."""
    return window.pictures.compared is not None and hands_of(window).leave()


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    return {"case.compare": lambda: hands_of(window).begin()}


def switches(_window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """None."""
    return {}
