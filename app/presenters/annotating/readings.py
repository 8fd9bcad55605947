"""Opens and closes the reading of each case in jobs; one is open at a time.

The files of this computer come first: they are what is opened, changed and kept. The archive holds
the revisions; see ``app.presenters.archiving``.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from annotations.document.document import Document
from annotations.keeping.begun_from import BegunFrom, read_begun
from annotations.keeping.folders import ReadingPlace, reading_place
from app.jobs.job import Job, Post
from app.jobs.jobs import Jobs
from app.presenters.annotating.reopening import (
    close_reading,
    keep_stretch,
    note_correction,
    reopened,
)
from app.presenters.archiving.archived_case import ArchivedCase, Left
from app.presenters.archiving.clock import CaseClock
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.archiving.standing import ReadingStanding, state_line
from app.presenters.shown import NOTHING, Shown
from archive.revisions.revision import OnScreen, Revision
from domain.errors import FourviewError

if TYPE_CHECKING:  # the first paint needs no files of readings
    from annotations.keeping.kept_reading import KeptReading
    from app.presenters.archiving.settling import WorkingCopy

_LANE, _PATIENCE = "keeping", "patience"
PATIENCE_S = 1.0
"""Seconds that a reading waits for what the archive says before it is shown without."""

_SUBMITTING = "The reading is being submitted"
_NOT_IN_HAND = "You don't have this case in hand. Take it with Case > Take case in hand"
_TO_DECIDE = "You have this case in hand to decide between others' readings: compare them"
_SETTLED = "The reading is {state} and can only be looked at. Change it with Case > Correct reading"


@cache
def account_name() -> str:
    """The reader's name as the operating system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return "reader"


