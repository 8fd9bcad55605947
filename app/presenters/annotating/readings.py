"""Opens and closes the reading of each case in jobs; one is open at a time."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from app.jobs.job import Job, Post
from app.jobs.jobs import Jobs
from app.presenters.shown import NOTHING, Shown
from domain.errors import FourviewError

if TYPE_CHECKING:  # the first paint needs no files of readings
    from annotations.keeping.kept_reading import KeptReading

_LANE = "keeping"


@cache
def account_name() -> str:
    """The reader's name as the operating system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return "reader"


class Readings:
    """Which reading is open. Used on the window's thread.

    changed: another reading, or none, is open. failed: it could not be opened, with the reason.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self, jobs: Jobs, post: Post, folder: Callable[[], Path], reader: Callable[[], str]
    ) -> None:
        """folder: where readings are kept. reader: the name of who reads now."""
        self._jobs = jobs
        self._post = post
        self._folder = folder
        self._reader = reader
        self._shown: Shown = NOTHING
        self._open: KeptReading | None = None
        self._unkept: list[KeptReading] = []
        self._awaited = False
        self._as: str = ""

    @property
    def open(self) -> KeptReading | None:
        """The reading of the case that is shown; ``None`` while it is opened."""
        return self._open

    @property
    def reader(self) -> str:
        """Whose reading it is."""
        return self._as

    def show(self, shown: Shown) -> None:
        """Another case, or another look at the same one.

        A case's reading is opened once its images are: nobody draws before, and both would wait.
        """
        if shown.number != self._shown.number:
            self._shown, self._awaited = shown, shown.exams is not None
            self._leave()
            self.changed.emit()
        if self._awaited and shown.exams is not None and (shown.late or not shown.loading):
            self._awaited = False
            self._begin(shown.number, shown.exams.current.uid)

    def close(self) -> None:
        """Keep the reading that is open, and what could not be kept before; then let go of them.

        Raises KeepingError where the disk still doesn't take it: all stays open, to be tried
        again or given up with ``abandon``.
        """
        left = [*self._unkept, *([self._open] if self._open is not None else [])]
        for reading in left:
            reading.close()
        self._unkept, self._open = [], None

    def abandon(self) -> None:
        """Give up what can't be kept."""
        for reading in (*self._unkept, *([self._open] if self._open is not None else [])):
            reading.abandon()
        self._unkept, self._open = [], None

    def _begin(self, number: int, study_uid: str) -> None:
        self._as = self._reader() or account_name()
        reader = self._as

        def work(_job: Job) -> KeptReading:
            from annotations.keeping.kept_reading import KeptReading  # noqa: PLC0415 - see above

            return KeptReading.open(self._folder(), study_uid, reader, post=self._post)

        self._jobs.start(
            _LANE,
            "Opening the reading",
            work,
            done=lambda reading: self._take(number, reading),
            failed=self._fail,
            quiet=True,
        )

    def _take(self, number: int, reading: KeptReading) -> None:
        if number != self._shown.number:
            self._close_later(reading)
            return
        self._open = reading
        self.changed.emit()

    def _fail(self, error: FourviewError) -> None:
        self.failed.emit(str(error))

    def _leave(self) -> None:
        reading, self._open = self._open, None
        if reading is not None:
            self._close_later(reading)

    def _close_later(self, reading: KeptReading) -> None:
        """In the same lane: a case that is opened again finds its reading closed.

        What the disk does not take waits, and is tried again with the next case.
        """
        again, self._unkept = [*self._unkept, reading], []

        def failed(error: FourviewError, one: KeptReading) -> None:
            self._unkept.append(one)
            self._fail(error)

        for one in again:
            self._jobs.start(
                _LANE,
                "Keeping the reading",
                partial(_close, one),
                failed=partial(failed, one=one),
                quiet=True,
            )


def _close(reading: KeptReading, _job: Job) -> None:
    reading.close()
