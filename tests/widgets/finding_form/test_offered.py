"""What a model would say is shown as the model's, and is the reader's only when pressed."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt

from domain.finding import Descriptors, FindingKind
from domain.lexicon import Assessment, DescriptorAxis, Edition
from widgets.finding_form.form import FindingForm
from widgets.finding_form.state import FindingFormState

MARGIN = DescriptorAxis.MASS_MARGIN
SPICULATED = Descriptors(Edition.FIFTH, ((MARGIN, "spiculated"),))
OFFERED = FindingFormState(
    UUID(int=1),
    FindingKind.MASS,
    offered=SPICULATED,
    offered_assessment=Assessment.HIGH_SUSPICION,
    model_says="4C, 61 %",
    basis="Calibrated on synthetic findings of which 39 % were malignant.",
    basis_more="birads-small 1.0",
)


@pytest.fixture
def form(qtbot) -> FindingForm:
    form = FindingForm()
    qtbot.addWidget(form)
    form.resize(360, 700)
    form.show_finding(OFFERED)
    form.show()
    return form


def test_an_offer_is_marked_and_nothing_is_chosen(form: FindingForm) -> None:
    margin = form.term_axis(MARGIN)
    assert margin.chosen == ()
    assert margin.chip("spiculated").offered
    assert not margin.chip("indistinct").offered
    assert margin.accessibleDescription() == "model: spiculated"
    assert form.assessment.chosen == ()
    assert form.assessment.accessibleDescription().startswith("model: 4C")


def test_the_head_says_category_score_and_what_they_rest_on(form: FindingForm) -> None:
    assert "4C, 61 %" in form.head.said
    assert "39 % were malignant" in form.head.said


def test_one_press_asks_for_the_models_words(form: FindingForm, qtbot) -> None:
    with qtbot.waitSignal(form.take_asked) as heard:
        qtbot.mouseClick(form.head.take, Qt.MouseButton.LeftButton)
    assert heard.args == [OFFERED.id]


def test_an_offered_answer_is_chosen_like_any_other(form: FindingForm, qtbot) -> None:
    chip = form.term_axis(MARGIN).chip("spiculated")
    with qtbot.waitSignal(form.described) as heard:
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert heard.args == [OFFERED.id, SPICULATED]


def test_an_answer_of_the_readers_hides_the_offer(form: FindingForm) -> None:
    said = Descriptors(Edition.FIFTH, ((MARGIN, "indistinct"),))
    form.show_finding(replace(OFFERED, descriptors=said, assessment=Assessment.BENIGN))
    margin = form.term_axis(MARGIN)
    assert margin.chosen == ("indistinct",)
    assert not margin.chip("spiculated").offered
    assert form.assessment.accessibleDescription().startswith("2")


@pytest.mark.parametrize(
    "state",
    [
        replace(OFFERED, read_only="This reading is locked."),
        FindingFormState(UUID(int=2), FindingKind.MASS),
    ],
)
def test_without_an_offer_or_in_a_locked_reading_nothing_can_be_taken(
    form: FindingForm, state: FindingFormState
) -> None:
    assert form.head.take.isVisible()
    form.show_finding(state)
    assert not form.head.take.isVisible()
