"""Finds the images of a study that the archive lists: its place is scanned in a job."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.study_list import Scan
from archive.worklist.query import WorklistQuery
from archive.worklist.study import WorklistRow
from domain.errors import BadInputError, FourviewError, UnreadableFileError
from domain.study import Study

if TYPE_CHECKING:
    from imaging.scanning.scan import ScanProgress

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive

_LANE, _LANE_AHEAD = "finding a study", "finding studies ahead"
_PRIORS_S = 3.0
"""Seconds that a study which was found waits for older exams on a drive that does not answer."""

_MOST_PRIORS = 20


class Locating:
    """Holds what was scanned to be read. All methods are called on the window's thread."""

    def __init__(self, jobs: Jobs, door: ArchiveDoor, scanned_by: Scan) -> None:
        """scanned_by: as ``imaging.scanning.scan.scan``, with the index of headers."""
        self._jobs, self._door, self._scan = jobs, door, scanned_by
        self._known: dict[str, Study] = {}
        self._others: dict[str, Study] = {}
        self._looked: set[str] = set()

    def study(self, uid: str) -> Study | None:
        """A study that was found before."""
        return self._known.get(uid)

    @property
    def studies(self) -> tuple[Study, ...]:
        """All that were found, older exams of the same patients among them."""
        return tuple({**self._others, **self._known}.values())

    def forget(self, uids: Sequence[str]) -> None:
        """What lies at their places has changed."""
        for uid in uids:
            self._known.pop(uid, None)
            self._others.pop(uid, None)

    def find(
        self,
        row: WorklistRow,
        done: Callable[[Study], None],
        failed: Callable[[FourviewError], None],
    ) -> None:
        """Scan a study's place, and those of the patient's other exams; the latest wish counts."""
        self._jobs.cancel(_LANE)

        def work(job: Job) -> tuple[Study, tuple[Study, ...]]:
            found: list[Study] = []
            thread = threading.Thread(
                target=self._find_priors, args=(row, found, job), daemon=True, name="priors"
            )
            thread.start()
            study, beside = self._find(row, job)
            thread.join(_PRIORS_S)
            return study, (*beside, *found)

        def take(found: tuple[Study, tuple[Study, ...]]) -> None:
            self._take(row.uid, found)
            done(found[0])

        self._jobs.start(_LANE, "Opening the study", work, done=take, failed=failed)

    def look_ahead(self, rows: Sequence[WorklistRow], done: Callable[[], None]) -> None:
        """Scan what will be read next, quietly; what can't be found is told when it is opened."""
        self._jobs.cancel(_LANE_AHEAD)
        for row in rows:
            if row.uid not in self._known and row.uid not in self._looked:
                self._jobs.start(
                    _LANE_AHEAD,
                    "Looking for the next study",
                    partial(self._find, row),
                    done=partial(self._take_ahead, row.uid, done),
                    failed=partial(self._give_up, row.uid),
                    quiet=True,
                )

    def _take_ahead(
        self, uid: str, done: Callable[[], None], found: tuple[Study, tuple[Study, ...]]
    ) -> None:
        self._take(uid, found)
        done()

    def _give_up(self, uid: str, _error: FourviewError) -> None:
        self._looked.add(uid)

    def _take(self, uid: str, found: tuple[Study, tuple[Study, ...]]) -> None:
        study, others = found
        self._known[uid] = study
        for one in others:
            if one.uid and one is not study and one.patient.key == study.patient.key:
                self._others.setdefault(one.uid, one)

    def _find(self, row: WorklistRow, job: Job) -> tuple[Study, tuple[Study, ...]]:
        """The study and what lies beside it."""
        if not row.location:
            raise BadInputError(
                "the worklist does not know where this study's images are",
                remedy="Open or add their folder",
            )

        def progress(now: ScanProgress) -> None:
            job.report(now.done, now.total)

        try:
            result = self._scan(Path(row.location), progress=progress, cancelled=job.is_cancelled)
        except UnreadableFileError as error:
            raise UnreadableFileError(
                "this study's place can't be read: its drive is not there, or it was moved",
                where=row.location,
                remedy="Connect the drive, or open the folder where the images are now",
            ) from error
        for study in result.studies:
            if study.uid == row.uid and _patient_of(study) == row.patient and study.views:
                return study, result.studies
        raise BadInputError(
            "this study's images are no longer there",
            where=row.location,
            remedy="Open the folder where they are now",
        )

    def _find_priors(self, row: WorklistRow, found: list[Study], job: Job) -> None:
        """Older exams of a patient that lie elsewhere; without them the study is read all the same.

        One name may be of two patients: who takes them compares more than the name.
        """
        archive = self._door.archive
        if archive is None or not row.patient:
            return
        with suppress(FourviewError):
            for place in _places_of(archive, row):
                with suppress(FourviewError):
                    result = self._scan(
                        Path(place), progress=lambda _now: None, cancelled=job.is_cancelled
                    )
                    found += result.studies


def _places_of(archive: Archive, row: WorklistRow) -> list[str]:
    wanted = WorklistQuery(patient=row.patient, most=_MOST_PRIORS)
    others = archive.worklist(replace(wanted, descending=True)).rows
    places = dict.fromkeys(one.location for one in others if one.location != row.location)
    return [place for place in places if place]


def _patient_of(study: Study) -> str:
    return study.patient.name or study.patient.patient_id
