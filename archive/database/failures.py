"""What a database's refusal means, in words that a reader can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from archive.errors import DamagedArchiveError, KeptError, UnusableArchiveError

_WHOLE = "what was kept before is whole"
_SQLITE = {
    sqlite3.SQLITE_FULL: ("the disk is full", f"Make room and try again; {_WHOLE}"),
    sqlite3.SQLITE_BUSY: (
        "another program is writing to the archive",
        f"Try again in a moment; {_WHOLE}",
    ),
    sqlite3.SQLITE_LOCKED: (
        "another program is writing to the archive",
        f"Try again in a moment; {_WHOLE}",
    ),
    sqlite3.SQLITE_READONLY: (
        "the archive can only be read",
        "Give yourself the right to write to the file and its folder",
    ),
    sqlite3.SQLITE_PERM: ("the archive can't be opened", "Check who may read and write the file"),
    sqlite3.SQLITE_CANTOPEN: (
        "the archive can't be opened",
        "Check that the folder exists and who may read and write it",
    ),
    sqlite3.SQLITE_IOERR: ("the disk reports a fault", f"Check the disk; {_WHOLE}"),
    sqlite3.SQLITE_AUTH: ("the archive can't be opened", "Check who may read and write the file"),
}
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_POSTGRESQL = {
    "53100": ("the server's disk is full", f"Make room there and try again; {_WHOLE}"),
    "25006": ("the archive can only be read", "Ask who looks after the database"),
    "42501": ("the account may not do that", "Ask who looks after the database"),
    "28P01": ("the server refused the password", "Check the archive's address in the settings"),
    "28000": ("the server refused the account", "Check the archive's address in the settings"),
    "3D000": ("the server has no such database", "Have it created, empty"),
    "55P03": ("another program is writing to the archive", f"Try again; {_WHOLE}"),
    "57014": ("another program is writing to the archive", f"Try again; {_WHOLE}"),
}
_UNREACHABLE = ("the database does not answer", f"Check server and network; {_WHOLE}")


@contextmanager
def told_plainly(where: str) -> Iterator[None]:
    """Turn what the database raises into errors of the archive. where: without a password."""
    try:
        yield
    except PoolTimeoutError as error:
        raise UnusableArchiveError("too much at once is asked of it", where=where) from error
    except DBAPIError as error:
        raise _meaning(error, where) from error
    except SQLAlchemyError as error:
        kind = type(error).__name__
        raise UnusableArchiveError(f"the database refused ({kind})", where=where) from error


def is_duplicate(error: DBAPIError) -> bool:
    """Whether a row was refused because there is one like it."""
    if isinstance(error.orig, sqlite3.IntegrityError):
        name = getattr(error.orig, "sqlite_errorname", "")
        return name in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
    return _server_code(error) == "23505"


def _meaning(error: DBAPIError, where: str) -> KeptError:
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED:
            return DamagedArchiveError(
                "the file is damaged, or is no archive",
                where=where,
                remedy="Restore a backup: fourview archive restore",
            )
        what, remedy = _SQLITE.get(code, (f"the database refused ({_kind(error)})", _WHOLE))
        return UnusableArchiveError(what, where=where, remedy=remedy)
    code_there = _server_code(error)
    if code_there:
        fallback = (f"the database refused (code {code_there})", _WHOLE)
        what, remedy = _POSTGRESQL.get(code_there, fallback)
    else:
        what, remedy = _UNREACHABLE
    return UnusableArchiveError(what, where=where, remedy=remedy)


def _server_code(error: DBAPIError) -> str:
    """PostgreSQL's SQLSTATE; drivers keep it in different places."""
    told = error.orig.args[0] if error.orig is not None and error.orig.args else None
    if isinstance(told, dict):
        return str(told.get("C", ""))
    return str(getattr(error.orig, "sqlstate", "") or "")


def _kind(error: DBAPIError) -> str:
    return type(error.orig).__name__
