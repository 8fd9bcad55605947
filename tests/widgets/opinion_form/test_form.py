"""The form of the report, by keys and by mouse."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from annotations.document.opinion import Opinion, Positioning, TechnicalProblem
from domain.laterality import Laterality
from domain.lexicon import Assessment, Edition
from widgets.opinion_form.asked import QUESTIONS, About, Question, answer_of, answered
from widgets.opinion_form.form import OpinionForm
from widgets.opinion_form.state import OpinionFormState
from widgets.remark import Remark

LEFT = Qt.MouseButton.LeftButton
RIGHT_PROBLEMS = Question(About.PROBLEMS, Laterality.RIGHT)
VALUES = {
    About.COMPOSITION: list("abcd"),
    About.ASSESSMENT: list(Assessment),
    About.OVERALL: list(Assessment),
    About.RECALL: [True, False],
    About.POSITIONING: list(Positioning),
    About.PROBLEMS: list(TechnicalProblem),
}
ANSWERS = st.sampled_from(QUESTIONS).flatmap(
    lambda one: st.tuples(st.just(one), st.sampled_from(VALUES[one.about]))
)


class Reading:
    """Does what the window does: each intent is counted, and the form is shown the outcome."""

    def __init__(self, form: OpinionForm) -> None:
        self.form, self.state = form, OpinionFormState("1.2")
        self.titles: list[str] = []
        form.said.connect(self.take)
        form.show_report(self.state)

    def take(self, study: str, opinion: Opinion, title: str) -> None:
        assert study == self.state.study
        self.titles.append(title)
        self.state = replace(self.state, opinion=opinion)
        self.form.show_report(self.state)


@pytest.fixture
def form(qtbot) -> OpinionForm:
    form = OpinionForm()
    qtbot.addWidget(form)
    form.resize(319, 600)
    form.show()
    form.activateWindow()
    return form


@pytest.fixture
def reading(qtbot, form) -> Reading:
    reading = Reading(form)
    form.take_keys()
    qtbot.waitUntil(form.questions.hasFocus)
    return reading


def keys(qtbot, form: OpinionForm, text: str) -> None:
    for one in text:
        qtbot.keyClick(form.questions, one)


def test_five_keys_are_a_whole_report_one_intent_each(qtbot, form, reading) -> None:
    keys(qtbot, form, "c122n")
    said = reading.state.opinion
    assert said.composition == "c"
    assert said.right.assessment is Assessment.NEGATIVE
    assert said.left.assessment is Assessment.BENIGN
    assert said.overall is Assessment.BENIGN
    assert said.recall is False
    assert len(reading.titles) == 5
    assert reading.titles[0] == "set composition"


def test_after_a_4_the_question_stays_so_that_a_letter_refines_it(qtbot, form, reading) -> None:
    keys(qtbot, form, "b4b2")
    said = reading.state.opinion
    assert said.right.assessment is Assessment.MODERATE_SUSPICION
    assert said.left.assessment is Assessment.BENIGN
    assert said.composition == "b"


def test_the_same_answer_again_takes_it_back_and_stays(qtbot, form, reading) -> None:
    keys(qtbot, form, "c")
    qtbot.keyClick(form.questions, Qt.Key.Key_Up)
    keys(qtbot, form, "cd")
    assert reading.state.opinion.composition == "d"
    assert len(reading.titles) == 3


@given(ANSWERS)
def test_an_answer_changes_its_question_alone_and_again_nothing(answer) -> None:
    question, value = answer
    before = Opinion()
    after = answered(question, before, value)
    assert answer_of(question, after) in {value, (value,)}
    others = [one for one in QUESTIONS if one != question]
    assert all(answer_of(one, after) == answer_of(one, before) for one in others)
    assert answered(question, after, value) == before


def test_several_technical_problems_go_together(qtbot, form, reading) -> None:
    axis = form.axis(RIGHT_PROBLEMS)
    form.questions.go_to(axis, typing=True)
    keys(qtbot, form, "e")
    keys(qtbot, form, "b")
    problems = (TechnicalProblem.BLUR, TechnicalProblem.EXPOSURE)
    assert reading.state.opinion.right.problems == problems
    assert reading.state.opinion.left.problems == ()


def test_clicks_answer_and_no_recall_is_an_answer_too(qtbot, form, reading) -> None:
    recall = form.axis(Question(About.RECALL))
    assert recall.chosen == ()
    qtbot.mouseClick(recall.chip(False), LEFT)
    assert reading.state.opinion.recall is False
    assert recall.chosen == (False,)


def test_what_the_findings_amount_to_is_shown_while_nothing_else_was_said(form, reading) -> None:
    overall = Question(About.OVERALL)
    form.show_report(replace(reading.state, proposed=Assessment.HIGH_SUSPICION))
    assert form.axis(overall).chosen == ()
    assert "4C" in form._words(overall, None)
    said = Opinion(overall=Assessment.BENIGN)
    form.show_report(OpinionFormState("1.2", said, Assessment.HIGH_SUSPICION))
    assert form._words(overall, Assessment.BENIGN) == "2: benign"


def test_clinical_notes_are_said_one_step_a_field(qtbot, form, reading) -> None:
    symptoms, note = form.texts.fields["symptoms"], form.texts.fields["note"]
    symptoms.setFocus()
    qtbot.keyClicks(symptoms.field, "lump, 4 weeks")
    qtbot.keyClick(symptoms.field, Qt.Key.Key_Return)
    qtbot.keyClicks(note.field, "ultrasound")
    form.flush()
    assert reading.titles == ["set symptoms", "set note"]
    assert reading.state.opinion.clinical.symptoms == "lump, 4 weeks"
    assert reading.state.opinion.note == "ultrasound"


def test_what_was_typed_is_said_for_its_study_before_another_is_shown(qtbot, form) -> None:
    heard = []
    form.said.connect(lambda study, opinion, _: heard.append((study, opinion.note)))
    form.show_report(OpinionFormState("first"))
    qtbot.keyClicks(form.texts.fields["note"].field, "of the first")
    form.show_report(OpinionFormState("second"))
    assert heard == [("first", "of the first")]
    assert form.texts.fields["note"].text == ""


def test_buttons_say_what_is_wanted(qtbot, form, reading) -> None:
    for button, signal in (
        (form.normal, form.normal_asked),
        (form.copy, form.copy_asked),
        (form.pdf, form.pdf_asked),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)
    form.show_report(replace(reading.state, normal=False))
    assert not form.normal.isEnabled()


def test_a_remark_leads_to_its_finding(qtbot, form, reading) -> None:
    one = UUID(int=7)
    form.show_report(replace(reading.state, remarks=(Remark("3 is <odd>", one, serious=True),)))
    assert form.remarks.said == ("3 is <odd>",)
    assert "&lt;odd&gt;" in form.remarks._label.text()
    with qtbot.waitSignal(form.finding_asked) as heard:
        form.remarks._label.linkActivated.emit(str(one))
    assert heard.args == [one]


def test_the_report_is_shown_as_it_would_be_written(form, reading) -> None:
    form.show_report(replace(reading.state, report="Composition: c"))
    assert form.preview.toPlainText() == "Composition: c"
    assert form.preview.isReadOnly()


def test_what_cannot_be_changed_takes_no_keys(qtbot, form, reading) -> None:
    form.show_report(replace(reading.state, read_only="Open in another window"))
    keys(qtbot, form, "c")
    assert reading.titles == []
    assert not form.normal.isEnabled()
    assert form.copy.isEnabled()


def test_an_older_edition_asks_in_its_own_words(form) -> None:
    form.show_report(OpinionFormState("1", Opinion(edition=Edition.FOURTH)))
    tips = [choice.tip for choice in form.axis(QUESTIONS[0]).choices]
    assert tips[0].startswith("a: almost entirely fat (")


def test_esc_leaves(qtbot, form, reading) -> None:
    with qtbot.waitSignal(form.left):
        qtbot.keyClick(form.questions, Qt.Key.Key_Escape)
