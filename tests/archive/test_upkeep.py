from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from annotations.commands.command import SetOpinion
from annotations.document.opinion import Opinion
from annotations.keeping.folders import reading_place
from annotations.keeping.kept_reading import KeptReading
from annotations.keeping.progress import Keeping
from archive.archive import Archive
from archive.audit import Deed
from archive.errors import DamagedArchiveError, UnknownEntryError, UnusableArchiveError
from archive.places import file_url
from archive.revisions.store import RevisionQuery
from archive.upkeep.backup import back_up, restore
from archive.upkeep.checking import check, repair_index
from archive.upkeep.moving_in import move_readings_in, move_results_in
from archive.worklist.query import WorklistQuery
from inference.results.store import ResultStore, result_key
from tests.archive.readings import STUDY, document, mass, save, submit

KEY = result_key("study", ["package"], {})


def filled(archive: Archive) -> None:
    first = save(archive, document(mass(), note="Grüße"), "anna")
    save(archive, "two", "anna", first)
    submit(archive, document(study="1.7"), "berta")
    archive.results.put(KEY, {"findings": [1.5]})
    archive.datasets.make("set", [first.uid], "anna")
    archive.claims.claim("1.8", "anna")


def told(archive: Archive) -> object:
    revisions = archive.revisions.listed(RevisionQuery())
    said = [archive.revisions.document(one.uid, one.reader) for one in revisions]
    rows = [
        (row.uid, row.state, row.reader, row.findings)
        for row in archive.worklist(WorklistQuery()).rows
    ]
    return revisions, said, rows, archive.results.get(KEY), archive.datasets.facts()


def test_a_backup_goes_back_into_either_kind_of_database(archive: Archive, tmp_path: Path) -> None:
    filled(archive)
    before = told(archive)
    back_up(archive.database, tmp_path / "night.backup", "anna")
    save(archive, "later", "anna")
    kept = restore(archive.database, tmp_path / "night.backup", "anna", tmp_path)
    assert told(archive) == before
    save(archive, document(study="1.99"), "anna")  # numbers go on where they were
    with Archive.open(file_url(tmp_path / "other.sqlite")) as other:
        restore(other.database, tmp_path / "night.backup", "anna")
        assert told(other) == before
    assert kept is not None
    with Archive.open(file_url(kept)) as aside:
        assert len(aside.revisions.heads(STUDY, "anna")) == 2


@pytest.mark.skipif(os.name == "nt", reason="owners and modes are POSIX's")
def test_archive_and_backup_are_for_their_owner_alone(file: Path, tmp_path: Path) -> None:
    with Archive.open(file_url(file)) as archive:
        filled(archive)
        back_up(archive.database, tmp_path / "b" / "night.backup", "anna")
        made = [*file.parent.iterdir(), tmp_path / "b" / "night.backup"]
        assert len(made) >= 3
        assert [path.stat().st_mode & 0o077 for path in made] == [0] * len(made)


