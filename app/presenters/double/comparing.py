"""Two readings of the open case side by side, and the arbiter's decision between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from annotations.agreement.deciding import (
    Choice,
    Choices,
    FindingPair,
    Readings,
    chosen_in,
    decided,
)
from annotations.keeping.folders import reading_place, readings_folder
from annotations.keeping.undecided import Pair, Word, read_undecided, write_undecided
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.double.marks import ComparedMark, initials, marks_of
from domain.errors import FourviewError

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive
    from archive.revisions.bench import Bench
    from archive.revisions.revision import Revision

_LANE = "comparing"
_WORDS: dict[Choice, Word] = {
    Choice.FIRST: "first",
    Choice.SECOND: "second",
    Choice.NEITHER: "neither",
}


@dataclass(frozen=True)
class Seat:
    """One of the two readers. when, state: of the reading that is compared."""

    reader: str
    initials: str
    when: datetime
    state: str
    uid: str


@dataclass(frozen=True, eq=False)
class Compared:
    """What is compared, frozen.

    seats: both readers, the viewer first where it is one of them. submitted: all whose readings
    are in. obstacle: why the viewer can't decide; empty where that is possible. arbitrates: the
    viewer has it in hand to decide. decided_by: the arbiter, empty while it is open. choices: by
    line. selected: index of a line, -1 for none. busy: the archive is asked.
    """

    study_uid: str
    seats: tuple[Seat, Seat]
    readings: Readings
    marks: tuple[ComparedMark, ...]
    submitted: tuple[str, ...]
    obstacle: str
    arbitrates: bool
    decided_by: str = ""
    choices: Choices = field(default_factory=dict)
    selected: int = -1
    busy: bool = False

    @property
    def open_lines(self) -> tuple[int, ...]:
        """Lines that nothing was chosen for."""
        return tuple(one for one in range(len(self.readings.lines)) if one not in self.choices)

    def marks_on(self, line: int) -> tuple[ComparedMark, ...]:
        """Both readers' marks of a line."""
        return tuple(one for one in self.marks if one.line == line)


