from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path, PurePosixPath

import pytest
from sqlalchemy import event, text

import archive.database.database as opening
from archive.archive import Archive
from archive.database.database import Database
from archive.database.migrating import HEAD, STEPS, bring_up_to_date, known_steps
from archive.database.shares import mount_kind, share_of
from archive.database.tables import APPEND_ONLY, Base
from archive.errors import (
    DamagedArchiveError,
    MigrationError,
    NewerArchiveError,
    UnusableArchiveError,
)
from archive.places import archive_url, file_url
from archive.revisions.store import RevisionQuery
from archive.upkeep.checking import check
from archive.worklist.query import WorklistQuery
from archive.worklist.study import IndexedStudy
from tests.archive.readings import STUDY, document, save
from tests.archive.servers import fresh_database

ROOT = Path(__file__).resolve().parents[2]
SAVER = "tests.archive.saver_to_kill"
_STEP = """
import os
from alembic import op
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade() -> None:
    op.execute("CREATE TABLE half (id INTEGER)")
    op.execute("INSERT INTO half VALUES (1)")
    {then}
"""


def killed_while_saving(url: str, study: str, after_s: float) -> list[str]:
    """Uids that the saver said were kept before it was killed, ``after_s`` after its first."""
    with subprocess.Popen(
        [sys.executable, "-m", SAVER, url, study], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(after_s)
        process.kill()
        told = [first, *process.stdout.readlines()]
    return [line.strip() for line in told if line.endswith("\n")]


def assert_all_kept(url: str, study: str, told: list[str]) -> None:
    with Archive.open(url) as archive:
        kept = archive.revisions.listed(RevisionQuery(study_uid=study, most=10**6))
        assert len(archive.revisions.heads(study, "anna")) == 1
        assert {one.uid for one in kept} >= set(told)
        assert len(kept) <= len(told) + 1


def kills(url: str, times: int) -> None:
    chance = random.Random(9)
    for number in range(times):
        told = killed_while_saving(url, f"1.{number}", chance.uniform(0, 0.1))
        assert_all_kept(url, f"1.{number}", told)
    with Archive.open(url) as archive:
        assert check(archive.database) == ()


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_a_kill_while_saving_loses_nothing_that_was_kept(file: Path) -> None:
    kills(file_url(file), 1)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_a_hundred_kills_while_saving_lose_nothing_that_was_kept(file: Path) -> None:
    kills(file_url(file), 100)


def test_a_full_disk_is_told_and_what_was_kept_is_whole(file: Path) -> None:
    with Archive.open(file_url(file)) as archive:
        first = save(archive, "one")

        @event.listens_for(archive.database.engine, "connect")
        def full(raw: sqlite3.Connection, _record: object) -> None:
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count = {pages}")

        archive.database.engine.dispose()
        noise = random.Random(1).randbytes(200_000).hex()
        with pytest.raises(UnusableArchiveError, match="disk is full"):
            save(archive, noise, "anna", first)
        assert archive.revisions.history(STUDY, "anna") == (first,)
        assert archive.revisions.document(first.uid, "anna").opinion.note == "one"
        event.remove(archive.database.engine, "connect", full)
        archive.database.engine.dispose()
        assert save(archive, noise, "anna", first).parents == (first.uid,)


def test_a_locked_archive_is_told_and_can_still_be_read(file: Path) -> None:
    with Archive.open(file_url(file), wait_s=0.1) as archive:
        first = save(archive, "one")
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(UnusableArchiveError, match="another program is writing"):
                save(archive, "two", "anna", first)
            assert archive.revisions.heads(STUDY, "anna") == (first,)
        save(archive, "two", "anna", first)


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="the superuser may write anywhere",
)
def test_a_read_only_file_is_told(file: Path) -> None:
    with Archive.open(file_url(file)) as archive:
        first = save(archive, "one")
    file.chmod(0o400)
    with pytest.raises(UnusableArchiveError, match="read"), Archive.open(file_url(file)) as archive:
        save(archive, "two", "anna", first)


def test_a_database_that_refuses_writing_is_told(file: Path) -> None:
    with Archive.open(file_url(file)) as archive:
        first = save(archive, "one")

        @event.listens_for(archive.database.engine, "connect")
        def locked(raw: sqlite3.Connection, _record: object) -> None:
            raw.execute("PRAGMA query_only = ON")

        archive.database.engine.dispose()
        with pytest.raises(UnusableArchiveError, match="can only be read"):
            save(archive, "two", "anna", first)
        assert archive.revisions.heads(STUDY, "anna") == (first,)


def test_an_archive_of_a_newer_version_is_left_as_it_is(url: str) -> None:
    with Archive.open(url) as archive:
        save(archive, "one")
        with archive.database.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(NewerArchiveError, match="newer Fourview"):
            Archive.open(url)
    finally:
        database = Database(url)
        with database.writing() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
        database.close()
    with Archive.open(url) as archive:
        assert len(archive.revisions.heads(STUDY, "anna")) == 1


