"""The window's way to the archive: it is opened in a job, and every question to it is one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from psygnal import Signal

from app.jobs.job import Job
from app.jobs.jobs import Jobs
from domain.errors import CancelledError, FourviewError

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive

_LANE = "opening the archive"
_LOOK_S = 0.1

Result = TypeVar("Result")


class ArchiveDoor:
    """All methods are called on the window's thread.

    opened: the archive can be used from now on. failed: why it can't; readings are then kept as
    files until it can. told: something to say of it, and whether it is an error. changed: a
    revision, a claim or a state in it is another one than before.
    """

    opened = Signal()
    failed = Signal(str)
    told = Signal(str, bool)
    changed = Signal()

    def __init__(self, jobs: Jobs, address: Callable[[], str], reader: Callable[[], str]) -> None:
        """address: of the archive, empty for the usual one. reader: the name of who reads now."""
        self._jobs = jobs
        self._address = address
        self._reader = reader
        self._known = threading.Event()
        self._archive: Archive | None = None
        self._begun = False
        self.problem: str = ""

    @property
    def archive(self) -> Archive | None:
        """``None`` while it is opened, and where it can't be: ``problem`` then says why."""
        return self._archive

    @property
    def begun(self) -> bool:
        """Whether it was ever to be opened; until then readings are files and nothing is missed."""
        return self._begun

    @property
    def reader(self) -> str:
        """Who reads now."""
        return self._reader()

    def open(self) -> None:
        """Begin to open it, unless that was begun."""
        if self._begun:
            return
        self._begun = True

        def work(_job: Job) -> Archive:
            from archive.archive import Archive  # noqa: PLC0415 - after the first paint

            return Archive.open(self._address())

        self._jobs.start(
            _LANE, "Opening the archive", work, done=self._take, failed=self._fail, quiet=True
        )

    def open_again(self) -> None:
        """Try once more, such as at another address; what asks meanwhile waits for it."""
        self._jobs.cancel(_LANE)  # what another address gave would come too late
        self.close()
        self._known = threading.Event()
        self._begun, self.problem = False, ""
        self.open()

    def ask(
        self,
        title: str,
        work: Callable[[Archive], Result],
        *,
        done: Callable[[Result], None] | None = None,
        failed: Callable[[FourviewError], None] | None = None,
        lane: str = "archive",
        quiet: bool = True,
    ) -> Job:
        """Have work done with the archive in a job; it waits until the archive is open.

        done, failed: called on the window's thread; without ``failed`` the error is told. Where the
        archive can't be opened, that is the error. Work of one lane is done in order.
        """
        self.open()
        return self._jobs.start(
            lane,
            title,
            partial(self._work, work),
            done=done,
            failed=failed or self._tell_error,
            quiet=quiet,
        )

    def close(self) -> None:
        """Let go of it."""
        archive, self._archive = self._archive, None
        if archive is not None:
            archive.close()

    def _work(self, work: Callable[[Archive], Result], job: Job) -> Result:
        while not self._known.wait(_LOOK_S):
            job.stop_if_cancelled()
        archive = self._archive
        if archive is None:
            if not self.problem:
                raise CancelledError("the archive was closed")
            raise FourviewError(f"The archive can't be used: {self.problem}")
        return work(archive)

    def _take(self, archive: Archive) -> None:
        self._archive = archive
        self._known.set()
        if archive.notice:
            self.told.emit(archive.notice, True)
        self.opened.emit()

    def _fail(self, error: FourviewError) -> None:
        self.problem = str(error)
        self._known.set()
        self.failed.emit(self.problem)

    def _tell_error(self, error: FourviewError) -> None:
        self.told.emit(str(error), True)
