"""Puts studies and where they come from into the worklist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from archive.audit import Deed, note
from archive.database.columns import now
from archive.database.database import Database
from archive.database.tables import SourceRow, StudyRow
from archive.worklist.rows import MAIN, blank, ensured_project
from archive.worklist.study import IndexedStudy
from domain.study import Study

_AT_ONCE = 500
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
    where = study.views[0].ref.path if study.views else ""
    return IndexedStudy(study.uid, where, patient, study.studied, views, priority)


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

    def index(
        self, studies: Iterable[IndexedStudy], by: str, *, source: str = "", project: str = MAIN
    ) -> int:
        """Put studies into the worklist, or bring them up to date; how many there were.

        What readers did to a study that is known stays, and so does its project. source: the
        location of the source they were found in.
        """
        waiting = iter(studies)
        count = 0
        while some := list(islice(waiting, _AT_ONCE)):
            with self._database.writing() as connection:
                _index(connection, some, source, ensured_project(connection, project))
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


def _index(
    connection: Connection, studies: Sequence[IndexedStudy], source: str, project: int
) -> None:
    source_id = connection.scalar(select(SourceRow.id).where(SourceRow.location == source))
    if source_id is not None:
        connection.execute(update(SourceRow).where(SourceRow.id == source_id).values(seen=now()))
    plain = blank(project)
    rows = [{**plain, **_facts(one), "source_id": source_id} for one in studies]
    fresh = _insert(connection, StudyRow)
    changes = {name: fresh.excluded[name] for name in _FROM_FILES}
    connection.execute(fresh.on_conflict_do_update(index_elements=["uid"], set_=changes), rows)


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
