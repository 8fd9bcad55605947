"""The window's way to the archive."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.gui.posting import Poster
from app.jobs.jobs import Jobs
from app.presenters.archiving.door import ArchiveDoor
from archive.archive import Archive
from archive.places import file_url
from archive.worklist.query import WorklistQuery
from archive.worklist.study import IndexedStudy
from domain.errors import FourviewError

BUSY = 10_000


@pytest.fixture
def jobs(qtbot: QtBot) -> Jobs:
    poster = Poster()
    return Jobs(poster.post)


def test_a_question_waits_until_the_archive_is_open(
    jobs: Jobs, qtbot: QtBot, tmp_path: Path
) -> None:
    door = ArchiveDoor(jobs, lambda: file_url(tmp_path / "kept.sqlite"), lambda: "anna")
    found: list[int] = []

    door.ask("Adding", lambda archive: _add(archive, door.reader), done=found.append)

    qtbot.waitUntil(lambda: found == [1], timeout=BUSY)
    assert door.archive is not None
    assert not door.problem
    jobs.close()
    door.close()


def test_where_the_archive_cannot_be_opened_each_question_is_told_why(
    jobs: Jobs, qtbot: QtBot, tmp_path: Path
) -> None:
    damaged = tmp_path / "kept.sqlite"
    damaged.write_bytes(b"this is no database, and long enough to be looked at" * 40)
    door = ArchiveDoor(jobs, lambda: file_url(damaged), lambda: "anna")
    errors: list[FourviewError] = []

    door.ask("Adding", lambda archive: _add(archive, door.reader), failed=errors.append)

    qtbot.waitUntil(lambda: len(errors) == 1, timeout=BUSY)
    assert door.problem
    assert door.problem in str(errors[0])
    assert damaged.read_bytes().startswith(b"this is no database")
    jobs.close()


def test_another_address_is_opened_when_asked_again(
    jobs: Jobs, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"a file, no folder")
    places = [tmp_path / "file" / "kept.sqlite", tmp_path / "kept.sqlite"]
    door = ArchiveDoor(jobs, lambda: file_url(places[0]), lambda: "anna")
    door.open()
    qtbot.waitUntil(lambda: bool(door.problem), timeout=BUSY)
    places.pop(0)
    found: list[int] = []

    door.open_again()
    door.ask("Adding", lambda archive: _add(archive, door.reader), done=found.append)

    qtbot.waitUntil(lambda: found == [1], timeout=BUSY)
    assert not door.problem
    jobs.close()
    door.close()


def _add(archive: Archive, by: str) -> int:
    study = IndexedStudy("1.2.3", "folder", "Doe", None, ("RCC",))
    archive.sources.index([study], by)
    return len(archive.worklist(WorklistQuery(viewer=by)).rows)
