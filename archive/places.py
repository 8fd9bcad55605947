"""Where the archive is, unless somebody says otherwise."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL

from annotations.keeping.folders import readings_folder

URL_VARIABLE = "FOURVIEW_ARCHIVE"
"""Environment variable with the archive's address, as SQLAlchemy writes it."""


def file_url(path: Path) -> str:
    """The address of a file."""
    return URL.create("sqlite", database=str(path.absolute())).render_as_string()


def archive_url() -> str:
    """The archive's address: from the environment, else a file in the user's data folder."""
    return os.environ.get(URL_VARIABLE) or file_url(archive_file())


def archive_file() -> Path:
    """The archive in the user's data folder, where nothing else is named. It need not exist yet."""
    return readings_folder().parent / "archive.sqlite"
