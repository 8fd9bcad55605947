"""Finds a study's row, or makes one for a study that was opened without being in the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Dialect, select
from sqlalchemy.dialects import postgresql, sqlite

from archive.database.columns import now
from archive.database.tables import Base, Project, StudyRow
from archive.errors import UnknownEntryError

MAIN = "main"
"""The project of studies that nobody put elsewhere."""


@dataclass(frozen=True)
class StudyKey:
    """A study's row and its project's rules."""

    id: int
    uid: str
    wanted: int
    blind: bool


def insert_new(dialect: Dialect, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An insert that leaves a row that is there already as it is."""
    if dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def study_key(connection: Connection, uid: str, *, lock: bool = False) -> StudyKey:
    """Look a study up. lock: nobody else changes it until the transaction ends.

    Raises UnknownEntryError.
    """
    found = _look_up(connection, uid, lock)
    if found is None:
        raise UnknownEntryError("the archive holds no such study", remedy="Add its folder first")
    return found


def ensured_study(connection: Connection, uid: str) -> StudyKey:
    """As ``study_key`` with a lock, and a row of its own for a study that is not there yet."""
    found = _look_up(connection, uid, lock=True)
    if found is not None:
        return found
    project = ensured_project(connection)
    values = {**blank(project), "uid": uid, "words": uid.lower()}
    connection.execute(insert_new(connection.dialect, StudyRow), [values])
    return study_key(connection, uid, lock=True)


def ensured_project(connection: Connection, name: str = MAIN) -> int:
    """A project's id; made where there is none of this name."""
    wanted = select(Project.id).where(Project.name == name)
    found = connection.scalar(wanted)
    if found is None:
        made = insert_new(connection.dialect, Project)
        connection.execute(made, [{"name": name, "readings_wanted": 1, "blind": False}])
        found = connection.scalar(wanted)
    if found is None:
        raise UnknownEntryError("the archive did not take the project")
    return found


def blank(project: int) -> dict[str, object]:
    """Columns of a study that nothing is known of."""
    at = now()
    return {
        "project_id": project,
        "source_id": None,
        "location": "",
        "patient": "",
        "studied": date.min,
        "views": "",
        "view_count": 0,
        "priority": 0,
        "state": "new",
        "reader": "",
        "findings": 0,
        "conflict": False,
        "discuss": False,
        "added": at,
        "changed": at,
    }


def _look_up(connection: Connection, uid: str, lock: bool) -> StudyKey | None:
    wanted = (
        select(StudyRow.id, StudyRow.uid, Project.readings_wanted, Project.blind)
        .join(Project, StudyRow.project_id == Project.id)
        .where(StudyRow.uid == uid)
    )
    if lock:
        wanted = wanted.with_for_update(of=StudyRow)
    row = connection.execute(wanted).first()
    return None if row is None else StudyKey(row[0], row[1], row[2], row[3])