def test_a_backup_never_takes_another_files_place(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(UnusableArchiveError, match="already"):
        back_up(archive.database, tmp_path / "mine", "anna")
    assert (tmp_path / "mine").read_text() == "precious"


@pytest.mark.parametrize("harm", ["cut", "rubbish", "altered"])
def test_a_damaged_backup_is_refused_and_the_archive_stays(
    file: Path, tmp_path: Path, harm: str
) -> None:
    backup = tmp_path / "night.backup"
    with Archive.open(file_url(file)) as archive:
        filled(archive)
        before = told(archive)
        back_up(archive.database, backup, "anna")
        if harm == "altered":
            with closing(sqlite3.connect(backup)) as connection:
                connection.execute("DROP TRIGGER contents_no_update")
                connection.execute("UPDATE contents SET data = x'00'")
                connection.commit()
        else:
            data = backup.read_bytes()
            backup.write_bytes(data[: len(data) // 2] if harm == "cut" else b"rubbish" * 999)
        with pytest.raises(DamagedArchiveError):
            restore(archive.database, backup, "anna")
        assert told(archive) == before
    assert not list(file.parent.glob("restoring*"))


def test_a_damaged_archive_is_set_aside_when_a_backup_is_restored(
    file: Path, tmp_path: Path
) -> None:
    with Archive.open(file_url(file)) as archive:
        filled(archive)
        before = told(archive)
        back_up(archive.database, tmp_path / "night.backup", "anna")
        database = archive.database
    file.write_bytes(b"rubbish" * 5000)
    with pytest.raises(DamagedArchiveError, match="archive restore"):
        Archive.open(file_url(file))
    kept = restore(database, tmp_path / "night.backup", "anna")
    assert kept is not None
    assert kept.read_bytes().startswith(b"rubbish")
    with Archive.open(file_url(file)) as again:
        assert told(again) == before


def test_a_whole_archive_passes_the_check(archive: Archive) -> None:
    filled(archive)
    assert check(archive.database) == ()


def test_the_check_finds_what_was_altered(file: Path) -> None:
    with Archive.open(file_url(file)) as archive:
        filled(archive)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TRIGGER contents_no_update")
        connection.execute("UPDATE contents SET data = x'00' WHERE rowid = 1")
        connection.execute("UPDATE ai_results SET digest = 'x'")
        connection.execute("UPDATE studies SET state = 'gold' WHERE uid = ?", (STUDY,))
        connection.commit()
    with Archive.open(file_url(file)) as archive:
        found = " / ".join(check(archive.database))
        assert "a revision is damaged" in found
        assert "AI result" in found
        assert "out of date" in found
        assert repair_index(archive.database) == 1
        assert "out of date" not in " / ".join(check(archive.database))


def test_kept_readings_move_in_once_and_their_files_stay(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "readings"
    with_journal(folder, "1.5", "anna", "from the file", close=True)
    with_journal(folder, "1.6", "berta", "from the journal", close=False)
    files = {path: path.read_bytes() for path in folder.rglob("*.j*")}
    moved = move_readings_in(archive, folder, "anna")
    assert (moved.readings, moved.known, moved.problems) == (2, 0, ())
    for study, reader, note in (("1.5", "anna", "file"), ("1.6", "berta", "journal")):
        (head,) = archive.revisions.heads(study, reader)
        assert archive.revisions.document(head.uid, reader).opinion.note == f"from the {note}"
    assert {path: path.read_bytes() for path in files} == files
    assert move_readings_in(archive, folder, "anna").known == 2
    with_journal(folder, "1.5", "anna", "changed", close=True)
    assert move_readings_in(archive, folder, "anna").readings == 1
    (head,) = archive.revisions.heads("1.5", "anna")
    assert len(head.parents) == 1
    assert [one.did for one in archive.audit.entries()].count(Deed.MOVED_IN) == 2


def with_journal(folder: Path, study: str, reader: str, note: str, *, close: bool) -> None:
    reading = KeptReading.open(folder, study, reader, post=lambda call: call())
    reading.do(SetOpinion(Opinion(note=note), "note"))
    place = reading_place(folder, study, reader)
    while not close and reading.keeping is not Keeping.KEPT:
        time.sleep(0.01)
    journal = None if close else place.journal.read_bytes()
    reading.close()
    if journal is not None:  # as a killed window leaves it: a journal, and no document yet
        place.document.unlink()
        place.journal.write_bytes(journal)


def test_a_damaged_reading_is_told_and_the_others_move_in(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "readings"
    with_journal(folder, "1.5", "anna", "good", close=True)
    (folder / "xyz").mkdir()
    (folder / "xyz" / "bad.json").write_text("{")
    moved = move_readings_in(archive, folder, "anna")
    assert moved.readings == 1
    assert "bad.json" in moved.problems[0]


def test_ai_results_move_in_under_their_hash(archive: Archive, tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results")
    store.put(KEY, {"score": 0.25})
    (tmp_path / "results" / f"{'0' * 64}.json").write_bytes(b"fourview-result 1 x y\n{}")
    moved = move_results_in(archive, tmp_path / "results", "anna")
    assert (moved.results, len(moved.problems)) == (1, 1)
    assert archive.results.get(KEY) == {"score": 0.25}
    assert move_results_in(archive, tmp_path / "results", "anna").known == 1


def test_a_result_is_replaced_dropped_and_missed(archive: Archive) -> None:
    archive.results.put(KEY, {"a": 1})
    archive.results.put(KEY, {"a": 2})
    assert archive.results.get(KEY) == {"a": 2}
    archive.results.drop(KEY)
    assert archive.results.get(KEY) is None
    with pytest.raises(ValueError, match="key"):
        archive.results.put("../x", {})


def test_dataset_versions_number_on_and_name_their_revisions(archive: Archive) -> None:
    kept = [save(archive, document(study=f"1.{n}"), "anna") for n in range(3)]
    first = archive.datasets.make("masses", [kept[0].uid, kept[1].uid], "anna", "for the paper")
    second = archive.datasets.make("masses", [one.uid for one in kept], "anna")
    assert (first.number, second.number, second.size) == (1, 2, 3)
    assert first.digest != second.digest
    assert set(archive.datasets.revisions("masses", 1)) == {kept[0].uid, kept[1].uid}
    with pytest.raises(UnknownEntryError):
        archive.datasets.make("masses", ["nowhere"], "anna")
    with pytest.raises(UnknownEntryError):
        archive.datasets.revisions("masses", 3)


def test_the_command_line_backs_up_checks_lists_and_restores(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from app.cli.main import exit_code  # noqa: PLC0415 - only this test needs the program

    url = file_url(file)
    with Archive.open(url) as archive:
        filled(archive)
    where = ["--archive", url]
    night = str(tmp_path / "night.backup")
    assert exit_code(["archive", "backup", night, *where]) == 0
    assert exit_code(["archive", "check", *where]) == 0
    assert "whole" in capsys.readouterr().out
    assert exit_code(["archive", "list", "--json", "--reader", "anna", *where]) == 0
    assert '"draft"' in capsys.readouterr().out
    assert exit_code(["archive", "restore", night, *where]) == 0
    assert exit_code(["archive", "audit", *where]) == 0
    assert "restored" in capsys.readouterr().out
    assert exit_code(["archive", "restore", str(tmp_path / "none"), *where]) == 2
    assert exit_code(["archive", "list", "--archive", "nonsense"]) == 2
    assert "address" in capsys.readouterr().err
