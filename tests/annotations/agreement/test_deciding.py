from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.comparing import compare
from annotations.agreement.deciding import (
    Choice,
    FindingPair,
    Part,
    Readings,
    chosen_in,
    decided,
)
from annotations.agreement.matching import stated
from annotations.document.document import Document
from annotations.document.opinion import BreastOpinion, ClinicalNotes, Opinion
from domain.finding import (
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box
from domain.laterality import Laterality
from domain.lexicon import Assessment

STUDY = "1.2.3"
A = Assessment


def mass(left: float, reader: str = "anna", **more: object) -> Finding:
    said = {"status": FindingStatus.ACCEPTED, **more}
    box = Geometry("1.2.3.4", box=Box(left, 0, left + 20, 20))
    return Finding(uuid4(), FindingKind.MASS, (box,), ReaderProvenance(reader), **said)  # type: ignore[arg-type]


def proposal(left: float) -> Finding:
    seen = ModelProvenance("finder", "1", 0.5, "default")
    return replace(mass(left), provenance=seen, status=FindingStatus.PROPOSED)


def readings(first: Document, second: Document) -> Readings:
    return Readings(first, second, compare(first, second))


def document(*findings: Finding, **said: object) -> Document:
    return Document(STUDY, findings, Opinion(**said))  # type: ignore[arg-type]


def line_of(both: Readings, finding: Finding) -> int:
    return next(
        number
        for number, line in enumerate(both.lines)
        if isinstance(line, FindingPair) and finding in (line.first, line.second)
    )


@pytest.fixture
def both() -> Readings:
    """One mass that both mark, one of each alone, and opinions that differ."""
    right = BreastOpinion(Laterality.RIGHT, A.HIGH_SUSPICION)
    one = document(mass(0, assessment=A.HIGH_SUSPICION), mass(100), right=right, recall=True)
    other = document(
        mass(2, "berta", assessment=A.LOW_SUSPICION), mass(300, "berta"), composition="b"
    )
    return readings(one, other)


def test_one_reading_whole_is_exactly_that_reading(both: Readings) -> None:
    assert decided(both, both.all_of(Choice.FIRST)) is both.first
    assert decided(both, both.all_of(Choice.SECOND)) is both.second


def test_each_line_stands_as_it_was_chosen(both: Readings) -> None:
    shared = both.comparison.matched.pairs[0]
    choices = {
        **both.all_of(Choice.FIRST),
        line_of(both, shared.first): Choice.SECOND,
        line_of(both, both.second.findings[1]): Choice.SECOND,
        line_of(both, both.first.findings[1]): Choice.NEITHER,
    }
    made = decided(both, choices)
    assert made.live == both.second.findings
    assert made.opinion.right.assessment is A.HIGH_SUSPICION
    assert made.opinion.recall is True
    assert made.opinion.composition == ""


def test_both_merged_holds_every_finding_once_and_the_graver_words(both: Readings) -> None:
    made = decided(both, both.both())
    assert len(made.live) == 3
    assert made.live[0].assessment is A.HIGH_SUSPICION
    assert made.opinion.recall is True
    assert made.opinion.composition == "b"
    assert made.opinion.right.assessment is A.HIGH_SUSPICION


def test_only_what_both_say_alike_is_settled_beforehand(both: Readings) -> None:
    settled = {both.lines[number] for number in both.settled() if number < len(Part)}
    assert settled == {Part.STUDY, Part.LEFT}
    alike = readings(document(mass(0, assessment=A.BENIGN)), document(mass(1, assessment=A.BENIGN)))
    assert set(alike.settled()) == set(range(len(alike.lines)))


def test_an_undecided_line_makes_no_reading(both: Readings) -> None:
    with pytest.raises(KeyError):
        decided(both, both.settled())


def test_a_mark_that_both_took_from_the_model_is_there_once_with_its_past() -> None:
    model = proposal(0)
    edited = mass(1, parent_id=model.id)
    accepted = replace(model, status=FindingStatus.ACCEPTED)
    both = readings(document(model, edited, recall=True), document(accepted))
    made = decided(both, {**both.all_of(Choice.SECOND), 0: Choice.FIRST})
    assert [one.id for one in made.live] == [model.id]
    made = decided(both, {**both.all_of(Choice.FIRST), 0: Choice.SECOND})
    assert made.live == (edited,)
    assert made.by_id[model.id] == model


def test_what_one_reader_rejected_stays_rejected_when_the_other_is_overruled() -> None:
    model = proposal(0)
    rejected = replace(model, status=FindingStatus.REJECTED, rejection=RejectionReason.VESSEL)
    accepted = replace(model, status=FindingStatus.ACCEPTED)
    both = readings(document(rejected, recall=False), document(accepted, recall=True))
    line = line_of(both, accepted)
    out = {**both.all_of(Choice.SECOND), line: Choice.NEITHER}
    assert decided(both, out).live == (rejected,)
    kept = {**both.all_of(Choice.FIRST), line: Choice.SECOND}
    assert decided(both, kept).live == (accepted,)


def test_a_mark_and_what_the_other_reader_made_of_it_can_both_stand() -> None:
    model = proposal(0)
    accepted = replace(model, status=FindingStatus.ACCEPTED)
    other_kind = replace(mass(0, parent_id=model.id), kind=FindingKind.ASYMMETRY)
    for first, second in (
        (document(accepted), document(model, other_kind)),
        (document(model, other_kind), document(accepted)),
    ):
        both = readings(first, second)
        assert len(decided(both, both.both()).live) == 2


def test_a_link_to_a_finding_that_was_left_out_is_let_go() -> None:
    here = mass(0)
    there = mass(200, counterpart_id=here.id)
    both = readings(document(replace(here, counterpart_id=there.id), there), document())
    line = line_of(both, both.first.findings[0])
    made = decided(both, {**both.all_of(Choice.FIRST), line: Choice.NEITHER})
    assert [one.counterpart_id for one in made.live] == [None]


def test_regions_of_both_are_not_doubled_and_notes_of_both_are_kept() -> None:
    def region(left: float) -> Finding:
        return replace(mass(left), kind=FindingKind.IGNORED_REGION)

    first = document(
        region(0), mass(50), note="one", clinical=ClinicalNotes(scars="left"), recall=True
    )
    second = document(region(3), note="other", clinical=ClinicalNotes(scars="left"))
    both = readings(first, second)
    made = decided(both, {**both.all_of(Choice.FIRST), 0: Choice.SECOND})
    assert made.live == (first.findings[1], first.findings[0])
    assert made.opinion.note == "one\nother"
    assert made.opinion.clinical.scars == "left"
    assert made.opinion.recall is False


@given(st.data())
def test_a_decision_can_be_read_back_from_what_it_made(data: st.DataObject) -> None:
    places = st.lists(st.sampled_from([0, 5, 100, 200, 300]), unique=True, max_size=4)
    grades = st.sampled_from(list(A))
    one, other = (
        document(
            *(mass(place, assessment=data.draw(grades)) for place in data.draw(places)),
            recall=data.draw(st.booleans()),
            overall=data.draw(grades),
        )
        for _ in range(2)
    )
    both = readings(one, other)
    choices = {
        number: data.draw(
            st.sampled_from(
                line.choices if isinstance(line, FindingPair) else (Choice.FIRST, Choice.SECOND)
            )
        )
        for number, line in enumerate(both.lines)
    }
    made = decided(both, choices)
    taken = [
        line.taken(choices[number])
        for number, line in enumerate(both.lines)
        if isinstance(line, FindingPair)
    ]
    assert {one.id for one in stated(made)} == {one.id for one in taken if one is not None}
    read = chosen_in(both, made)
    for number, line in enumerate(both.lines):
        if isinstance(line, FindingPair):
            assert read[number] is choices[number]
        else:
            said = both.said(line)
            assert said[read[number] is Choice.SECOND] == said[choices[number] is Choice.SECOND]
