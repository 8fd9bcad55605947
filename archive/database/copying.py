"""Copies an SQLite file while it is in use, whole and synced, for its owner alone."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from annotations.keeping.disk import make_folder, reason, sync_file, sync_folder
from archive.errors import DamagedArchiveError, UnusableArchiveError


def copy_file(source: Path, target: Path) -> None:
    """Copy a database's last finished state (SQLite's backup API); others may go on writing.

    The target appears whole or not at all. Raises UnusableArchiveError, DamagedArchiveError.
    """
    fresh = target.with_name(f"{target.name}.new")
    try:
        make_folder(target.parent)
        with suppress(FileNotFoundError):
            fresh.unlink()
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_look(source)) as read, closing(sqlite3.connect(fresh)) as written:
            read.backup(written)
            written.execute("PRAGMA journal_mode = DELETE")
        sync_file(fresh)
        fresh.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        _drop(fresh)
        raise UnusableArchiveError(
            f"the copy can't be written: {reason(error)}", where=str(target)
        ) from error
    except sqlite3.DatabaseError as error:
        _drop(fresh)
        raise DamagedArchiveError(
            f"the copy could not be made ({type(error).__name__})", where=str(source)
        ) from error


def _look(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)


def _drop(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
