"""Who reads a study for ``fourview analyze``: the worker process, or this one."""

from __future__ import annotations

import queue
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from domain.errors import FourviewError
from inference.backends.choice import choose_provider
from inference.backends.pool import SessionPool
from inference.pipeline.results import Progress, StudyResult, ViewResult
from inference.pipeline.study import analyse_study
from inference.results.store import ResultStore
from inference.worker.attempt import Ticket
from inference.worker.jobs import Known, StudyJob, make_ready, with_notes
from inference.worker.pixels import PixelFolder
from inference.worker.supervisor import Supervisor

Report = Callable[[Progress], None]
Say = Callable[[str], None]


class StudyReader(Protocol):
    """Reads one study after the other."""

    def read(self, job: StudyJob, report: Report) -> StudyResult:
        """Raises FourviewError where the study can't be read; the next one can be all the same."""
        ...

    def close(self) -> None:
        """Let go of processes and files."""


class InProcess:
    """Reads in this process: a network that crashes takes the program along."""

    def __init__(self, folder: Path, device: str, store: ResultStore | None) -> None:
        """folder: for pixels. device: a provider's wish. Raises BadInputError, PixelsError."""
        self._pool = SessionPool(choose_provider(device))
        self._folder = PixelFolder(folder)
        self._store = store

    def read(self, job: StudyJob, report: Report) -> StudyResult:
        """As ``StudyReader.read``."""
        ready = make_ready(job, self._folder, self._store)
        if isinstance(ready, Known):
            return ready.result
        try:
            whole = None
            for one in analyse_study(ready.study, job.reader, self._pool.runner(), report):
                whole = one if isinstance(one, StudyResult) else None
        finally:
            for ref in ready.files:
                self._folder.remove(ref)
        if whole is None:
            raise FourviewError("the AI's reading ended before the study was through")
        if self._store is not None and whole.complete:
            self._store.put(ready.key, whole.to_json(), ready.hint)
        return with_notes(whole, ready.unread)

    def close(self) -> None:
        """As ``StudyReader.close``."""
        self._folder.close()


@dataclass
class _Waited:
    """What came of the study that is being read."""

    report: Report
    result: StudyResult | None = None
    failure: str | None = field(default=None)


class InWorker:
    """Reads in a process of its own, which is begun anew where it dies."""

    def __init__(self, folder: Path, device: str, store: ResultStore | None, say: Say) -> None:
        """say: told where the worker died and the study is read anew. Raises PixelsError."""
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._supervisor = Supervisor(self._calls.put, self, folder, wish=device, store=store)
        self._say = say
        self._waited = _Waited(lambda _: None)

    def read(self, job: StudyJob, report: Report) -> StudyResult:
        """As ``StudyReader.read``."""
        waited = self._waited = _Waited(report)
        ticket = self._supervisor.submit(job)
        try:
            while waited.result is None and waited.failure is None:
                with suppress(queue.Empty):  # a wait without end would not hear Ctrl-C everywhere
                    self._calls.get(timeout=0.5)()
        except BaseException:
            self._supervisor.cancel(ticket)
            raise
        if waited.result is None:
            raise FourviewError(waited.failure or "the AI's reading failed")
        return waited.result

    def close(self) -> None:
        """As ``StudyReader.close``."""
        self._supervisor.close()

    def progressed(self, ticket: Ticket, progress: Progress) -> None:  # noqa: ARG002
        """Told by the supervisor."""
        self._waited.report(progress)

    def marked(self, ticket: Ticket, result: ViewResult) -> None:
        """Told by the supervisor; the whole study is waited for."""

    def done(self, ticket: Ticket, result: StudyResult) -> None:  # noqa: ARG002
        """Told by the supervisor."""
        self._waited.result = result

    def failed(self, ticket: Ticket, message: str, *, restarted: bool) -> None:  # noqa: ARG002
        """Told by the supervisor."""
        if restarted:
            self._say(message)
        else:
            self._waited.failure = message
