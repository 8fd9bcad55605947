"""Puts studies and where they come from into the worklist."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from archive.audit import Deed, note
from archive.database.columns import now
from archive.database.database import Database
from archive.database.tables import (
    Assignment,
    AuditRow,
    ClaimRow,
    DiscussRow,
    RevisionRow,
    SourceRow,
    Standing,
    StudyRow,
    TimeSpent,
)
from archive.worklist.rows import MAIN, blank, ensured_project
from archive.worklist.study import IndexedStudy
from domain.study import Study

_AT_ONCE = 500
_SHALLOW = 2
"""Parts of a path, the root among them, that hold far more than a study."""

_FROM_FILES = ("location", "patient", "studied", "views", "view_count", "words", "source_id")


@dataclass(frozen=True)
class KnownSource:
    """A folder or zip that studies come from. watched: looked through again by itself."""

    location: str
    watched: bool
    added: datetime
    seen: datetime | None


def indexed(study: Study, priority: int = 0) -> IndexedStudy:
    """What the worklist keeps of a study: the patient's name or number, date, views, and where."""
    patient = study.patient.name or study.patient.patient_id
    views = tuple(dict.fromkeys(view.name for view in study.views))
    return IndexedStudy(study.uid, place_of(study), patient, study.studied, views, priority)


def place_of(study: Study) -> str:
    """The file, zip or folder under which ``scan`` finds all of a study, and little else."""
    refs = [view.ref for view in study.views]
    whole = {ref.path if ref.member is not None else str(Path(ref.path).parent) for ref in refs}
    if len(refs) == 1:
        return refs[0].path
    if len(whole) == 1:
        return next(iter(whole))
    if not refs:
        return ""
    try:
        shared = Path(os.path.commonpath(sorted(whole)))
    except ValueError:  # on several drives
        return refs[0].path
    return str(shared) if len(shared.parts) > _SHALLOW else str(Path(refs[0].path).parent)


class Sources:
    """Folders and zips, and what was found in them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, location: str, by: str, *, watched: bool = True) -> None:
        """Remember a folder or zip; one that is known already is watched, or not, from now on."""
        values = {
            "location": location,
            "watched": watched,
            "added": now(),
            "added_by": by,
            "seen": None,
        }
        with self._database.writing() as connection:
            fresh = _insert(connection, SourceRow).values(values)
            connection.execute(
                fresh.on_conflict_do_update(index_elements=["location"], set_={"watched": watched})
            )

    def all(self) -> tuple[KnownSource, ...]:
        """Every source, in the order in which they were added."""
        wanted = select(SourceRow.location, SourceRow.watched, SourceRow.added, SourceRow.seen)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(SourceRow.id))
            return tuple(KnownSource(*row) for row in rows)

    def remove(self, location: str) -> int:
        """Forget a source; how many of its studies left the worklist.

        A study that anybody has touched stays: read, claimed, assigned, flagged or in the audit.
        """
        with self._database.writing() as connection:
            found = connection.scalar(select(SourceRow.id).where(SourceRow.location == location))
            if found is None:
                return 0
            of_it = StudyRow.source_id == found
            audited = select(AuditRow.study_id).where(AuditRow.study_id.is_not(None))
            touched = [StudyRow.id.in_(one) for one in (*map(select, _TOUCHES), audited)]
            gone = connection.execute(delete(StudyRow).where(of_it, *(~one for one in touched)))
            connection.execute(update(StudyRow).where(of_it).values(source_id=None))
            connection.execute(delete(SourceRow).where(SourceRow.id == found))
            return int(gone.rowcount)

    def looked(self, location: str) -> None:
        """A source was looked through, and nothing in it had changed."""
        with self._database.writing() as connection:
            connection.execute(
                update(SourceRow).where(SourceRow.location == location).values(seen=now())
            )

    def index(
        self,
        studies: Iterable[IndexedStudy],
        by: str,
        *,
        source: str = "",
        project: str = MAIN,
        partly: bool = False,
    ) -> int:
        """Put studies into the worklist, or bring them up to date; how many there were.

        What readers did to a study that is known stays, and so does its project. source: the
        location of the source they were found in; without one a known study keeps its own.
        partly: single files were opened; a known study stays as it is unless it has grown.
        """
        waiting = iter(studies)
        count = 0
        while some := list(islice(waiting, _AT_ONCE)):
            with self._database.writing() as connection:
                main = ensured_project(connection, project)
                _index(connection, some, source, main, partly=partly)
                note(connection, by, Deed.INDEXED, studies=len(some))
            count += len(some)
        self._database.settle()
        return count

    def set_priority(self, uids: Sequence[str], priority: int) -> None:
        """Put studies before others (larger first) or behind them."""
        change = update(StudyRow).where(StudyRow.uid == bindparam("which"))
        with self._database.writing() as connection:
            if uids:
                connection.execute(
                    change.values(priority=priority), [{"which": uid} for uid in uids]
                )


_TOUCHES = (
    *(RevisionRow.study_id, Standing.study_id, Assignment.study_id, ClaimRow.study_id),
    *(TimeSpent.study_id, DiscussRow.study_id),
)
"""Columns that name studies which somebody has touched; the audit's may be empty."""


def _index(
    connection: Connection,
    studies: Sequence[IndexedStudy],
    source: str,
    project: int,
    *,
    partly: bool,
) -> None:
    source_id = connection.scalar(select(SourceRow.id).where(SourceRow.location == source))
    if source_id is not None:
        connection.execute(update(SourceRow).where(SourceRow.id == source_id).values(seen=now()))
    plain = blank(project)
    rows = [{**plain, **_facts(one), "source_id": source_id} for one in studies]
    fresh = _insert(connection, StudyRow)
    changes: dict[str, Any] = {name: fresh.excluded[name] for name in _FROM_FILES}
    changes["source_id"] = func.coalesce(fresh.excluded.source_id, StudyRow.source_id)
    grown = fresh.excluded.view_count > StudyRow.view_count
    upsert = fresh.on_conflict_do_update(
        index_elements=["uid"], set_=changes, where=grown if partly else None
    )
    connection.execute(upsert, rows)


def _facts(study: IndexedStudy) -> dict[str, object]:
    views = " ".join(study.views)
    studied = study.studied.isoformat() if study.studied else ""
    return {
        "uid": study.uid,
        "location": study.location,
        "patient": study.patient,
        "studied": study.studied or date.min,
        "views": views,
        "view_count": len(study.views),
        "words": f"{study.patient} {studied} {views}".casefold(),
        "priority": study.priority,
    }


def _insert(
    connection: Connection, table: type[SourceRow] | type[StudyRow]
) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
