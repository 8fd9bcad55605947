"""Connects the worklist's page with what lists, finds and reads studies."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.gui.case_order import by_score
from app.gui.services import Services
from app.gui.worklist_watch import WorklistWatch
from app.presenters.shown import Shown
from app.presenters.study_list import ListState
from app.presenters.worklist.state import WorklistState
from domain.errors import FourviewError
from domain.study import Study, study_names
from widgets.banner import BannerFacts
from widgets.study_page import StudyPage
from widgets.worklist.line import Column, Scope

_AHEAD = 2
"""Studies behind the one that is read which are looked for before they are asked for."""

_DAY_MS = 60_000


class WorklistHands(QObject):
    """What the page's reader wants, and the order in which cases are read.

    found(Study): it should be read now. failed(words): it can't be. relisted(): more of what
    comes next is known. stepped(): another case is read. chosen(): another line is.
    """

    found = Signal(object)
    failed = Signal(str)
    relisted = Signal()
    stepped = Signal()
    chosen = Signal()

    def __init__(self, services: Services, page: StudyPage, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._page = services, page
        self._list, self._locating = services.worklist, services.locating
        self._list.scanned = self._locating.study
        self._trail: tuple[str, ...] = ()
        self._key = ""
        self._archived = self._seen = False
        self._reader = services.archive.reader
        self._watch = WorklistWatch(services, self)
        self._day = QTimer(self)
        self._day.setInterval(_DAY_MS)
        self._day.timeout.connect(self._look_again)
        self._connect()
        self._show(self._list.state)

    def take_reader(self) -> None:
        """Somebody else reads now: other claims, filters and counts."""
        before, self._reader = self._reader, self._services.archive.reader
        if self._reader != before and self._services.archive.archive is not None:
            self._list.refresh()
            self._archive_opened()

    def close(self) -> None:
        """Nothing more is asked for."""
        self._day.stop()
        self._watch.close()
        self._list.close()
        self._services.sources.close()

    # What is read.

    @property
    def key(self) -> str:
        """The line of the case that is read; empty for none."""
        return self._key

    @property
    def from_archive(self) -> bool:
        """Whether cases come from the archive, not from what was opened."""
        return self._archived

    def open(self, key: str) -> None:
        """Read a line; the cases that follow are those listed now, in this order."""
        self._trail = self._page.names
        self._archived = self._list.state.asked.scope is not Scope.OPENED
        self._open(key)

    def open_case(self, study: Study) -> None:
        """Read a study that was opened in this session."""
        self.open(self._list.key_of(study))

    def choose(self, *, seen: bool) -> None:
        """Actions are about the chosen line while the page is seen."""
        if seen and not self._seen:
            self._list.refresh()
        self._seen = seen
        self._list.chosen = self._page.key if seen else ""
        self.chosen.emit()

    def step(self, by: int) -> bool:
        """Read the next case or the one before; False where there is none."""
        reading = self._services.reading
        listed = self._list.state.asked.scope is not Scope.OPENED
        if self._archived or (listed and not reading.shown.number):
            return self._step(by)
        went = reading.next_case() if by > 0 else reading.previous_case()
        if went:
            self.stepped.emit()
        return went

    def _step(self, by: int) -> bool:
        if self._key not in self._trail:
            if self._page.key:
                self.open(self._page.key)
            return bool(self._page.key)
        place = self._trail.index(self._key) + by
        if place >= len(self._trail) - _AHEAD:
            self._list.more()
        if not 0 <= place < len(self._trail):
            return False
        self._open(self._trail[place])
        return True

    def _open(self, key: str) -> None:
        study = self._list.study(key)
        if study is not None:
            self._key = key
            self.found.emit(study)
            return
        row = self._list.row(key)
        if row is None:
            self.failed.emit(self.tr("This study is no longer in the worklist"))
            return

        def done(found: Study) -> None:
            self._key = key
            self.found.emit(found)

        def failed(error: FourviewError) -> None:
            self.failed.emit(str(error))

        self._locating.find(row, done, failed)

    # In which order.

    def cases(self, state: ListState) -> tuple[Study, ...]:
        """What is read one after another, as far as it is known."""
        if self._archived:
            place = self._place
            near = self._trail[max(0, place - _AHEAD) : place + 1 + _AHEAD]
            return tuple(study for study in map(self._list.study, near) if study is not None)
        order = {name: place for place, name in enumerate(self._page.names)}
        named = zip(study_names(state.studies), state.studies, strict=True)
        places = {id(study): order.get(name, len(order)) for name, study in named}
        return by_score(sorted(state.cases, key=lambda one: places[id(one)]), self._services)

    def studies(self, state: ListState) -> tuple[Study, ...]:
        """All that is known, where priors come from; none twice."""
        found = {study.uid for study in state.studies}
        return (*state.studies, *(one for one in self._locating.studies if one.uid not in found))

    def look_ahead(self) -> None:
        """Find what comes next before it is asked for."""
        if self._archived:
            keys = self._trail[self._place + 1 : self._place + 1 + _AHEAD]
            rows = [self._list.row(key) for key in keys if self._list.study(key) is None]
            wanted = [row for row in rows if row is not None]
            self._locating.look_ahead(wanted, self.relisted.emit)

    def placed(self, told: BannerFacts, shown: Shown) -> BannerFacts:
        """The banner's words with the place in the page's order."""
        if not self._archived or shown.exams is None or self._key not in self._trail:
            return told
        total = max(self._list.state.total, len(self._trail))
        return replace(told, place=f"{self._place + 1} of {total}")

    @property
    def _place(self) -> int:
        return self._trail.index(self._key) if self._key in self._trail else -1

    # What the page shows.

    def _connect(self) -> None:
        page, listed, deeds = self._page, self._list, self._services.worklist_deeds
        listed.shown.connect(self._show)
        listed.extended.connect(self._extend)
        listed.counted.connect(lambda state: page.show_count(state.total, state.whole))
        page.text_changed.connect(listed.find)
        page.selected.connect(lambda: self.choose(seen=page.isVisible()))
        page.model.more_wanted.connect(listed.more)
        page.model.order_wanted.connect(
            lambda column, down: listed.sort(Column(column), descending=down)
        )
        page.bar.scope_wanted.connect(listed.show_scope)
        page.bar.chips.changed.connect(listed.filter)
        page.bar.filter_wanted.connect(deeds.show_filter)
        page.bar.forget_wanted.connect(deeds.drop_filter)
        self._services.archive.opened.connect(self._archive_opened)
        self._services.archive.changed.connect(deeds.count_day)

    def _archive_opened(self) -> None:
        self._services.worklist_deeds.list_filters()
        self._services.worklist_deeds.count_day()
        self._day.start()

    def _look_again(self) -> None:
        """Other computers change the archive as well, and don't tell."""
        self._services.worklist_deeds.count_day()
        if self._page.isVisible():
            self._list.refresh()

    def _show(self, state: WorklistState) -> None:
        page, asked = self._page, state.asked
        page.show_scope(asked.scope)
        page.show_order(asked.column, descending=asked.descending)
        page.bar.chips.show_choice(asked.choice, saveable=bool(asked.text.strip()))
        if page.field.text() != asked.text:
            page.field.blockSignals(True)
            page.field.setText(asked.text)
            page.field.blockSignals(False)
        page.bar.show_filters(state.filters)
        page.foot.show_notice(state.notice)
        if self._services.archive.archive is not None:
            page.foot.show_day(state.submitted, state.seconds)
        page.say_nothing(*self._nothing(state))
        page.show_empty(state.empty)
        page.show_lines(state.lines, state.total, state.whole, counted=state.counted)

    def _nothing(self, state: WorklistState) -> tuple[str, str]:
        """What stands where there is no line."""
        door, asked = self._services.archive, state.asked
        if asked.scope is not Scope.OPENED and door.archive is None:
            why = door.problem or self.tr("It is still being opened.")
            return self.tr("The archive is not there"), why
        if asked.narrowed:
            return self.tr("Nothing found"), self.tr("Other words or fewer filters find more.")
        if asked.scope is Scope.MINE:
            return self.tr("Nothing in hand"), self.tr(
                "Studies that you claim, or that are assigned to you, stand here."
            )
        if asked.scope is Scope.OPENED:
            return self.tr("Nothing opened yet"), self.tr("Drop a folder here, or open one.")
        return self.tr("No studies yet"), self.tr("Add a folder, and its studies stay here.")

    def _extend(self, lines: tuple[object, ...]) -> None:
        keys = self._page.names
        self._page.model.extend(lines)  # type: ignore[arg-type]
        if self._archived and self._trail == keys:
            self._trail = self._page.names
