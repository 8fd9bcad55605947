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
from archive.worklist.study import IndexedStudy, StudyState
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
    assert "anna recalls, berta does not" in both.comparison.discordances
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


def test_the_bench_puts_the_viewers_own_reading_first(blind: Archive) -> None:
    submit(blind, recalled(), "anna")
    submit(blind, document(recall=False), "berta")
    for viewer, readers in (("anna", ["anna", "berta"]), ("berta", ["berta", "anna"])):
        sides = blind.double.bench(STUDY, viewer).sides
        assert [sides.first.reader, sides.second.reader] == readers
    assert blind.double.bench(STUDY, "berta").sides.comparison.recall == (False, True)


def test_of_three_readings_two_that_differ_are_on_the_bench_and_any_two_can_be(
    archive: Archive,
) -> None:
    archive.double.set_rules(Rules(wanted=3), "head")
    agreed, other = document(recall=False), recalled()
    readings = {
        name: submit(archive, said, name)
        for name, said in (("anna", agreed), ("berta", agreed), ("clara", other))
    }
    bench = archive.double.bench(STUDY, "doris")
    assert bench.submitted == ("anna", "berta", "clara")
    assert (bench.sides.first.reader, bench.sides.second.reader) == ("anna", "clara")
    own = archive.double.bench(STUDY, "berta").sides
    assert (own.first.reader, own.second.reader) == ("berta", "clara")
    named = archive.double.bench(STUDY, "doris", ("berta", "anna")).sides
    assert (named.first.reader, named.second.reader) == ("berta", "anna")

    archive.claims.claim(STUDY, "doris", Role.ARBITRATION)
    parents = readings["berta"].uid, readings["clara"].uid
    archive.double.arbitrate(other, "doris", parents)
    sides = archive.double.bench(STUDY, "doris").sides
    assert (sides.first.reader, sides.second.reader) == ("berta", "clara")


def test_who_read_can_look_and_a_third_reader_can_decide(blind: Archive) -> None:
    submit(blind, recalled(), "anna")
    submit(blind, document(recall=False), "berta")
    assert "not decide" in blind.double.bench(STUDY, "anna").obstacle
    assert blind.double.bench(STUDY, "clara").obstacle == ""
    blind.claims.claim(STUDY, "clara", Role.ARBITRATION)
    assert blind.double.bench(STUDY, "clara").arbitrates
    assert "clara has it in hand" in blind.double.bench(STUDY, "doris").obstacle


def test_readings_that_agree_offer_no_decision(blind: Archive) -> None:
    submit(blind, document(recall=False), "anna")
    submit(blind, document(recall=False), "berta")
    assert "no third reader" in blind.double.bench(STUDY, "clara").obstacle


def test_a_blind_reader_is_not_even_told_how_many_readings_there_are(blind: Archive) -> None:
    save(blind, "own", "berta")
    for submitted in ((), ("anna",)):
        for reader in submitted:
            submit(blind, recalled(), reader)
        with pytest.raises(HiddenError):
            blind.double.bench(STUDY, "berta")
        with pytest.raises(HiddenError):
            blind.double.compare(STUDY, "berta")


def test_the_arbiter_sees_what_was_decided_after_giving_the_study_back(blind: Archive) -> None:
    first = submit(blind, recalled(mass(assessment=SUSPICIOUS)), "anna")
    second = submit(blind, document(recall=False), "berta")
    blind.claims.claim(STUDY, "clara", Role.ARBITRATION)
    made = blind.double.arbitrate(document(recall=True), "clara", (first.uid, second.uid))
    blind.claims.release(STUDY, "clara")
    bench = blind.double.bench(STUDY, "clara")
    assert bench.decided == (made, document(recall=True))
    assert bench.obstacle == "It is decided"
    assert blind.revisions.document(first.uid, "clara").opinion.recall is True


def test_only_who_has_it_in_hand_decides_and_only_once(blind: Archive) -> None:
    first = submit(blind, recalled(), "anna")
    second = submit(blind, document(recall=False), "berta")
    blind.claims.claim(STUDY, "clara", Role.ARBITRATION)
    parents = first.uid, second.uid
    with pytest.raises(ReadingStateError, match="in hand"):
        blind.double.arbitrate(document(), "doris", parents)
    blind.double.arbitrate(document(), "clara", parents)
    blind.claims.release(STUDY, "clara")
    with pytest.raises(ReadingStateError, match="decided"):
        blind.double.arbitrate(document(), "doris", parents)
    assert blind.revisions.heads(STUDY, "doris", viewer="doris") == ()


def test_studies_that_both_read_come_with_where_they_are_and_progress(blind: Archive) -> None:
    studies = [IndexedStudy(f"1.{number}", f"/s/{number}", "DOE^J") for number in range(3)]
    blind.sources.index(studies, "head")
    for study in studies[:2]:
        submit(blind, recalled(study=study.uid), "anna")
        submit(blind, document(study=study.uid, recall=False), "berta")
    submit(blind, recalled(study="1.2"), "anna")
    told: list[tuple[int, int]] = []
    found = blind.double.compared(
        "anna", "berta", told=lambda done, total: told.append((done, total))
    )
    assert [(one.uid, one.location, one.patient) for one in found] == [
        ("1.0", "/s/0", "DOE^J"),
        ("1.1", "/s/1", "DOE^J"),
    ]
    assert told == [(1, 2), (2, 2)]
    assert "DOE" not in repr(found)


def test_a_third_reader_who_still_reads_blind_gets_no_figures_of_that_study(
    blind: Archive,
) -> None:
    submit(blind, recalled(), "anna")
    submit(blind, document(recall=False), "berta")
    save(blind, "begun", "clara")
    assert len(blind.double.compared("anna", "berta")) == 1
    assert blind.double.compared("anna", "berta", viewer="clara") == ()


def test_readers_are_counted_by_what_may_be_known_of_them(blind: Archive) -> None:
    for number in range(2):
        submit(blind, recalled(study=f"1.{number}"), "anna")
    submit(blind, document(study="1.0", recall=False), "berta")
    assert blind.double.readers() == (("anna", 1), ("berta", 1))
    blind.double.set_rules(Rules(wanted=2, blind=False), "head")
    assert blind.double.readers() == (("anna", 2), ("berta", 1))
    assert blind.double.readers("elsewhere") == ()
    assert blind.double.projects() == ("main",)
