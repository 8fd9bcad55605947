"""A reader at a computer: its folder of readings, and an archive that others may share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from annotations.commands.command import AddFindings, SetOpinion
from annotations.document.document import Document
from annotations.keeping.folders import reading_place
from annotations.keeping.kept_reading import KeptReading
from app.exams import Exams
from app.gui.posting import Poster
from app.jobs.jobs import Jobs
from app.presenters.annotating.readings import Readings
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.shown import NOTHING, Shown
from domain.finding import Finding
from domain.study import Patient, Study

LONG = 20_000


class Desk:
    """Opens cases by their uid alone; there are no images."""

    def __init__(
        self, qtbot: QtBot, folder: Path, url: Callable[[], str], reader: str = "anna"
    ) -> None:
        """folder: of this computer. url: of the archive."""
        self._qtbot = qtbot
        self._poster = Poster()
        self.folder, self.reader = folder, reader
        self.jobs = Jobs(self._poster.post)
        self.door = ArchiveDoor(self.jobs, url, lambda: reader)
        self.readings = Readings(
            self.jobs, self._poster.post, lambda: folder, lambda: reader, self.door
        )
        self.told: list[str] = []
        for signal in (self.readings.told, self.door.told):
            signal.connect(lambda words, _error: self.told.append(words))
        self.readings.failed.connect(self.told.append)
        self._number = 0

    def start(self) -> Desk:
        """Open the archive, as the window does when it stands."""
        self.door.open()
        return self

    def open(self, study: str, *, still: bool = True) -> KeptReading:
        """Open a case; still: wait until nothing is under way."""
        self.ask_for(study)
        self.wait(lambda: self.readings.own is not None)
        if still:
            self.rest()
        assert self.readings.own is not None
        return self.readings.own

    def ask_for(self, study: str) -> None:
        self._number += 1
        exams = Exams(Study(study, Patient(), ()))
        self.readings.show(Shown(number=self._number, exams=exams))

    def say(self, note: str) -> None:
        """A sentence in the report."""
        own = self.readings.own
        assert own is not None
        own.do(SetOpinion(replace(own.document.opinion, note=note)))

    def draw(self, finding: Finding) -> None:
        own = self.readings.own
        assert own is not None
        own.do(AddFindings((finding,)))

    def leave(self) -> None:
        """Go out of the case, and wait until nothing is under way."""
        self._number += 1
        self.readings.show(replace(NOTHING, number=self._number))
        self.rest()

    def close(self, wait_s: float = 2.0) -> None:
        """Close the window."""
        self.readings.close()
        self.readings.finish(wait_s)
        self.jobs.close()
        self.door.close()

    def rest(self) -> None:
        """Until nothing is under way."""
        self.wait(lambda: not self.jobs.statuses)

    def wait(self, what: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(what, timeout=LONG)

    def files_gone(self, study: str) -> None:
        """The working copy is deleted, as on another computer."""
        place = reading_place(self.folder, study, self.reader)
        for path in (place.document, place.journal, place.begun_from):
            path.unlink(missing_ok=True)

    @property
    def document(self) -> Document:
        own = self.readings.own
        assert own is not None
        return own.document

    @property
    def refusal(self) -> str:
        """Why the reading can't be changed; empty where it can."""
        own = self.readings.own
        assert own is not None
        return own.read_only

    @property
    def note(self) -> str:
        return self.document.opinion.note
