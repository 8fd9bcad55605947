"""Findings in words, and what assessments amount to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.report.words import (
    as_lesions,
    finding_text,
    gravest,
    is_lower,
    pathology_text,
    proposed_overall,
    title_of,
)
from domain.finding import (
    FindingKind,
    FindingStatus,
    Location,
    Pathology,
    PathologyOutcome,
    RejectionReason,
)
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis
from tests.annotations.report.readings import (
    DISTRIBUTION,
    GROUP,
    MODEL,
    MORPHOLOGY,
    a_finding,
    a_pair,
    a_reading,
    an_opinion,
)

some = st.lists(st.sampled_from(Assessment), min_size=1, max_size=5)


def test_a_mass_is_told_as_a_radiologist_would() -> None:
    place = Location(Laterality.RIGHT, "upper outer", nipple_distance_mm=47.3)
    assert finding_text(a_finding(), size="14 mm", place=place) == (
        "Mass, irregular, spiculated, high density, 14 mm, right upper outer,"
        " 47 mm from the nipple, BI-RADS 4C"
    )


def test_a_group_is_told_with_its_distribution_hour_and_depth() -> None:
    terms = ((DISTRIBUTION, "grouped"), (MORPHOLOGY, "fine-pleomorphic"))
    finding = a_finding("4B", terms, GROUP)
    place = Location(Laterality.LEFT, "upper inner", 11, "anterior", 33.0)
    assert finding_text(finding, place=place) == (
        "Calcifications, fine pleomorphic, grouped distribution, left upper inner, 11 o'clock,"
        " anterior third, 33 mm from the nipple, BI-RADS 4B"
    )


def test_words_that_the_edition_lacks_are_told_as_they_are() -> None:
    odd = a_finding(None, ((DescriptorAxis.ASYMMETRY, "strange"),), FindingKind.ASYMMETRY)
    assert finding_text(odd) == "Asymmetry, strange asymmetry"


def test_kinds_have_titles() -> None:
    assert title_of(a_finding()) == "Mass"
    assert title_of(a_finding(kind=GROUP)) == "Calcifications"
    assert title_of(a_finding(kind=FindingKind.ARCHITECTURAL_DISTORTION)) == (
        "Architectural distortion"
    )


def test_pathology_is_told_with_type_and_day() -> None:
    proof = Pathology(PathologyOutcome.MALIGNANT, "invasive ductal carcinoma", date(2025, 11, 3))
    assert pathology_text(proof) == "malignant, invasive ductal carcinoma, 2025-11-03"


@pytest.mark.parametrize(
    ("said", "expected"),
    [("1 2", "2"), ("3 6", "6"), ("6 0", "0"), ("0 4A", "4A"), ("4 4B 2", "4B"), ("5 4C", "5")],
)
def test_the_gravest_follows_the_atlas(said: str, expected: str) -> None:
    assert gravest(map(Assessment, said.split())) is Assessment(expected)


@given(some)
def test_nothing_is_graver_than_the_gravest(said: list[Assessment]) -> None:
    worst = gravest(said)
    assert worst in said
    assert not any(is_lower(worst, one) for one in said)


def test_nothing_assessed_amounts_to_nothing() -> None:
    quiet = an_opinion(None, None, None)
    assert proposed_overall(a_reading(a_finding(None), opinion=quiet)) is None
    assert proposed_overall(a_reading(a_finding("3"), opinion=quiet)) is Assessment("3")
    assert proposed_overall(a_reading(opinion=an_opinion(None, "1", "2"))) is Assessment("2")


def test_rejected_and_undecided_findings_amount_to_nothing() -> None:
    quiet = an_opinion(None, None, None)
    reason = RejectionReason.VESSEL
    rejected = a_finding("5", status=FindingStatus.REJECTED, rejection=reason)
    proposal = a_finding("5", number=2, provenance=MODEL, status=FindingStatus.PROPOSED)
    assert proposed_overall(a_reading(rejected, proposal, opinion=quiet)) is None
    accepted = replace(proposal, status=FindingStatus.ACCEPTED)
    assert proposed_overall(a_reading(accepted, opinion=quiet)) is Assessment("5")


def test_linked_findings_are_one_lesion_and_one_sided_links_are_not() -> None:
    one, two = a_pair()
    alone = a_finding(uid="lcc", number=3)
    assert as_lesions((one, alone, two)) == ((one, two), (alone,))
    loose = replace(two, counterpart_id=alone.id)
    assert as_lesions((one, loose)) == ((one,), (loose,))
