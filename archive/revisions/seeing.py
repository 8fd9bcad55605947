"""Blind double reading: who may see whose reading of a study, and when."""

from __future__ import annotations

from sqlalchemy import Connection, select

from archive.database.tables import ClaimRow
from archive.errors import HiddenError
from archive.revisions.lines import StudyLines
from archive.revisions.standing import ARBITRATION
from archive.worklist.rows import StudyKey


def may_see(
    connection: Connection, study: StudyKey, lines: StudyLines, viewer: str, reader: str
) -> bool:
    """Whether a viewer may see a reader's reading.

    Where the project is blind, only the own one; all of them once as many readings as are wanted
    are submitted, the viewer's own among them if there is one, or to who arbitrates.
    """
    if not study.blind or viewer == reader:
        return True
    done = lines.submitted
    if len(done) < study.wanted:
        return False
    if viewer not in lines.readers or viewer in done or lines.arbitrates(viewer):
        return True
    return _arbitrates(connection, study.id, viewer)


def check_sight(
    connection: Connection, study: StudyKey, lines: StudyLines, viewer: str, reader: str
) -> None:
    """Raise HiddenError where a viewer may not see a reader's reading."""
    if not may_see(connection, study, lines, viewer, reader):
        raise hidden()


def hidden() -> HiddenError:
    """What a blind reader is told."""
    return HiddenError(
        "this study is read blind: the other reading is not shown yet",
        remedy="All open once every wanted reading is submitted",
    )


def viewer_sees_all(
    connection: Connection, study: StudyKey, lines: StudyLines, viewer: str
) -> bool:
    """Whether nothing of a study is hidden from a viewer."""
    return may_see(connection, study, lines, viewer, reader="")


def may_see_both(
    connection: Connection,
    study: StudyKey,
    lines: StudyLines,
    viewer: str,
    readers: tuple[str, str],
) -> bool:
    """Whether a viewer may see both readers' readings."""
    return all(may_see(connection, study, lines, viewer, one) for one in readers)


def seen_lines(
    connection: Connection, study: StudyKey, lines: StudyLines, viewer: str
) -> StudyLines:
    """Only the revisions that a viewer may see."""
    seen = {one for one in lines.readers if may_see(connection, study, lines, viewer, one)}
    return StudyLines(tuple(one for one in lines.all if one.revision.reader in seen))


def _arbitrates(connection: Connection, study_id: int, viewer: str) -> bool:
    found = connection.scalar(
        select(ClaimRow.id).where(
            ClaimRow.study_id == study_id,
            ClaimRow.reader == viewer,
            ClaimRow.role == ARBITRATION,
            ClaimRow.released.is_(None),
        )
    )
    return found is not None