class Readings:
    """Which reading is open. Used on the window's thread.

    changed: another reading, or none, is open. standing_changed: how it stands in the archive.
    failed: it could not be opened, with the reason. told: something to say of the archive, and
    whether it is an error. on_screen: which packages' marks the reader sees now.
    """

    changed = Signal()
    standing_changed = Signal()
    failed = Signal(str)
    told = Signal(str, bool)

    def __init__(
        self,
        jobs: Jobs,
        post: Post,
        folder: Callable[[], Path],
        reader: Callable[[], str],
        door: ArchiveDoor | None = None,
    ) -> None:
        """folder: where readings are kept. reader: the name of who reads now. door: to the
        archive; one that is never opened where there is none.
        """
        self._jobs = jobs
        self._post = post
        self._folder = folder
        self._reader = reader
        self._shown: Shown = NOTHING
        self._open: KeptReading | None = None
        self._found: KeptReading | None = None
        self._looked: KeptReading | None = None
        self._unkept: list[KeptReading] = []
        self._lefts: list[Left] = []
        self._awaited = self._submitting = False
        self._as: str = ""
        self.looked_at: Revision | None = None
        self.on_screen: Callable[[], tuple[OnScreen, ...]] = tuple
        self.clock = CaseClock()
        self.case = ArchivedCase(
            door or ArchiveDoor(jobs, lambda: "", reader), folder, self._copy, self._begin_from
        )
        self.case.changed.connect(self._standing_changed)
        self.case.told.connect(self.told.emit)

    @property
    def open(self) -> KeptReading | None:
        """The reading that is shown: of the case, or a revision that is looked at."""
        return self._looked or self._open

    @property
    def own(self) -> KeptReading | None:
        """The reader's own, whatever is looked at; ``None`` while it is opened."""
        return self._open

    @property
    def standing(self) -> ReadingStanding:
        """How the reader's own reading stands in the archive."""
        return self.case.standing

    @property
    def reader(self) -> str:
        """Whose reading is shown."""
        return self.looked_at.reader if self.looked_at is not None else self._as

    @property
    def study_uid(self) -> str:
        """Of the case that is shown; empty for none."""
        return self._shown.exams.current.uid if self._shown.exams is not None else ""

    def show(self, shown: Shown) -> None:
        """Another case, or another look at the same one.

        A case's reading is opened once its images are: nobody draws before, and both would wait.
        """
        if shown.number != self._shown.number:
            self._leave()
            self._shown, self._awaited = shown, shown.exams is not None
            self.changed.emit()
        self._shown = shown
        if self._awaited and shown.exams is not None and (shown.late or not shown.loading):
            self._awaited = False
            self._begin(shown.number, shown.exams.current.uid)

    def close(self) -> None:
        """Keep the reading that is open, and what could not be kept before; then let go of them.

        Raises KeepingError where the disk still doesn't take it: all stays open, to be tried
        again or given up with ``abandon``. What the archive is still to get, ``finish`` gives it.
        """
        left = self._left() if self._own is not None else None
        if left is not None:
            keep_stretch(self._folder(), left.stretch)
        for reading in (*self._unkept, *((self._own,) if self._own is not None else ())):
            reading.close()
        if left is not None:
            self._lefts.append(left)
        self._unkept, self._open, self._found, self._looked = [], None, None, None

    def abandon(self) -> None:
        """Give up what can't be kept."""
        for reading in (*self._unkept, *((self._own,) if self._own is not None else ())):
            reading.abandon()
        self._unkept, self._open, self._found, self._looked = [], None, None, None

    def finish(self, wait_s: float) -> None:
        """Give the archive what was closed; what it does not take in time it gets at the next
        start. wait_s: seconds, at most.
        """
        lefts, self._lefts = self._lefts, []
        until = time.monotonic() + wait_s
        asked = [self.case.leave(left) for left in lefts] if self.case.open_now else []
        for job in asked:
            if job is not None:
                job.ended.wait(max(0.0, until - time.monotonic()))

    # Looking at other revisions, and what becomes of the own.

    def look(self, revision: Revision) -> None:
        """Show a revision, the reader's own or another's, in place of the reading."""
        number = self._shown.number

        def done(document: Document) -> None:
            if number == self._shown.number:
                self._look(revision, document)

        self.case.look_up(revision, done)

    def look_back(self) -> None:
        """Show the reader's own reading again."""
        if self._looked is not None:
            self._looked, self.looked_at = None, None
            self.changed.emit()

    def submit(self) -> None:
        """Submit the reading; nothing of it can be changed meanwhile."""
        if self._open is None:
            return
        self._submitting = True
        self._restrict()
        self.case.submit(self._submitted)

    def correct(self, why: str) -> None:
        """Have a submitted reading be changed again, also while there is no archive."""
        if self.case.usable:
            self.case.correct(why)
        elif self._open is not None:
            self._jobs.start(
                _LANE,
                "Opening the reading for a correction",
                partial(note_correction, self._place(self._open), why),
                done=self.case.know,
                failed=self._fail,
                quiet=True,
            )

    def _submitted(self) -> None:
        self._submitting = False
        self._standing_changed()

    def _look(self, revision: Revision, document: Document) -> None:
        from annotations.keeping.kept_reading import KeptReading  # noqa: PLC0415 - see above

        why = f"This is only looked at: {state_line(revision)}. Back with Case > Back to my reading"
        self._looked = KeptReading.look_at(document, why, post=self._post)
        self.looked_at = revision
        self.changed.emit()

    # How it comes about.

    @property
    def _own(self) -> KeptReading | None:
        """Open for the reader, or about to be."""
        return self._open or self._found

    def _place(self, reading: KeptReading) -> ReadingPlace:
        return reading_place(self._folder(), reading.document.study_uid, self._as)

    def _copy(self) -> WorkingCopy | None:
        """The own reading as it is now; ``None`` where its files can only be looked at."""
        from app.presenters.archiving.settling import WorkingCopy  # noqa: PLC0415 - see above

        reading = self._own
        if reading is None or reading.refused:
            return None
        document = reading.document
        fresh = reading.fresh and document == Document(document.study_uid)
        return WorkingCopy(
            self._place(reading), document.study_uid, self._as, document, fresh, self.on_screen()
        )

    def _begin(self, number: int, study_uid: str) -> None:
        self._as = self._reader() or account_name()
        reader, folder = self._as, self._folder()

        def work(job: Job) -> tuple[KeptReading, BegunFrom]:
            from annotations.keeping.kept_reading import KeptReading  # noqa: PLC0415 - see above

            job.let_paint()
            begun = read_begun(reading_place(folder, study_uid, reader))
            return KeptReading.open(folder, study_uid, reader, post=self._post), begun

        self._jobs.start(
            _LANE,
            "Opening the reading",
            work,
            done=lambda found: self._take(number, *found),
            failed=self._fail,
            quiet=True,
        )

    def _take(self, number: int, reading: KeptReading, begun: BegunFrom) -> None:
        """What the archive says first, if that does not take long."""
        if number != self._shown.number:
            self._close_later(reading, None)
            return
        self._found = reading
        self.case.show(self._place(reading), begun)
        show = partial(self._hand_over, reading)
        asked = self.case.take(show)
        if asked is None:
            show()
            return
        self._jobs.cancel(_PATIENCE)
        self._jobs.start(
            _PATIENCE,
            "Waiting for the archive",
            lambda _job: asked.ended.wait(PATIENCE_S),
            done=lambda _in_time: show(),
            quiet=True,
        )

    def _hand_over(self, reading: KeptReading) -> None:
        if self._found is not reading:
            return
        self._open, self._found = reading, None
        reading.folded.connect(self.case.keep)
        self.clock.begin(reading.document.study_uid, self._as)
        self._restrict()
        self.changed.emit()

    def _begin_from(self, copy: WorkingCopy, document: Document, begun: BegunFrom) -> None:
        """The archive holds all that the reading says, and more: go on from there."""
        reading, number = self._own, self._shown.number
        if reading is None:
            return
        if reading.document is not copy.document:  # drawn on meanwhile: both stay, as two heads
            self.case.take(lambda: None)
            return
        was_open, self._open, self._found = self._open is not None, None, None
        if was_open:
            self.changed.emit()
        self._jobs.start(
            _LANE,
            "Opening the reading",
            partial(reopened, reading, copy, (document, begun), self._folder(), self._post),
            done=lambda fresh: self._again(number, fresh),
            failed=lambda error: self._stay(number, reading, error),
            quiet=True,
        )

    def _again(self, number: int, reading: KeptReading) -> None:
        if number != self._shown.number:
            self._close_later(reading, None)
            return
        self._found = reading
        self._hand_over(reading)

    def _stay(self, number: int, reading: KeptReading, error: FourviewError) -> None:
        self._fail(error)
        self._again(number, reading)

    def _restrict(self) -> None:
        """Say why the own reading can't be changed now, if it can't."""
        reading, standing = self._own, self.case.standing
        if reading is None:
            return
        why = standing.refused[:1].upper() + standing.refused[1:]
        if self._submitting:
            why = _SUBMITTING
        elif standing.settled:
            why = _SETTLED.format(state=standing.state.value)
        elif standing.asked and not standing.in_hand and not why:
            why = _TO_DECIDE if standing.arbitrates else _NOT_IN_HAND
        reading.restrict(why)

    def _standing_changed(self) -> None:
        self._restrict()
        self.standing_changed.emit()

    def _fail(self, error: FourviewError) -> None:
        self.failed.emit(str(error))

    def _left(self) -> Left:
        return Left(self._copy(), self.clock.end())

    def _leave(self) -> None:
        reading, left = self._own, self._left()
        self._open = self._found = self._looked = self.looked_at = None
        self._submitting = False
        if reading is not None:
            self._close_later(reading, left)
        self.case.show(None)

    def _close_later(self, reading: KeptReading, left: Left | None) -> None:
        """In the same lane: a case that is opened again finds its reading closed.

        What the disk does not take waits, and is tried again with the next case.
        """
        again, self._unkept = [*self._unkept, reading], []

        def failed(error: FourviewError, one: KeptReading) -> None:
            self._unkept.append(one)
            self._fail(error)

        for one in again:
            keep = left if one is reading else None
            self._jobs.start(
                _LANE,
                "Keeping the reading",
                partial(close_reading, one, self._folder(), keep.stretch if keep else None),
                done=partial(self._closed, keep),
                failed=partial(failed, one=one),
                quiet=True,
            )

    def _closed(self, left: Left | None, _nothing: None) -> None:
        if left is not None and not (left.copy is None and left.stretch is None):
            self.case.leave(left)
