"""The page of agreement in the window: it is made when it is first looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.gui.comparison_hands import hands_of as comparison_of
from app.gui.main_window import MainWindow
from app.presenters.double.agreeing import Agreeing, AgreeingPresenter, ComparedCase
from archive.worklist.study import StudyState, WorklistRow
from domain.study import Patient
from widgets.agreement.state import AgreementState, CaseLine

if TYPE_CHECKING:  # made when it is first looked at
    from widgets.agreement.page import AgreementPage

_MASK = "file.mask_names"


class AgreementHands(QObject):
    """Shows the page and carries out what it asks for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        services = window.services
        self.presenter = AgreeingPresenter(services.jobs, services.archive)
        self.presenter.changed.connect(self._show)
        self.presenter.told.connect(window.tell)
        self.page: AgreementPage | None = None
        window.actions_of.toggled.connect(self._mask)

    def open(self) -> None:
        """Go to the page; what was submitted since is counted."""
        page = self.page or self._make()
        self._window.pages.setCurrentWidget(page)
        page.cases.setFocus()
        self.presenter.open()

    def _make(self) -> AgreementPage:
        from widgets.agreement.page import AgreementPage  # noqa: PLC0415 - see above

        page = self.page = AgreementPage()
        self._window.pages.addWidget(page)
        presenter = self.presenter
        page.pair_chosen.connect(presenter.choose)
        page.project_chosen.connect(presenter.choose_project)
        page.opened.connect(self._open_case)
        page.save_asked.connect(self._save)
        page.left.connect(self._leave)
        self._mask(_MASK, self._window.actions_of[_MASK].isChecked())
        return page

    def _show(self) -> None:
        if self.page is not None:
            self.page.show_agreement(state_of(self.presenter.shown))

    def _mask(self, action_id: str, on: bool) -> None:
        if action_id == _MASK and self.page is not None:
            self.page.cases.mask_names(on)

    def _leave(self) -> None:
        self.presenter.close()
        if self._window.services.reading.shown.exams is not None:
            self._window.show_reading()
        else:
            self._window.show_worklist()

    def _open_case(self, uid: str) -> None:
        shown = self.presenter.shown
        cases = shown.found.cases if shown.found is not None else ()
        case = next((one for one in cases if one.uid == uid), None)
        if case is not None:
            comparison_of(self._window).open_study(_row(case), shown.pair)

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save table as CSV"), "agreement.csv", "CSV (*.csv)"
        )
        if chosen:
            self.presenter.save(Path(chosen))


def _row(case: ComparedCase) -> WorklistRow:
    """As much of the worklist's line as finding the images needs."""
    return WorklistRow(
        id=0,
        uid=case.uid,
        location=case.location,
        patient=case.patient,
        studied=case.studied,
        views="",
        priority=0,
        state=StudyState.SUBMITTED,
        reader="",
        findings=0,
        conflict=False,
        discuss=False,
        changed=datetime.now(tz=UTC),
    )


def state_of(shown: Agreeing) -> AgreementState:
    """What the page shows."""
    found = shown.found
    message = shown.problem or ("Working out" if shown.busy else "")
    state = AgreementState(
        readers=shown.readers,
        projects=shown.projects,
        project=shown.project,
        pair=shown.pair,
        message=message,
        error=bool(shown.problem),
    )
    if found is None:
        return state
    if not found.cases:
        return replace(state, message="These two have not both read any study yet")
    count = len(found.cases)
    return replace(
        state,
        lines=found.lines,
        grid=found.grid,
        dice=found.dice,
        cases=tuple(
            CaseLine(one.uid, Patient(name=one.patient), one.studied, one.differs)
            for one in found.cases
        ),
        message="1 study read by both" if count == 1 else f"{count} studies read by both",
        ready=True,
    )


def hands_of(window: MainWindow) -> AgreementHands:
    """The window's own, made when first asked for."""
    return window.findChild(AgreementHands) or AgreementHands(window)
