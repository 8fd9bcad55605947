"""Readings out of the archive and into it: the newest of each, all of them or none."""

from __future__ import annotations

import pytest

from annotations.document.document import Document
from annotations.exchange.format import Aspect
from annotations.exchange.neutral import ExchangeReading
from archive.archive import Archive
from archive.audit import Deed
from archive.errors import KeptError
from archive.revisions.double import Rules
from archive.revisions.revision import ReadingState
from archive.upkeep import taking_in
from archive.upkeep.checking import check
from archive.upkeep.describing import describe
from archive.upkeep.taking_in import Fate, foreseen, take_in
from archive.upkeep.taking_out import Wanted, chosen, locations, taken_out
from archive.worklist.query import WorklistQuery
from archive.worklist.study import IndexedStudy
from tests.archive.readings import STUDY, document, mass, save, submit

OTHER = "1.2.3.5"


def reading(what: Document, reader: str = "anna") -> ExchangeReading:
    return ExchangeReading(reader, what)


def documents(archive: Archive, wanted: Wanted | None = None, viewer: str = "") -> list[Document]:
    return [one.document for one in taken_out(archive, wanted or Wanted(), viewer).readings]


def test_the_newest_revision_of_each_reading_is_taken(archive: Archive) -> None:
    first = save(archive, "old", "anna")
    save(archive, "new", "anna", first)
    save(archive, document(note="theirs", study=OTHER), "bob")
    assert {one.opinion.note for one in documents(archive)} == {"new", "theirs"}
    assert [one.opinion.note for one in documents(archive, Wanted(reader="bob"))] == ["theirs"]
    only = Wanted(frozenset({STUDY}))
    assert [one.opinion.note for one in documents(archive, only)] == ["new"]
    assert documents(archive, Wanted(frozenset())) == []


def test_submitted_readings_alone_leave_drafts_of_a_correction_out(archive: Archive) -> None:
    done = submit(archive, "done", "anna")
    save(archive, "corrected", "anna", done, why="a slip")
    save(archive, "begun", "bob")
    taken = documents(archive, Wanted(submitted=True))
    assert [one.opinion.note for one in taken] == ["done"]


def test_versions_that_wait_to_be_merged_are_told(archive: Archive) -> None:
    first = save(archive, "first", "anna")
    save(archive, "here", "anna", first)
    save(archive, "there", "anna", first)
    taken = taken_out(archive, Wanted())
    assert [one.document.opinion.note for one in taken.readings] == ["there"]
    assert [(one.aspect, one.count) for one in taken.losses] == [(Aspect.VERSIONS, 1)]
    assert chosen(archive, Wanted()).waiting == 1


def test_a_reader_who_reads_blind_takes_nothing_of_the_others(archive: Archive) -> None:
    archive.double.set_rules(Rules(2, blind=True), "chief")
    submit(archive, "mine", "anna")
    save(archive, "theirs", "bob")
    taken = taken_out(archive, Wanted(), "bob")
    assert [one.reader for one in taken.readings] == ["bob"]
    assert [(one.aspect, one.count) for one in taken.losses] == [(Aspect.HIDDEN, 1)]
    assert chosen(archive, Wanted(), "bob").readers == ("bob",)
    assert len(taken_out(archive, Wanted()).readings) == 2


def test_where_studies_lie_is_told_for_those_that_were_seen(archive: Archive) -> None:
    archive.sources.index([IndexedStudy(STUDY, "/images/a", "Nobody", None, ("RCC",))], "anna")
    save(archive, document(study=OTHER), "anna")
    assert locations(archive, [STUDY, OTHER, "9.9"]) == {STUDY: "/images/a"}


def test_imported_readings_are_drafts_that_say_where_they_came_from(archive: Archive) -> None:
    said = document(mass(), note="seen elsewhere")
    arrived = take_in(archive, [reading(said)], "chief", "coco")
    (made,) = arrived.revisions
    assert arrived.fates == (Fate.NEW,)
    assert (made.reader, made.made_by, made.state) == ("anna", "chief", ReadingState.DRAFT)
    assert made.why == "imported from coco"
    assert archive.revisions.document(made.uid, "anna") == said
    lines = [one for one in archive.audit.entries() if one.did is Deed.IMPORTED]
    assert dict(lines[0].detail) == {
        "format": "coco",
        "readings": 1,
        "findings": 1,
    }
    assert check(archive.database) == ()


