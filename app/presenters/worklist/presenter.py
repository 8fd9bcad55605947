"""The worklist's lines: of what was opened at once, of the archive by jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from psygnal import Signal

from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.study_list import ListPresenter, ListState
from app.presenters.worklist.counting import Counting, Counts
from app.presenters.worklist.lines import (
    OpenedLine,
    chosen_lines,
    line_of_row,
    opened_lines,
    sorted_lines,
)
from app.presenters.worklist.state import Asked, WorklistState, asked_of, query_of
from archive.worklist.query import Cursor, Page, WorklistQuery
from archive.worklist.study import WorklistRow
from domain.errors import FourviewError
from domain.study import Study, study_names
from widgets.worklist.line import Column, FilterChoice, Scope, StudyLine

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive

_LANE = "worklist"
_PAGE = 100
_MOST_AGAIN = 1000
"""Lines that are asked for anew where something has changed; what is beyond stays as it was."""

_MANY = 1000
"""Studies beyond which their lines are written in a job."""


class WorklistPresenter:
    """All methods are called on the window's thread.

    shown: the list anew. extended: more lines behind those that are there. counted: the lines stay,
    and it is known now how many match.
    """

    shown = Signal(WorklistState)
    extended = Signal(tuple)
    counted = Signal(WorklistState)

    def __init__(self, jobs: Jobs, door: ArchiveDoor, studies: ListPresenter) -> None:
        self._jobs, self._door = jobs, door
        self._state = WorklistState()
        self._studies: tuple[Study, ...] = ()
        self._opened: tuple[OpenedLine, ...] = ()
        self._names: Mapping[str, Study] = {}
        self._rows: dict[str, WorklistRow] = {}
        self._query: Job | None = None
        self._writing: Job | None = None
        self._end: Cursor | None = None
        self._counting = Counting(door, self._complain)
        self._masked = self._closed = False
        self._asking = self._again = self._more = False
        self.scanned: Callable[[str], Study | None] = lambda _uid: None
        """A study of the archive that was scanned to be read, by its UID."""
        self.chosen = ""
        """The line that actions are about; empty while the page is not seen."""
        studies.changed.connect(self._take_studies)
        door.opened.connect(self._archive_opened)
        door.failed.connect(self._archive_failed)
        door.changed.connect(self.refresh)

    @property
    def state(self) -> WorklistState:
        """What is shown now."""
        return self._state

    @property
    def query(self) -> WorklistQuery:
        """All that is shown now as the archive would be asked for it, beyond what was opened."""
        return query_of(self._state.asked, self._door.reader, masked=self._masked)

    @property
    def opened_uids(self) -> tuple[str, ...]:
        """Of the studies that were opened in this session."""
        return tuple(dict.fromkeys(study.uid for study in self._studies))

    def row(self, key: str) -> WorklistRow | None:
        """What the archive says of a line's study; ``None`` where it says nothing."""
        return self._rows.get(key)

    def study(self, key: str) -> Study | None:
        """A line's study where it was scanned in this session."""
        return self._names.get(key) or self.scanned(key)

    def key_of(self, study: Study) -> str:
        """The line of a study that was opened."""
        return next((key for key, one in self._names.items() if one is study), study.uid)

    # What is asked for.

    def show_scope(self, scope: Scope) -> None:
        """List other studies; text and filters stay."""
        self._ask(replace(self._state.asked, scope=scope))

    def find(self, text: str) -> None:
        """List those that hold all words."""
        self._ask(replace(self._state.asked, text=text))

    def filter(self, choice: FilterChoice) -> None:
        """List those that pass."""
        self._ask(replace(self._state.asked, choice=choice))

    def sort(self, column: Column, *, descending: bool) -> None:
        """List in another order; the archive knows no patients' numbers."""
        if column is Column.NUMBER and self._state.asked.scope is not Scope.OPENED:
            column = Column.PATIENT
        self._ask(replace(self._state.asked, column=column, descending=descending))

    def show_saved(self, query: WorklistQuery) -> None:
        """List what a saved filter asks for."""
        self._ask(asked_of(query))

    def mask_names(self, masked: bool) -> None:
        """Made-up names can't be found by the true ones."""
        if masked != self._masked:
            self._masked = masked
            self._write_lines()

    def more(self) -> None:
        """Hand over more lines, behind those that are there."""
        if self._asking:
            self._more = True
            return
        if self._end is None or self._closed:
            return
        query = replace(self.query, after=self._end, most=_PAGE, counted=False)
        self._start(query, self._add)

    def refresh(self) -> None:
        """Something in the archive has changed: bring the lines up to date where they stand."""
        if self._closed or self._door.archive is None:
            return
        self._counting.forget()
        self._ask_facts()
        if self._state.asked.scope is Scope.OPENED:
            return
        if self._asking:
            self._again = True
            return
        self._ask_archive(min(max(_PAGE, len(self._state.lines)), _MOST_AGAIN), keep=True)

    def note(self, **changed: object) -> None:
        """Show other saved filters, another day, or another notice."""
        self._set(replace(self._state, **changed))  # type: ignore[arg-type]

    def close(self) -> None:
        """Ask for nothing more."""
        self._closed = True
        self._counting.stop()

    # What was opened.

    def _take_studies(self, state: ListState) -> None:
        if state.studies is self._studies:
            return
        fresh = bool(state.studies) and not set(map(id, state.studies)) <= set(
            map(id, self._studies)
        )
        self._studies = state.studies
        names = study_names(self._studies)
        self._names = dict(zip(names, self._studies, strict=True))
        if fresh and self._state.asked.scope is not Scope.OPENED:
            asked = replace(self._state.asked, scope=Scope.OPENED, text="", choice=FilterChoice())
            self._state = replace(self._state, asked=asked)
            self._stop_asking()
            self._counting.stop()
        self._write_lines()
        self._ask_facts()

    def _write_lines(self) -> None:
        studies, names = self._studies, tuple(self._names)
        write = partial(opened_lines, studies, names, masked=self._masked)
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        if len(studies) <= _MANY:
            self._take_lines(write())
        elif not self._closed:
            self._writing = self._jobs.start(
                "worklist lines",
                "Listing studies",
                lambda _job: write(),
                done=self._take_lines,
                quiet=True,
            )

    def _take_lines(self, lines: tuple[OpenedLine, ...]) -> None:
        self._opened = lines
        self._ask(self._state.asked)

    def _ask_facts(self) -> None:
        """What the archive says of the opened studies."""
        uids = self.opened_uids
        if not uids or self._closed or self._door.archive is None:
            return
        viewer = self._door.reader

        def work(archive: Archive) -> Mapping[str, WorklistRow]:
            from archive.worklist.listing import worklist_rows  # noqa: PLC0415 - see above

            return worklist_rows(archive.database, uids, viewer)

        self._door.ask(
            "Listing studies",
            work,
            done=self._take_facts,
            failed=self._complain,
            lane="worklist facts",
        )

    def _take_facts(self, facts: Mapping[str, WorklistRow]) -> None:
        self._rows |= facts
        if self._state.asked.scope is Scope.OPENED:
            self._show_opened()

    def _show_opened(self) -> None:
        asked = self._state.asked
        found = chosen_lines(self._opened, self._rows, asked.text, asked.choice)
        lines = sorted_lines(found, asked.column, descending=asked.descending)
        self._end = None
        count = len(lines)
        self._set(
            replace(self._state, lines=lines, total=count, whole=len(self._opened), counted=True)
        )

    # What the archive lists.

    def _ask(self, asked: Asked) -> None:
        self._state = replace(self._state, asked=asked)
        self._counting.stop()
        if asked.scope is Scope.OPENED or self._door.archive is None:
            self._stop_asking()
            if asked.scope is not Scope.OPENED:
                self._state = replace(self._state, lines=(), total=0, whole=0, counted=True)
                self._set(self._state)
            else:
                self._show_opened()
            return
        self._ask_archive(_PAGE)

    def _ask_archive(self, most: int, *, keep: bool = False) -> None:
        query = replace(self.query, most=most, counted=False)
        self._start(query, partial(self._take_page, query, keep=keep))

    def _start(self, query: WorklistQuery, done: Callable[[Page], None]) -> None:
        if self._closed:
            return
        self._stop_asking()
        self._asking = True
        self._query = self._door.ask(
            "Listing studies",
            lambda archive: archive.worklist(query),
            done=done,
            failed=self._fail,
            lane=_LANE,
        )

    def _stop_asking(self) -> None:
        """The answer to an older question is dropped."""
        if self._query is not None:
            self._query.cancel()
        self._query, self._asking = None, False

    def _take_page(self, query: WorklistQuery, page: Page, *, keep: bool) -> None:
        lines = self._lines(page.rows)
        beyond = self._state.lines[_MOST_AGAIN:] if keep and page.end is not None else ()
        self._asking = False
        if beyond and lines and lines[-1].key != self._state.lines[len(lines) - 1].key:
            self._ask_archive(len(self._state.lines))  # others stand at the seam: all anew
            return
        if beyond:
            lines = (*lines, *beyond)
        else:
            self._end = page.end
        self._show_page(query, lines, page.total, keep=keep)
        self._go_on()

    def _show_page(
        self, query: WorklistQuery, lines: tuple[StudyLine, ...], total: int | None, *, keep: bool
    ) -> None:
        """The lines at once; how many there are as soon as they are counted."""
        narrowed, mine = self._state.asked.narrowed, query.mine
        if total is not None and not narrowed:
            self._counting.note_whole(total, mine=mine)
        whole = self._counting.whole(mine=mine)
        counted = total is not None and whole is not None
        least = len(lines) + (self._end is not None)
        if keep:  # until then, what it said before
            least = max(least, self._state.total)
        told = replace(
            self._state,
            lines=lines,
            total=least if total is None else total,
            whole=self._state.whole if whole is None else whole,
            counted=counted or (keep and self._state.counted),
            notice="",
        )
        self._set(told)
        if not counted:
            self._counting.ask(query, total, narrowed=narrowed, done=self._take_counts)

    def _take_counts(self, counts: Counts) -> None:
        self._state = replace(self._state, total=counts.total, whole=counts.whole, counted=True)
        self.counted.emit(self._state)

    def _go_on(self) -> None:
        """What was asked for while an answer was awaited."""
        if self._again:
            self._again = False
            self.refresh()
        elif self._more:
            self._more = False
            self.more()

    def _add(self, page: Page) -> None:
        self._asking = False
        here = {line.key for line in self._state.lines}
        lines = tuple(line for line in self._lines(page.rows) if line.key not in here)
        self._end = page.end
        count = len(self._state.lines) + len(lines)
        total = max(self._state.total, count + 1) if self._end is not None else count
        self._state = replace(self._state, lines=(*self._state.lines, *lines), total=total)
        self.extended.emit(lines)
        self._go_on()

    def _lines(self, rows: Sequence[WorklistRow]) -> tuple[StudyLine, ...]:
        self._rows |= {row.uid: row for row in rows}
        return tuple(line_of_row(row, self.study(row.uid)) for row in rows)

    def _archive_opened(self) -> None:
        self._rows.clear()
        self._counting.forget()
        self.note(notice="")
        self._ask_facts()
        if self._state.asked.scope is not Scope.OPENED:
            self._ask(self._state.asked)

    def _archive_failed(self, why: str) -> None:
        notice = f"The archive can't be used: {why}. What was opened can be read all the same"
        asked = replace(self._state.asked, scope=Scope.OPENED)
        self._state = replace(self._state, asked=asked, notice=notice)
        self._show_opened()

    def _fail(self, error: FourviewError) -> None:
        self._asking = False
        self._complain(error)

    def _complain(self, error: FourviewError) -> None:
        self.note(notice=str(error))

    def _set(self, state: WorklistState) -> None:
        nothing = not state.lines and not state.whole and not state.asked.narrowed
        empty = nothing and not self._opened and state.asked.scope is not Scope.MINE
        self._state = replace(state, empty=empty)
        self.shown.emit(self._state)
