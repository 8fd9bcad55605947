"""Counts how many studies match, once the lines are there and no other key came."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.jobs.job import Job
from app.presenters.archiving.door import ArchiveDoor
from archive.worklist.query import WorklistQuery
from domain.errors import CancelledError, FourviewError

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive

_PAUSE_S = 0.03
"""For a count that the next key makes needless, and so that the lines are painted first."""


@dataclass(frozen=True)
class Counts:
    """total: studies that match. whole: studies of the scope, without text and filters."""

    total: int
    whole: int


class Counting:
    """All methods are called on the window's thread. A count of its own lane holds up no lines."""

    def __init__(self, door: ArchiveDoor, failed: Callable[[FourviewError], None]) -> None:
        self._door, self._failed = door, failed
        self._wholes: dict[bool, int] = {}
        self._job: Job | None = None
        self._stopped = threading.Event()

    def forget(self) -> None:
        """Something has changed: what was counted may be wrong."""
        self._wholes.clear()

    def stop(self) -> None:
        """The answer is no longer wanted."""
        self._stopped.set()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def whole(self, *, mine: bool) -> int | None:
        """Of a scope, as it was counted."""
        return self._wholes.get(mine)

    def note_whole(self, whole: int, *, mine: bool) -> None:
        """What is known of a scope without counting."""
        self._wholes[mine] = whole

    def ask(
        self,
        query: WorklistQuery,
        total: int | None,
        *,
        narrowed: bool,
        done: Callable[[Counts], None],
    ) -> None:
        """Count. total: of the query, where it is known. narrowed: whether the scope has more."""
        self.stop()
        stopped = self._stopped = threading.Event()
        scope = WorklistQuery(mine=query.mine, viewer=query.viewer)
        known = self._wholes.get(query.mine)

        def work(archive: Archive) -> Counts:
            if stopped.wait(_PAUSE_S):
                raise CancelledError("another question was asked")
            count = archive.worklist_count(query) if total is None else total
            if not narrowed:
                return Counts(count, count)
            return Counts(count, archive.worklist_count(scope) if known is None else known)

        def take(counts: Counts) -> None:
            self._job = None
            self._wholes[query.mine] = counts.whole
            done(counts)

        self._job = self._door.ask(
            "Counting studies", work, done=take, failed=self._failed, lane="worklist count"
        )
