"""Several windows that open one archive, which is not there yet, all get it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.places import file_url


@pytest.mark.parametrize("turn", range(5))
def test_an_archive_that_many_make_at_once_is_open_for_all(tmp_path: Path, turn: int) -> None:
    url = file_url(tmp_path / f"archive{turn}.sqlite")
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: Archive.open(url), range(6)))
    for one in opened:
        one.close()
    assert len(opened) == 6
