"""What the actions on the reading as a whole do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QInputDialog

from annotations.report.words import proposed_overall
from app.gui.finding_facts import remarks_of
from app.gui.main_window import MainWindow
from app.gui.reading_state import may_gild, may_review
from archive.revisions.revision import ReadingState, Revision
from widgets.side_panel import PanelTab
from widgets.status_line import Notice

_LONGEST = 500


class ReadingStateHandlers:
    """One method an action that needs more than a line."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._readings = window.services.annotating.readings

    def submit(self) -> None:
        """Submit the reading, unless it contradicts itself."""
        window = self._window
        window.findings.finish()
        document = window.services.annotating.document
        if document.opinion.overall is None and proposed_overall(document) is None:
            window.side_panel.open_tab(PanelTab.REPORT)
            said = window.tr("Not submitted: say an overall assessment first, here or by findings")
            window.status_line.show_message(said, Notice.ERROR)
            return
        remarks = remarks_of(window.services.annotating, window.findings.views, None)
        serious = [one.text for one in remarks if one.serious]
        if serious:
            window.side_panel.open_tab(PanelTab.REPORT)
            said = window.tr("Not submitted, as it contradicts itself: {why}")
            window.status_line.show_message(said.format(why=serious[0]), Notice.ERROR)
            return
        self._readings.submit()

    def correct(self) -> None:
        """Ask why, then let the reading be changed."""
        self._ask(
            self._window.tr("Correct reading"),
            self._window.tr("Why is the submitted reading corrected?"),
            self._readings.correct,
            without=self._window.tr("Not corrected: a correction needs a reason"),
        )

    def discuss(self) -> None:
        """Ask what about, then flag the case."""
        self._ask(
            self._window.tr("Flag for discussion"),
            self._window.tr("What is to be discussed?"),
            self._readings.case.discuss,
        )

    def promote(self, state: ReadingState) -> None:
        """Agree with the reading that is looked at, or make it gold."""
        revision = self._readings.looked_at
        reader = self._window.services.archive.reader
        may = may_review if state is ReadingState.REVIEWED else may_gild
        if revision is not None and may(revision, reader):
            self._readings.case.promote(revision, state, self._promoted)

    def _promoted(self, revision: Revision) -> None:
        if revision.study_uid == self._readings.study_uid:
            self._readings.look(revision)

    def hand(self, change: str) -> None:
        """Take the case, put it aside or give it back."""
        self._window.findings.finish()
        self._readings.case.hand(change)

    def _ask(
        self,
        title: str,
        question: str,
        then: Callable[[str], object],
        *,
        without: str = "",
    ) -> None:
        """without: what is said where nothing is answered; empty where that is an answer too."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(title)
        dialog.setLabelText(question)
        dialog.setInputMode(QInputDialog.InputMode.TextInput)
        dialog.resize(440, dialog.sizeHint().height())
        study = self._readings.study_uid

        def said(words: str) -> None:
            words = words.strip()[:_LONGEST]
            if study != self._readings.study_uid:
                return
            if words or not without:
                then(words)
            else:
                self._window.status_line.show_message(without, Notice.ERROR)

        dialog.textValueSelected.connect(said)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(lambda _result: self._window.reading_page.setFocus())
        dialog.open()


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    hands, readings = ReadingStateHandlers(window), window.services.annotating.readings
    return {
        "reading.submit": hands.submit,
        "reading.correct": hands.correct,
        "reading.review": partial(hands.promote, ReadingState.REVIEWED),
        "reading.gold": partial(hands.promote, ReadingState.GOLD),
        "reading.merge": readings.case.merge,
        "reading.history": window.reading_state.open_history,
        "reading.own": readings.look_back,
        "claim.take": partial(hands.hand, "claim"),
        "claim.suspend": partial(hands.hand, "suspend"),
        "claim.release": partial(hands.hand, "release"),
        "discuss.raise": hands.discuss,
        "discuss.settle": partial(readings.case.discuss, None),
    }


def switches(_window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """None."""
    return {}
