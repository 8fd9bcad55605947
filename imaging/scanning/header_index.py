"""Remembers what earlier scans found in files, so that unchanged ones are not read again.

An SQLite file in the user's cache folder that nobody else may read: it holds patients' names.
SQLite rather than one JSON file because a scan changes a few rows of many, several processes may
scan at once, and a crash must leave the last good state. It is only ever a cache: where anything
is wrong with it, it is thrown away or gone without, and no error leaves this module.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

import platformdirs
import pydicom

import domain
import imaging
from imaging.scanning.sources import Source

ENVIRONMENT = "FOURVIEW_CACHE"
_MOST_BYTES = 1 << 30
_DAYS_KEPT = 90
_SECONDS_A_DAY = 86_400
_WAIT_SECONDS = 2.0
_TABLES = (
    "DROP TABLE IF EXISTS files",
    "DROP TABLE IF EXISTS folders",
    "CREATE TABLE folders (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, used INTEGER)",
    """CREATE TABLE files (folder INTEGER NOT NULL, name BLOB NOT NULL, size INTEGER,
    changed INTEGER, identity INTEGER, checksum INTEGER, record BLOB)""",
    "CREATE UNIQUE INDEX places ON files (folder, name)",
)
# The file itself may be fine, only not to be had now; any other failure condemns it.
_PASSING = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY),
        *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN),
    }
)


def cache_folder() -> Path:
    """Where Fourview keeps what it can make again: FOURVIEW_CACHE, else the user's cache folder."""
    return Path(os.environ.get(ENVIRONMENT) or platformdirs.user_cache_dir("fourview"))


class HeaderIndex:
    """Where the index lies; scans open it as they need it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Name the folder, by default the cache folder; nothing is made or opened yet."""
        self.path = (folder or cache_folder()) / "headers" / "index.sqlite"

    @contextmanager
    def opened(self) -> Iterator[IndexSession]:
        """The index for the time of one scan; an empty one where it can't be used."""
        session = IndexSession(self.path)
        try:
            yield session
        finally:
            session.close()

    def forget(self) -> None:
        """Delete the index with all it holds of patients."""
        _delete(self.path)


class IndexSession:
    """The open index. After a first failure it knows nothing and keeps nothing."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin a new one."""
        self._path = path
        self._database: sqlite3.Connection | None = None
        for _ in range(2):  # the second time after a damaged file was deleted
            with self._forgiving():
                self._database = _open(path)
                return

    def known(self, folder: str, sources: Sequence[Source]) -> dict[Source, bytes]:
        """Records of those sources of one folder that have not changed since."""
        found: dict[Source, bytes] = {}
        if self._database is not None:
            with self._forgiving():
                found.update(_records(self._database, os.fsencode(folder), sources))
        return found

    def keep(self, records: Iterable[tuple[Source, bytes]]) -> None:
        """Add or replace records, all of them or none."""
        if self._database is not None:
            with self._forgiving(), self._database:
                _insert(self._database, records)

    def keep_only(self, folder: str, sources: Iterable[Source]) -> None:
        """Forget the files that are no longer in a folder."""
        names = {os.fsencode(source.name) for source in sources}
        if self._database is not None:
            with self._forgiving(), self._database:
                _prune(self._database, os.fsencode(folder), names)

    def close(self) -> None:
        """Close the file; harmless when repeated."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
        self._database = None

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except (OSError, OverflowError):
            self.close()
        except sqlite3.Error as error:
            self.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _PASSING:
                _delete(self._path)


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    if path.exists() and path.stat().st_size > _MOST_BYTES:
        _delete(path)
    # Made before SQLite makes it, which would let others read it; its journals follow suit.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    database = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level="IMMEDIATE")
    try:
        _make_current(database)
    except BaseException:
        database.close()
        raise
    return database


def _make_current(database: sqlite3.Connection) -> None:
    if database.execute("PRAGMA user_version").fetchone()[0] != _version():
        with database:
            database.execute("BEGIN IMMEDIATE")
            # Asked again under the lock: another process may have made the tables meanwhile.
            if database.execute("PRAGMA user_version").fetchone()[0] != _version():
                for statement in _TABLES:
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {_version()}")
    oldest = _today() - _DAYS_KEPT
    with database:
        database.execute(
            "DELETE FROM files WHERE folder IN (SELECT id FROM folders WHERE used < ?)", (oldest,)
        )
        database.execute("DELETE FROM folders WHERE used < ?", (oldest,))


@cache
def _version() -> int:
    """Changes with the code that reads headers: its source, or in a bundle the program's date."""
    digest = hashlib.sha256(pydicom.__version__.encode())
    for package in (domain, imaging):
        for folder in package.__path__:
            for source in sorted(Path(folder).rglob("*.py")):
                digest.update(source.read_bytes())
    if getattr(sys, "frozen", False):
        digest.update(str(Path(sys.executable).stat().st_mtime_ns).encode())
    return int.from_bytes(digest.digest()[:4], "big") >> 1


def _delete(path: Path) -> None:
    for name in (path.name, f"{path.name}-journal"):
        with suppress(OSError):
            path.with_name(name).unlink()


def _records(
    database: sqlite3.Connection, folder: bytes, sources: Sequence[Source]
) -> Iterator[tuple[Source, bytes]]:
    number = _folder_number(database, folder)
    if number is None:
        return
    with closing(database.cursor()) as cursor:
        for source in sources:
            name = os.fsencode(source.name)
            row = cursor.execute(
                "SELECT size, changed, identity, checksum, record FROM files"
                " WHERE folder = ? AND name = ?",
                (number, name),
            ).fetchone()
            if row and row[:3] == _stamp(source) and row[3] == _checksum(name, row[4]):
                yield source, row[4]


def _folder_number(database: sqlite3.Connection, folder: bytes) -> int | None:
    row = database.execute("SELECT id, used FROM folders WHERE path = ?", (folder,)).fetchone()
    if row is None:
        return None
    if row[1] != _today():
        with database:
            database.execute("UPDATE folders SET used = ? WHERE id = ?", (_today(), row[0]))
    return int(row[0])


def _insert(database: sqlite3.Connection, records: Iterable[tuple[Source, bytes]]) -> None:
    numbers: dict[str, int] = {}
    for source, record in records:
        if source.folder not in numbers:
            path = os.fsencode(source.folder)
            database.execute(
                "INSERT OR IGNORE INTO folders (path, used) VALUES (?, ?)", (path, _today())
            )
            row = database.execute("SELECT id FROM folders WHERE path = ?", (path,)).fetchone()
            numbers[source.folder] = row[0]
        name = os.fsencode(source.name)
        database.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
            (numbers[source.folder], name, *_stamp(source), _checksum(name, record), record),
        )


def _prune(database: sqlite3.Connection, folder: bytes, names: set[bytes]) -> None:
    number = _folder_number(database, folder)
    rows = database.execute("SELECT name FROM files WHERE folder = ?", (number,)).fetchall()
    gone = [(number, name) for (name,) in rows if name not in names]
    database.executemany("DELETE FROM files WHERE folder = ? AND name = ?", gone)


def _stamp(source: Source) -> tuple[int, int, int]:
    stamp = source.stamp
    return stamp.size, stamp.changed_ns, stamp.identity & ((1 << 63) - 1)


def _checksum(name: bytes, record: bytes) -> int:
    return zlib.crc32(record, zlib.crc32(name))


def _today() -> int:
    return int(time.time()) // _SECONDS_A_DAY
