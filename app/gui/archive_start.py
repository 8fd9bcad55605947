"""Opens the archive once the window stands, and moves in what was kept before there was one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from annotations.keeping.folders import readings_folder
from app.gui.services import Services

if TYPE_CHECKING:
    from archive.archive import Archive

AFTER_MS = 600
"""The window paints first."""


def start_archive(services: Services) -> None:
    """Open it a moment after the window is shown."""
    QTimer.singleShot(AFTER_MS, services.poster, lambda: open_archive(services))


def open_archive(services: Services) -> None:
    """Open it, and when it is open move in what it has not got."""
    if services.second_reading.closed:  # the window went before it was a second old
        return
    services.archive.opened.connect(lambda: move_in(services))
    services.archive.open()


def move_in(services: Services) -> None:
    """Once for each reader: readings and AI results that were kept as files; the files stay."""
    from imaging.scanning.header_index import cache_folder  # noqa: PLC0415 - after the first paint

    door, readings = services.archive, services.annotating.readings
    reader, folder, results = door.reader, readings_folder(), cache_folder() / "results"

    def work(archive: Archive) -> tuple[int, int]:
        from archive.audit import AuditQuery, Deed  # noqa: PLC0415 - after the first paint
        from archive.upkeep.moving_in import move_readings_in, move_results_in  # noqa: PLC0415

        known = archive.audit.entries(AuditQuery(who=reader, did=(Deed.MOVED_IN,), most=1))
        if known:
            return 0, 0
        moved = move_readings_in(archive, folder, reader, skip=readings.case.has_open)
        added = move_results_in(archive, results, reader)
        if not moved.readings and not added.results:
            archive.audit.add(reader, Deed.MOVED_IN, readings=0)
        return moved.readings, added.results

    def done(moved: tuple[int, int]) -> None:
        if any(moved):
            counts = zip(moved, ("readings", "AI results"), strict=True)
            said = " and ".join(f"{count} {what}" for count, what in counts if count)
            door.told.emit(f"Moved into the archive: {said}", False)
            door.changed.emit()

    door.ask("Moving readings into the archive", work, done=done, lane=readings.case.upkeep_lane)
