"""What readers note beside a reading: time spent, wishes to discuss, saved filters, day counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Delete, delete, func, insert, select, update

from archive.audit import Deed, note
from archive.database.columns import now
from archive.database.database import Database
from archive.database.tables import DiscussRow, RevisionRow, SavedFilter, StudyRow, TimeSpent
from archive.revisions.revision import ReadingState
from archive.worklist.query import WorklistQuery, query_from_json, query_to_json
from archive.worklist.rows import ensured_study, study_key


@dataclass(frozen=True)
class Discussion:
    """A wish to talk about a study. settled: ``None`` while it stands."""

    raised: datetime
    raised_by: str
    note: str
    settled: datetime | None


@dataclass(frozen=True)
class DayCount:
    """A reader's day. submitted: studies. seconds: spent on studies."""

    submitted: int
    seconds: float


class Casebook:
    """All methods may be called from any thread and raise KeptError as ``Revisions``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_time(self, study_uid: str, reader: str, began: datetime, seconds: float) -> None:
        """Add a stretch of time that a reader had a study before the eyes.

        One that began at the same moment is the same, and is not added again.
        """
        with self._database.writing() as connection:
            study = ensured_study(connection, study_uid)
            same = select(TimeSpent.id).where(
                TimeSpent.study_id == study.id,
                TimeSpent.reader == reader,
                TimeSpent.began == began,
            )
            if connection.scalar(same) is not None:
                return
            values = {
                "study_id": study.id,
                "reader": reader,
                "began": began,
                "seconds": float(seconds),
            }
            connection.execute(insert(TimeSpent), [values])

    def time(self, study_uid: str, reader: str) -> float:
        """Seconds that a reader spent on a study."""
        wanted = (
            select(func.coalesce(func.sum(TimeSpent.seconds), 0.0))
            .join(StudyRow, TimeSpent.study_id == StudyRow.id)
            .where(StudyRow.uid == study_uid, TimeSpent.reader == reader)
        )
        with self._database.reading() as connection:
            return float(connection.scalar(wanted) or 0.0)

    def day(self, reader: str, begin: datetime) -> DayCount:
        """Counts of the 24 hours from a moment on, such as the reader's midnight."""
        end = begin + timedelta(days=1)
        submitted = select(func.count(RevisionRow.study_id.distinct())).where(
            RevisionRow.reader == reader,
            RevisionRow.made_by == reader,
            RevisionRow.made >= begin,
            RevisionRow.made < end,
            RevisionRow.state == ReadingState.SUBMITTED.value,
        )
        spent = select(func.coalesce(func.sum(TimeSpent.seconds), 0.0)).where(
            TimeSpent.reader == reader, TimeSpent.began >= begin, TimeSpent.began < end
        )
        with self._database.reading() as connection:
            seconds = connection.scalar(spent) or 0.0
            return DayCount(connection.scalar(submitted) or 0, float(seconds))

    def discuss(self, study_uid: str, by: str, words: str = "") -> None:
        """Flag a study for discussion."""
        values = {
            "raised": now(),
            "raised_by": by,
            "note": words,
            "settled": None,
            "settled_by": "",
        }
        with self._database.writing() as connection:
            study = ensured_study(connection, study_uid)
            connection.execute(insert(DiscussRow), [{**values, "study_id": study.id}])
            _flag(connection, study.id, discuss=True)
            note(connection, by, Deed.DISCUSSED, study_id=study.id)

    def settle(self, study_uid: str, by: str) -> None:
        """Take the flag away; what was to be discussed stays on record."""
        with self._database.writing() as connection:
            study = study_key(connection, study_uid, lock=True)
            connection.execute(
                update(DiscussRow)
                .where(DiscussRow.study_id == study.id, DiscussRow.settled.is_(None))
                .values(settled=now(), settled_by=by)
            )
            _flag(connection, study.id, discuss=False)
            note(connection, by, Deed.DISCUSSED, study_id=study.id, settled=True)

    def discussions(self, study_uid: str) -> tuple[Discussion, ...]:
        """All of a study, the oldest first."""
        wanted = (
            select(DiscussRow.raised, DiscussRow.raised_by, DiscussRow.note, DiscussRow.settled)
            .join(StudyRow, DiscussRow.study_id == StudyRow.id)
            .where(StudyRow.uid == study_uid)
            .order_by(DiscussRow.id)
        )
        with self._database.reading() as connection:
            return tuple(Discussion(*row) for row in connection.execute(wanted))

    def save_filter(self, reader: str, name: str, query: WorklistQuery) -> None:
        """Save a worklist query under a name; one of that name is replaced."""
        values = {"query": query_to_json(query), "changed": now()}
        with self._database.writing() as connection:
            connection.execute(_filter(reader, name))
            row = {"reader": reader, "name": name, **values}
            connection.execute(insert(SavedFilter), [row])

    def drop_filter(self, reader: str, name: str) -> None:
        """Forget a saved query."""
        with self._database.writing() as connection:
            connection.execute(_filter(reader, name))

    def filters(self, reader: str) -> dict[str, WorklistQuery]:
        """A reader's saved queries by name, in order of the alphabet."""
        wanted = (
            select(SavedFilter.name, SavedFilter.query)
            .where(SavedFilter.reader == reader)
            .order_by(SavedFilter.name)
        )
        with self._database.reading() as connection:
            return {name: query_from_json(saved) for name, saved in connection.execute(wanted)}


def _flag(connection: Connection, study_id: int, *, discuss: bool) -> None:
    connection.execute(
        update(StudyRow).where(StudyRow.id == study_id).values(discuss=discuss, changed=now())
    )


def _filter(reader: str, name: str) -> Delete:
    return delete(SavedFilter).where(SavedFilter.reader == reader, SavedFilter.name == name)
