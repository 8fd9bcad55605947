"""Who opens an archive while another program just makes it gets it all the same."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from archive.archive import Archive
from archive.places import file_url


def test_an_archive_that_another_program_is_making_is_opened_once_that_is_done(
    tmp_path: Path,
) -> None:
    file = tmp_path / "archive.sqlite"
    maker = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    maker.execute("BEGIN IMMEDIATE")
    maker.execute("CREATE TABLE being_made (x)")
    done = threading.Timer(0.4, lambda: maker.execute("ROLLBACK"))
    done.start()
    with Archive.open(file_url(file)) as archive:
        assert archive.database.file == file
    done.join()
    maker.close()