def test_what_is_kept_already_is_not_kept_again(archive: Archive) -> None:
    said = document(mass())
    take_in(archive, [reading(said)], "chief", "json")
    again = take_in(archive, [reading(said)], "chief", "json")
    assert again.fates == (Fate.KNOWN,)
    assert not again.revisions
    assert len(archive.revisions.history(STUDY, "anna")) == 1


def test_what_a_reader_has_begun_stays_and_the_import_waits_to_be_merged(archive: Archive) -> None:
    own = save(archive, document(mass(10)), "anna")
    arrived = take_in(archive, [reading(document(mass(60)))], "chief", "coco")
    assert arrived.fates == (Fate.VERSION,)
    heads = archive.revisions.heads(STUDY, "anna")
    assert [one.uid for one in heads] == [own.uid, arrived.revisions[0].uid]
    merged, _ = archive.revisions.merge(heads[0].uid, heads[1].uid, "anna")
    assert merged.findings == 2


def test_a_submitted_reading_is_left_as_it_is(archive: Archive) -> None:
    done = submit(archive, "done", "anna")
    given = [reading(document(mass())), reading(document(mass(), study=OTHER))]
    assert foreseen(archive, given) == (Fate.SUBMITTED, Fate.NEW)
    arrived = take_in(archive, given, "chief", "coco")
    assert arrived.fates == (Fate.SUBMITTED, Fate.NEW)
    assert [one.uid for one in archive.revisions.heads(STUDY, "anna")] == [done.uid]


def test_looking_ahead_changes_nothing(archive: Archive) -> None:
    before = archive.audit.entries()
    assert foreseen(archive, [reading(document(mass()))]) == (Fate.NEW,)
    assert archive.audit.entries() == before
    assert archive.worklist(WorklistQuery()).total == 0


def test_one_reading_that_cannot_be_kept_keeps_all_others_out(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [reading(document(mass(), study=f"1.2.{number}")) for number in range(3)]
    kept: list[str] = []

    def full(*told: object, **more: object) -> object:
        kept.append("one")
        if len(kept) == 3:
            raise KeptError("the disk is full")
        return add(*told, **more)

    add = taking_in.add_revision
    monkeypatch.setattr(taking_in, "add_revision", full)
    with pytest.raises(KeptError, match="disk is full"):
        take_in(archive, given, "chief", "coco")
    assert archive.worklist(WorklistQuery()).total == 0
    assert archive.audit.entries() == ()


def test_the_worklist_tells_of_imported_studies_that_it_did_not_know(archive: Archive) -> None:
    archive.sources.index([IndexedStudy(STUDY, "/images/a", "Known^One", None, ("RCC",))], "anna")
    told = [
        IndexedStudy(STUDY, "", "Other^Name", None),
        IndexedStudy(OTHER, "/images/b", "New^One", None, ("LCC",)),
    ]
    given = [reading(document(mass())), reading(document(mass(), study=OTHER))]
    take_in(archive, given, "chief", "json", told)
    rows = {one.uid: one for one in archive.worklist(WorklistQuery()).rows}
    assert (rows[STUDY].patient, rows[STUDY].location) == ("Known^One", "/images/a")
    assert (rows[OTHER].patient, rows[OTHER].location) == ("New^One", "/images/b")
    assert rows[OTHER].findings == 1


def test_the_archive_is_described_by_what_it_holds(archive: Archive) -> None:
    done = submit(archive, "done", "anna")
    save(archive, "corrected", "anna", done, why="a slip")
    save(archive, document(study=OTHER), "bob")
    told = describe(archive)
    assert (told.studies, told.readings, told.revisions, told.results) == (2, 2, 4, 0)
    assert told.size is not None
    assert told.size > 10_000
    assert told.backed_up is None
    assert "secret" not in told.where
