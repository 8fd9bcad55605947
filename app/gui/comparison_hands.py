"""Comparing two readings in the window: the panes show both, the panel stands at their side."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLayout

from annotations.agreement.deciding import FindingPair
from app.action_rows import AI, ANNOTATE
from app.gui import finding_facts
from app.gui.annotating_hand import AnnotatingHand
from app.gui.comparison_facts import state_of
from app.gui.comparison_hand import ComparisonHand
from app.gui.comparison_ink import ComparedMarks
from app.gui.main_window import MainWindow
from app.presenters.double.comparing import ComparingPresenter
from app.presenters.shown import Shown
from archive.worklist.study import WorklistRow
from domain.errors import FourviewError
from domain.finding import Finding
from viewing.state.seeing import activated, bring_into_sight

if TYPE_CHECKING:  # made when readings are first compared
    from widgets.comparison.panel import ComparisonPanel

_OWN_READING = ("case.normal_next", "layout.side_panel", "report.", "reading.")
"""What else (ids or how they begin) would change or show the reader's own reading."""


class ComparisonHands(QObject):
    """Begins and ends a comparison; only what is shown changes, no reading is touched."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.presenter = ComparingPresenter(window.services.archive)
        self.presenter.changed.connect(self._show)
        self.presenter.told.connect(window.tell)
        window.services.reading.changed.connect(self._follow)
        window.pages.currentChanged.connect(self._turn_page)
        self.panel: ComparisonPanel | None = None
        self._hand: AnnotatingHand | None = None
        self._number = 0
        self._awaited: tuple[str, tuple[str, str] | None] | None = None
        self._hovered = -1
        self._arbitrates = False

    @property
    def compares(self) -> bool:
        """Whether the panes show two readings."""
        return self._hand is not None

    def begin(self, readers: tuple[str, str] | None = None) -> None:
        """Compare the readings of the open case."""
        exams = self._window.services.reading.shown.exams
        if exams is not None:
            self._window.findings.finish()
            self.presenter.begin(exams.current.uid, readers)

    def open_study(self, row: WorklistRow, readers: tuple[str, str] | None = None) -> None:
        """Open a study of the archive and compare its readings; it is looked for if need be."""
        window, services = self._window, self._window.services
        shown = services.reading.shown
        if shown.exams is not None and shown.exams.current.uid == row.uid:
            window.show_reading()
            self.begin(readers)
            return
        self._awaited = row.uid, readers
        known = window.worklist.studies(services.studies.state)
        study = next((one for one in known if one.uid == row.uid), None)
        if study is not None:
            window.worklist.open_case(study)
        else:
            services.locating.find(row, window.worklist.found.emit, self._not_found)

    def _not_found(self, error: FourviewError) -> None:
        self._awaited = None
        self._window.tell(str(error), True)

    def leave(self) -> bool:
        """Back to the reader's own reading; False where nothing is compared."""
        if not self.compares:
            return False
        self.presenter.close()
        return True

    # How it comes about.

    def _follow(self, shown: Shown) -> None:
        """Another case ends the comparison; one that was waited for begins it."""
        if self.compares and shown.number != self._number:
            self.leave()
        if self._awaited is not None and shown.exams is not None and shown.images:
            uid, readers = self._awaited
            if shown.exams.current.uid == uid:
                self._awaited = None
                self.begin(readers)

    def _show(self) -> None:
        compared = self.presenter.shown
        if compared is None:
            self._end()
            return
        shown = self._window.services.reading.shown
        if shown.exams is None or shown.exams.current.uid != compared.study_uid:
            self.presenter.close()
            return
        panel = self.panel or self._make_panel()
        if not self.compares:
            self._enter(shown.number)
            self._arbitrates = compared.arbitrates
        elif compared.arbitrates != self._arbitrates:  # taken in hand, or given back
            self._arbitrates = compared.arbitrates
            self._window.services.annotating.readings.case.take(lambda: None)
        self._window.pictures.compared = ComparedMarks(compared, self._hovered)
        panel.show_comparison(state_of(compared, finding_facts.views_of(shown)))
        self._window.repaint_panes()

    def _enter(self, number: int) -> None:
        window, services = self._window, self._window.services
        self._number, self._hovered = number, -1
        services.annotating.take(None)
        window.actions_of["tool.pan"].trigger()
        self._hand = window.hands.annotating
        window.hands.annotating = ComparisonHand(services, self._findings, self._clicked)
        window.actions_of.bar(_of_own_reading(window))
        self._turn_page()
        if self.panel is not None:
            self.panel.list.setFocus()

    def _turn_page(self) -> None:
        """The panel stands in the side panel's place while the panes are shown."""
        if self.panel is not None and self.compares:
            self._window.side_panel.hide()
            self.panel.setVisible(self._window.in_reading)

    def _end(self) -> None:
        if self._hand is None:
            return
        window = self._window
        window.hands.annotating, self._hand = self._hand, None
        window.actions_of.bar(())
        window.pictures.compared = None
        if self.panel is not None:
            self.panel.hide()
        wanted = window.actions_of["layout.side_panel"].isChecked()
        window.side_panel.setVisible(window.in_reading and wanted)
        if window.in_reading:
            window.reading_page.setFocus()
        window.repaint_panes()
        shown, decided = window.services.reading.shown, self.presenter.decided
        self.presenter.decided = False
        if decided and shown.exams is not None and shown.number == self._number:
            # The arbiter's own reading is now the adjudicated one.
            window.services.reading.open_study(shown.exams.current)

    def _make_panel(self) -> ComparisonPanel:
        from widgets.comparison.panel import ComparisonPanel  # noqa: PLC0415 - see above

        panel = self.panel = ComparisonPanel()
        panel.hide()
        _put_beside(self._window, panel)
        presenter = self.presenter
        panel.closed.connect(self.leave)
        panel.list.chosen.connect(self.select)
        panel.list.hovered.connect(self._hover)
        panel.list.taken.connect(presenter.choose)
        panel.all_taken.connect(presenter.choose_all)
        panel.arbitrate_asked.connect(presenter.arbitrate)
        panel.give_back_asked.connect(presenter.give_back)
        panel.decide_asked.connect(presenter.decide)
        panel.pair_wanted.connect(presenter.pair)
        return panel

    def select(self, line: int) -> None:
        """Show a line's marks in the panes."""
        self.presenter.select(line)
        compared = self.presenter.shown
        if compared is None or not isinstance(compared.readings.lines[line], FindingPair):
            return
        model = self._window.services.model
        findings = [one.finding for one in compared.marks_on(line)]
        state, found = bring_into_sight(model.state, findings)
        model.show(activated(state, findings[0].geometries[0].sop_instance_uid))
        if not found:
            self._window.tell(self.tr("Its image is in another step"), False)

    def _hover(self, line: int) -> None:
        self._hovered = line
        if self.presenter.shown is not None and self.compares:
            self._window.pictures.compared = ComparedMarks(self.presenter.shown, line)
            self._window.repaint_panes()

    def _findings(self) -> tuple[Finding, ...]:
        marks = self._window.pictures.compared
        return marks.findings if marks is not None else ()

    def _clicked(self, finding: UUID) -> None:
        compared = self.presenter.shown
        if compared is not None:
            line = next(one.line for one in compared.marks if one.finding.id == finding)
            self.presenter.select(line)


def _of_own_reading(window: MainWindow) -> set[str]:
    """Actions that would change or show the reader's own reading, which is not on the screen."""
    rows = window.actions_of.rows.values()
    return {
        row.id
        for row in rows
        if row.id != "look.fill"
        and (row.group in (AI, ANNOTATE) or row.id.startswith(_OWN_READING))
    }


def _put_beside(window: MainWindow, panel: ComparisonPanel) -> None:
    """In the row of the side panel, in its place."""
    whole = window.side_panel.parentWidget()
    layout = whole.layout() if whole is not None else None
    for row in layout.children() if layout is not None else ():
        if isinstance(row, QLayout) and row.indexOf(window.side_panel) >= 0:
            row.addWidget(panel)


def hands_of(window: MainWindow) -> ComparisonHands:
    """The window's own, made when first asked for."""
    return window.findChild(ComparisonHands) or ComparisonHands(window)