class ComparingPresenter:
    """All methods are called on the window's thread.

    changed: another comparison, line or choice, or none is shown. told: something to say, and
    whether it is an error. decided: a decision was made that the window has not yet shown as the
    arbiter's own reading. Nobody's reading is touched by looking. What an arbiter chose so far is
    on the disk after each choice.
    """

    changed = Signal()
    told = Signal(str, bool)

    def __init__(self, archive: ArchiveDoor, folder: Callable[[], Path] = readings_folder) -> None:
        """folder: of readings."""
        self._archive = archive
        self._folder = folder
        self._asked = 0
        self._kept: dict[tuple[str, str], Choices] = {}
        self.shown: Compared | None = None
        self.decided = False

    def begin(self, study_uid: str, readers: tuple[str, str] | None = None) -> None:
        """Compare the readings of a study; without readers two submitted ones that differ."""
        self._asked += 1
        viewer, folder = self._archive.reader, self._folder()

        def work(archive: Archive) -> tuple[Bench, dict[Pair, dict[int, Word]]]:
            known = read_undecided(reading_place(folder, study_uid, viewer))
            return archive.double.bench(study_uid, viewer, readers), known

        self._archive.ask(
            "Comparing readings",
            work,
            done=partial(self._take, self._asked),
            failed=partial(self._fail, self._asked),
            lane=_LANE,
        )

    def pair(self, first: str, second: str) -> None:
        """Compare the readings of two others of those who submitted."""
        shown = self.shown
        if shown is None or shown.busy or first == second:
            return
        if {first, second} <= set(shown.submitted):
            self._keep(shown)
            self.begin(shown.study_uid, (first, second))

    def close(self) -> None:
        """Show no comparison; what was chosen so far is there when it is opened again."""
        self._asked += 1
        if self.shown is not None:
            self._keep(self.shown)
            self.shown = None
            self.changed.emit()

    def select(self, line: int) -> None:
        """Show a line in the panes."""
        if self.shown is not None and line != self.shown.selected:
            self._show(replace(self.shown, selected=line))

    # What an arbiter does.

    def choose(self, line: int, choice: Choice) -> None:
        """Say whose word stands in a line."""
        shown = self.shown
        if shown is None or not shown.arbitrates:
            return
        one = shown.readings.lines[line]
        if isinstance(one, FindingPair) and choice not in one.choices:
            choice = Choice.NEITHER
        elif not isinstance(one, FindingPair) and choice is Choice.NEITHER:
            return
        self._show(replace(shown, choices={**shown.choices, line: choice}, selected=line))
        self._put_down()

    def choose_all(self, choice: Choice | None) -> None:
        """One reading as it is; ``None``: both brought together."""
        shown = self.shown
        if shown is not None and shown.arbitrates:
            readings = shown.readings
            choices = readings.both() if choice is None else readings.all_of(choice)
            self._show(replace(shown, choices=choices))
            self._put_down()

    def arbitrate(self) -> None:
        """Take the study in hand to decide it."""
        reader = self._archive.reader

        def work(archive: Archive, uid: str) -> None:
            from archive.worklist.claims import Role  # noqa: PLC0415 - not for the first paint

            archive.claims.claim(uid, reader, Role.ARBITRATION)

        self._ask("Taking a study to decide", work)

    def give_back(self) -> None:
        """Leave the decision to another reader."""
        reader = self._archive.reader
        self._ask("Giving a study back", lambda archive, uid: archive.claims.release(uid, reader))

    def decide(self) -> None:
        """Keep what was chosen as the study's adjudicated reading."""
        shown, by = self.shown, self._archive.reader
        if shown is None or not shown.arbitrates or shown.open_lines:
            return
        readings, choices = shown.readings, shown.choices
        place = reading_place(self._folder(), shown.study_uid, by)
        parents = shown.seats[0].uid, shown.seats[1].uid

        def work(archive: Archive, uid: str) -> None:
            archive.double.arbitrate(decided(readings, choices), by, parents)
            archive.claims.release(uid, by)
            write_undecided(place, parents, {})

        self._ask("Keeping the decision", work, "Decided: the study is adjudicated")

    # How it comes about.

    def _ask(self, title: str, work: Callable[[Archive, str], object], words: str = "") -> None:
        """Have something changed in the archive, then show how it stands."""
        shown = self.shown
        if shown is None or shown.busy:
            return
        self._keep(shown)
        self._show(replace(shown, busy=True))
        uid, readers = shown.study_uid, (shown.seats[0].reader, shown.seats[1].reader)
        number = self._asked

        def done(_nothing: object) -> None:
            if words:
                self.told.emit(words, False)
                self.decided = True
            self._archive.changed.emit()
            if number == self._asked:
                self.begin(uid, readers)

        self._archive.ask(
            title,
            lambda archive: work(archive, uid),
            done=done,
            failed=partial(self._refused, number),
            lane=_LANE,
        )

    def _take(self, number: int, found: tuple[Bench, dict[Pair, dict[int, Word]]]) -> None:
        if number != self._asked:
            return
        bench, known = found
        readings = Readings(
            bench.sides.first_document, bench.sides.second_document, bench.sides.comparison
        )
        revisions = bench.sides.first, bench.sides.second
        before = self.shown
        same = before is not None and (before.seats[0].uid, before.seats[1].uid) == tuple(
            one.uid for one in revisions
        )
        self._show(
            Compared(
                study_uid=revisions[0].study_uid,
                seats=_seats(revisions),
                readings=before.readings if before is not None and same else readings,
                marks=before.marks if before is not None and same else marks_of(readings),
                submitted=bench.submitted,
                obstacle=bench.obstacle,
                arbitrates=bench.arbitrates and not bench.obstacle,
                decided_by=bench.decided[0].reader if bench.decided else "",
                choices=self._choices(bench, readings, known),
                selected=before.selected if before is not None and same else -1,
            )
        )

    def _choices(
        self, bench: Bench, readings: Readings, known: dict[Pair, dict[int, Word]]
    ) -> Choices:
        if bench.decided is not None:
            return chosen_in(readings, bench.decided[1])
        if not bench.arbitrates:
            return {}
        key = bench.sides.first.uid, bench.sides.second.uid
        chosen = {
            line: Choice(word)
            for line, word in known.get(key, {}).items()
            if line in range(len(readings.lines))
        }
        return self._kept.get(key) or chosen or readings.settled()

    def _put_down(self) -> None:
        """Have what is chosen so far outlive the program."""
        shown = self.shown
        if shown is None or not shown.arbitrates:
            return
        place = reading_place(self._folder(), shown.study_uid, self._archive.reader)
        pair = shown.seats[0].uid, shown.seats[1].uid
        words: dict[int, Word] = {line: _WORDS[one] for line, one in shown.choices.items()}
        self._archive.ask(
            "Keeping what was chosen",
            lambda _archive: write_undecided(place, pair, words),
            failed=lambda error: self.told.emit(str(error), True),
            lane=_LANE,
        )

    def _keep(self, shown: Compared) -> None:
        if shown.arbitrates and shown.choices:
            self._kept[shown.seats[0].uid, shown.seats[1].uid] = shown.choices

    def _fail(self, number: int, error: FourviewError) -> None:
        if number == self._asked:
            self.told.emit(str(error), True)

    def _refused(self, number: int, error: FourviewError) -> None:
        self.told.emit(str(error), True)
        if self.shown is not None and number == self._asked:
            self.begin(
                self.shown.study_uid,
                (self.shown.seats[0].reader, self.shown.seats[1].reader),
            )

    def _show(self, shown: Compared) -> None:
        self.shown = shown
        self.changed.emit()


def _seats(revisions: tuple[Revision, Revision]) -> tuple[Seat, Seat]:
    short = initials((revisions[0].reader, revisions[1].reader))
    first, second = (
        Seat(one.reader, letters, one.made, one.state.value, one.uid)
        for one, letters in zip(revisions, short, strict=True)
    )
    return first, second
