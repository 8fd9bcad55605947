"""Opens the database and hands out transactions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from annotations.keeping.disk import make_folder, reason
from archive.database.failures import told_plainly
from archive.database.shares import share_of
from archive.errors import UnusableArchiveError

WAIT_S = 10.0
"""Seconds that a writer waits for another one."""

_DRIVERS = {"postgresql": "postgresql+pg8000", "postgres": "postgresql+pg8000"}
_WRITES = "fourview_writes"
_WRITE = "Write sqlite:////folder/archive.sqlite or postgresql://account@server/name"


class Database:
    """One database, shared by all threads of a process.

    url: as it was understood. where: how messages name it, without a password. share: the kind
    of network share that an SQLite file lies on; empty on a local disk.
    """

    def __init__(self, url: str | URL, *, wait_s: float = WAIT_S) -> None:
        """Raises UnusableArchiveError where the address or the file's folder can't be used."""
        self.url = _understood(url)
        self.file = _file_of(self.url)
        self.where = str(self.file or self.url.render_as_string(hide_password=True))
        self.share = share_of(self.file) if self.file else ""
        self._wait_s = wait_s
        if self.file is not None:
            _begin_file(self.file)
        self.engine = self._engine()

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite's."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state throughout. Raises KeptError."""
        with told_plainly(self.where), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on the disk when this ends, or left no trace. Raises KeptError."""
        with (
            told_plainly(self.where),
            self.engine.connect().execution_options(**{_WRITES: True}) as connection,
            connection.begin(),
        ):
            yield connection

    def settle(self) -> None:
        """Have the database look at how its rows are spread, for quicker queries."""
        with self.writing() as connection:
            connection.execute(text("ANALYZE"))

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _engine(self) -> Engine:
        try:
            if not self.is_sqlite:
                engine = create_engine(self.url, pool_pre_ping=True)
                event.listen(engine, "begin", _begin_server)
                return engine
            engine = create_engine(self.url, connect_args={"timeout": self._wait_s})
        except (ArgumentError, ImportError) as error:
            raise UnusableArchiveError(
                "no driver for this kind of database is installed",
                where=self.where,
                remedy="Write sqlite:// or postgresql://; for PostgreSQL: pip install pg8000",
            ) from error
        event.listen(engine, "connect", self._prepare)
        event.listen(engine, "begin", _begin)
        return engine

    def _prepare(self, raw: Any, _record: Any) -> None:
        """Settings of one connection to SQLite; transactions are begun by hand."""
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.execute(f"PRAGMA journal_mode = {'DELETE' if self.share else 'WAL'}")
        cursor.close()
        if self.file is not None:
            _own(self.file)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_server(connection: Connection) -> None:
    if not connection.get_execution_options().get(_WRITES, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _understood(url: str | URL) -> URL:
    try:
        known = make_url(url)
        known = known.set(drivername=_DRIVERS.get(known.drivername, known.drivername))
        known.get_dialect()
        whole = "\0" not in str(url)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise UnusableArchiveError(
            "the archive's address can't be understood", remedy=_WRITE
        ) from error
    if not whole:
        raise UnusableArchiveError("the archive's address can't be understood", remedy=_WRITE)
    if known.get_backend_name() == "postgresql" and not known.username:
        raise UnusableArchiveError(
            "the archive's address names no account",
            remedy="Write postgresql://account@server/name",
        )
    return known


def _file_of(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise UnusableArchiveError("an archive needs a file", remedy="Name one in its address")
    return Path(url.database).absolute()


def _begin_file(file: Path) -> None:
    """Make folder and file before SQLite does, so that nobody else can ever read them."""
    try:
        make_folder(file.parent)
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise UnusableArchiveError(
            f"the archive's folder can't be used: {reason(error)}",
            where=str(file),
            remedy="Make room or give the folder back",
        ) from error


def _own(file: Path) -> None:
    """For the owner's eyes alone, also where it was copied here by other means."""
    if os.name == "nt":
        return
    for suffix in ("", "-wal", "-shm"):
        path = file.with_name(file.name + suffix)
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
