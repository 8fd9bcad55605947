"""Findings, form and report of the side panel: shows the reading, hands on what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from annotations.document.opinion import Opinion
from annotations.keeping.progress import Keeping
from annotations.report.text import report_text
from annotations.report.words import proposed_overall
from app.gui import finding_facts, offered_facts
from app.gui.finding_order import in_order
from app.gui.report_facts import known_of
from app.presenters.annotating.intending import Intents
from domain.finding import FindingKind
from viewing.state.seeing import activated, box_of, bring_into_sight
from widgets.opinion_form.state import OpinionFormState
from widgets.side_panel import PanelTab

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow


class FindingsPanel(QObject):
    """Keeps list and forms up to date; each intent of theirs becomes a command."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._annotating = window.services.annotating
        self.intents = Intents(self._annotating, lambda: self.views)
        self.views: finding_facts.Views = {}
        self._shown = 0
        self.intents.linking_changed.connect(self._show_linking)
        self._annotating.kept.connect(self.show_kept)
        self._connect()

    def _connect(self) -> None:
        panel, intents = self._window.side_panel, self.intents
        panel.tab_changed.connect(self._refresh_report)
        panel.folded.connect(self._refresh_report)
        panel.finding_chosen.connect(lambda name: self.go_to(UUID(name)))
        panel.finding_hovered.connect(self.hover)
        form = panel.finding_form
        form.kind_chosen.connect(intents.set_kind)
        form.described.connect(intents.describe)
        form.assessed.connect(intents.assess)
        form.pathology_said.connect(intents.set_pathology)
        form.noted.connect(intents.note)
        form.slices_chosen.connect(intents.set_frames)
        form.accept_asked.connect(intents.accept)
        form.take_asked.connect(intents.take)
        form.reject_asked.connect(intents.reject)
        form.restore_asked.connect(intents.restore)
        form.link_asked.connect(lambda _one: intents.link())
        form.unlink_asked.connect(intents.unlink)
        form.linked_asked.connect(self.go_to)
        form.remove_asked.connect(intents.remove)
        form.duplicate_asked.connect(intents.duplicate)
        actions = self._window.actions_of
        form.mirror_asked.connect(lambda _one: actions["finding.mirror"].trigger())
        form.left.connect(self._window.reading_page.setFocus)
        report = panel.opinion_form
        report.said.connect(self._say)
        report.normal_asked.connect(actions["case.normal_next"].trigger)
        report.copy_asked.connect(actions["report.copy"].trigger)
        report.pdf_asked.connect(actions["report.pdf"].trigger)
        report.finding_asked.connect(self.go_to)
        report.left.connect(self._window.reading_page.setFocus)

    def turn_to(self, number: int) -> None:
        """Another case comes: what was typed for the one before is said while it is still open."""
        if number != self._shown:
            self._shown = number
            self.finish()
            self.intents.stop_linking()

    def refresh(self) -> None:
        """Show the reading as it is now."""
        shown, annotating = self._window.services.reading.shown, self._annotating
        self.views = finding_facts.views_of(shown)
        panel = self._window.side_panel
        leading = str(annotating.selected[0]) if annotating.selected else ""
        panel.show_findings(
            finding_facts.rows_of(
                annotating, self.views, self._scores, self._window.pictures.hovered
            ),
            leading,
        )
        linking = self.intents.linking is not None
        panel.finding_form.show_finding(
            finding_facts.form_of(
                annotating,
                self.views,
                linking=linking,
                basis=offered_facts.basis_of(self._window.services.second_reading.reader),
            )
        )
        self._refresh_report()
        self.show_kept()

    def _refresh_report(self) -> None:
        """The report is made where it is looked at: with hundreds of findings it takes a while."""
        panel = self._window.side_panel
        if panel.tab is PanelTab.REPORT and not panel.isHidden():
            panel.opinion_form.show_report(self._report())

    def show_kept(self) -> None:
        """Say how far what is on the screen is on the disk."""
        annotating = self._annotating
        reading = annotating.reading
        failed = reading is not None and reading.keeping is Keeping.FAILED
        kept = finding_facts.keeping_text(annotating)
        self._window.status_line.show_kept(kept, failed=failed)

    def _show_linking(self) -> None:
        """The arc of the finding that waits to be linked stays until it is."""
        following = self._window.services.following
        waiting = self._annotating.document.by_id.get(self.intents.linking or UUID(int=0))
        if waiting is None:
            following.pin("", None)
            self._window.status_line.take_back()
        else:
            mark = waiting.geometries[0]
            following.pin(mark.sop_instance_uid, box_of(mark).centre)
        self.refresh()

    def finish(self) -> None:
        """Take what was typed and not yet said, before the case is left."""
        self._window.side_panel.flush()

    def step(self, by: int) -> None:
        """Go to the next or previous finding, round the list; linked ones are one step."""
        findings = in_order(self._annotating.findings, self._scores)
        if not findings:
            return
        ids = [one.id for one in findings]
        chosen = self._annotating.selected
        if not chosen or chosen[0] not in ids:
            self.go_to(ids[0 if by > 0 else -1])
            return
        seen = {chosen[0], *(one for one in chosen[1:])}
        place = ids.index(chosen[0])
        for _ in ids:
            place = (place + by) % len(ids)
            if ids[place] not in seen:
                break
        self.go_to(ids[place])

    def hover(self, name: str) -> None:
        """The pointer is over a row of the list; empty for none."""
        self._window.pictures.hovered = frozenset({UUID(name)} if name else ())
        self._window.repaint_panes()

    @property
    def _scores(self) -> Mapping[UUID, float]:
        return self._window.services.second_reading.scores

    def go_to(self, one: UUID) -> None:
        """Select a finding, with the one it is linked to, and bring both into sight."""
        finding = self._annotating.document.by_id.get(one)
        if finding is None:
            return
        partner = finding.counterpart_id
        both = (one,) if partner not in self._annotating.document.by_id else (one, partner)
        self._annotating.select(tuple(which for which in both if which is not None))
        self._bring_into_sight(one, tuple(which for which in both if which is not None))

    def _bring_into_sight(self, leading: UUID, ids: tuple[UUID, ...]) -> None:
        model, by_id = self._window.services.model, self._annotating.document.by_id
        state, found = bring_into_sight(model.state, [by_id[one] for one in ids])
        uid = by_id[leading].geometries[0].sop_instance_uid
        model.show(activated(state, uid))
        if not found:
            self._window.status_line.show_message(self.tr("Its image is in another step"))

    def describe(self) -> None:
        """Unfold the panel and give the form the keys."""
        self._window.side_panel.open_tab(PanelTab.FINDINGS)
        self._window.side_panel.finding_form.take_keys()

    def open_report(self) -> None:
        """Unfold the panel on the report."""
        self._window.side_panel.open_tab(PanelTab.REPORT)
        self._window.side_panel.opinion_form.take_keys()

    def next_kind(self, kind: FindingKind | None) -> None:
        """What is drawn next."""
        self._annotating.wish_kind(kind)

    def _say(self, study: str, opinion: Opinion, title: str) -> None:
        if study == self._annotating.document.study_uid:
            self.intents.say(opinion, title)

    def _report(self) -> OpinionFormState:
        annotating, document = self._annotating, self._annotating.document
        letter, share = offered_facts.composition_of(self._window.services.second_reading)
        return OpinionFormState(
            offered_composition=letter,
            composition_share=share,
            study=document.study_uid,
            opinion=document.opinion,
            proposed=proposed_overall(document),
            remarks=finding_facts.remarks_of(annotating, self.views, None),
            normal=self.intents.may_be_normal,
            report=self.report_text(),
            read_only=annotating.reading.read_only if annotating.reading is not None else "",
        )

    def report_text(self) -> str:
        """The report as plain text."""
        shown, document = self._window.services.reading.shown, self._annotating.document
        if shown.exams is None:
            return ""
        frame_of = self._window.services.following.breasts.at
        known = known_of(
            document,
            shown,
            self.views,
            frame_of,
            read_by=self._window.services.second_reading.read_by,
            unseen=finding_facts.unseen_of(self._annotating),
        )
        reader = self._annotating.readings.reader
        return report_text(document, shown.exams.current, reader, known)
