from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from annotations.document.document import Document
from annotations.document.first_read import FirstRead
from annotations.document.opinion import NO_OPINION
from annotations.report.differences import differences
from domain.finding import (
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
)
from domain.geometry import Box
from domain.lexicon import Assessment

MARK = Geometry("1.2", box=Box(0, 0, 5, 5))
OWN = Finding(
    UUID(int=1), FindingKind.MASS, (MARK,), ReaderProvenance("reader"), FindingStatus.ACCEPTED
)
MODEL = Finding(
    UUID(int=2), FindingKind.MASS, (MARK,), ModelProvenance("package", "1", 0.5, "default")
)
NORMAL = replace(NO_OPINION, overall=Assessment.NEGATIVE, recall=False)


def after(*findings: Finding, opinion=NORMAL, first=(OWN,)) -> tuple[str, ...]:
    record = FirstRead(NORMAL, tuple(first), datetime(2026, 1, 2, tzinfo=UTC))
    return differences(Document("s", tuple(findings), opinion, first_read=record))


def test_nothing_is_said_where_no_first_opinion_was_recorded() -> None:
    assert differences(Document("s", (OWN,))) == ()


def test_nothing_is_said_where_the_reader_changed_nothing() -> None:
    assert after(OWN, MODEL) == ()


def test_another_opinion_is_told_with_the_one_before() -> None:
    changed = replace(NORMAL, overall=Assessment.LOW_SUSPICION, recall=True)
    assert after(OWN, opinion=changed) == (
        "Overall: BI-RADS 1 before, 4A after",
        "Recall: no before, yes after",
    )


def test_an_accepted_mark_was_taken_over_and_a_rejected_one_changes_nothing() -> None:
    accepted = replace(MODEL, status=FindingStatus.ACCEPTED)
    assert after(OWN, accepted) == ("Mass taken over from the AI reading",)
    assert after(OWN, MODEL) == ()


def test_a_mark_that_the_reader_edited_was_taken_over_once() -> None:
    child = replace(OWN, id=UUID(int=3), parent_id=MODEL.id, status=FindingStatus.EDITED)
    assert after(OWN, MODEL, child) == ("Mass taken over from the AI reading",)


def test_findings_added_assessed_redrawn_or_removed_are_told() -> None:
    assert after(OWN, replace(OWN, id=UUID(int=4))) == ("Mass added",)
    assert after(replace(OWN, assessment=Assessment.HIGH_SUSPICION)) == (
        "Mass: BI-RADS not said before, 4C after",
    )
    moved = replace(MARK, box=Box(0, 0, 6, 6))
    assert after(replace(OWN, geometries=(moved,))) == ("Mass redrawn",)
    assert after() == ("Mass removed",)
