"""What a reader does to a line of the worklist: claim, hand over, put first, flag."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.presenters.archiving.door import ArchiveDoor
from app.presenters.worklist.presenter import WorklistPresenter
from archive.worklist.query import WorklistQuery

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive

_LANE = "worklist deeds"


class WorklistDeeds:
    """All methods are called on the window's thread; each is a job, and its error is told."""

    def __init__(self, door: ArchiveDoor, worklist: WorklistPresenter) -> None:
        self._door = door
        self._worklist = worklist
        self._saved: dict[str, WorklistQuery] = {}

    def claim(self, uid: str) -> None:
        """Take a study in hand, or go on with one that was put aside."""
        reader = self._door.reader
        self._do("Claiming a study", lambda archive: archive.claims.claim(uid, reader))

    def release(self, uid: str) -> None:
        """Give back what the reader has in hand; else what another one has, on their behalf."""
        reader, row = self._door.reader, self._worklist.row(uid)
        holders = row.holders if row is not None else ()
        whose = reader if reader in holders or not holders else holders[0]
        self._do("Releasing a study", lambda archive: archive.claims.release(uid, whose, by=reader))

    def suspend(self, uid: str) -> None:
        """Put a study aside; it stays the reader's."""
        reader = self._door.reader
        self._do("Suspending a study", lambda archive: archive.claims.suspend(uid, reader))

    def assign(self, uid: str, reader: str) -> None:
        """Say who is to read a study; an empty name takes all assignments back."""
        by, row = self._door.reader, self._worklist.row(uid)
        before = row.assigned if row is not None else ()

        def work(archive: Archive) -> None:
            for one in before:
                if one != reader:
                    archive.claims.withdraw(uid, one, by)
            if reader:
                archive.claims.assign(uid, reader, by)

        self._do("Assigning a study", work)

    def prefer(self, uid: str, by: int) -> None:
        """Put a study further up, or down where ``by`` is negative."""
        row = self._worklist.row(uid)
        wanted = (row.priority if row is not None else 0) + by
        self._do("Changing a priority", lambda archive: archive.sources.set_priority([uid], wanted))

    def discuss(self, uid: str, words: str) -> None:
        """Flag a study for discussion."""
        reader = self._door.reader
        self._do("Flagging a study", lambda archive: archive.casebook.discuss(uid, reader, words))

    def settle(self, uid: str) -> None:
        """Take the flag away."""
        reader = self._door.reader
        self._do("Settling a discussion", lambda archive: archive.casebook.settle(uid, reader))

    def readers(self, done: Callable[[tuple[str, ...]], None]) -> None:
        """Everybody whom the archive knows, to be chosen from."""
        self._door.ask("Looking for readers", lambda archive: archive.claims.readers(), done=done)

    # Saved filters and the day.

    def save_filter(self, name: str) -> None:
        """Keep what is asked for now under a name."""
        reader, query = self._door.reader, self._worklist.query
        self._do_filters(
            "Saving a filter",
            lambda archive: archive.casebook.save_filter(reader, name, query),
        )

    def drop_filter(self, name: str) -> None:
        """Forget a saved filter."""
        reader = self._door.reader
        self._do_filters(
            "Forgetting a filter", lambda archive: archive.casebook.drop_filter(reader, name)
        )

    def show_filter(self, name: str) -> None:
        """List what a saved filter asks for."""
        if name in self._saved:
            self._worklist.show_saved(self._saved[name])

    def list_filters(self) -> None:
        """Look the saved filters up."""
        self._do_filters("Looking for filters", lambda _archive: None)

    def count_day(self) -> None:
        """Look up what the reader did since midnight."""
        if self._door.archive is None:
            return
        reader = self._door.reader
        here = datetime.now().astimezone()
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        self._door.ask(
            "Counting the day",
            lambda archive: archive.casebook.day(reader, midnight),
            done=lambda day: self._worklist.note(submitted=day.submitted, seconds=day.seconds),
            failed=lambda _error: None,
            lane="counting the day",
        )

    def _do(self, title: str, work: Callable[[Archive], object]) -> None:
        self._door.ask(title, work, done=lambda _: self._door.changed.emit(), lane=_LANE)

    def _do_filters(self, title: str, work: Callable[[Archive], object]) -> None:
        reader = self._door.reader

        def both(archive: Archive) -> dict[str, WorklistQuery]:
            work(archive)
            return archive.casebook.filters(reader)

        self._door.ask(title, both, done=self._take_filters, lane=_LANE)

    def _take_filters(self, saved: dict[str, WorklistQuery]) -> None:
        self._saved = saved
        self._worklist.note(filters=tuple(saved))
