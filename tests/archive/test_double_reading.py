from __future__ import annotations

import pytest

from annotations.agreement.comparing import compare
from annotations.agreement.table import agreement
from archive.archive import Archive
from archive.errors import ClaimedError, HiddenError, ReadingStateError
from archive.revisions.double import Rules
from archive.revisions.revision import ReadingState
from archive.worklist.claims import Role
from archive.worklist.query import WorklistQuery
from archive.worklist.study import StudyState
from domain.lexicon import Assessment
from tests.archive.readings import STUDY, document, mass, recalled, save, submit

SUSPICIOUS = Assessment.HIGH_SUSPICION


@pytest.fixture
def blind(archive: Archive) -> Archive:
    archive.double.set_rules(Rules(wanted=2, blind=True), "head")
    return archive


def state(archive: Archive, viewer: str = "head") -> StudyState:
    return archive.worklist(WorklistQuery(viewer=viewer)).rows[0].state


def test_the_second_reader_sees_nothing_of_the_first(blind: Archive) -> None:
    blind.claims.claim(STUDY, "anna")
    first = submit(blind, recalled(mass(assessment=SUSPICIOUS)), "anna")
    blind.claims.claim(STUDY, "berta")
    with pytest.raises(HiddenError):
        blind.revisions.document(first.uid, "berta")
    with pytest.raises(HiddenError):
        blind.revisions.heads(STUDY, "anna", viewer="berta")
    with pytest.raises(HiddenError):
        blind.double.compare(STUDY, "berta", ("anna", "anna"))
    assert blind.revisions.history(STUDY, "berta") == ()
    assert [one.reader for one in blind.claims.holders(STUDY, "berta")] == ["berta"]


def test_the_worklist_shows_a_blind_reader_the_own_standing_alone(blind: Archive) -> None:
    submit(blind, recalled(mass(assessment=SUSPICIOUS)), "anna")
    (row,) = blind.worklist(WorklistQuery(viewer="berta")).rows
    assert (row.state, row.reader, row.findings) == (StudyState.NEW, "", 0)
    (own,) = blind.worklist(WorklistQuery(viewer="anna")).rows
    assert (own.state, own.reader, own.findings) == (StudyState.SUBMITTED, "anna", 1)
    for telling in (
        WorklistQuery(viewer="berta", least_findings=1),
        WorklistQuery(viewer="berta", reader="anna"),
        WorklistQuery(viewer="berta", states=(StudyState.DRAFT, StudyState.SUBMITTED)),
    ):
        assert blind.worklist(telling).total == 0


def test_both_readings_open_when_both_are_in(blind: Archive) -> None:
    first = submit(blind, document(note="a"), "anna")
    save(blind, document(note="b"), "berta")
    with pytest.raises(HiddenError):
        blind.revisions.document(first.uid, "berta")
    done = blind.revisions.heads(STUDY, "berta")[0]
    blind.revisions.promote(done.uid, ReadingState.SUBMITTED, "berta")
    assert blind.revisions.document(first.uid, "berta").opinion.note == "a"
    assert state(blind, "berta") is StudyState.SUBMITTED


def test_discordant_readings_go_to_arbitration_and_the_arbiter_decides(blind: Archive) -> None:
    first = submit(blind, recalled(mass(assessment=SUSPICIOUS)), "anna")
    second = submit(blind, document(recall=False), "berta")
    assert state(blind) is StudyState.ARBITRATION
    with pytest.raises(ReadingStateError, match="who read the study"):
        blind.claims.claim(STUDY, "anna", Role.ARBITRATION)
    blind.claims.claim(STUDY, "clara", Role.ARBITRATION)
    both = blind.double.compare(STUDY, "clara")
    assert (both.first, both.second) == (first, second)
    assert "one reader recalls, the other does not" in both.comparison.discordances
    parents = (first.uid, second.uid)
    picked = blind.double.arbitrate(both.first_document, "clara", parents)
    assert (picked.state, picked.parents) == (ReadingState.ADJUDICATED, parents)
    assert picked.digest == first.digest
    assert state(blind) is StudyState.ADJUDICATED
    assert blind.revisions.heads(STUDY, "anna") == (first,)


def test_readings_that_agree_need_no_arbiter(blind: Archive) -> None:
    submit(blind, document(recall=False), "anna")
    submit(blind, document(recall=False), "berta")
    assert state(blind) is StudyState.SUBMITTED
    with pytest.raises(ReadingStateError, match="no third reader"):
        blind.claims.claim(STUDY, "clara", Role.ARBITRATION)


def test_a_reader_can_not_arbitrate_the_own_reading(blind: Archive) -> None:
    first = submit(blind, recalled(), "anna")
    second = submit(blind, document(recall=False), "berta")
    with pytest.raises(ReadingStateError, match="who read the study"):
        blind.double.arbitrate(document(), "anna", (first.uid, second.uid))


def test_arbitration_of_a_reading_that_was_corrected_meanwhile_is_refused(blind: Archive) -> None:
    first = submit(blind, recalled(), "anna")
    second = submit(blind, document(recall=False), "berta")
    save(blind, recalled(mass()), "anna", first, why="forgot one")
    with pytest.raises(ReadingStateError):
        blind.double.arbitrate(document(), "clara", (first.uid, second.uid))


def test_a_second_seat_is_free_and_a_third_is_not(blind: Archive) -> None:
    blind.claims.claim(STUDY, "anna")
    blind.claims.claim(STUDY, "berta")
    with pytest.raises(ClaimedError):
        blind.claims.claim(STUDY, "clara")


def test_agreement_counts_studies_that_both_submitted(blind: Archive) -> None:
    for number, second in enumerate((recalled(study="1.0"), document(study="1.1", recall=False))):
        submit(blind, recalled(study=f"1.{number}"), "anna")
        submit(blind, second, "berta")
    submit(blind, document(study="1.9"), "anna")
    found = blind.double.comparisons("anna", "berta")
    assert len(found) == 2
    lines = {(one.measure, one.about): one.value for one in agreement(found)}
    assert lines["same answer", "recall"] == 0.5
    assert lines["share", "discordant studies"] == 0.5


def test_rules_of_a_project_are_kept(blind: Archive) -> None:
    assert blind.double.rules() == Rules(wanted=2, blind=True)
    assert blind.double.rules("elsewhere") == Rules()


def test_a_comparison_is_the_same_seen_from_either_side() -> None:
    one, other = document(mass(10, assessment=SUSPICIOUS), mass(100)), document(mass(12))
    here, there = compare(one, other), compare(other, one)
    assert len(here.matched.pairs) == len(there.matched.pairs) == 1
    assert len(here.matched.only_first) == len(there.matched.only_second) == 1
    assert here.discordant == there.discordant
