"""In which order findings are listed, and which are lit together."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.gui.finding_order import corresponding, in_order
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

READER, MODEL = ReaderProvenance("reader"), ModelProvenance("m", "1", 0.5, "default")


def _finding(number, by=MODEL):
    mark = Geometry("image", box=Box(0, 0, 9, 9))
    return Finding(UUID(int=number), FindingKind.MASS, (mark,), by)


def _scores(**scores):
    return {UUID(int=int(number[1:])): score for number, score in scores.items()}


def _numbers(findings):
    return [one.id.int for one in findings]


def test_the_readers_own_come_first_then_marks_by_score_falling():
    findings = (_finding(1), _finding(2, READER), _finding(3), _finding(4, READER), _finding(5))
    ordered = in_order(findings, _scores(n1=0.3, n3=0.9, n5=0.5))
    assert _numbers(ordered) == [2, 4, 3, 5, 1]


def test_a_mark_keeps_its_place_whatever_becomes_of_it():
    findings = (_finding(1), _finding(2), _finding(3))
    scores = _scores(n1=0.9, n2=0.6, n3=0.3)
    accepted = replace(findings[1], status=FindingStatus.ACCEPTED)
    rejected = replace(findings[1], status=FindingStatus.REJECTED, rejection=RejectionReason.VESSEL)
    corrected = replace(findings[1], id=UUID(int=9), parent_id=UUID(int=2), provenance=READER)
    for judged in (accepted, rejected):
        assert _numbers(in_order((findings[0], judged, findings[2]), scores)) == [1, 2, 3]
    assert _numbers(in_order((findings[0], findings[2], corrected), scores)) == [1, 9, 3]


def test_marks_without_a_score_come_last():
    assert _numbers(in_order((_finding(1), _finding(2)), _scores(n2=0.1))) == [2, 1]


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=12), st.randoms())
def test_one_more_mark_changes_no_order_among_the_others(made, chance):
    findings = [_finding(at, READER if own else MODEL) for at, (own, _) in enumerate(made, 1)]
    scores = {UUID(int=at): score for at, (own, score) in enumerate(made, 1) if not own}
    few = [one for one in findings if chance.random() < 0.7]
    whole = _numbers(in_order(findings, scores))
    kept = set(_numbers(few))
    assert [one for one in whole if one in kept] == _numbers(in_order(few, scores))


def test_corresponding_marks_are_found_and_the_mark_itself_is_left_out():
    one, other, alone = _finding(1), _finding(2), _finding(3)
    one = replace(one, counterpart_id=other.id)
    other = replace(other, counterpart_id=one.id)
    assert corresponding((one, other, alone), {one.id}) == {other.id}
    assert corresponding((one, other, alone), {one.id, other.id}) == frozenset()
    assert corresponding((one, other, alone), {alone.id}) == frozenset()
