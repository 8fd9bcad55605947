"""A reading goes on where it was left: closed, killed, folded together or open elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.commands.applying import apply
from annotations.commands.command import Change, Initiator, RemoveFindings
from annotations.document.document import Document
from annotations.errors import CommandError, KeepingError, ReadingBusyError
from annotations.keeping import kept_reading
from annotations.keeping.kept_reading import KeptReading
from annotations.keeping.progress import Keeping
from annotations.keeping.reading_file import load_document, save_document
from tests.annotations.documents import commands
from tests.annotations.keeping.desk import READER, STUDY, Desk, adding, crash, noting


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "readings")


def kept(desk: Desk, reading: KeptReading) -> None:
    desk.until(lambda: reading.keeping is Keeping.KEPT)


def wander(reading: KeptReading, data: st.DataObject, steps: str) -> None:
    for step in steps:
        if step == "d":
            reading.do(data.draw(commands(reading.document)))
        elif step == "u":
            reading.undo()
        else:
            reading.redo()


def test_a_new_reading_is_empty_kept_and_leaves_no_files_of_its_own(desk: Desk) -> None:
    reading = desk.open()
    assert reading.document == Document(STUDY)
    assert (reading.keeping, reading.recovered, reading.lost, reading.read_only) == (
        Keeping.KEPT,
        0,
        "",
        "",
    )
    reading.close()
    assert not desk.place.document.exists()
    assert not desk.place.journal.exists()


def test_a_change_is_shown_at_once_and_called_kept_when_it_is_on_disk(desk: Desk) -> None:
    reading = desk.open()
    changes: list[Change] = []
    states: list[Keeping] = []
    reading.changed.connect(changes.append)
    reading.keeping_changed.connect(lambda: states.append(reading.keeping))
    reading.do(adding(1), Initiator.MODEL)
    assert len(reading.document.findings) == 1
    assert changes[0].initiator is Initiator.MODEL
    assert reading.keeping is Keeping.KEEPING
    kept(desk, reading)
    assert states == [Keeping.KEEPING, Keeping.KEPT]
    assert b"add findings" in desk.place.journal.read_bytes()
    reading.close()


def test_closing_saves_the_document_and_takes_the_journal_away(desk: Desk) -> None:
    reading = desk.open()
    reading.do(adding(1))
    reading.do(noting("calm"))
    reading.close()
    assert load_document(desk.place.document).document == reading.document
    assert load_document(desk.place.document).sequence == 2
    assert not desk.place.journal.exists()
    again = desk.open()
    assert again.document == reading.document
    assert again.recovered == 0
    again.close()
    again.close()


@settings(max_examples=25, deadline=None)
@given(st.data(), st.text("ddur", max_size=10), st.text("durd", max_size=10))
def test_after_a_kill_document_and_history_are_as_they_were(
    data: st.DataObject, first: str, second: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        desk = Desk(Path(name))
        for steps in (first, second):
            reading = desk.open()
            assert not reading.lost
            wander(reading, data, steps)
            kept(desk, reading)
            crash(reading)
        found = desk.open()
        assert found.document == reading.document
        assert found.history.done == reading.history.done
        assert found.history.undone == reading.history.undone
        while (change := found.undo()) is not None:
            assert reading.history.undo() == change
            assert found.document == reading.document
        assert found.document == Document(STUDY)
        found.close()


@settings(max_examples=25, deadline=None)
@given(st.data(), st.text("ddur", min_size=3, max_size=25), st.integers(1, 3000))
def test_folding_the_journal_into_the_document_loses_nothing_however_often(
    data: st.DataObject, steps: str, size: int
) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_reading, "COMPACT_BYTES", size)
        desk = Desk(Path(name))
        reading = desk.open()
        for step in "d" + steps:
            wander(reading, data, step)
            kept(desk, reading)
            # What lies on disk now is what a kill would leave.
            assert elsewhere(desk).document == reading.document
        crash(reading)
        found = desk.open()
        assert (found.document, found.lost) == (reading.document, "")
        found.close()
        assert load_document(desk.place.document).document == reading.document


def elsewhere(desk: Desk) -> KeptReading:
    """As a second window sees it."""
    return KeptReading.open(desk.folder, STUDY, READER, post=lambda call: call())


def test_undo_reaches_beyond_a_fold_and_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_reading, "COMPACT_BYTES", 1)
    reading = desk.open()
    reading.do(adding(1))
    reading.do(adding(2))
    kept(desk, reading)
    monkeypatch.setattr(kept_reading, "COMPACT_BYTES", 10**6)
    for expected in (1, 0):
        assert reading.undo() is not None
        kept(desk, reading)
        assert len(elsewhere(desk).document.findings) == expected
    for expected in (1, 2):
        assert reading.redo() is not None
        kept(desk, reading)
        assert len(elsewhere(desk).document.findings) == expected
    reading.close()


def test_the_steps_of_an_interrupted_session_are_counted(desk: Desk) -> None:
    reading = desk.open()
    reading.do(adding(1))
    reading.do(adding(2))
    reading.undo()
    kept(desk, reading)
    crash(reading)
    found = desk.open()
    assert found.recovered == 3
    assert found.history.redo_title == "add finding"
    found.close()


def test_a_kill_between_saving_and_taking_the_journal_away_doubles_nothing(desk: Desk) -> None:
    reading = desk.open()
    reading.do(adding(1))
    reading.do(adding(2))
    kept(desk, reading)
    crash(reading)
    save_document(desk.place.document, reading.document, reader=READER, sequence=2)
    found = desk.open()
    assert found.document == reading.document
    assert found.recovered == 0
    found.do(adding(3))
    kept(desk, found)
    crash(found)
    last = desk.open()
    assert last.document == found.document
    last.close()


def test_a_second_window_looks_on_and_changes_nothing(desk: Desk) -> None:
    first = desk.open()
    first.do(adding(1))
    kept(desk, first)
    second = desk.open()
    assert second.document == first.document
    assert "open in another window" in second.read_only
    with pytest.raises(ReadingBusyError, match="another window"):
        second.do(adding(2))
    with pytest.raises(ReadingBusyError):
        second.undo()
    before = desk.place.journal.read_bytes()
    second.close()
    assert desk.place.journal.read_bytes() == before
    first.do(adding(3))
    first.close()
    third = desk.open()
    assert third.read_only == ""
    assert len(third.document.findings) == 2
    third.close()


def test_readers_keep_apart_what_they_read(desk: Desk) -> None:
    reading = desk.open()
    other = KeptReading.open(desk.folder, STUDY, "Ben", post=desk.calls.put)
    reading.do(adding(1))
    assert other.read_only == ""
    other.do(noting("mine"))
    reading.close()
    other.close()
    assert len(desk.open().document.findings) == 1


def test_a_command_that_does_not_fit_leaves_no_line(desk: Desk) -> None:
    reading = desk.open()
    reading.do(adding(1))
    with pytest.raises(CommandError):
        reading.do(adding(1))
    with pytest.raises(CommandError):
        reading.do(RemoveFindings((adding(5).findings[0].id,)))
    with pytest.raises(CommandError):
        reading.do(noting("half \ud800 a letter"))
    reading.do(adding(2))
    kept(desk, reading)
    crash(reading)
    found = desk.open()
    assert (found.document, found.recovered) == (reading.document, 2)
    found.close()


def test_nothing_to_undo_is_no_change(desk: Desk) -> None:
    reading = desk.open()
    assert reading.undo() is None
    assert reading.redo() is None
    assert reading.keeping is Keeping.KEPT
    reading.close()


def test_a_closed_reading_takes_no_changes(desk: Desk) -> None:
    reading = desk.open()
    reading.close()
    with pytest.raises(KeepingError, match="was closed"):
        reading.do(adding(1))


def test_a_listener_that_fails_takes_nothing_from_the_disk(desk: Desk) -> None:
    reading = desk.open()
    reading.changed.connect(lambda _: 1 / 0)
    with pytest.raises(Exception, match="division"):
        reading.do(adding(1))
    kept(desk, reading)
    crash(reading)
    found = desk.open()
    assert found.document == apply(Document(STUDY), adding(1)).document
    found.close()
