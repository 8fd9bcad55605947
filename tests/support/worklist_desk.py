"""A worklist without a window: presenters on a real archive in a file, and a clock that waits."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from app.jobs.jobs import Jobs
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.study_list import ListPresenter
from app.presenters.worklist.deeds import WorklistDeeds
from app.presenters.worklist.locating import Locating
from app.presenters.worklist.presenter import WorklistPresenter
from app.presenters.worklist.putting_in import PuttingIn
from app.presenters.worklist.sources import SourcesPresenter
from archive.archive import Archive
from archive.places import file_url
from domain.errors import FourviewError
from imaging.scanning.scan import scan
from tests.support.window_thread import WindowThread
from widgets.worklist.line import StudyLine


class Desk:
    """All that stands behind the page of the worklist, for one reader."""

    def __init__(self, file: Path, reader: str = "anna") -> None:
        self.window = WindowThread()
        self.jobs = Jobs(self.window.post)
        self.reader = reader
        self.door = ArchiveDoor(self.jobs, lambda: file_url(file), lambda: self.reader)
        looks = partial(scan, workers=1)
        self.studies = ListPresenter(self.jobs, (), looks)
        self.list = WorklistPresenter(self.jobs, self.door, self.studies)
        self.deeds = WorklistDeeds(self.door, self.list)
        self.locating = Locating(self.jobs, self.door, looks)
        self.sources = SourcesPresenter(self.jobs, self.door, looks, still_s=0.2)
        self.putting_in = PuttingIn(self.door, self.studies)
        self.list.scanned = self.locating.study
        self.told: list[str] = []
        self.sources.told.connect(lambda words, _error: self.told.append(words))
        self.door.told.connect(lambda words, _error: self.told.append(words))

    def begin(self) -> Desk:
        """Open the archive."""
        self.door.open()
        self.window.run_until(lambda: self.door.archive is not None or bool(self.door.problem))
        return self

    @property
    def archive(self) -> Archive:
        assert self.door.archive is not None
        return self.door.archive

    @property
    def lines(self) -> tuple[StudyLine, ...]:
        return self.list.state.lines

    @property
    def names(self) -> list[str]:
        """Patients in the list's order."""
        return [line.patient.name for line in self.lines]

    def line(self, name: str) -> StudyLine:
        return next(line for line in self.lines if line.patient.name == name)

    def settle(self) -> None:
        """Until no job is under way."""
        self.window.run_until(lambda: not self.jobs.statuses)

    def open(self, *paths: Path) -> None:
        self.studies.open(paths)
        self.settle()

    def find(self, uid: str) -> object:
        """The study of a line of the archive, or why it can't be read."""
        row = self.list.row(uid)
        assert row is not None
        found: list[object] = []
        self.locating.find(row, found.append, found.append)
        self.window.run_until(lambda: bool(found))
        assert not isinstance(found[0], FourviewError) or str(found[0])
        return found[0]

    def close(self) -> None:
        self.list.close()
        self.sources.close()
        assert self.jobs.close()
        self.door.close()
