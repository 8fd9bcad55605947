"""The open reading's way into the archive: taken, kept, submitted, corrected, merged, given back.

Everything is done in jobs of one lane, in the order in which it was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from annotations.document.document import Document
from annotations.keeping.begun_from import NOTHING, BegunFrom
from annotations.keeping.folders import ReadingPlace
from app.jobs.job import Job
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.archiving.standing import ReadingStanding, Stretch
from archive.revisions.revision import ReadingState, Revision
from domain.errors import CancelledError, FourviewError

if TYPE_CHECKING:  # the first paint needs no database
    from app.presenters.archiving.deeds import Answer
    from app.presenters.archiving.settling import WorkingCopy
    from archive.archive import Archive

_LANE = "the open case in the archive"
_BEHIND = "what the archive lacks"

Deed = Callable[["Archive", "WorkingCopy"], "Answer"]


@dataclass(frozen=True)
class Left:
    """A case that was left. copy: ``None`` where its files could only be looked at."""

    copy: WorkingCopy | None
    stretch: Stretch | None


class ArchivedCase:
    """All methods are called on the window's thread.

    changed: the standing is another one. told: something to say, and whether it is an error.
    """

    changed = Signal()
    told = Signal(str, bool)
    upkeep_lane = _BEHIND
    """Of jobs that bring the archive up to date; they must not run beside one another."""

    def __init__(
        self,
        door: ArchiveDoor,
        folder: Callable[[], Path],
        copy: Callable[[], WorkingCopy | None],
        begin: Callable[[WorkingCopy, Document, BegunFrom], None],
    ) -> None:
        """folder: of readings. copy: the open reading as it is now. begin: have it go on from
        another revision, unless it was changed since.
        """
        self.standing = ReadingStanding()
        self._door = door
        self._folder = folder
        self._copy = copy
        self._begin = begin
        self._taken: set[str] = set()
        self._stretches: list[Stretch] = []
        self._open: frozenset[ReadingPlace] = frozenset()
        self._opened_before = False
        self._behind = self._warned = False
        door.opened.connect(self._archive_opened)

    @property
    def usable(self) -> bool:
        """Whether the archive is there, or will be in a moment."""
        return self._door.begun and not self._door.problem

    @property
    def open_now(self) -> bool:
        """Whether nothing has to be waited for before it can be asked."""
        return self._door.archive is not None

    @property
    def trouble(self) -> str:
        """Why the archive can't be used; empty where it can."""
        return self._door.problem

    # One case after another.

    def show(self, place: ReadingPlace | None, begun: BegunFrom = NOTHING) -> None:
        """Another case's reading is open, or none; what lies beside it is all that is known yet."""
        self.standing = ReadingStanding(begun)
        self._open = frozenset({place} if place is not None else ())
        self._opened_before = False
        self.changed.emit()

    def know(self, begun: BegunFrom) -> None:
        """What lies beside the working copy is another note now."""
        self.standing = replace(self.standing, begun=begun)
        self.changed.emit()

    def take(self, answered: Callable[[], None]) -> Job | None:
        """Settle the reading and take the study in hand; answered: whatever came of it.

        ``None`` where there is no archive to ask.
        """
        copy = self._copy()
        if copy is None or not self.usable:
            return None
        opening, self._opened_before = not self._opened_before, True

        def work(archive: Archive) -> Answer:
            from app.presenters.archiving.deeds import take_case  # noqa: PLC0415 - see above

            if not self.has_open(copy.place):  # gone through quickly, while the archive was busy
                raise CancelledError("the case was left")
            answer = take_case(archive, copy, opening=opening)
            if answer.taken:
                self._taken.add(copy.study_uid)
            return answer

        def done(answer: Answer) -> None:
            self._answered(copy, answer)
            answered()

        def failed(error: FourviewError) -> None:
            self._fail(error)
            answered()

        return self._door.ask(
            "Looking the case up in the archive", work, done=done, failed=failed, lane=_LANE
        )

    def leave(self, left: Left) -> Job | None:
        """Keep what a case that was left says; ``None`` where that has to wait.

        Document and time lie on the disk already: what the archive does not get now it gets later.
        """
        if left.stretch is not None:
            self._stretches.append(left.stretch)
        copy = left.copy
        if not self.usable:
            self._behind = True
            return None
        stretches, self._stretches = self._stretches, []
        folder = self._folder()

        def work(archive: Archive) -> None:
            from app.presenters.archiving.deeds import add_time, leave_case  # noqa: PLC0415

            if copy is not None:
                leave_case(archive, copy, taken=copy.study_uid in self._taken)
                self._taken.discard(copy.study_uid)
            for one in list(stretches):
                add_time(archive, folder, one.kept)
                stretches.remove(one)

        def failed(error: FourviewError) -> None:
            self._stretches += stretches
            self._fail(error)

        return self._door.ask(
            "Keeping the reading in the archive",
            work,
            done=lambda _nothing: self._succeeded(),
            failed=failed,
            lane=_LANE,
        )

    # What the reader wants.

    def keep(self) -> None:
        """Keep what is new as a revision, such as when much was drawn."""

        def work(archive: Archive, copy: WorkingCopy) -> Answer:
            from app.presenters.archiving import deeds  # noqa: PLC0415 - see above

            return deeds.keep_case(archive, copy)

        if self.usable:
            self._do("Keeping the reading in the archive", work)

    def submit(self, ended: Callable[[], None]) -> None:
        """Submit the reading and give the study back. ended: whether it went well or not."""

        def work(archive: Archive, copy: WorkingCopy) -> Answer:
            from app.presenters.archiving import deeds  # noqa: PLC0415 - see above

            return deeds.submit(archive, copy)

        self._do("Submitting the reading", work, said="The reading is submitted", ended=ended)

    def correct(self, why: str) -> None:
        """Have a submitted reading be changed again; the next revision says why."""

        def work(archive: Archive, copy: WorkingCopy) -> Answer:
            from app.presenters.archiving import deeds  # noqa: PLC0415 - see above

            return deeds.correct(archive, copy, why)

        said = "The reading can be corrected; submit it again when it is right"
        self._do("Opening the reading for a correction", work, said=said)

    def merge(self) -> None:
        """Bring together what two computers changed."""

        def work(archive: Archive, copy: WorkingCopy) -> Answer:
            from app.presenters.archiving import deeds  # noqa: PLC0415 - see above

            return deeds.merge(archive, copy)

        self._do("Merging two revisions", work, said="Merged; nothing that both said clashes")

    def hand(self, change: str) -> None:
        """Take the study in hand, put it aside or give it back: ``claim``, ``suspend``,
        ``release``.
        """

        def work(archive: Archive, copy: WorkingCopy) -> Answer:
            from app.presenters.archiving import deeds  # noqa: PLC0415 - see above

            self._taken.discard(copy.study_uid)
            return deeds.change_hand(archive, copy, getattr(archive.claims, change))

        said = {
            "claim": "The case is in your hand",
            "suspend": "The case is put aside, and stays yours",
            "release": "The case is given back",
        }[change]
        self._do("Changing who has the case in hand", work, said=said)

    def discuss(self, words: str | None) -> None:
        """Flag the study for discussion; ``None``: it was discussed."""

        def work(archive: Archive, copy: WorkingCopy) -> Answer:
            from app.presenters.archiving import deeds  # noqa: PLC0415 - see above

            if words is None:
                archive.casebook.settle(copy.study_uid, copy.reader)
            else:
                archive.casebook.discuss(copy.study_uid, copy.reader, words)
            return deeds.keep_case(archive, copy)

        said = "The case is to be discussed" if words is not None else "The case was discussed"
        self._do("Flagging the case", work, said=said)

    def promote(
        self, revision: Revision, state: ReadingState, done: Callable[[Revision], None]
    ) -> None:
        """Review a reading, or make it gold, in the name of who reads now."""
        by = self._door.reader

        def work(archive: Archive) -> Revision:
            return archive.revisions.promote(revision.uid, state, by)

        def promoted(made: Revision) -> None:
            self.told.emit(f"The reading is {made.state.value}", False)
            self._door.changed.emit()
            done(made)
            self.take(lambda: None)

        self._door.ask(
            "Changing the reading's state",
            work,
            done=promoted,
            failed=lambda error: self.told.emit(str(error), True),
            lane=_LANE,
        )

    def look_up(self, revision: Revision, done: Callable[[Document], None]) -> None:
        """Fetch what a revision says."""
        viewer = self._door.reader
        self._door.ask(
            "Fetching a revision",
            lambda archive: archive.revisions.document(revision.uid, viewer),
            done=done,
            failed=lambda error: self.told.emit(str(error), True),
        )

    def history(self, study_uid: str, done: Callable[[tuple[Revision, ...]], None]) -> None:
        """Fetch the revisions of a study that may be seen, the newest first."""
        viewer = self._door.reader

        def work(archive: Archive) -> tuple[Revision, ...]:
            from archive.errors import UnknownEntryError  # noqa: PLC0415 - see above

            try:
                return archive.revisions.history(study_uid, viewer)[::-1]
            except UnknownEntryError:
                return ()

        self._door.ask(
            "Fetching the revisions",
            work,
            done=done,
            failed=lambda error: self.told.emit(str(error), True),
        )

    # How it comes about.

    def _do(
        self, title: str, deed: Deed, *, said: str = "", ended: Callable[[], None] | None = None
    ) -> None:
        copy = self._copy()
        if copy is None:
            self.told.emit("The reading can't be changed here", True)
            return

        def done(answer: Answer) -> None:
            self._answered(copy, answer)
            if answer.clashes:
                self.told.emit("Merged. " + "; ".join(answer.clashes).capitalize(), True)
            elif said:
                self.told.emit(said, False)
            if ended is not None:
                ended()

        def failed(error: FourviewError) -> None:
            self.told.emit(str(error), True)
            if ended is not None:
                ended()

        self._door.ask(title, partial(_carry_out, deed, copy), done=done, failed=failed, lane=_LANE)

    def _answered(self, copy: WorkingCopy, answer: Answer) -> None:
        now = self._copy()
        if now is not None and now.place == copy.place:
            refused = answer.standing.refused or (
                ""
                if answer.standing.in_hand or answer.standing.arbitrates
                else self.standing.refused
            )
            self.standing = replace(answer.standing, refused=refused)
            if answer.begin is not None:
                self._begin(copy, answer.begin, answer.standing.begun)
            self.changed.emit()
        self._succeeded()

    def _succeeded(self) -> None:
        self._warned = False
        self._door.changed.emit()
        if self._behind:
            self._behind = False
            self._catch_up()

    def _fail(self, error: FourviewError) -> None:
        """The files hold everything; it is said once and tried again with the next case."""
        self._behind = True
        if not self._warned and not self._door.problem:  # which the door itself tells
            self._warned = True
            words = "Kept as a file only, the archive gets it later"
            self.told.emit(f"{words}: {error}", True)
        self.changed.emit()

    def has_open(self, place: ReadingPlace) -> bool:
        """Whether a reading is open here; may be asked from any thread."""
        return place in self._open

    def _archive_opened(self) -> None:
        self._warned = False
        self._catch_up()
        if self._open:
            self.take(lambda: None)

    def _catch_up(self) -> None:
        """Add what earlier starts, or cases left since, could not."""
        folder, skip = self._folder(), self.has_open

        def work(archive: Archive) -> tuple[int, tuple[str, ...]]:
            from app.presenters.archiving.deeds import settle_left_behind  # noqa: PLC0415

            return settle_left_behind(archive, folder, skip)

        def done(found: tuple[int, tuple[str, ...]]) -> None:
            saved, problems = found
            if saved:
                readings = "1 reading" if saved == 1 else f"{saved} readings"
                self.told.emit(f"{readings} kept in the archive that it had not got yet", False)
                self._door.changed.emit()
            if problems:
                self.told.emit(f"A reading could not be kept in the archive: {problems[0]}", True)

        self._door.ask(
            "Bringing the archive up to date", work, done=done, failed=self._fail, lane=_BEHIND
        )


def _carry_out(deed: Deed, copy: WorkingCopy, archive: Archive) -> Answer:
    return deed(archive, copy)