def steps_with(folder: Path, then: str) -> Path:
    steps = folder / "steps"
    shutil.copytree(STEPS, steps, ignore=shutil.ignore_patterns("__pycache__"))
    (steps / "versions" / "v0002_half.py").write_text(_STEP.format(then=then))
    return steps


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_step_that_fails_half_way_leaves_the_archive_as_it_was(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = file_url(tmp_path / "archive.sqlite")
    if kind == "postgresql":
        url = fresh_database(request.getfixturevalue("server"))
    with Archive.open(url) as archive:
        kept = save(archive, "one")
    steps = steps_with(tmp_path, 'op.execute("SELECT nonsense FROM nowhere")')
    database = Database(url)
    with pytest.raises(MigrationError, match="as it was before"):
        bring_up_to_date(database, steps, "0002")
    database.close()
    with Archive.open(url) as archive:
        assert archive.revisions.heads(STUDY, "anna") == (kept,)
        assert check(archive.database) == ()


def test_a_kill_half_way_through_a_step_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "archive.sqlite"
    with Archive.open(file_url(file)) as archive:
        kept = save(archive, "one")
    steps = steps_with(tmp_path, "os._exit(9)")
    program = (
        "import sys; from pathlib import Path; from archive.database.database import Database; "
        "from archive.database.migrating import bring_up_to_date; "
        "bring_up_to_date(Database(sys.argv[1]), Path(sys.argv[2]), '0002')"
    )
    command = [sys.executable, "-c", program, file_url(file), str(steps)]
    assert subprocess.run(command, check=False, cwd=ROOT).returncode == 9
    with Archive.open(file_url(file)) as archive:
        assert archive.revisions.heads(STUDY, "anna") == (kept,)
        with archive.database.reading() as connection:
            tables = connection.execute(text("SELECT name FROM sqlite_master")).scalars().all()
    assert "half" not in tables


def test_a_step_keeps_a_copy_of_the_file_before_it(tmp_path: Path) -> None:
    file = tmp_path / "archive.sqlite"
    with Archive.open(file_url(file)) as archive:
        save(archive, "one")
    database = Database(file_url(file))
    assert bring_up_to_date(database, steps_with(tmp_path, "pass"), "0002")
    database.close()
    with pytest.raises(NewerArchiveError):
        Archive.open(file_url(file))
    with Archive.open(file_url(tmp_path / f"archive.sqlite.step-{HEAD}")) as before:
        assert len(before.revisions.heads(STUDY, "anna")) == 1


def test_the_steps_lead_to_the_tables_that_the_program_uses(url: str) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - slow to import
    from alembic.migration import MigrationContext  # noqa: PLC0415

    with Archive.open(url) as archive, archive.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert known_steps()[0] == HEAD
        assert set(APPEND_ONLY) <= set(Base.metadata.tables)


@pytest.mark.parametrize("content", [b"rubbish" * 999, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(DamagedArchiveError, match="damaged"):
        Archive.open(file_url(file))
    assert file.read_bytes() == content


def test_another_programs_database_is_refused_and_left(file: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE theirs (id)")
    with pytest.raises(DamagedArchiveError, match="another program"):
        Archive.open(file_url(file))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "address"),
        ("strange://x", "address"),
        ("sqlite://", "needs a file"),
        ("postgresql://anna:secret@127.0.0.1:1/x", "does not answer"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(url: str, why: str) -> None:
    with pytest.raises(UnusableArchiveError, match=why) as refused:
        Archive.open(url)
    assert "secret" not in str(refused.value)


def test_messages_and_logs_name_no_patient(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Archive.open(file_url(file), wait_s=0.1) as archive:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            study = IndexedStudy("1.77", "/x", "Meier^Anna")
            with pytest.raises(UnusableArchiveError) as refused:
                archive.sources.index([study], "anna")
        archive.sources.index([study], "anna")
        told = f"{refused.value} {caplog.text} {archive.audit.entries()}"
    assert "Meier" not in told


def test_a_file_on_a_network_share_is_told_and_not_kept_in_wal(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "share_of", lambda _path: "nfs4")
    with Archive.open(file_url(file)) as archive:
        assert "network share (nfs4)" in archive.notice
        save(archive, "one")
        with archive.database.reading() as connection:
            assert connection.scalar(text("PRAGMA journal_mode")) == "delete"
    assert not file.with_name(file.name + "-wal").exists()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/mnt/my share/a", "cifs"), ("/mnt/other", "ext4"), ("/home/x/a", "nfs4"), ("/", "ext4")],
)
def test_the_deepest_mount_says_what_a_path_lies_on(path: str, kind: str) -> None:
    mounts = (
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "40 22 0:40 / /home rw,relatime shared:1 - nfs4 server:/home rw\n"
        "41 22 0:41 / /mnt/my\\040share rw - cifs //server/share rw\n"
        "odd line\n"
    )
    assert mount_kind(mounts, PurePosixPath(path)) == kind


def test_this_disk_is_no_network_share_or_is_told_as_one(tmp_path: Path) -> None:
    assert share_of(tmp_path) in {"", share_of(tmp_path.parent)}


def test_commits_wait_for_the_disk_and_links_are_checked(file: Path) -> None:
    with Archive.open(file_url(file)) as archive, archive.database.reading() as connection:
        told = [connection.scalar(text(f"PRAGMA {name}")) for name in _SAFE]
    assert dict(zip(_SAFE, told, strict=True)) == _SAFE


_SAFE = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_the_archive_lies_with_the_readings_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path))
    with Archive.open() as archive:
        assert archive.worklist(WorklistQuery()).total == 0
    assert (tmp_path / "archive.sqlite").exists()
    monkeypatch.setenv("FOURVIEW_ARCHIVE", "postgresql://server/name")
    assert archive_url() == "postgresql://server/name"


def test_two_programs_that_make_one_archive_at_once_make_one(tmp_path: Path) -> None:
    url = file_url(tmp_path / "archive.sqlite")
    program = "import sys; from archive.archive import Archive; Archive.open(sys.argv[1]).close()"
    made = [subprocess.Popen([sys.executable, "-c", program, url], cwd=ROOT) for _ in range(2)]
    assert [one.wait(60) for one in made] == [0, 0]
    with Archive.open(url) as archive:
        save(archive, document(study="1.1"))
