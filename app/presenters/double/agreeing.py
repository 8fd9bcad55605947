"""How far two readers agree over the archive's studies, worked out in a job."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from psygnal import Signal

from annotations.agreement.comparing import Comparison
from annotations.agreement.spread import (
    Grid,
    assessment_grid,
    dice_counts,
    differences,
    disagreement,
)
from annotations.agreement.table import Line, agreement, to_csv
from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.presenters.archiving.door import ArchiveDoor
from app.writing import replace_file
from domain.errors import FourviewError

if TYPE_CHECKING:  # the first paint needs no database
    from pathlib import Path

    from archive.archive import Archive
    from archive.revisions.agreeing import ComparedStudy

_LANE = "agreement"


@dataclass(frozen=True)
class ComparedCase:
    """A study that both read. differs: in what, in words, the gravest first."""

    uid: str
    location: str
    patient: str
    studied: date | None
    differs: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Agreement:
    """What came of it. cases: those that differ most first."""

    lines: tuple[Line, ...]
    grid: Grid
    dice: tuple[int, ...]
    cases: tuple[ComparedCase, ...]


@dataclass(frozen=True, eq=False)
class Agreeing:
    """What the page shows. readers: who has submitted readings, with how many. project: empty
    for all. found: ``None`` while it is worked out, and for want of two readers.
    """

    readers: tuple[tuple[str, int], ...] = ()
    projects: tuple[str, ...] = ()
    pair: tuple[str, str] = ("", "")
    project: str = ""
    found: Agreement | None = None
    busy: bool = False
    problem: str = ""


class AgreeingPresenter:
    """All methods are called on the window's thread.

    changed: something else is shown. told: something to say, and whether it is an error.
    """

    changed = Signal()
    told = Signal(str, bool)

    def __init__(self, jobs: Jobs, archive: ArchiveDoor) -> None:
        self._jobs, self._archive = jobs, archive
        self._asked = 0
        self._job: Job | None = None
        self.shown = Agreeing()

    def open(self) -> None:
        """Ask the archive who has read, and compare the two who read most."""
        project = self.shown.project
        self._show(busy=True, problem="")
        self._archive.ask(
            "Looking who has read",
            lambda archive: (archive.double.readers(project), archive.double.projects()),
            done=self._take_readers,
            failed=self._fail,
            lane=_LANE,
        )

    def choose(self, first: str, second: str) -> None:
        """Compare these two."""
        if (first, second) != self.shown.pair:
            self._show(pair=(first, second))
            self._work_out()

    def choose_project(self, project: str) -> None:
        """Only the studies of a project; empty for all."""
        if project != self.shown.project:
            self._show(project=project)
            self.open()

    def close(self) -> None:
        """Stop what is worked out."""
        self._asked += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def save(self, path: Path) -> None:
        """Write the table as CSV."""
        found = self.shown.found
        if found is not None:
            self._jobs.start(
                _LANE,
                "Saving the table",
                lambda _job: replace_file(path, to_csv(found.lines).encode()),
                done=lambda _nothing: self.told.emit(f"Saved: {path}", False),
                failed=lambda error: self.told.emit(str(error), True),
                quiet=True,
            )

    # How it comes about.

    def _take_readers(self, found: tuple[tuple[tuple[str, int], ...], tuple[str, ...]]) -> None:
        readers, projects = found
        names = [name for name, _ in readers]
        pair = self.shown.pair
        if not (pair[0] != pair[1] and set(pair) <= set(names)):
            pair = (names[0], names[1]) if len(names) > 1 else ("", "")
        self._show(readers=readers, projects=projects, pair=pair)
        self._work_out()

    def _work_out(self) -> None:
        self.close()
        number, (first, second) = self._asked, self.shown.pair
        if not first or first == second:
            self._show(found=None, busy=False)
            return
        self._show(busy=True, found=None, problem="")
        project, viewer = self.shown.project, self._archive.reader
        handle: queue.SimpleQueue[Job] = queue.SimpleQueue()

        def work(archive: Archive) -> Agreement:
            told = _telling(handle.get())
            studies = archive.double.compared(first, second, project, viewer=viewer, told=told)
            return agreement_of(studies)

        def take(found: Agreement) -> None:
            if number == self._asked:
                self._show(found=found, busy=False)

        self._job = self._archive.ask(
            "Working out agreement", work, done=take, failed=self._fail, lane=_LANE, quiet=False
        )
        self._job.stopped = self._stopped
        handle.put(self._job)

    def _stopped(self) -> None:
        self._show(busy=False, problem="Stopped")

    def _fail(self, error: FourviewError) -> None:
        self._show(busy=False, found=None, problem=str(error))

    def _show(self, **changed: object) -> None:
        self.shown = replace(self.shown, **changed)  # type: ignore[arg-type]
        self.changed.emit()


def _telling(job: Job) -> Callable[[int, int], None]:
    def told(done: int, total: int) -> None:
        job.stop_if_cancelled()
        job.report(done, total)

    return told


def agreement_of(studies: tuple[ComparedStudy, ...]) -> Agreement:
    """Tables and plots of studies that two readers both read."""
    compared: list[Comparison] = [one.comparison for one in studies]
    ordered = sorted(studies, key=lambda one: disagreement(one.comparison), reverse=True)
    return Agreement(
        lines=agreement(compared),
        grid=assessment_grid(compared),
        dice=dice_counts(compared),
        cases=tuple(
            ComparedCase(
                one.uid, one.location, one.patient, one.studied, differences(one.comparison)
            )
            for one in ordered
        ),
    )
