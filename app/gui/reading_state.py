"""How the reading stands, in the side panel's bar, in the banner and in the list of revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from annotations.keeping.disk import unkept_in
from annotations.keeping.folders import readings_folder
from app.presenters.annotating.readings import Readings
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.archiving.standing import ReadingStanding, moment, state_line
from archive.revisions.revision import ReadingState, Revision
from widgets.action_row import Condition
from widgets.history_list import RevisionRow
from widgets.reading_bar import BarButton, ReadingBarState, Tone
from widgets.side_panel import PanelTab

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow

_BACK = BarButton("reading.own", "Back")
_AGREE = BarButton("reading.review", "Agree")
_GOLD = BarButton("reading.gold", "Make gold")
_SUBMIT = BarButton("reading.submit", "Submit")
_CORRECT = BarButton("reading.correct", "Correct")
_MERGE = BarButton("reading.merge", "Merge")
_HISTORY = BarButton("reading.history", "History")
_TAKE = BarButton("claim.take", "Take")
_COMPARE = BarButton("case.compare", "Compare")


class ReadingStatePanel(QObject):
    """Keeps bar, banner and list of revisions up to date."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._readings = window.services.annotating.readings
        self._door = window.services.archive
        self._revisions: tuple[Revision, ...] = ()
        self._of = ""
        self._readings.changed.connect(self.refresh)
        self._readings.standing_changed.connect(self.refresh)
        self._door.changed.connect(self._fetch)
        self._door.opened.connect(self._fetch)
        self._door.failed.connect(self._failed)
        self._door.told.connect(window.tell)
        self._count_time()
        panel = window.side_panel
        panel.reading_bar.asked.connect(lambda action: window.actions_of[action].trigger())
        panel.history.chosen.connect(self._look)
        panel.tab_changed.connect(lambda _tab: self._fetch())

    def _count_time(self) -> None:
        """Each sign of the reader: pointer, keys, gestures."""
        services, clock = self._window.services, self._readings.clock
        for sign in (services.following, services.annotating, services.model):
            sign.changed.connect(lambda *_told: clock.touch())

    def refresh(self) -> None:
        """Show how the reading stands now."""
        panel = self._window.side_panel
        panel.reading_bar.show_state(bar_of(self._readings, self._door))
        if self._of != self._readings.study_uid:
            self._of, self._revisions = self._readings.study_uid, ()
            self._fetch()
        self._list()
        self._window.show_standing()

    def open_history(self) -> None:
        """Unfold the panel on the list of revisions."""
        self._window.side_panel.open_tab(PanelTab.HISTORY)
        self._fetch()

    def _fetch(self) -> None:
        """The list is fetched where it is looked at."""
        study, panel = self._readings.study_uid, self._window.side_panel
        if not study or panel.tab is not PanelTab.HISTORY or self._door.archive is None:
            self._list()
            return

        def done(found: tuple[Revision, ...]) -> None:
            if study == self._readings.study_uid:
                self._revisions = found
                self._list()

        self._readings.case.history(study, done)

    def _list(self) -> None:
        looked = self._readings.looked_at
        why = "" if self._door.archive is not None else self._door.problem
        self._window.side_panel.history.show_revisions(
            tuple(row_of(one) for one in self._revisions), looked.uid if looked else "", why
        )

    def _look(self, uid: str) -> None:
        found = next((one for one in self._revisions if one.uid == uid), None)
        if found is not None:
            self._readings.look(found)

    def _failed(self, why: str) -> None:
        """Say what becomes of readings now; that takes a look at the disk, which may hang."""

        def said(trouble: str) -> None:
            kept = f"readings can't be kept as files either ({trouble})" if trouble else ""
            words = kept or "readings are kept as files"
            self._window.tell(f"The archive can't be used, {words}: {why}", True)

        self._window.services.jobs.start(
            "where readings are kept",
            "Looking where readings are kept",
            lambda _job: unkept_in(readings_folder()),
            done=said,
            quiet=True,
        )
        self.refresh()


def bar_of(readings: Readings, door: ArchiveDoor) -> ReadingBarState | None:
    """What the bar says; ``None`` while no reading is open."""
    if readings.looked_at is not None:
        return _looked(readings.looked_at, door.reader)
    if readings.own is None:
        return None
    standing = readings.standing
    state = _alert(standing) or _settled(standing) or _draft(readings, door)
    if standing.discuss is None:
        return state
    note = f"To discuss: {standing.discuss}" if standing.discuss else "To be discussed"
    detail = "\n".join(filter(None, (state.detail, note)))
    return ReadingBarState(state.title, detail, state.buttons, state.tone)


def banner_state(readings: Readings) -> str:
    """One or two words for the banner; empty where nothing is open."""
    if readings.looked_at is not None:
        return "looking back"
    if readings.own is None:
        return ""
    standing = readings.standing
    if standing.arbitrates and not standing.settled:
        return "to decide"
    if standing.refused:
        return "read by others" if standing.read_by_others else "in another hand"
    if standing.correcting:
        return "correction"
    return standing.state.value if standing.begun.head else "draft"


