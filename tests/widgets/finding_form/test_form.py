"""The form of a finding, by keys and by mouse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QPushButton, QWidget

from domain.finding import (
    Descriptors,
    FindingKind,
    FindingStatus,
    Pathology,
    PathologyOutcome,
    RejectionReason,
)
from domain.lexicon import Assessment, DescriptorAxis, Edition
from widgets.choices.axis import Axis
from widgets.choices.chip import Chip
from widgets.finding_form.form import FindingForm
from widgets.finding_form.state import FindingFormState, LinkedFinding, SliceRange
from widgets.remark import Remark

LEFT = Qt.MouseButton.LeftButton
ONE, TWO = UUID(int=1), UUID(int=2)
MASS = FindingFormState(ONE, FindingKind.MASS, can_link=True, can_mirror=True)
SHAPE, MARGIN, DENSITY = (
    DescriptorAxis.MASS_SHAPE,
    DescriptorAxis.MASS_MARGIN,
    DescriptorAxis.MASS_DENSITY,
)
FULL = replace(
    MASS,
    number=3,
    where="RCC, RMLO, 14 mm, upper outer",
    said_by="A. Reader, 10:42",
    descriptors=Descriptors(
        Edition.FIFTH,
        (
            (SHAPE, "irregular"),
            (MARGIN, "spiculated"),
            (DescriptorAxis.ASSOCIATED_FEATURE, "skin-retraction"),
            (DescriptorAxis.ASSOCIATED_FEATURE, "nipple-retraction"),
        ),
    ),
    assessment=Assessment.MODERATE_SUSPICION,
    pathology=Pathology(PathologyOutcome.MALIGNANT, "invasive ductal carcinoma", date(2024, 5, 1)),
    note="Palpable.",
    slices=SliceRange(11, 19, 52),
    linked=LinkedFinding(TWO, "4, mass, RMLO"),
    remarks=(Remark("Linked findings differ"), Remark("Malignant but assessed 2", None, True)),
)


class Reading:
    """Does what the window does: each intent is counted, and the form is shown the outcome."""

    def __init__(self, form: FindingForm, state: FindingFormState) -> None:
        self.form, self.state = form, state
        self.heard: list[tuple[str, object]] = []
        form.show_finding(state)
        for name, field in (
            ("kind_chosen", "kind"),
            ("described", "descriptors"),
            ("assessed", "assessment"),
            ("pathology_said", "pathology"),
            ("noted", "note"),
        ):
            getattr(form, name).connect(lambda one, value, f=field: self.take(one, f, value))

    def take(self, one: UUID, field: str, value: object) -> None:
        self.heard.append((field, value))
        if one == self.state.id:
            self.state = replace(self.state, **{field: value})
            self.form.show_finding(self.state)


@pytest.fixture
def window(qtbot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    middle = QWidget()
    row = QHBoxLayout(middle)
    window.pane, window.form = QPushButton("pane"), FindingForm()
    window.form.setFixedSize(319, 480)
    row.addWidget(window.pane)
    row.addWidget(window.form)
    window.setCentralWidget(middle)
    window.hit = []
    for keys in ("1", "B", "N", "Up", "Esc", "Return", "Tab", "PgDown", "Ctrl+Z"):
        action = QAction(keys, window)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False, one=keys: window.hit.append(one))
        window.addAction(action)
    window.show()
    window.activateWindow()
    window.pane.setFocus()
    qtbot.waitUntil(window.pane.hasFocus)
    return window


@pytest.fixture
def reading(window) -> Reading:
    return Reading(window.form, MASS)


def keys(qtbot, form: FindingForm, text: str) -> None:
    for one in text:
        qtbot.keyClick(form.questions, one)


def with_keys(qtbot, form: FindingForm) -> None:
    form.take_keys()
    qtbot.waitUntil(form.questions.hasFocus)


def chip(form: FindingForm, axis: DescriptorAxis, code: str) -> Chip:
    return form.term_axis(axis).chip(code)


def test_four_keys_describe_and_assess_a_mass_one_intent_each(qtbot, window, reading) -> None:
    with_keys(qtbot, window.form)
    keys(qtbot, window.form, "ishb")
    assert reading.state.assessment is Assessment.MODERATE_SUSPICION
    terms = ((SHAPE, "irregular"), (MARGIN, "spiculated"), (DENSITY, "high"))
    assert reading.state.descriptors.terms == terms
    assert [field for field, _ in reading.heard] == [*["descriptors"] * 3, "assessment"]


def test_digits_assess_whatever_question_is_current_and_letters_refine_4(
    qtbot, window, reading
) -> None:
    with_keys(qtbot, window.form)
    keys(qtbot, window.form, "4")
    assert reading.state.assessment is Assessment.SUSPICIOUS
    keys(qtbot, window.form, "c")
    assert reading.state.assessment is Assessment.HIGH_SUSPICION
    keys(qtbot, window.form, "i")
    assert reading.state.descriptors.terms == ((SHAPE, "irregular"),)


def test_the_same_key_again_takes_an_answer_back(qtbot, window, reading) -> None:
    with_keys(qtbot, window.form)
    keys(qtbot, window.form, "2")
    keys(qtbot, window.form, "2")
    assert reading.state.assessment is None
    keys(qtbot, window.form, "i")
    qtbot.keyClick(window.form.questions, Qt.Key.Key_Up)
    keys(qtbot, window.form, "i")
    assert reading.state.descriptors.terms == ()


def test_shift_adds_a_term(qtbot, window, reading) -> None:
    with_keys(qtbot, window.form)
    qtbot.keyClick(window.form.questions, "o", Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(window.form.questions, "r", Qt.KeyboardModifier.ShiftModifier)
    assert reading.state.descriptors.terms == ((SHAPE, "oval"), (SHAPE, "round"))


def test_up_and_down_reach_every_question_and_text_by_keys_alone(qtbot, window) -> None:
    Reading(window.form, FULL)
    with_keys(qtbot, window.form)
    qtbot.keyClick(window.form.questions, Qt.Key.Key_Home)
    seen = [window.form.questions.current]
    for _ in range(20):
        typing = not window.form.questions.hasFocus()
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab if typing else Qt.Key.Key_Down)
        if window.form.questions.current is not seen[-1]:
            seen.append(window.form.questions.current)
    asked = [axis for axis in window.form.findChildren(Axis) if not axis.isHidden()]
    proof, form = window.form.proof, window.form
    typed = [proof.diagnosis, proof.proved, form.slices, form.note]
    assert set(seen) == {*asked, *typed}
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert window.form.questions.hasFocus()


def test_plain_keys_do_not_reach_the_window_but_its_other_keys_do(qtbot, window, reading) -> None:
    with_keys(qtbot, window.form)
    for key in ("1", "b", "n"):
        qtbot.keyClick(window.form.questions, key)
    qtbot.keyClick(window.form.questions, Qt.Key.Key_Up)
    assert window.hit == []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_PageDown):
        qtbot.keyClick(window.form.questions, key)
    qtbot.keyClick(window.form.questions, "z", Qt.KeyboardModifier.ControlModifier)
    assert window.hit == ["Return", "Tab", "PgDown", "Ctrl+Z"]


def test_esc_says_that_the_panes_should_have_the_keys(qtbot, window, reading) -> None:
    with_keys(qtbot, window.form)
    with qtbot.waitSignal(window.form.left):
        qtbot.keyClick(window.form.questions, Qt.Key.Key_Escape)
    assert window.hit == []


def test_a_click_on_a_chip_chooses_and_leaves_the_keys_where_they_are(
    qtbot, window, reading
) -> None:
    qtbot.mouseClick(chip(window.form, MARGIN, "obscured"), LEFT)
    assert reading.state.descriptors.terms == ((MARGIN, "obscured"),)
    assert chip(window.form, MARGIN, "obscured").isChecked()
    assert window.pane.hasFocus()
    qtbot.mouseClick(window.form.assessment.chip(Assessment.BENIGN), LEFT)
    assert reading.state.assessment is Assessment.BENIGN


def test_a_form_shows_what_it_is_told_and_nothing_else(qtbot, window) -> None:
    window.form.show_finding(MASS)  # nobody answers its wishes
    qtbot.mouseClick(chip(window.form, SHAPE, "oval"), LEFT)
    assert not chip(window.form, SHAPE, "oval").isChecked()


def test_a_folded_question_opens_by_a_click_and_takes_several_answers(
    qtbot, window, reading
) -> None:
    axis = window.form.term_axis(DescriptorAxis.ASSOCIATED_FEATURE)
    assert axis.folded
    qtbot.mouseClick(axis, LEFT, pos=QPoint(20, 8))
    assert not axis.folded
    qtbot.mouseClick(axis.chip("skin-thickening"), LEFT)
    qtbot.mouseClick(axis.chip("nipple-retraction"), LEFT)
    assert axis.chosen == ("nipple-retraction", "skin-thickening")
    qtbot.mouseClick(chip(window.form, SHAPE, "oval"), LEFT)
    assert axis.folded
    assert not axis.chip("skin-thickening").isHidden()
    assert axis.chip("axillary-adenopathy").isHidden()


def test_another_kind_asks_other_questions_in_the_same_order(qtbot, window, reading) -> None:
    with_keys(qtbot, window.form)
    qtbot.keyClick(window.form.questions, Qt.Key.Key_Home)
    keys(qtbot, window.form, "g")
    assert reading.state.kind is FindingKind.CALCIFICATION_GROUP
    with pytest.raises(KeyError):
        window.form.term_axis(SHAPE)
    qtbot.wait(20)
    shown = [axis for axis in window.form.findChildren(Axis) if axis.isVisible()]
    shown.sort(key=lambda axis: axis.y())
    titles = ["Kind", "Morphology", "Distribution", "BI-RADS", "Associated", "Pathology"]
    assert [axis.title for axis in shown] == titles
    assert window.form.questions.current.title == "Morphology"


def test_a_region_is_neither_assessed_nor_proved(window) -> None:
    window.form.show_finding(replace(MASS, kind=FindingKind.UNCERTAIN_REGION))
    shown = [axis.title for axis in window.form.findChildren(Axis) if axis.isVisible()]
    assert shown == ["Kind"]


def test_keys_do_not_assess_a_region(qtbot, window) -> None:
    reading = Reading(window.form, replace(MASS, kind=FindingKind.IGNORED_REGION))
    with_keys(qtbot, window.form)
    keys(qtbot, window.form, "4a")
    assert reading.heard == []


def test_the_next_finding_begins_at_its_first_unanswered_question(qtbot, window) -> None:
    reading = Reading(window.form, MASS)
    with_keys(qtbot, window.form)
    keys(qtbot, window.form, "i")
    oval = Descriptors(terms=((SHAPE, "oval"), (MARGIN, "obscured")))
    window.form.show_finding(replace(MASS, id=TWO, descriptors=oval))
    assert window.form.questions.current is window.form.term_axis(DENSITY)
    assert window.form.questions.hasFocus()
    assert len(reading.heard) == 1


def test_a_note_is_said_for_the_finding_that_it_was_typed_for(qtbot, window) -> None:
    heard = []
    window.form.noted.connect(lambda one, text: heard.append((one, text)))
    window.form.show_finding(MASS)
    window.form.note.setFocus()
    qtbot.keyClicks(window.form.note.field, "Palpable, 4b in 2021")
    assert heard == []
    assert window.hit == []
    window.form.show_finding(replace(MASS, id=TWO, note="other"))
    assert heard == [(ONE, "Palpable, 4b in 2021")]
    assert window.form.note.text == "other"


def test_flush_says_what_was_typed_before_a_case_is_left(qtbot, window, reading) -> None:
    window.form.note.setFocus()
    qtbot.keyClicks(window.form.note.field, "seen")
    window.form.flush()
    window.form.flush()
    assert reading.heard == [("note", "seen")]


def test_pathology_keeps_diagnosis_and_day_when_the_outcome_changes(qtbot, window) -> None:
    reading = Reading(window.form, MASS)
    form = window.form
    assert not form.proof.isVisible()
    form.pathology.picked.emit(PathologyOutcome.BENIGN, False)
    assert form.proof.isVisible()
    qtbot.keyClicks(form.proof.diagnosis.field, "fibroadenoma")
    qtbot.keyClick(form.proof.diagnosis.field, Qt.Key.Key_Return)
    qtbot.keyClicks(form.proof.proved.field, "2024-05-01")
    qtbot.keyClick(form.proof.proved.field, Qt.Key.Key_Return)
    form.pathology.picked.emit(PathologyOutcome.HIGH_RISK, False)
    proved = Pathology(PathologyOutcome.HIGH_RISK, "fibroadenoma", date(2024, 5, 1))
    assert reading.state.pathology == proved
    assert len(reading.heard) == 4
    form.pathology.picked.emit(PathologyOutcome.HIGH_RISK, False)
    assert reading.state.pathology is None


def test_a_day_that_is_none_is_refused_beside_the_field(qtbot, window) -> None:
    reading = Reading(window.form, FULL)
    field = window.form.proof.proved.field
    field.selectAll()
    qtbot.keyClicks(field, "31.1.2026")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.form.proof.wrong.isVisible()
    assert reading.heard == []
    field.selectAll()
    qtbot.keyClicks(field, "2026-01-31")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not window.form.proof.wrong.isVisible()
    assert reading.state.pathology.proved == date(2026, 1, 31)


def test_showing_findings_one_after_another_says_nothing(window) -> None:
    heard = []
    for signal in (window.form.slices_chosen, window.form.noted, window.form.pathology_said):
        signal.connect(lambda *said: heard.append(said))
    for state in (MASS, FULL, replace(FULL, id=TWO, slices=SliceRange(0, 3, 9)), MASS, None, FULL):
        window.form.show_finding(state)
    assert heard == []


def test_slices_count_from_one_and_are_said_once_in_order(qtbot, window) -> None:
    window.form.show_finding(FULL)
    heard = []
    window.form.slices_chosen.connect(lambda *said: heard.append(said))
    slices = window.form.slices
    assert (slices.first.value(), slices.last.value()) == (12, 20)
    slices.first.setFocus()
    slices.first.setValue(30)
    window.pane.setFocus()
    qtbot.waitUntil(lambda: bool(heard))
    slices.flush()
    assert heard == [(ONE, 19, 29)]


def test_slices_are_typed_by_keys_alone(qtbot, window) -> None:
    window.form.show_finding(FULL)
    heard = []
    window.form.slices_chosen.connect(lambda *said: heard.append(said))
    window.form.questions.go_to(window.form.slices, typing=True)
    qtbot.waitUntil(window.form.slices.first.hasFocus)
    window.form.slices.first.selectAll()
    qtbot.keyClicks(window.form.slices.first, "30")
    qtbot.keyClick(window.form.slices.first, Qt.Key.Key_Tab)
    qtbot.waitUntil(window.form.slices.last.hasFocus)
    qtbot.wait(10)
    window.form.show_finding(FULL)  # something else was changed meanwhile
    qtbot.keyClicks(window.form.slices.last, "35")
    qtbot.keyClick(window.form.slices.last, Qt.Key.Key_Return)
    assert heard == [(ONE, 29, 34)]
    assert window.form.questions.current is window.form.note
    assert window.hit == []


def test_buttons_say_what_is_wanted_of_which_finding(qtbot, window) -> None:
    form, heard = window.form, []
    form.show_finding(FULL)
    for name in ("unlink", "linked", "duplicate", "mirror", "remove"):
        signal = getattr(form, f"{name}_asked")
        signal.connect(lambda one, said=name: heard.append((said, one)))
        qtbot.mouseClick(getattr(form.foot, name), LEFT)
    assert heard == [
        ("unlink", ONE),
        ("linked", TWO),
        ("duplicate", ONE),
        ("mirror", ONE),
        ("remove", ONE),
    ]
    assert not form.foot.link.isVisible()


def test_linking_can_be_begun_and_given_up(qtbot, window) -> None:
    form = window.form
    form.show_finding(MASS)
    with qtbot.waitSignal(form.link_asked):
        qtbot.mouseClick(form.foot.link, LEFT)
    form.show_finding(replace(MASS, linking=True))
    assert form.foot.hint.isVisible()
    with qtbot.waitSignal(form.link_asked):
        qtbot.mouseClick(form.foot.link, LEFT)
    form.show_finding(replace(MASS, can_link=False))
    assert not form.foot.link.isEnabled()


def test_a_models_mark_is_accepted_rejected_with_a_reason_or_restored(qtbot, window) -> None:
    form, heard = window.form, []
    form.reject_asked.connect(lambda one, why: heard.append((one, why)))
    form.show_finding(replace(MASS, status=FindingStatus.PROPOSED, malignancy=0.83))
    assert "83%" in form.head.said
    with qtbot.waitSignal(form.accept_asked):
        qtbot.mouseClick(form.head.accept, LEFT)
    form.head.reject.menu().actions()[0].trigger()
    assert heard == [(ONE, RejectionReason.VESSEL)]
    rejected = replace(MASS, status=FindingStatus.REJECTED, rejection=RejectionReason.VESSEL)
    form.show_finding(rejected)
    assert "vessel" in form.head.said
    assert not form.head.accept.isVisible()
    with qtbot.waitSignal(form.restore_asked):
        qtbot.mouseClick(form.head.restore, LEFT)


def test_what_cannot_be_changed_says_why_and_takes_neither_keys_nor_clicks(qtbot, window) -> None:
    reading = Reading(window.form, replace(FULL, read_only="Open in another window"))
    with_keys(qtbot, window.form)
    keys(qtbot, window.form, "h2")
    qtbot.mouseClick(chip(window.form, SHAPE, "oval"), LEFT)
    qtbot.mouseClick(window.form.foot.remove, LEFT)
    assert reading.heard == []
    assert "Open in another window" in window.form.head.said
    assert not window.form.note.isEnabled()
    assert not window.form.foot.remove.isEnabled()


def test_what_does_not_fit_together_is_said_serious_things_first(window) -> None:
    window.form.show_finding(FULL)
    remarks = window.form.foot.remarks
    assert remarks.isVisible()
    assert remarks.said == ("Malignant but assessed 2", "Linked findings differ")
    window.form.show_finding(MASS)
    assert not remarks.isVisible()


def test_without_a_finding_the_form_says_so_and_has_no_keys(qtbot, window) -> None:
    window.form.show_finding(None)
    window.form.take_keys()
    assert window.pane.hasFocus()


@pytest.mark.parametrize("kind", FindingKind)
@pytest.mark.parametrize("height", [300, 480, 1000])
def test_nothing_overlaps_or_is_cut_off_at_the_panels_width(qtbot, window, kind, height) -> None:
    window.form.setFixedSize(319, height)
    window.form.show_finding(replace(FULL, kind=kind, descriptors=Descriptors()))
    qtbot.wait(20)
    shown = [axis for axis in window.form.findChildren(Axis) if axis.isVisible()]
    shown.sort(key=lambda axis: axis.y())
    for above, below in pairwise(shown):
        assert above.geometry().bottom() < below.y()
    for axis in shown:
        chips = [one for one in axis.findChildren(Chip) if one.isVisible()]
        for one in chips:
            assert axis.rect().contains(one.geometry())
            assert one.fontMetrics().horizontalAdvance(one.text()) <= one.width() - 4
        for first, second in pairwise(chips):
            assert not first.geometry().intersects(second.geometry())


def test_a_long_title_of_the_linked_finding_ends_in_dots_and_is_told_in_its_tip(
    window,
) -> None:
    form = window.form
    title = "12, calcification group, RMLO, 18 dots, 36 mm, upper outer quadrant"
    form.show_finding(replace(FULL, linked=LinkedFinding(TWO, title)))
    words = form.foot.linked.text()
    assert words.endswith("…")
    assert form.foot.linked.fontMetrics().horizontalAdvance(words) < form.foot.linked.width()
    assert title in form.foot.linked.toolTip()
    form.show_finding(FULL)
    assert form.foot.linked.text().endswith("4, mass, RMLO")
