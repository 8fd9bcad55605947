"""What there is to say of the archive as a whole."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from archive.archive import Archive
from archive.audit import Deed
from archive.database.database import Database
from archive.database.tables import AuditRow, ResultRow, RevisionRow, Standing, StudyRow

_ENDINGS = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Description:
    """where: as messages name it, without a password. size: bytes, ``None`` where nobody knows.

    backed_up: when the last backup was begun; ``None`` for never.
    """

    where: str
    size: int | None
    studies: int
    readings: int
    revisions: int
    results: int
    backed_up: datetime | None
    notice: str = ""


def describe(archive: Archive) -> Description:
    """Count what the archive holds. Raises KeptError."""
    last = select(func.max(AuditRow.at)).where(AuditRow.did == Deed.BACKED_UP.value)
    with archive.database.reading() as connection:
        studies, readings, revisions, results = (
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (StudyRow, Standing, RevisionRow, ResultRow)
        )
        backed_up = connection.scalar(last)
        size = _file_size(archive.database)
        if not archive.database.is_sqlite:
            size = connection.scalar(text("SELECT pg_database_size(current_database())"))
    return Description(
        archive.database.where,
        size,
        studies,
        readings,
        revisions,
        results,
        backed_up,
        archive.notice,
    )


def _file_size(database: Database) -> int | None:
    if database.file is None:
        return None
    size = 0
    for ending in _ENDINGS:
        with suppress(OSError):
            size += database.file.with_name(database.file.name + ending).stat().st_size
    return size
