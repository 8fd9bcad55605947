from __future__ import annotations

import hashlib
import threading
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from annotations.commands.applying import apply
from annotations.document.document import Document
from archive.archive import Archive
from archive.audit import AuditQuery, Deed
from archive.errors import (
    DamagedArchiveError,
    KeptError,
    NewerArchiveError,
    ReadingStateError,
    UnknownEntryError,
)
from archive.revisions.content import Packed, packed, unpacked
from archive.revisions.merging import merge_documents
from archive.revisions.revision import NewRevision, OnScreen, ReadingState
from archive.revisions.store import RevisionQuery
from archive.worklist.query import WorklistQuery
from tests.annotations.documents import STUDY as DRAWN
from tests.annotations.documents import commands
from tests.archive.readings import STUDY, document, mass, moved, save, submit


@st.composite
def documents(draw: st.DrawFn, begin: Document | None = None) -> Document:
    made = begin or Document(DRAWN)
    for _ in range(draw(st.integers(0, 5))):
        made = apply(made, draw(commands(made))).document
    return made


@settings(max_examples=25)
@given(documents())
def test_what_a_revision_says_comes_back_the_same(said: Document) -> None:
    assert unpacked(packed(said)) == said


def test_a_content_that_was_altered_is_refused() -> None:
    good = packed(document(note="a"))
    other = packed(document(note="b"))
    for bad in (Packed(good.digest, other.data), Packed(good.digest, b"no zlib")):
        with pytest.raises(DamagedArchiveError):
            unpacked(bad)


def test_a_content_of_a_newer_version_is_told_as_such() -> None:
    plain = b'{"format":"fourview-revision","version":2,"document":{"more":1}}'
    with pytest.raises(NewerArchiveError, match="newer Fourview"):
        unpacked(Packed(hashlib.sha256(plain).hexdigest(), zlib.compress(plain)))


def test_a_revision_tells_who_when_from_what_and_what_was_on_the_screen(archive: Archive) -> None:
    first = save(archive, "one")
    screen = (OnScreen("deeplima", "1.2", 0.35),)
    said = document(mass(), note="two")
    kept = archive.revisions.save(NewRevision(said, "anna", (first.uid,), on_screen=screen))
    (head,) = archive.revisions.heads(STUDY, "anna")
    assert head == kept
    assert (head.reader, head.made_by, head.parents) == ("anna", "anna", (first.uid,))
    assert (head.on_screen, head.findings, head.state) == (screen, 1, ReadingState.DRAFT)
    assert head.made >= first.made
    assert archive.revisions.document(head.uid, "anna") == said


def test_every_revision_stays(archive: Archive) -> None:
    first = save(archive, "one")
    second = save(archive, "two", "anna", first)
    assert archive.revisions.history(STUDY, "anna") == (first, second)
    assert archive.revisions.document(first.uid, "anna").opinion.note == "one"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revisions SET reader = 'x'",
        "DELETE FROM revisions",
        "UPDATE contents SET digest = 'x'",
        "DELETE FROM audit",
        "DELETE FROM revision_parents",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_said(
    archive: Archive, statement: str
) -> None:
    save(archive, "two", "anna", save(archive, "one"))
    with pytest.raises(KeptError) as refused, archive.database.writing() as connection:
        connection.execute(text(statement))
    assert "only ever added" in str(refused.value.__cause__)
    assert len(archive.revisions.history(STUDY, "anna")) == 2


def test_two_saves_from_one_parent_show_as_two_heads_to_merge(url: str) -> None:
    with Archive.open(url) as one, Archive.open(url) as other:
        base = save(one, document(mass(10)))
        mine = one.revisions.document(base.uid, "anna")
        first = save(one, Document(STUDY, (*mine.findings, mass(200))), "anna", base)
        second = save(other, Document(STUDY, (*mine.findings, mass(400))), "anna", base)
        assert set(one.revisions.heads(STUDY, "anna")) == {first, second}
        assert one.worklist(WorklistQuery(conflict=True)).total == 1
        merged, told = other.revisions.merge(first.uid, second.uid, "anna")
        assert told.clashes == ()
        assert one.revisions.heads(STUDY, "anna") == (merged,)
        assert len(one.revisions.document(merged.uid, "anna").findings) == 3
        assert one.worklist(WorklistQuery(conflict=True)).total == 0


