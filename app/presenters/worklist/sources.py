"""Folders and zips that studies come from: added, looked through again, removed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.study_list import Scan
from app.presenters.worklist.stillness import Snapshot, lies_in, moving, snapshot
from domain.errors import FourviewError
from domain.study import Study

if TYPE_CHECKING:
    from imaging.scanning.scan import ScanProgress

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive
    from archive.worklist.indexing import KnownSource

STILL_S = 2.0
"""Seconds in which nothing may change before a study counts as copied."""

_STEP_S = 0.1


@dataclass(frozen=True)
class SourceLine:
    """A source as its page shows it. problem: why it could not be looked through."""

    location: str
    watched: bool
    seen: datetime | None
    busy: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Look:
    """What looking through a source came to.

    count: studies that are new or have changed; uids: theirs. unread: files that could not be
    taken in. copying: some are still being copied. folders: local ones that can be watched.
    """

    count: int = 0
    uids: tuple[str, ...] = ()
    unread: int = 0
    copying: bool = False
    seen: Snapshot | None = None
    folders: tuple[str, ...] = ()


class SourcesPresenter:
    """All methods are called on the window's thread.

    changed: the list of sources, each a SourceLine. looked(location, Look): one was looked
    through. told: something to say, and whether it is an error.
    """

    changed = Signal(tuple)
    looked = Signal(str, Look)
    told = Signal(str, bool)

    def __init__(
        self, jobs: Jobs, door: ArchiveDoor, scanned_by: Scan, *, still_s: float = STILL_S
    ) -> None:
        """scanned_by: with the index of headers. still_s: see STILL_S; shorter for tests."""
        self._jobs, self._door, self._scan, self._still_s = jobs, door, scanned_by, still_s
        self._lines: dict[str, SourceLine] = {}
        self._seen: dict[str, Snapshot] = {}
        self._closed = False
        door.opened.connect(self._opened)

    @property
    def lines(self) -> tuple[SourceLine, ...]:
        """All sources, in the order in which they were added."""
        return tuple(self._lines.values())

    def add(self, location: Path) -> None:
        """Put a folder's or zip's studies into the worklist, and watch it from now on."""
        where = str(location.absolute())
        if where in self._lines and self._lines[where].busy:
            self.told.emit("This source is being looked through", False)
            return
        line = self._lines.get(where, SourceLine(where, watched=True, seen=None))
        self._put(replace(line, watched=True, busy=True, problem=""))
        self._jobs.start(
            _lane(where),
            "Adding to the worklist",
            partial(self._add, where, self._door.reader),
            done=partial(self._added, where),
            failed=partial(self._failed, where, aloud=True),
            stopped=partial(self._stopped, where),
        )

    def look(self, locations: Sequence[str] = ()) -> None:
        """Look watched sources through again, all where none is named; quietly."""
        if self._door.archive is None or self._closed:
            return
        for line in self.lines:
            if line.watched and not line.busy and (not locations or line.location in locations):
                self._put(replace(line, busy=True))
                self._jobs.start(
                    _lane(line.location),
                    "Looking for new studies",
                    partial(self._look, line.location, self._door.reader),
                    done=partial(self._done, line.location),
                    failed=partial(self._failed, line.location, aloud=False),
                    quiet=True,
                )

    def watch(self, location: str, watched: bool) -> None:
        """Look a source through by itself from now on, or no longer."""
        by = self._door.reader
        self._change(lambda archive: archive.sources.add(location, by, watched=watched))

    def remove(self, location: str) -> None:
        """Forget a source; its studies that nobody has touched leave the list."""
        self._jobs.cancel(_lane(location))
        self._seen.pop(location, None)
        self._change(lambda archive: archive.sources.remove(location), told=True)

    def look_up(self) -> None:
        """Which sources the archive knows."""
        self._change(lambda _archive: None)

    def close(self) -> None:
        """Begin nothing more."""
        self._closed = True

    # In jobs.

    def _add(self, location: str, by: str, job: Job) -> Look:
        archive = self._archive()
        seen = snapshot(location, job.is_cancelled)

        def progress(now: ScanProgress) -> None:
            job.report(now.done, now.total)

        result = self._scan(Path(location), progress=progress, cancelled=job.is_cancelled)
        job.stop_if_cancelled()
        archive.sources.add(location, by)
        uids = _put_in(archive, result.studies, by, location)
        unread = len(result.problems) + sum(len(one.problems) for one in result.studies)
        return Look(len(result.studies), uids, unread, False, seen, _local(seen))

    def _look(self, location: str, by: str, job: Job) -> Look:
        archive, before = self._archive(), self._seen.get(location)
        first = snapshot(location, job.is_cancelled)
        if first == before:
            archive.sources.looked(location)
            return Look(seen=first, folders=_local(first))
        self._wait(job)
        seen = snapshot(location, job.is_cancelled)
        changing = moving(first, seen)
        still = {folder: what for folder, what in seen.items() if folder not in changing}
        if location in changing and not Path(location).is_dir():
            return Look(copying=True, seen=still)
        result = self._scan(Path(location), progress=lambda _now: None, cancelled=job.is_cancelled)
        whole = [one for one in result.studies if not lies_in(one, changing)]
        uids = _put_in(archive, whole, by, location)
        return Look(len(uids), uids, len(result.problems), bool(changing), still, _local(still))

    def _wait(self, job: Job) -> None:
        until = time.monotonic() + self._still_s
        while time.monotonic() < until:
            job.stop_if_cancelled()
            time.sleep(_STEP_S)

    def _archive(self) -> Archive:
        archive = self._door.archive
        if archive is None:
            why = self._door.problem or "it is still being opened"
            raise FourviewError(
                f"The archive can't be used: {why}", remedy="Open the folder instead"
            )
        return archive

    # On the window's thread again.

    def _opened(self) -> None:
        self._seen.clear()
        self.look_up()

    def _change(self, work: Callable[[Archive], object], *, told: bool = False) -> None:
        def both(archive: Archive) -> tuple[KnownSource, ...]:
            work(archive)
            return archive.sources.all()

        def done(known: tuple[KnownSource, ...]) -> None:
            self._take(known)
            if told:
                self._door.changed.emit()

        self._door.ask("Looking at sources", both, done=done, lane="sources")

    def _take(self, known: tuple[KnownSource, ...]) -> None:
        before, self._lines = self._lines, {}
        for one in known:
            old = before.get(one.location, SourceLine(one.location, one.watched, one.seen))
            self._lines[one.location] = replace(old, watched=one.watched, seen=one.seen)
        for line in before.values():  # one that is being added
            if line.busy and line.location not in self._lines and line.seen is None:
                self._lines[line.location] = line
        self.changed.emit(self.lines)

    def _added(self, location: str, look: Look) -> None:
        many, one = f"{look.count} studies are in the worklist", "1 study is in the worklist"
        words = one if look.count == 1 else many
        unread = f"; {look.unread} files could not be read" if look.unread else ""
        self.told.emit(f"{words}{unread}", False)
        self._done(location, look)

    def _done(self, location: str, look: Look) -> None:
        if look.seen is not None:
            self._seen[location] = look.seen
        line = self._lines.get(location)
        if line is not None:
            now = datetime.now().astimezone()
            self._put(replace(line, busy=False, problem="", seen=now))
        self.looked.emit(location, look)
        if look.count:
            self._door.changed.emit()

    def _failed(self, location: str, error: FourviewError, *, aloud: bool) -> None:
        line = self._lines.get(location)
        if line is not None:
            self._put(replace(line, busy=False, problem=str(error)))
        if aloud:
            if line is not None and line.seen is None:
                self._lines.pop(location, None)
                self.changed.emit(self.lines)
            self.told.emit(str(error), True)

    def _stopped(self, location: str) -> None:
        line = self._lines.get(location)
        if line is not None and line.seen is None:
            self._lines.pop(location)
        elif line is not None:
            self._lines[location] = replace(line, busy=False)
        self.changed.emit(self.lines)

    def _put(self, line: SourceLine) -> None:
        self._lines[line.location] = line
        self.changed.emit(self.lines)


def _lane(location: str) -> str:
    """One each: a drive that does not answer keeps no other source waiting."""
    return f"source {location}"


def _put_in(archive: Archive, studies: Sequence[Study], by: str, location: str) -> tuple[str, ...]:
    """Put in what is new or has changed; UIDs of these."""
    from archive.worklist.indexing import indexed  # noqa: PLC0415 - after the first paint
    from archive.worklist.listing import worklist_rows  # noqa: PLC0415

    found = {study.uid: indexed(study) for study in reversed(studies) if study.uid and study.views}
    rows = worklist_rows(archive.database, tuple(found), by)
    fresh = []
    for uid, one in found.items():
        row = rows.get(uid)
        now = (one.location, one.patient, one.studied, " ".join(one.views))
        if row is None or (row.location, row.patient, row.studied, row.views) != now:
            fresh.append(one)
    if fresh:
        archive.sources.index(fresh, by, source=location)
    else:
        archive.sources.looked(location)
    return tuple(one.uid for one in fresh)


def _local(seen: Snapshot) -> tuple[str, ...]:
    """Folders that the system can tell changes of: none on a network share."""
    from archive.database.shares import share_of  # noqa: PLC0415 - after the first paint

    folders = tuple(folder for folder in seen if Path(folder).is_dir())
    return () if not folders or share_of(Path(folders[0])) else folders
