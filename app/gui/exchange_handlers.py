"""What the actions on export, import and the archive do."""

from __future__ import annotations

from collections.abc import Callable

from app.gui.archive_upkeep_hand import ArchiveUpkeepHand
from app.gui.exchange_export_hand import ExportHand
from app.gui.exchange_import_hand import ImportHand
from app.gui.main_window import MainWindow


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    exports = window.findChild(ExportHand) or ExportHand(window)
    imports = window.findChild(ImportHand) or ImportHand(window)
    return {
        "file.export_readings": exports.open,
        "file.import": imports.open,
        "file.archive": upkeep_of(window).open,
    }


def upkeep_of(window: MainWindow) -> ArchiveUpkeepHand:
    """The window's own, made when first asked for."""
    return window.findChild(ArchiveUpkeepHand) or ArchiveUpkeepHand(window)


def switches(_window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """None."""
    return {}
