"""What the actions on export, import and the archive do; each hand is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.gui.main_window import MainWindow

if TYPE_CHECKING:  # the first paint needs no dialogs
    from app.gui.archive_upkeep_hand import ArchiveUpkeepHand


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    return {
        "file.export_readings": lambda: _export(window),
        "file.import": lambda: _import(window),
        "file.archive": lambda: upkeep_of(window).open(),
    }


def upkeep_of(window: MainWindow) -> ArchiveUpkeepHand:
    """The window's own, made when first asked for."""
    from app.gui.archive_upkeep_hand import ArchiveUpkeepHand  # noqa: PLC0415 - see above

    return window.findChild(ArchiveUpkeepHand) or ArchiveUpkeepHand(window)


def switches(_window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """None."""
    return {}


def _export(window: MainWindow) -> None:
    from app.gui.exchange_export_hand import ExportHand  # noqa: PLC0415 - see above

    (window.findChild(ExportHand) or ExportHand(window)).open()


def _import(window: MainWindow) -> None:
    from app.gui.exchange_import_hand import ImportHand  # noqa: PLC0415 - see above

    (window.findChild(ImportHand) or ImportHand(window)).open()
