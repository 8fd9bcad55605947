"""AI results go into the archive as well, which costs the disk's copy nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.presenters.archiving.results import ArchivedResults
from archive.archive import Archive
from archive.places import file_url

KEY = "ab" * 32
BUDGET = 1 << 20


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(file_url(tmp_path / "archive.sqlite")) as opened:
        yield opened


def test_a_result_is_in_both_places(tmp_path: Path, archive: Archive) -> None:
    results = ArchivedResults(tmp_path / "results", BUDGET, lambda: archive)
    assert results.put(KEY, {"score": 0.5})
    assert archive.results.get(KEY) == {"score": 0.5}
    assert ArchivedResults(tmp_path / "results", BUDGET, lambda: None).get(KEY) == {"score": 0.5}


def test_a_result_that_the_disk_dropped_comes_from_the_archive(
    tmp_path: Path, archive: Archive
) -> None:
    ArchivedResults(tmp_path / "one", BUDGET, lambda: archive).put(KEY, {"score": 0.5})
    assert ArchivedResults(tmp_path / "other", BUDGET, lambda: archive).get(KEY) == {"score": 0.5}


def test_an_archive_that_refuses_leaves_the_result_on_the_disk(
    tmp_path: Path, archive: Archive
) -> None:
    results = ArchivedResults(tmp_path / "results", BUDGET, lambda: archive)
    with archive.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE ai_results")
    assert results.put(KEY, {"score": 0.5})
    assert results.get(KEY) == {"score": 0.5}
    results.drop(KEY)
    assert results.get(KEY) is None
