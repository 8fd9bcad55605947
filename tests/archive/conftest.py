"""Archives for tests: in an SQLite file, and in PostgreSQL where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.places import file_url
from archive.upkeep.carrying import empty_tables
from tests.archive.servers import fresh_database, running_server


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def shared(server: str) -> str:
    """The address of an archive in PostgreSQL that all tests use, each after it is emptied."""
    return fresh_database(server)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new archive."""
    if request.param == "sqlite":
        return file_url(tmp_path / "data" / "archive.sqlite")
    there: str = request.getfixturevalue("shared")
    with Archive.open(there) as used, used.database.writing() as connection:
        empty_tables(connection)
    return there


@pytest.fixture
def archive(url: str) -> Iterator[Archive]:
    with Archive.open(url) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where an archive of SQLite's may be made."""
    return tmp_path / "data" / "archive.sqlite"
