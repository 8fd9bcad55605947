"""The form of the report."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotations.document.opinion import Opinion
from domain.lexicon import LEXICONS, DescriptorAxis, Edition
from widgets.choices.axis import INDENT, Axis
from widgets.choices.birads import assessment_in_words, in_words, offered_in_words
from widgets.choices.questions import Questions
from widgets.opinion_form.asked import (
    ALWAYS_SAID,
    QUESTIONS,
    About,
    Question,
    answer_of,
    answered,
    axis_of,
)
from widgets.opinion_form.state import OpinionFormState
from widgets.opinion_form.texts import ReportTexts, with_text
from widgets.remark_list import RemarkList
from widgets.theme import SMALL_TEXT_POINTS, set_points

_PREVIEW_HEIGHT = 240
_MOST_REMARKS = 4


class OpinionForm(QWidget):
    """Shows the report of a study and says what the reader wants; it changes nothing itself.

    Keys, once ``take_keys`` gave them to the form, answer the current question: composition by
    a to d, assessments by 0 to 6 with a, b and c for 4A, 4B and 4C, the others by their
    underlined letters. An answer leads on to the next: c, 1, 2, 2, n is a whole report. After a 4
    the question stays, so that a letter can refine it. Up and Down change the question, the same
    answer again takes it back, Esc says ``left``.

    said(study uid, Opinion, title): the opinion as it should be; one step of undo each, title in
    words such as "set composition". normal_asked(): nothing was found; next case. copy_asked(),
    pdf_asked(): of the report. finding_asked(id): a remark about a finding was pressed.
    left(): Esc; the panes should have the keys.
    """

    said = Signal(str, object, str)
    normal_asked = Signal()
    copy_asked = Signal()
    pdf_asked = Signal()
    finding_asked = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = OpinionFormState("")
        self._edition: Edition | None = None
        self._axes: dict[Question, Axis] = {}
        self.questions, self.texts = Questions(), ReportTexts()
        self.remarks = RemarkList(most=_MOST_REMARKS, leading=True)
        self.preview, self._locked = QPlainTextEdit(), QLabel()
        self.normal = QPushButton(self.tr("Normal, next case"))
        self.copy, self.pdf = QPushButton(self.tr("Copy")), QPushButton(self.tr("Save PDF"))
        self._lay_out()
        self.texts.typed.connect(self._type)
        self.questions.left.connect(self.left)
        self.remarks.asked.connect(self.finding_asked)
        self.show_report(self._state)

    # How it is put together.

    def _lay_out(self) -> None:
        self._fill_questions()
        area = QScrollArea()
        area.setWidget(self.questions)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 4, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(area, 1)
        rows.addLayout(self._foot())

    def _fill_questions(self) -> None:
        column = self.questions.column
        title = QLabel(self.tr("Report"))
        title.setProperty("dim", True)
        set_points(title, SMALL_TEXT_POINTS)
        self.preview.setReadOnly(True)
        self.preview.setFixedHeight(_PREVIEW_HEIGHT)
        self.preview.setAccessibleName(self.tr("Report"))
        set_points(self.preview, SMALL_TEXT_POINTS)
        shown = QVBoxLayout()
        shown.setContentsMargins(INDENT, 4, 0, 0)
        shown.addWidget(title)
        shown.addWidget(self.preview)
        column.addWidget(self.texts)
        column.addLayout(shown)
        column.addStretch(1)

    def _foot(self) -> QVBoxLayout:
        foot, buttons = QVBoxLayout(), QHBoxLayout()
        foot.setContentsMargins(12, 6, 12, 8)
        foot.setSpacing(6)
        buttons.setSpacing(6)
        self._locked.setProperty("dim", True)
        self._locked.setWordWrap(True)
        set_points(self._locked, SMALL_TEXT_POINTS)
        self.normal.setToolTip(self.tr("Say that nothing was found, and open the next case"))
        for button, signal, stretch in (
            (self.normal, self.normal_asked, 3),
            (self.copy, self.copy_asked, 1),
            (self.pdf, self.pdf_asked, 2),
        ):
            button.setProperty("small", True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(signal)
            buttons.addWidget(button, stretch)
        for widget in (self._locked, self.remarks):
            foot.addWidget(widget)
        foot.addLayout(buttons)
        return foot

    def _ask(self, edition: Edition) -> None:
        self._edition = edition
        for gone in self._axes.values():
            self.questions.column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._axes = {question: axis_of(question, edition) for question in QUESTIONS}
        for place, (question, axis) in enumerate(self._axes.items()):
            self.questions.column.insertWidget(place, axis)
            axis.show()
            axis.picked.connect(lambda value, _, one=question: self._pick(one, value))
        self.questions.ask((*self._axes.values(), *self.texts.fields.values()))

    # What is shown.

    @property
    def state(self) -> OpinionFormState:
        """What is shown."""
        return self._state

    def axis(self, question: Question) -> Axis:
        """One question. Raises KeyError where it isn't asked."""
        return self._axes[question]

    def show_report(self, state: OpinionFormState) -> None:
        """Show a study's report. What was typed for another one is said first."""
        if state.study != self._state.study:
            self.flush()
            self.questions.go_to(None)
        self._state = state
        if state.opinion.edition is not self._edition:
            self._ask(state.opinion.edition)
        for question, axis in self._axes.items():
            given = answer_of(question, state.opinion)
            chosen = given if isinstance(given, tuple) else (given,)
            axis.show_chosen(chosen, self._words(question, given), self._offered(question))
            axis.setEnabled(not state.read_only)
        self.texts.show_texts(state.study, state.opinion)
        self.texts.setEnabled(not state.read_only)
        self.remarks.show_remarks(state.remarks)
        self._locked.setText(state.read_only)
        self._locked.setVisible(bool(state.read_only))
        self.normal.setEnabled(state.normal and not state.read_only)
        if self.preview.toPlainText() != state.report:
            self.preview.setPlainText(state.report)

    def take_keys(self) -> None:
        """Give the form the keys, at the first question without an answer."""
        unanswered = (
            question
            for question in ALWAYS_SAID
            if answer_of(question, self._state.opinion) in {None, ""}
        )
        self.questions.go_to(self._axes[next(unanswered, ALWAYS_SAID[0])], typing=True)

    def flush(self) -> None:
        """Say what was typed and not yet said; before a case is left."""
        self.texts.flush()

    def _words(self, question: Question, given: object) -> str:
        opinion = self._state.opinion
        if question.about is About.COMPOSITION:
            if not given and self._state.offered_composition:
                said = f"{self._state.offered_composition} {self._state.composition_share}"
                return offered_in_words(said.strip())
            terms = LEXICONS[opinion.edition].terms[DescriptorAxis.COMPOSITION]
            return next((in_words(term.label) for term in terms if term.code == given), "")
        if question.about is About.OVERALL:
            proposed = self._state.proposed
            if opinion.overall is None and proposed is not None:
                said = self.tr("not said; proposed: {category}")
                return said.format(category=proposed.value)
            return assessment_in_words(opinion.overall)
        if question.about is About.ASSESSMENT:
            breast = opinion.right if question == QUESTIONS[1] else opinion.left
            return assessment_in_words(breast.assessment)
        return ""

    def _offered(self, question: Question) -> tuple[object, ...]:
        """What a model would answer, while nothing else was said."""
        offered = self._state.offered_composition
        unsaid = not self._state.opinion.composition
        return (offered,) if question.about is About.COMPOSITION and unsaid and offered else ()

    # What the reader wants.

    def _pick(self, question: Question, value: object) -> None:
        axis = self._axes[question]
        after = answered(question, self._state.opinion, value)
        given = answer_of(question, after)
        self._say(after, question.about.value)
        stays = any(one.stays for one in axis.choices if one.value == value)
        if not stays and given not in {None, ""} and self._axes.get(question) is axis:
            self.questions.lead_on(axis)

    def _type(self, owner: str, field: str, text: str) -> None:
        if owner == self._state.study:
            self._say(with_text(self._state.opinion, field, text), field.replace("_", " "))

    def _say(self, opinion: Opinion, thing: str) -> None:
        title = self.tr("set {thing}").format(thing=in_words(thing))
        self.said.emit(self._state.study, opinion, title)