def conditions(readings: Readings, door: ArchiveDoor) -> frozenset[Condition]:
    """Which actions on the reading as a whole make sense now."""
    standing, looked, own = readings.standing, readings.looked_at, readings.own
    there = door.archive is not None and standing.asked and own is not None
    found = {
        Condition.LOOKING: looked is not None,
        Condition.ARCHIVED: there,
        Condition.CORRECTABLE: own is not None and standing.settled and looked is None,
        Condition.SUBMITTABLE: there and own is not None and looked is None and not own.read_only,
        Condition.CONFLICT: there and standing.conflict and looked is None,
        Condition.IN_HAND: there and (standing.in_hand or standing.arbitrates),
        Condition.FREE: there and not (standing.in_hand or standing.arbitrates or standing.settled),
        Condition.DISCUSSED: there and standing.discuss is not None,
    }
    for condition, may in ((Condition.REVIEWABLE, may_review), (Condition.GILDABLE, may_gild)):
        found[condition] = looked is not None and may(looked, door.reader)
    return frozenset(one for one, holds in found.items() if holds)


def may_review(revision: Revision, by: str) -> bool:
    """Whether somebody may agree with a revision."""
    return revision.state is ReadingState.SUBMITTED and by != revision.reader


def may_gild(revision: Revision, _by: str) -> bool:
    """Whether a revision may be made gold."""
    return revision.state in (ReadingState.REVIEWED, ReadingState.ADJUDICATED)


def row_of(revision: Revision) -> RevisionRow:
    """A line of the list of revisions."""
    who = revision.reader
    if revision.made_by != revision.reader:
        who = f"{who}, by {revision.made_by}"
    parts = (who, _count(revision), revision.why)
    title = f"{moment(revision.made)}  {revision.state.value}"
    return RevisionRow(revision.uid, title, ", ".join(filter(None, parts)))


def _looked(revision: Revision, me: str) -> ReadingBarState:
    buttons = [_BACK]
    if may_gild(revision, me):
        buttons.insert(0, _GOLD)
    if may_review(revision, me):
        buttons.insert(0, _AGREE)
    title = "Looking back" if revision.reader == me else f"{revision.reader}'s reading"
    line = state_line(revision)
    detail = f"{line[:1].upper()}{line[1:]}, {_count(revision)}"
    return ReadingBarState(title, detail, tuple(buttons), Tone.SECOND_READER)


def _alert(standing: ReadingStanding) -> ReadingBarState | None:
    if standing.arbitrates and not standing.settled:
        detail = "You have it in hand to decide between the readings of others"
        return ReadingBarState("To decide", detail, (_COMPARE, _HISTORY), Tone.SECOND_READER)
    if standing.refused:
        seen = standing.others
        words = seen[-1] if seen else None
        said = f"{state_line(words)}. See it in the history" if words else standing.refused
        detail = said[:1].upper() + said[1:]
        buttons = (*_comparing(standing, 2), _HISTORY)
        title = "Read by others" if standing.read_by_others else "In another reader's hand"
        return ReadingBarState(title, detail, buttons, Tone.SECOND_READER)
    if standing.conflict:
        detail = (
            "Two computers changed this reading. Both are kept; merging takes what each changed"
        )
        return ReadingBarState("Conflict", detail, (_MERGE, _HISTORY), Tone.ALERT)
    return None


def _settled(standing: ReadingStanding) -> ReadingBarState | None:
    begun = standing.begun
    if not standing.state.read_only:
        return None
    by = f"By {begun.made_by}, {moment(begun.made)}" if begun.made is not None else ""
    if begun.why:
        detail = f"Why: {begun.why}"
        return ReadingBarState("Correction", detail, (_SUBMIT,), Tone.READER)
    title, detail = standing.state.value.capitalize(), ", ".join(filter(None, (by, "read-only")))
    return ReadingBarState(title, detail, (*_comparing(standing, 1), _CORRECT), Tone.SETTLED)


def _comparing(standing: ReadingStanding, least: int) -> tuple[BarButton, ...]:
    """The way to others' readings, where so many of them are submitted."""
    done = {one.reader for one in standing.others if one.state.read_only}
    return (_COMPARE,) if len(done) >= least else ()


def _draft(readings: Readings, door: ArchiveDoor) -> ReadingBarState:
    standing = readings.standing
    if door.problem:
        detail = "Kept on this computer. It goes into the archive when that can be used again."
        return ReadingBarState("Draft, not in the archive", detail)
    if not standing.asked:
        return ReadingBarState("Draft", "Kept on this computer" if door.begun else "")
    if not standing.in_hand:
        return ReadingBarState("Not in your hand", "It can only be looked at.", (_TAKE,))
    return ReadingBarState("Draft", "", (_SUBMIT,))


def _count(revision: Revision) -> str:
    return "1 finding" if revision.findings == 1 else f"{revision.findings or 'no'} findings"
