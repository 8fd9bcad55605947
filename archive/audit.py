"""Who opened, changed and exported what, and when. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, String, and_, cast, insert, or_, select

from archive.database.columns import now
from archive.database.database import Database
from archive.database.tables import AuditRow, RevisionRow, StudyRow


class Deed(Enum):
    """What can be done to what is kept."""

    OPENED = "opened"
    SAVED = "saved"
    PROMOTED = "promoted"
    MERGED = "merged"
    COMPARED = "compared"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    SUSPENDED = "suspended"
    RELEASED = "released"
    DISCUSSED = "discussed"
    INDEXED = "indexed"
    CHANGED_RULES = "changed rules"
    EXPORTED = "exported"
    IMPORTED = "imported"
    MOVED_IN = "moved in"
    MADE_DATASET = "made dataset"
    BACKED_UP = "backed up"
    RESTORED = "restored"


@dataclass(frozen=True)
class Entry:
    """A line of the audit. study_uid, revision_uid: empty where it is about neither."""

    at: datetime
    who: str
    did: Deed
    study_uid: str
    revision_uid: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class AuditQuery:
    """Which lines; empty and ``None`` for all. study_uid: also of exports that it left with."""

    study_uid: str = ""
    who: str = ""
    did: tuple[Deed, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    most: int = 1000


def note(
    connection: Connection,
    who: str,
    did: Deed,
    *,
    study_id: int | None = None,
    revision_id: int | None = None,
    **detail: Any,
) -> None:
    """Add a line in the transaction of the deed itself. detail: JSON, nothing of a patient's."""
    row = {
        "at": now(),
        "who": who,
        "did": did.value,
        "study_id": study_id,
        "revision_id": revision_id,
        "detail": detail,
    }
    connection.execute(insert(AuditRow), [row])


class Audit:
    """Reads the audit, and adds lines for what happens outside the archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, who: str, did: Deed, study_uid: str = "", **detail: Any) -> None:
        """Add a line, such as for an export. detail: JSON, nothing of a patient's."""
        with self._database.writing() as connection:
            study_id = connection.scalar(select(StudyRow.id).where(StudyRow.uid == study_uid))
            note(connection, who, did, study_id=study_id, **detail)

    def entries(self, query: AuditQuery | None = None) -> tuple[Entry, ...]:
        """Lines that were asked for, the newest first."""
        wanted = query or AuditQuery()
        told = (
            select(AuditRow.at, AuditRow.who, AuditRow.did, StudyRow.uid, RevisionRow.uid)
            .add_columns(AuditRow.detail)
            .outerjoin(StudyRow, AuditRow.study_id == StudyRow.id)
            .outerjoin(RevisionRow, AuditRow.revision_id == RevisionRow.id)
            .order_by(AuditRow.id.desc())
            .limit(wanted.most)
        )
        if wanted.study_uid:
            listed = cast(AuditRow.detail, String).contains(
                f'"{wanted.study_uid}"', autoescape=True
            )
            told = told.where(
                or_(
                    StudyRow.uid == wanted.study_uid,
                    and_(AuditRow.did == Deed.EXPORTED.value, listed),
                )
            )
        if wanted.who:
            told = told.where(AuditRow.who == wanted.who)
        if wanted.did:
            told = told.where(AuditRow.did.in_([one.value for one in wanted.did]))
        if wanted.since is not None:
            told = told.where(AuditRow.at >= wanted.since)
        if wanted.until is not None:
            told = told.where(AuditRow.at < wanted.until)
        with self._database.reading() as connection:
            return tuple(
                Entry(at, who, Deed(did), study or "", revision or "", detail)
                for at, who, did, study, revision, detail in connection.execute(told)
            )