def test_saves_of_many_threads_at_once_are_all_kept(url: str) -> None:
    with Archive.open(url) as archive:
        base = save(archive, "base")
        threads = [
            threading.Thread(target=save, args=(archive, f"note {n}", "anna", base))
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        notes = {
            archive.revisions.document(head.uid, "anna").opinion.note
            for head in archive.revisions.heads(STUDY, "anna")
        }
    assert notes == {f"note {n}" for n in range(8)}


def test_trying_a_save_again_under_its_name_keeps_it_once(archive: Archive) -> None:
    new = NewRevision(document(note="a"), "anna")
    assert archive.revisions.save(new, "name-1") == archive.revisions.save(new, "name-1")
    assert len(archive.revisions.history(STUDY, "anna")) == 1
    with pytest.raises(KeptError, match="something else"):
        archive.revisions.save(NewRevision(document(note="b"), "anna"), "name-1")


def test_a_submitted_reading_is_read_only_and_a_correction_says_why(archive: Archive) -> None:
    done = submit(archive, "done", "anna")
    with pytest.raises(ReadingStateError, match="only be looked at"):
        save(archive, "more", "anna", done)
    fixed = save(archive, "more", "anna", done, why="wrong side")
    assert (fixed.why, fixed.parents) == ("wrong side", (done.uid,))
    assert archive.revisions.document(done.uid, "anna").opinion.note == "done"


def test_states_follow_one_another_with_the_content_unchanged(archive: Archive) -> None:
    done = submit(archive, "done", "anna")
    seen = archive.revisions.promote(done.uid, ReadingState.REVIEWED, "berta")
    gold = archive.revisions.promote(seen.uid, ReadingState.GOLD, "berta")
    assert {one.digest for one in archive.revisions.history(STUDY, "anna")} == {done.digest}
    assert (gold.reader, gold.made_by, gold.state) == ("anna", "berta", ReadingState.GOLD)
    assert archive.worklist(WorklistQuery()).rows[0].state.value == "gold"


@pytest.mark.parametrize(
    ("state", "by", "why"),
    [
        (ReadingState.GOLD, "berta", "can't become"),
        (ReadingState.REVIEWED, "anna", "somebody else"),
        (ReadingState.ADJUDICATED, "berta", "can't become"),
        (ReadingState.DRAFT, "anna", "can't become"),
    ],
)
def test_a_state_that_can_not_follow_is_refused(
    archive: Archive, state: ReadingState, by: str, why: str
) -> None:
    done = submit(archive, "done", "anna")
    with pytest.raises(ReadingStateError, match=why):
        archive.revisions.promote(done.uid, state, by)


def test_a_reading_that_was_changed_meanwhile_is_not_promoted(archive: Archive) -> None:
    first = save(archive, "one")
    save(archive, "two", "anna", first)
    with pytest.raises(ReadingStateError, match="changed meanwhile"):
        archive.revisions.promote(first.uid, ReadingState.SUBMITTED, "anna")


def test_a_parent_that_is_not_there_is_refused_and_nothing_is_kept(archive: Archive) -> None:
    with pytest.raises(UnknownEntryError, match="made from"):
        archive.revisions.save(NewRevision(document(), "anna", ("nowhere",)))
    assert archive.worklist(WorklistQuery()).total == 0


def test_revisions_are_listed_newest_first_and_paged(archive: Archive) -> None:
    kept = [save(archive, document(study=f"1.{n}"), "anna" if n % 2 else "berta") for n in range(7)]
    newest = list(reversed(kept))
    page = archive.revisions.listed(RevisionQuery(most=3))
    assert list(page) == newest[:3]
    rest = archive.revisions.listed(RevisionQuery(after=page[-1].uid))
    assert list(rest) == newest[3:]
    own = archive.revisions.listed(RevisionQuery(reader="anna"))
    assert [one.study_uid for one in own] == ["1.5", "1.3", "1.1"]


def test_the_audit_tells_who_did_what(archive: Archive) -> None:
    done = submit(archive, "done", "anna")
    archive.audit.add("berta", Deed.EXPORTED, STUDY, format="coco", readings=1)
    told = archive.audit.entries(AuditQuery(study_uid=STUDY))
    assert [(one.who, one.did) for one in told] == [
        ("berta", Deed.EXPORTED),
        ("anna", Deed.PROMOTED),
        ("anna", Deed.SAVED),
    ]
    assert told[1].revision_uid == done.uid
    assert told[0].detail == {"format": "coco", "readings": 1}


@settings(max_examples=25)
@given(documents())
def test_merging_a_document_with_itself_changes_nothing(said: Document) -> None:
    assert merge_documents(said, said, said).document == said


@settings(max_examples=25)
@given(st.data())
def test_merging_what_one_alone_changed_takes_that(data: st.DataObject) -> None:
    base = data.draw(documents())
    changed = data.draw(documents(base))
    one_way, other_way = (
        merge_documents(base, *both) for both in ((changed, base), (base, changed))
    )
    for merged in (one_way, other_way):
        assert merged.clashes == ()
        assert set(merged.document.by_id) == set(changed.by_id)
        assert merged.document.opinion == changed.opinion


def test_a_finding_that_both_moved_is_there_twice_and_told() -> None:
    finding = mass(10)
    base, first, second = (
        document(one) for one in (finding, moved(finding, 50), moved(finding, 90))
    )
    merged = merge_documents(base, first, second)
    lefts = {
        one.geometries[0].box.left for one in merged.document.findings if one.geometries[0].box
    }
    assert lefts == {50, 90}
    assert "twice" in merged.clashes[0]
    assert len(merged.document.by_id) == 2


def test_a_finding_deleted_here_and_moved_there_stays() -> None:
    finding = mass(10)
    merged = merge_documents(document(finding), document(), document(moved(finding, 90)))
    assert len(merged.document.findings) == 1
    assert merged.clashes
