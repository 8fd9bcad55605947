"""The list of studies: opens paths in a job, shows what was found and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from psygnal import Signal

from app.exams import current_exams
from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.presenters.merging import merged
from app.presenters.scanning import scan_anew
from domain.errors import CancelledError, FourviewError
from domain.study import FileProblem, Flag, Study

if TYPE_CHECKING:
    from imaging.scanning.scan import ScanProgress, ScanResult

LANE = "scan"
MOST_RECENT = 12
_STOPPED = "was stopped before all of it was read"


class Scan(Protocol):
    """As ``imaging.scanning.scan.scan``."""

    def __call__(
        self,
        path: Path,
        *,
        progress: Callable[[ScanProgress], None],
        cancelled: Callable[[], bool],
    ) -> ScanResult:
        """Find the studies under a path."""
        ...


@dataclass(frozen=True)
class ListState:
    """What the page of studies shows.

    problems: files that belong to no study and could not be used, and paths that failed, with
    the reason. foreign: how many files are no mammograms. progress: of the scan under way.
    pending: paths that are still to be scanned, the present one first. recent: newest first.
    """

    studies: tuple[Study, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    foreign: int = 0
    flags: tuple[Flag, ...] = ()
    progress: ScanProgress | None = None
    pending: tuple[Path, ...] = ()
    recent: tuple[Path, ...] = ()

    @property
    def busy(self) -> bool:
        """Whether paths are still being scanned."""
        return bool(self.pending)

    @property
    def unread(self) -> tuple[FileProblem, ...]:
        """Every file that could not be used, of a listed study or of none."""
        return (*self.problems, *(one for study in self.studies for one in study.problems))

    @property
    def cases(self) -> tuple[Study, ...]:
        """The newest exam of each patient, in the list's order: what is read one after another."""
        return current_exams(self.studies)

    @property
    def nothing_found(self) -> str:
        """Why the list is empty, as a sentence; empty where it isn't or isn't settled yet."""
        if self.busy or any(study.views for study in self.studies) or not self.recent:
            return ""
        if self.problems:
            return f"No mammogram could be opened: {self.problems[0].reason}"
        return f"No mammogram there, only {self.foreign} other files"


class ListPresenter:
    """Holds the list. Everything happens on the window's thread but the scan itself."""

    changed = Signal(ListState)

    def __init__(
        self, jobs: Jobs, recent: Sequence[Path] = (), scanned_by: Scan | None = None
    ) -> None:
        """recent: from the last start. scanned_by: how a path is scanned, for tests.

        ``scan_indexed`` has an index of headers.
        """
        self._jobs = jobs
        self._scan: Scan = scanned_by or scan_anew
        self._state = ListState(recent=tuple(recent)[:MOST_RECENT])
        self._asked: frozenset[str] = frozenset()

    @property
    def state(self) -> ListState:
        """What is shown now."""
        return self._state

    @property
    def asked(self) -> frozenset[str]:
        """The paths of what is listed, as they were asked for."""
        return self._asked

    def open(self, paths: Sequence[Path], *, add: bool = False) -> None:
        """Scan paths one after another; their studies appear as each is done.

        add: keep what is listed. A path that is asked for while a scan runs takes its place,
        unless it is to be added.
        """
        if not paths:
            return
        asked = tuple(path.absolute() for path in paths)
        others = tuple(path for path in self._state.recent if path not in asked)
        recent = (*asked, *others)[:MOST_RECENT]
        self._asked = frozenset(map(str, asked)) | (self._asked if add else frozenset())
        if add:
            self._set(replace(self._state, pending=(*self._state.pending, *asked), recent=recent))
        else:
            self._jobs.cancel(LANE)
            self._set(ListState(pending=asked, recent=recent))
        for path in asked:
            self._start(path)

    def cancel(self) -> None:
        """Stop scanning; what was found stays listed."""
        self._jobs.cancel(LANE)
        self._set(replace(self._state, pending=(), progress=None))

    def _start(self, path: Path) -> None:
        def work(job: Job) -> ScanResult:
            def progress(now: ScanProgress) -> None:
                job.report(now.done, now.total)
                job.hand(lambda: self._set(replace(self._state, progress=now)))

            return self._scan(path, progress=progress, cancelled=job.is_cancelled)

        self._jobs.start(
            LANE,
            "Reading headers",
            work,
            done=lambda found: self._found(path, found),
            failed=lambda error: self._failed(path, error),
            stopped=lambda: self._failed(path, CancelledError(_STOPPED, remedy="Open it again")),
        )

    def _found(self, path: Path, found: ScanResult) -> None:
        now = self._ended(path)
        self._set(
            replace(
                now,
                studies=merged(now.studies, found.studies),
                problems=tuple(dict.fromkeys((*now.problems, *found.problems))),
                foreign=now.foreign + found.foreign,
                flags=tuple(dict.fromkeys((*now.flags, *found.flags))),
            )
        )

    def _failed(self, path: Path, error: FourviewError) -> None:
        now = self._ended(path)
        remedy = f". {error.remedy}" if error.remedy else ""
        problem = FileProblem(error.where or str(path), f"{error.what}{remedy}")
        self._set(replace(now, problems=(*now.problems, problem)))

    def _ended(self, path: Path) -> ListState:
        pending = list(self._state.pending)
        pending.remove(path)
        return replace(self._state, pending=tuple(pending), progress=None)

    def _set(self, state: ListState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit(state)
