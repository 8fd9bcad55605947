"""What a reader wants of findings, from form, list and keys: one command each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from psygnal import Signal

from annotations.commands.applying import apply
from annotations.commands.command import AddFindings, Command, SetOpinion, Together
from annotations.document.document import Document
from annotations.document.opinion import Opinion
from annotations.intents import drawing, judging, linking, offering, revising, saying
from annotations.report.words import patients_findings
from app.presenters.annotating.annotating import AnnotatingPresenter
from domain.errors import FourviewError
from domain.finding import (
    Contour,
    Descriptors,
    Finding,
    FindingKind,
    Pathology,
    RejectionReason,
)
from domain.laterality import Laterality
from domain.lexicon import Assessment
from domain.study import View
from domain.view_position import HangFamily

Views = Mapping[str, View]
"""All views of a case by the uid that marks know them by."""


class Intents:
    """Each method is one intent and one step of undo; what is refused is told.

    linking_changed: a finding waits to be linked with the next one that is pressed, or no longer.
    """

    linking_changed = Signal()

    def __init__(self, annotating: AnnotatingPresenter, views: Callable[[], Views]) -> None:
        """views: of the case that is shown."""
        self._annotating = annotating
        self._views = views
        self._linking: UUID | None = None
        annotating.changed.connect(self._followed)

    @property
    def linking(self) -> UUID | None:
        """The finding that waits to be linked."""
        return self._linking

    def accept(self, one: UUID) -> None:
        """Take a proposal over."""
        self._do(one, judging.accept)

    def reject(self, one: UUID, reason: RejectionReason) -> None:
        """Throw a mark out, with the reason."""
        self._do(one, lambda document, which, who: judging.reject(document, which, reason, who))

    def accept_all(self, ids: Iterable[UUID]) -> None:
        """Take proposals over, as one step."""
        self._do_all(ids, judging.accept, "accept all marks")

    def reject_all(self, ids: Iterable[UUID], reason: RejectionReason) -> None:
        """Throw marks out for the same reason, as one step."""

        def work(document: Document, which: UUID, who: str) -> Command:
            return judging.reject(document, which, reason, who)

        self._do_all(ids, work, f"reject all marks ({reason.value})")

    def restore(self, one: UUID) -> None:
        """Take a rejection back."""
        self._do(one, judging.restore)

    def take(self, one: UUID) -> None:
        """Take over what a model says of it."""
        self._do(one, offering.take)

    def assess(self, one: UUID, assessment: Assessment | None) -> None:
        """Say how suspicious it is."""
        self._do(one, lambda document, which, who: saying.assess(document, which, assessment, who))

    def describe(self, one: UUID, said: Descriptors) -> None:
        """Say it in the lexicon's words."""

        def work(document: Document, which: UUID, who: str) -> Command:
            return saying.describe(document, which, said.terms, who, edition=said.edition)

        self._do(one, work)

    def set_kind(self, one: UUID, kind: FindingKind) -> None:
        """Say what sort of finding it is."""
        self._do(one, lambda document, which, who: saying.set_kind(document, which, kind, who))

    def set_pathology(self, one: UUID, proof: Pathology | None) -> None:
        """Say what was proved."""
        self._do(
            one, lambda document, which, who: saying.set_pathology(document, which, proof, who)
        )

    def note(self, one: UUID, words: str) -> None:
        """Put own words to it."""
        self._do(one, lambda document, which, who: saying.annotate(document, which, words, who))

    def set_frames(self, one: UUID, first: int, last: int) -> None:
        """Say which slices it reaches through, from 0."""
        self._do(
            one, lambda document, which, who: drawing.set_frames(document, which, first, last, who)
        )

    def remove(self, one: UUID) -> None:
        """Take it out, as if it had not been drawn."""
        self._do(one, drawing.remove)

    def duplicate(self, one: UUID) -> None:
        """Draw the same again beside it."""
        sizes = {uid: view.size for uid, view in self._views().items()}
        beside = (_BESIDE, _BESIDE)
        self._do(
            one,
            lambda document, which, who: drawing.duplicate(document, which, beside, sizes, who),
        )

    def group(self) -> None:
        """Make the selected calcifications one group."""
        sizes = {uid: view.size for uid, view in self._views().items()}
        chosen = self._annotating.selected
        if chosen:
            self._do(
                chosen[0],
                lambda document, _which, who: drawing.group(document, chosen, sizes, who),
            )

    def smooth(self, one: UUID, smoothed: Callable[[Contour], Contour]) -> None:
        """Even its outlines out."""

        def work(document: Document, which: UUID, who: str) -> Command:
            finding = revising.finding_of(document, which)
            marks = tuple(
                mark if mark.contour is None else replace(mark, contour=smoothed(mark.contour))
                for mark in finding.geometries
            )
            return drawing.reshape(document, which, marks, who, what="smooth")

        self._do(one, work)

    def add(self, finding: Finding, title: str) -> None:
        """Add a finding that was made elsewhere, and select it."""
        if self._annotating.do(AddFindings((finding,), title=title)):
            self._annotating.select((finding.id,))

    def link(self) -> None:
        """Link two selected findings; with one selected, the next that is pressed."""
        chosen = self._annotating.selected
        if len(chosen) > 1:
            self._link(chosen[0], chosen[1])
        elif chosen:
            self._set_linking(None if self._linking == chosen[0] else chosen[0])

    def unlink(self, one: UUID) -> None:
        """Part two linked findings."""
        self._do(one, linking.unlink)

    def stop_linking(self) -> bool:
        """Let the wish go; False where there was none."""
        waited = self._linking is not None
        self._set_linking(None)
        return waited

    def say(self, opinion: Opinion, title: str) -> None:
        """Another opinion of the study."""
        if opinion != self._annotating.document.opinion:
            self._annotating.do(SetOpinion(opinion, title))

    @property
    def may_be_normal(self) -> bool:
        """Whether the reader found nothing: no finding but rejected ones, regions and proposals."""
        return not patients_findings(self._annotating.document)

    def call_normal(self) -> bool:
        """Nothing was found: negative, no recall. False where it could not be said."""
        if not self.may_be_normal:
            self._annotating.told.emit(_NOT_NORMAL, True)
            return False
        now = self._annotating.document.opinion
        said = replace(
            now,
            right=replace(now.right, assessment=now.right.assessment or Assessment.NEGATIVE),
            left=replace(now.left, assessment=now.left.assessment or Assessment.NEGATIVE),
            overall=Assessment.NEGATIVE,
            recall=False,
        )
        return said == now or self._annotating.do(SetOpinion(said, "call the study normal"))

    def _do_all(
        self, ids: Iterable[UUID], intent: Callable[[Document, UUID, str], Command], title: str
    ) -> None:
        annotating = self._annotating
        document, commands = annotating.document, []
        try:
            for one in ids:
                commands.append(intent(document, one, annotating.readings.reader))
                document = apply(document, commands[-1]).document
        except FourviewError as error:
            annotating.told.emit(str(error), False)
            return
        if commands:
            annotating.do(Together(tuple(commands), title))

    def _do(self, one: UUID, intent: Callable[[Document, UUID, str], Command]) -> None:
        annotating = self._annotating
        try:
            command = intent(annotating.document, one, annotating.readings.reader)
        except FourviewError as error:
            annotating.told.emit(str(error), False)
            return
        if annotating.do(command):
            heir = revising.heir_of(command, one)
            added = revising.added_ids(command)
            now = heir if heir != one or not added else added[0]
            annotating.select((now,) if now in annotating.document.by_id else ())

    def _followed(self) -> None:
        """The selection may have moved on to the finding that was waited for."""
        waiting, chosen = self._linking, self._annotating.selected
        if waiting is None:
            return
        if waiting not in self._annotating.document.by_id:
            self._set_linking(None)
        elif chosen and chosen[0] != waiting:
            self._link(waiting, chosen[0])

    def _link(self, one: UUID, other: UUID) -> None:
        self._linking = None
        where = {uid: place for uid, view in self._views().items() if (place := _place(view))}
        self._do(one, lambda document, which, who: linking.link(document, which, other, where, who))
        leading = self._annotating.leading
        if leading is not None and leading.counterpart_id is not None:
            self._annotating.select((leading.id, leading.counterpart_id))
        self.linking_changed.emit()

    def _set_linking(self, one: UUID | None) -> None:
        if one != self._linking:
            self._linking = one
            self.linking_changed.emit()


_NOT_NORMAL = (
    "Not called normal, as there are findings: assess the study in the report (F3),"
    " or reject or remove them first"
)

_BESIDE = 40.0
"""Stored pixels: enough to see both, near enough to drag."""


def _place(view: View) -> tuple[Laterality, HangFamily] | None:
    if view.laterality is None or view.position is None:
        return None
    return view.laterality, view.position.family
