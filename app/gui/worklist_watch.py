"""Has watched sources looked through again: at the start, every few minutes, and on changes."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from app.gui.services import Services
from app.presenters.worklist.sources import Look

_FIRST_MS = 3_000
_EVERY_MS = 180_000
_SETTLE_MS = 1_500
"""After the system told a change: what is copied comes file by file."""

_COPYING_MS = 5_000
_MOST_FOLDERS = 500
"""Folders that the system watches; each costs a handle of few."""


class WorklistWatch(QObject):
    """Only folders that a job has found on a local disk are given to the system to watch.

    A share tells no changes, and one that hangs would hold the window: those are looked through
    by the clock alone.
    """

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._sources = services.sources
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._changed)
        self._waiting: set[str] = set()
        self._clock, self._first, self._soon = QTimer(self), QTimer(self), QTimer(self)
        self._clock.setInterval(_EVERY_MS)
        self._clock.timeout.connect(self._sources.look)
        for timer, after in ((self._first, _FIRST_MS), (self._soon, _SETTLE_MS)):
            timer.setSingleShot(True)
            timer.setInterval(after)
        self._first.timeout.connect(self._sources.look)
        self._soon.timeout.connect(self._look)
        services.archive.opened.connect(self._begin)
        self._sources.looked.connect(self._looked)

    def close(self) -> None:
        """Look no more."""
        for timer in (self._clock, self._first, self._soon):
            timer.stop()
        watched = self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)

    def _begin(self) -> None:
        self._clock.start()
        self._first.start()

    def _changed(self, folder: str) -> None:
        self._waiting |= {
            line.location
            for line in self._sources.lines
            if PurePath(folder).is_relative_to(line.location)
            or str(PurePath(line.location).parent) == folder
        }
        if self._waiting:
            self._soon.start(_SETTLE_MS)

    def _look(self) -> None:
        waiting, self._waiting = self._waiting, set()
        if waiting:
            self._sources.look(tuple(waiting))

    def _looked(self, location: str, look: Look) -> None:
        self._services.locating.forget(look.uids)
        known = set(self._watcher.directories())
        room = _MOST_FOLDERS - len(known)
        fresh = [folder for folder in look.folders if folder not in known][: max(0, room)]
        if fresh:
            self._watcher.addPaths(fresh)
        if look.copying:
            self._waiting.add(location)
            self._soon.start(_COPYING_MS)
