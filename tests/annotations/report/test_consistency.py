"""What a reader is told does not fit together, and what is left alone."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.document.document import Document
from annotations.document.opinion import BreastOpinion, ClinicalNotes, Positioning
from annotations.report.consistency import inconsistencies
from domain.finding import (
    Finding,
    FindingKind,
    FindingStatus,
    Pathology,
    PathologyOutcome,
    RejectionReason,
)
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis
from tests.annotations.documents import findings
from tests.annotations.report.readings import (
    DENSITY,
    DISTRIBUTION,
    GROUP,
    MARGIN,
    MODEL,
    MORPHOLOGY,
    SHAPE,
    SIDES,
    SMOOTH,
    a_finding,
    a_pair,
    a_reading,
    an_opinion,
)


def told(document: Document) -> dict[str, bool]:
    return {one.text: one.serious for one in inconsistencies(document, sides=SIDES)}


def of_finding(said: str | None, terms: tuple, kind: FindingKind = FindingKind.MASS) -> dict:
    """What is told of the finding itself."""
    reading = a_reading(a_finding(said, terms, kind))
    found = inconsistencies(reading, sides=SIDES)
    return {one.text: one.serious for one in found if one.finding is not None}


def test_nothing_is_told_before_anything_was_said() -> None:
    assert inconsistencies(Document("1.2.3")) == ()


def test_a_complete_reading_that_fits_is_left_alone() -> None:
    assert told(a_reading(a_finding())) == {}
    normal = an_opinion("1", "1", "1", recall=False)
    assert told(a_reading(opinion=normal)) == {}


@pytest.mark.parametrize("said", ["2", "3"])
def test_a_spiculated_mass_called_benign_contradicts_itself(said: str) -> None:
    assert of_finding(said, SMOOTH) == {}
    spiculated = ((SHAPE, "oval"), (MARGIN, "spiculated"), (DENSITY, "high"))
    assert of_finding(said, spiculated) == {f"Spiculated mass assessed {said}": True}
    assert of_finding("4A", spiculated) == {}


@pytest.mark.parametrize("code", ["amorphous", "coarse-heterogeneous", "fine-pleomorphic"])
def test_suspicious_calcifications_called_benign_contradict_themselves(code: str) -> None:
    terms = ((MORPHOLOGY, code), (DISTRIBUTION, "grouped"))
    word = code.replace("-", " ").capitalize()
    assert of_finding("2", terms, GROUP) == {f"{word} calcifications assessed 2": True}
    assert of_finding("3", terms, GROUP) == {f"{word} calcifications assessed 3": False}
    assert of_finding("4B", terms, GROUP) == {}


def test_vessels_may_be_linear_and_benign_but_nameless_dots_may_not() -> None:
    vessel = ((MORPHOLOGY, "vascular"), (DISTRIBUTION, "linear"))
    assert of_finding("2", vessel, GROUP) == {}
    dots = ((MORPHOLOGY, "round"), (DISTRIBUTION, "linear"))
    assert of_finding("2", dots, GROUP) == {
        "Calcifications of linear distribution assessed 2": True
    }


def test_a_distortion_is_benign_only_where_a_scar_is_noted() -> None:
    finding = a_finding("2", (), FindingKind.ARCHITECTURAL_DISTORTION)
    opinion = an_opinion("2", "2", recall=False)
    text = "Architectural distortion assessed 2, but no scar or surgery noted"
    assert told(a_reading(finding, opinion=opinion)) == {text: True}
    scarred = replace(opinion, clinical=ClinicalNotes(surgery="Excision 2014"))
    assert told(a_reading(finding, opinion=scarred)) == {}


def test_a_finding_that_is_marked_is_not_negative() -> None:
    (text,) = of_finding("1", SMOOTH)
    assert text.startswith("Mass is marked, but assessed 1")


@pytest.mark.parametrize(
    ("said", "terms", "text"),
    [
        ("4B", ((SHAPE, "oval"), (MARGIN, "circumscribed"), (DENSITY, "fat-containing")), "Fat-co"),
        ("4C", SMOOTH, "Circumscribed oval mass"),
    ],
)
def test_what_is_typically_benign_is_not_called_suspicious_unasked(
    said: str, terms: tuple, text: str
) -> None:
    ((found, serious),) = of_finding(said, terms).items()
    assert found.startswith(text)
    assert not serious


def test_words_that_exclude_each_other_are_told() -> None:
    terms = ((SHAPE, "oval"), (SHAPE, "irregular"), (MARGIN, "obscured"), (DENSITY, "high"))
    assert of_finding("4B", terms) == {"Mass has more than one mass shape": True}
    terms = ((SHAPE, "oval"), (MARGIN, "circumscribed"), (MARGIN, "indistinct"), (DENSITY, "high"))
    assert of_finding("4B", terms) == {"A mass can't be circumscribed and indistinct": True}


def test_a_missing_assessment_and_missing_words_are_told_but_no_contradiction() -> None:
    assert of_finding(None, SMOOTH) == {"Mass: not assessed": False}
    assert of_finding("4B", ((SHAPE, "oval"),)) == {"Mass without margin and density": False}
    assert of_finding("4B", (), GROUP) == {
        "Calcifications without morphology and distribution": False
    }
    special = ((DescriptorAxis.SPECIAL_CASE, "intramammary-lymph-node"),)
    assert of_finding("2", special) == {}


@pytest.mark.parametrize("said", ["2", "3"])
def test_proved_cancer_does_not_fit_a_benign_assessment(said: str) -> None:
    malignant = Pathology(PathologyOutcome.MALIGNANT)
    finding = a_finding(said, SMOOTH, pathology=malignant)
    text = f"Mass is proved malignant, but assessed {said}"
    assert told(a_reading(finding, opinion=an_opinion(said, said, recall=False))) == {text: True}


def test_a_known_cancer_needs_its_proof() -> None:
    opinion = an_opinion("6", "6")
    missing = told(a_reading(a_finding("6"), opinion=opinion))
    assert missing == {"Mass is assessed 6, but no malignant pathology is stated": False}
    benign = a_finding("6", pathology=Pathology(PathologyOutcome.BENIGN))
    assert told(a_reading(benign, opinion=opinion)) == {
        "Mass is assessed 6, but the pathology is benign": True
    }
    proved = a_finding("6", pathology=Pathology(PathologyOutcome.MALIGNANT))
    assert told(a_reading(proved, opinion=opinion)) == {}


def test_linked_findings_are_told_once_and_concern_both() -> None:
    one, two = a_pair()
    quiet = replace(one, assessment=None), replace(two, assessment=None)
    (found,) = [note for note in inconsistencies(a_reading(*quiet)) if note.finding]
    assert found.concerns(one.id)
    assert found.concerns(two.id)
    assert not found.concerns(UUID(int=9))


def test_linked_findings_that_differ_contradict_each_other() -> None:
    assert told(a_reading(*a_pair())) == {}
    differing = a_reading(*a_pair(assessment=Assessment.HIGHLY_SUGGESTIVE))
    assert told(differing)["Mass: linked findings differ in assessment"]


def test_a_link_that_leads_nowhere_is_told() -> None:
    one, two = a_pair()
    assert told(a_reading(one)) == {"Mass is linked with a finding that is gone": True}
    rejected = replace(two, status=FindingStatus.REJECTED, rejection=RejectionReason.VESSEL)
    assert told(a_reading(one, rejected)) == {"Mass is linked with a rejected finding": True}
    loose = replace(two, counterpart_id=None)
    text = "Mass is linked with a finding that is not linked with it"
    assert told(a_reading(one, loose)) == {text: True}


def test_rejected_findings_and_regions_need_no_words() -> None:
    rejected = a_finding(
        None, (), status=FindingStatus.REJECTED, rejection=RejectionReason.NODE, number=2
    )
    region = a_finding(None, (), FindingKind.UNCERTAIN_REGION, number=3)
    assert told(a_reading(a_finding(), rejected, region)) == {}


def test_a_models_proposal_waits_and_counts_for_nothing_else() -> None:
    proposal = a_finding(
        "5", (), number=2, provenance=MODEL, status=FindingStatus.PROPOSED, malignancy=0.9
    )
    reading = a_reading(a_finding(), proposal)
    assert told(reading) == {"1 proposal is neither accepted nor rejected": False}
    assert inconsistencies(reading, unseen={proposal.id}) == ()


def test_an_assessment_below_its_findings_contradicts_them() -> None:
    low = told(a_reading(a_finding(), opinion=an_opinion("2", "2")))
    assert low["Right breast assessed 2, but a finding in it 4C"]
    assert low["Overall assessment 2 is lower than the highest, 4C"]


def test_a_four_without_letter_and_a_zero_fit_any_four() -> None:
    assert told(a_reading(a_finding(), opinion=an_opinion("4", "4"))) == {}
    assert told(a_reading(a_finding(), opinion=an_opinion("0", "0"))) == {}


def test_an_assessment_for_which_nothing_speaks_is_told() -> None:
    high = told(a_reading(a_finding("2", SMOOTH), opinion=an_opinion("5", "2")))
    assert high == {"Overall assessment 5 is higher than anything assessed": False}
    bare = told(a_reading(opinion=an_opinion("4B", "4B")))
    assert bare == {
        "Right breast assessed 4B, but no finding is marked in it": False,
        "Overall assessment 4B, but no finding is marked": False,
    }


def test_suspicious_and_not_recalled_contradict_each_other() -> None:
    found = told(a_reading(a_finding(), opinion=an_opinion(recall=False)))
    assert found == {"Assessed 4C, but not recalled": True}


def test_a_recall_needs_a_reason_such_as_a_symptom_or_bad_images() -> None:
    opinion = an_opinion("1", "1", "1", recall=True)
    text = "Recalled, but the overall assessment is 1"
    assert told(a_reading(opinion=opinion)) == {text: True}
    symptom = replace(opinion, clinical=ClinicalNotes(symptoms="Lump"))
    bad = replace(opinion.right, positioning=Positioning.INADEQUATE)
    assert told(a_reading(opinion=symptom)) == {}
    assert told(a_reading(opinion=replace(opinion, right=bad))) == {}


def test_inadequate_images_without_recall_are_told() -> None:
    opinion = an_opinion("1", "1", "1", recall=False)
    bad = replace(opinion.left, positioning=Positioning.INADEQUATE)
    text = "Left breast's positioning is inadequate, but not recalled"
    assert told(a_reading(opinion=replace(opinion, left=bad))) == {text: False}


def test_what_is_still_to_be_said_is_one_line_and_knows_which_breasts_there_are() -> None:
    opinion = replace(an_opinion(None, "4C", None, recall=None), composition="")
    text = "Still to be said: composition, left breast, overall assessment, recall"
    assert told(a_reading(a_finding(), opinion=opinion)) == {text: False}
    only_right = {"rcc": Laterality.RIGHT}
    (found,) = inconsistencies(a_reading(a_finding(), opinion=opinion), sides=only_right)
    assert found.text == "Still to be said: composition, overall assessment, recall"


def test_serious_ones_come_first() -> None:
    opinion = replace(an_opinion("2", "2", recall=None), left=BreastOpinion(Laterality.LEFT))
    grades = [one.serious for one in inconsistencies(a_reading(a_finding(), opinion=opinion))]
    assert grades == sorted(grades, reverse=True)
    assert {True, False} == set(grades)


@given(st.lists(findings(), max_size=4, unique_by=lambda one: one.id))
def test_any_reading_can_be_checked_and_findings_that_are_named_exist(some: list[Finding]) -> None:
    document = Document("1.2.3", tuple(some))
    for one in inconsistencies(document):
        assert one.text
        assert one.finding is None or one.finding in document.by_id
