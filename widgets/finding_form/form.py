"""The form of one finding."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from domain.finding import FindingKind, Pathology, PathologyOutcome
from domain.lexicon import Assessment, DescriptorAxis
from widgets.choices.axis import INDENT, Axis
from widgets.choices.birads import assessment_in_words, offered_in_words
from widgets.choices.questions import Questions, Stop
from widgets.choices.typed import TypedText
from widgets.empty_state import EmptyState
from widgets.finding_form import asked
from widgets.finding_form.foot import FormFoot
from widgets.finding_form.head import FormHead
from widgets.finding_form.more import ProofFields, SliceFields
from widgets.finding_form.state import FindingFormState
from widgets.finding_form.terms import FOLDING, axes_of, chosen_of, with_term

_NOTE_LINES = 3


class FindingForm(QWidget):
    """Shows one finding and says what the reader wants of it; it changes nothing itself.

    Keys, once ``take_keys`` gave them to the form: 0 to 6 set the assessment, and a, b and c
    alone set 4A, 4B and 4C, whatever question is current. The current question's answers are
    chosen by their underlined letters, never one of a, b, c, and an answer leads on to the next
    question: i, s, h, b makes a mass irregular, spiculated, of high density, 4B. The first
    unanswered question is current at first. Up and Down change the question, Shift adds a term
    to those there are, an answer given again is taken back. Below the questions Down leads into
    the texts, Esc out of them. Esc among the questions says ``left``. Tab, Enter, Backspace, page
    and Ctrl keys stay the window's, so that the reader can go to the next finding from here.

    Each signal is one intent and so one step of undo; all begin with the finding's UUID.
    kind_chosen(id, FindingKind). described(id, Descriptors): all terms as they should be.
    assessed(id, Assessment or None). pathology_said(id, Pathology or None). noted(id, str).
    slices_chosen(id, first, last): from 0. accept_asked(id). reject_asked(id, RejectionReason).
    restore_asked(id). take_asked(id): the model's words are to be the reader's.
    link_asked(id): begin or give up linking. unlink_asked(id).
    linked_asked(id of the other): go there. remove_asked(id). duplicate_asked(id).
    mirror_asked(id): copy it to the other breast. left(): Esc; the panes should have the keys.
    """

    kind_chosen = Signal(object, object)
    described = Signal(object, object)
    assessed = Signal(object, object)
    pathology_said = Signal(object, object)
    noted = Signal(object, str)
    slices_chosen = Signal(object, int, int)
    accept_asked = Signal(object)
    reject_asked = Signal(object, object)
    restore_asked = Signal(object)
    take_asked = Signal(object)
    link_asked = Signal(object)
    unlink_asked = Signal(object)
    linked_asked = Signal(object)
    remove_asked = Signal(object)
    duplicate_asked = Signal(object)
    mirror_asked = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: FindingFormState | None = None
        self._terms: dict[DescriptorAxis, Axis] = {}
        self.head, self.foot, self.questions = FormHead(), FormFoot(), Questions()
        self.kind, self.assessment = asked.kind_axis(), asked.assessment_axis()
        self.pathology, self.proof = asked.pathology_axis(), ProofFields()
        self.slices = SliceFields()
        self.note = TypedText(self.tr("Note"), lines=_NOTE_LINES, soon=True)
        self._area = QScrollArea()
        self._lay_out()
        self._connect()
        self.show_finding(None)

    # How it is put together.

    def _lay_out(self) -> None:
        column = self.questions.column
        for widget in (self.kind, self.assessment, self.pathology, self.proof, self.slices):
            column.addWidget(widget)
        note = QVBoxLayout()
        note.setContentsMargins(INDENT, 4, 0, 0)
        note.addWidget(self.note)
        column.addLayout(note)
        column.addStretch(1)
        self._area.setWidget(self.questions)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for part, stretch in ((self.head, 0), (self._area, 1), (self.foot, 0)):
            rows.addWidget(part, stretch)
        nothing = EmptyState(
            self.tr("No finding selected"), self.tr("Draw one, or choose one to describe it.")
        )
        self._pages = QStackedLayout(self)
        self._pages.addWidget(nothing)
        self._pages.addWidget(whole)

    def _connect(self) -> None:
        self.kind.picked.connect(self._pick_kind)
        self.assessment.picked.connect(self._pick_assessment)
        self.pathology.picked.connect(self._pick_pathology)
        self.proof.said.connect(self.pathology_said)
        self.slices.said.connect(self.slices_chosen)
        self.note.said.connect(self.noted)
        self.questions.left.connect(self.left)
        for signal, told in (
            (self.head.accepted, self.accept_asked),
            (self.head.restored, self.restore_asked),
            (self.head.taken, self.take_asked),
            (self.foot.link_asked, self.link_asked),
            (self.foot.unlink_asked, self.unlink_asked),
            (self.foot.duplicate_asked, self.duplicate_asked),
            (self.foot.mirror_asked, self.mirror_asked),
            (self.foot.remove_asked, self.remove_asked),
        ):
            signal.connect(lambda tell=told: tell.emit(self._id()))
        self.head.rejected.connect(lambda reason: self.reject_asked.emit(self._id(), reason))
        self.foot.linked_asked.connect(self._ask_for_linked)

    # What is shown.

    @property
    def state(self) -> FindingFormState | None:
        """What is shown."""
        return self._state

    def term_axis(self, axis: DescriptorAxis) -> Axis:
        """The question about one axis. Raises KeyError where this kind isn't asked."""
        return self._terms[axis]

    def show_finding(self, state: FindingFormState | None) -> None:
        """Show a finding; ``None`` for none. What was typed for another one is said first."""
        before = self._state
        if state is None:
            self.flush()
        self._state = state
        self._pages.setCurrentIndex(0 if state is None else 1)
        if state is None:
            return
        another = before is None or before.id != state.id
        if another or _asks_others(before, state):
            self._ask(state, another)
        self._show_answers(state)
        if another and self.questions.hasFocus():
            self.take_keys()

    def take_keys(self) -> None:
        """Give the form the keys, at the first question without an answer."""
        if self._state is not None:
            self.questions.go_to(self._unanswered(), typing=True)

    def flush(self) -> None:
        """Say what was typed and not yet said; before a case is left."""
        self.note.flush()
        self.proof.flush()
        self.slices.flush()

    def _ask(self, state: FindingFormState, another: bool) -> None:
        """Put the questions of a kind between that about the kind and what is always asked."""
        current = self.questions.current
        kept = next((axis for axis, asked in self._terms.items() if asked is current), None)
        for gone in self._terms.values():
            self.questions.column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        edition = state.descriptors.edition
        self._terms = {axis: asked.term_axis(edition, axis) for axis in axes_of(state.kind)}
        for axis, question in self._terms.items():
            question.picked.connect(lambda code, add, one=axis: self._pick_term(one, code, add))
        self._place()
        if another:
            self.questions.go_to(None)
        elif kept in self._terms:
            self.questions.go_to(self._terms[kept])

    def _place(self) -> None:
        """Terms that are always asked come before the assessment, the others after it."""
        column = self.questions.column
        often = [self._terms[axis] for axis in self._terms if axis not in FOLDING]
        seldom = [self._terms[axis] for axis in self._terms if axis in FOLDING]
        for place, question in enumerate(often):
            column.insertWidget(1 + place, question)
            question.show()
        for place, question in enumerate(seldom):
            column.insertWidget(2 + len(often) + place, question)
            question.show()
        proof = (self.proof.diagnosis, self.proof.proved)
        stops: list[Stop] = [self.kind, *often, self.assessment, *seldom, self.pathology]
        self.questions.ask([*stops, *proof, self.slices, self.note], (self.assessment,))

    def _show_answers(self, state: FindingFormState) -> None:
        self.head.show_finding(state)
        self.foot.show_finding(state)
        self.kind.show_chosen((state.kind,))
        for axis, question in self._terms.items():
            chosen, offered = chosen_of(state.descriptors, axis), chosen_of(state.offered, axis)
            open_ = () if chosen else offered
            labels = [one.label for one in question.choices if one.value in open_]
            question.show_chosen(chosen, offered_in_words(", ".join(labels)), open_)
        self._show_assessment(state)
        proved = state.pathology
        self.pathology.show_chosen(() if proved is None else (proved.outcome,))
        self.proof.show_pathology(state.id, proved)
        self.slices.show_slices(state.id, state.slices)
        self.note.show_text(state.id, state.note)
        for question in (self.assessment, self.pathology):
            question.setVisible(not state.kind.is_region)
        for question in (self.kind, self.assessment, self.pathology, *self._terms.values()):
            question.setEnabled(not state.read_only)
        for typed in (self.proof, self.slices, self.note):
            typed.setEnabled(not state.read_only)

    def _show_assessment(self, state: FindingFormState) -> None:
        said = assessment_in_words(state.assessment)
        if state.assessment is None:
            said = offered_in_words(assessment_in_words(state.offered_assessment))
        offered = () if state.assessment is not None else (state.offered_assessment,)
        self.assessment.show_chosen((state.assessment,), said, offered)

    def _unanswered(self) -> Axis:
        for axis, question in self._terms.items():
            if axis not in FOLDING and not question.chosen:
                return question
        return self.kind if self.assessment.isHidden() else self.assessment

    # What the reader wants.

    def _id(self) -> UUID | None:
        return None if self._state is None else self._state.id

    def _ask_for_linked(self) -> None:
        if self._state is not None and self._state.linked is not None:
            self.linked_asked.emit(self._state.linked.id)

    def _pick_kind(self, kind: FindingKind, _: bool) -> None:
        if self._state is not None and kind is not self._state.kind:
            self.kind_chosen.emit(self._state.id, kind)
        self.questions.lead_on(self.kind)

    def _pick_term(self, axis: DescriptorAxis, code: str, adding: bool) -> None:
        if self._state is None:
            return
        before = self._state.descriptors
        many = self._terms[axis].many
        after = with_term(before, axis, code, adding=adding or many)
        self.described.emit(self._state.id, after)
        if axis in self._terms and not adding and (axis, code) in after.terms:
            self.questions.lead_on(self._terms[axis])

    def _pick_assessment(self, assessment: Assessment, _: bool) -> None:
        if self._state is not None:
            again = assessment is self._state.assessment
            self.assessed.emit(self._state.id, None if again else assessment)

    def _pick_pathology(self, outcome: PathologyOutcome, _: bool) -> None:
        if self._state is None:
            return
        known = self._state.pathology
        if known is None:
            said: Pathology | None = Pathology(outcome)
        else:
            said = None if known.outcome is outcome else replace(known, outcome=outcome)
        self.pathology_said.emit(self._state.id, said)


def _asks_others(before: FindingFormState | None, state: FindingFormState) -> bool:
    if before is None:
        return True
    same = before.descriptors.edition is state.descriptors.edition
    return not same or axes_of(before.kind) != axes_of(state.kind)
