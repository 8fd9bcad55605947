"""What the archive's page has done in jobs; nothing here knows the window."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.keeping.disk import reason, replace_file
from domain.errors import BadInputError
from widgets.archive_page import AuditLine

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive
    from archive.upkeep.describing import Description

MOST = 5000
"""Lines of the audit that are looked through."""
_FEW = 3
"""Entries of a list that are named one by one."""
_COLUMNS = ("when", "who", "what", "study", "detail")
_RUNS = ("=", "+", "-", "@", "\t", "\r", "'")
"""How text begins that a spreadsheet would run."""


def described(archive: Archive) -> Description:
    """What there is to say of it. Raises KeptError."""
    from archive.upkeep.describing import describe  # noqa: PLC0415 - see above

    return describe(archive)


def audit_lines(archive: Archive) -> tuple[AuditLine, ...]:
    """The newest lines, as they are shown; times are the computer's own."""
    from archive.audit import AuditQuery  # noqa: PLC0415 - see above

    return tuple(
        AuditLine(
            f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}",
            one.who,
            one.did.value,
            one.study_uid,
            ", ".join(f"{key}: {_plain(value)}" for key, value in one.detail.items()),
        )
        for one in archive.audit.entries(AuditQuery(most=MOST))
    )


def backed_up(target: Path, by: str, archive: Archive) -> None:
    """Write a backup. Raises KeptError."""
    from archive.upkeep.backup import back_up  # noqa: PLC0415 - see above

    back_up(archive.database, target, by)


def checked(archive: Archive) -> tuple[str, ...]:
    """What is wrong with it; nothing where it is whole. Raises KeptError."""
    from archive.upkeep.checking import check  # noqa: PLC0415 - see above

    return check(archive.database)


def put_back(backup: Path, address: str, by: str) -> Path | None:
    """Restore a backup, also where the archive can't be opened. Raises KeptError.

    address: empty for the usual one. Returns the file that what was there before is in.
    """
    from archive.database.database import Database  # noqa: PLC0415 - see above
    from archive.places import archive_url  # noqa: PLC0415
    from archive.upkeep.backup import restore  # noqa: PLC0415

    database = Database(address or archive_url())
    try:
        return restore(database, backup, by)
    finally:
        database.close()


def save_table(target: Path, lines: Sequence[AuditLine]) -> None:
    """Write lines of the audit as CSV. Raises BadInputError; then no file was changed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for line in lines:
        writer.writerow([f"'{one}" if one.startswith(_RUNS) else one for one in line.cells])
    try:
        replace_file(target, text.getvalue().encode("utf-8"))
    except OSError as error:
        raise BadInputError(
            f"can't be written: {reason(error)}", where=str(target), remedy="Choose another place"
        ) from error


def _plain(value: object) -> str:
    if isinstance(value, list) and len(value) > _FEW:
        return str(len(value))
    return value if isinstance(value, str) else json.dumps(value)
