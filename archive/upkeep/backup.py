"""Backups: one SQLite file, from whatever database, that goes back into whatever database."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from annotations.keeping.disk import reason, sync_file, sync_folder
from archive.audit import Deed, note
from archive.database.copying import copy_file
from archive.database.database import Database
from archive.database.migrating import bring_up_to_date
from archive.errors import DamagedArchiveError, KeptError, UnusableArchiveError
from archive.places import file_url
from archive.upkeep.carrying import carry_rows, empty_tables
from archive.upkeep.checking import check

_WAIT_S = 30.0


def back_up(database: Database, target: Path, by: str) -> None:
    """Write the archive's last finished state to a file; others may go on writing.

    The file appears whole or not at all, for its owner alone. Raises UnusableArchiveError where
    there is a file of this name already or it can't be written, DamagedArchiveError.
    """
    if target.exists():
        raise UnusableArchiveError(
            "there is a file of this name already", where=str(target), remedy="Choose another name"
        )
    with database.writing() as connection:
        note(connection, by, Deed.BACKED_UP)
    _write(database, target)


def restore(database: Database, backup: Path, by: str, aside: Path | None = None) -> Path | None:
    """Put a backup in the archive's place; what the archive held is kept in a file beside.

    aside: a folder for that file; the archive's own where it is ``None``. Returns the file, or
    ``None`` where there was nothing to keep. Raises DamagedArchiveError where the backup isn't
    whole, and UnusableArchiveError; then the archive is as it was.
    """
    if not backup.is_file():
        raise UnusableArchiveError("there is no such backup", where=str(backup))
    folder = aside or (database.file or backup).parent
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    checked = folder / f"restoring-{stamp}.sqlite"
    try:
        copy_file(backup, checked)
        _make_sure(checked, backup)
        kept = _keep_aside(database, folder / f"before-restore-{stamp}.sqlite")
        _put_in_place(database, checked)
    finally:
        for name in (checked.name, f"{checked.name}-wal", f"{checked.name}-shm"):
            with suppress(OSError):
                checked.with_name(name).unlink()
    with database.writing() as connection:
        note(connection, by, Deed.RESTORED)
    return kept


def _write(database: Database, target: Path) -> None:
    if database.file is not None:
        copy_file(database.file, target)
        return
    fresh = target.with_name(f"{target.name}.new")
    with suppress(FileNotFoundError):
        fresh.unlink()
    written = Database(file_url(fresh))
    try:
        bring_up_to_date(written)
        with database.reading() as source, written.writing() as goal:
            carry_rows(source, goal)
        written.close()
        with closing(sqlite3.connect(fresh)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        sync_file(fresh)
        fresh.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise UnusableArchiveError(
            f"the backup can't be written: {reason(error)}", where=str(target)
        ) from error
    finally:
        written.close()
        with suppress(OSError):
            fresh.unlink()


def _make_sure(checked: Path, backup: Path) -> None:
    """Bring the backup's copy to this version and look through it."""
    copy = Database(file_url(checked))
    try:
        bring_up_to_date(copy)
        problems = check(copy)
    finally:
        copy.close()
    if problems:
        raise DamagedArchiveError(
            f"the backup is not whole: {problems[0]}", where=str(backup), remedy="Use another one"
        )


def _keep_aside(database: Database, target: Path) -> Path | None:
    try:
        bring_up_to_date(database)
        _write(database, target)
    except DamagedArchiveError:
        if database.file is None:
            raise
        database.close()
        for suffix in ("", "-wal", "-shm"):
            path = database.file.with_name(database.file.name + suffix)
            with suppress(FileNotFoundError):
                path.rename(target.with_name(target.name + suffix))
    return target


def _put_in_place(database: Database, checked: Path) -> None:
    if database.file is None:
        source = Database(file_url(checked))
        try:
            with source.reading() as rows, database.writing() as goal:
                empty_tables(goal)
                carry_rows(rows, goal)
        finally:
            source.close()
        return
    database.close()
    began = time.monotonic()

    def hurry(status: int, _left: int, _total: int) -> None:
        waits = status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if waits and time.monotonic() - began > _WAIT_S:
            raise TimeoutError

    try:
        with (
            closing(sqlite3.connect(checked)) as backup,
            closing(sqlite3.connect(database.file)) as present,
        ):
            backup.backup(present, progress=hurry)
    except TimeoutError as error:
        raise UnusableArchiveError(
            "another program is using the archive",
            where=database.where,
            remedy="Close all windows, then restore again; the archive is as it was",
        ) from error
    except sqlite3.DatabaseError as error:
        raise KeptError(
            f"the backup could not be put in place ({type(error).__name__})",
            where=database.where,
            remedy="Make room and restore again; the archive is as it was",
        ) from error
