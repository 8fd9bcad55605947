"""Looks through the whole archive: is everything there what was written?"""

from __future__ import annotations

from sqlalchemy import Connection, select, text

from archive.database.database import Database
from archive.database.tables import (
    Content,
    ResultRow,
    RevisionParent,
    RevisionRow,
    Standing,
    StudyRow,
)
from archive.errors import KeptError
from archive.results import result_of
from archive.revisions.content import Packed, unpacked
from archive.revisions.lines import study_lines
from archive.revisions.standing import refresh, study_state
from archive.worklist.rows import study_key
from archive.worklist.study import StudyState

_AT_ONCE = 100
_MOST = 20


def check(database: Database) -> tuple[str, ...]:
    """What is wrong, in words that name no patient; nothing where the archive is whole.

    Pages and links of the database, every revision's content against its digest, every AI
    result's, and whether the worklist says what the revisions say. Raises KeptError where the
    database can't be read at all.
    """
    with database.reading() as connection:
        pages = _pages(connection) if database.is_sqlite else []
        if pages:
            return tuple(pages)
        return (
            *_contents(connection),
            *_links(connection),
            *_results(connection),
            *(f"the worklist is out of date for study {number}" for number in _stale(connection)),
        )


def repair_index(database: Database) -> int:
    """Write the worklist's index anew where it differs from the revisions; for how many studies.

    What readers said is never touched. Raises KeptError.
    """
    with database.reading() as connection:
        stale = _stale(connection)
        wanted = select(StudyRow.uid).where(StudyRow.id.in_(stale))
        uids = list(connection.scalars(wanted)) if stale else []
    for uid in uids:
        with database.writing() as connection:
            refresh(connection, study_key(connection, uid, lock=True))
    return len(uids)


def _pages(connection: Connection) -> list[str]:
    """SQLite's own checks: pragma.html#pragma_integrity_check, foreign_key_check."""
    told = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    found = [f"the file is damaged: {one}" for one in told if one != "ok"]
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    found += [f"a row of {row[0]} points at nothing" for row in broken]
    return found[:_MOST]


def _contents(connection: Connection) -> list[str]:
    wanted = (
        select(RevisionRow.id, StudyRow.uid, Content.digest, Content.data)
        .join(Content, RevisionRow.digest == Content.digest)
        .join(StudyRow, RevisionRow.study_id == StudyRow.id)
        .order_by(RevisionRow.id)
    )
    found = []
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(wanted)
    for number, study_uid, digest, data in rows:
        try:
            document = unpacked(Packed(digest, data))
        except KeptError as error:
            found.append(f"revision {number}: {error.what}")
            continue
        if document.study_uid != study_uid:
            found.append(f"revision {number} is of another study than it says")
    return found[:_MOST]


def _links(connection: Connection) -> list[str]:
    later = select(RevisionParent.child_id).where(
        RevisionParent.parent_id >= RevisionParent.child_id
    )
    return [f"revision {one} comes from a later one" for one in connection.scalars(later)][:_MOST]


def _results(connection: Connection) -> list[str]:
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(
        select(ResultRow.key, ResultRow.digest, ResultRow.data)
    )
    found = []
    for key, digest, data in rows:
        try:
            result_of(digest, data)
        except KeptError as error:
            found.append(f"AI result {key[:12]}: {error.what}")
    return found[:_MOST]


def _stale(connection: Connection) -> list[int]:
    """Numbers of studies whose index differs from their revisions."""
    revised = select(RevisionRow.study_id).distinct()
    wanted = select(StudyRow.id, StudyRow.uid, StudyRow.state).where(
        StudyRow.id.in_(revised) | (StudyRow.state != StudyState.NEW.value)
    )
    return [
        number
        for number, uid, state in connection.execute(wanted.order_by(StudyRow.id)).all()
        if not _is_current(connection, number, uid, state)
    ]


def _is_current(connection: Connection, number: int, uid: str, state: str) -> bool:
    lines = study_lines(connection, number)
    told = select(Standing.reader, Standing.state).where(Standing.study_id == number)
    standings = {row[0]: row[1] for row in connection.execute(told)}
    return (
        study_state(connection, study_key(connection, uid), lines).value == state
        and {one: lines.state(one).value for one in lines.readers} == standings
    )
