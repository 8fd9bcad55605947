"""What the action on agreement does; the page is made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.main_window import MainWindow


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""

    def show() -> None:
        from app.gui.agreement_hands import hands_of  # noqa: PLC0415 - see above

        hands_of(window).open()

    return {"file.agreement": show}


def switches(_window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """None."""
    return {}
