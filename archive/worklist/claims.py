"""Who has which study in hand. Claiming is one atomic step: two readers never get one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Select, insert, select, union, update
from sqlalchemy.exc import IntegrityError

from archive.audit import Deed, note
from archive.database.columns import now
from archive.database.database import Database
from archive.database.failures import is_duplicate
from archive.database.tables import Assignment, ClaimRow, Standing, StudyRow
from archive.errors import ClaimedError, ReadingStateError, UnknownEntryError
from archive.revisions.lines import StudyLines, study_lines
from archive.revisions.standing import ARBITRATION, READING, refresh, study_state
from archive.worklist.listing import worklist_page
from archive.worklist.query import WorklistQuery
from archive.worklist.rows import StudyKey, ensured_study, study_key
from archive.worklist.study import StudyState

_PAGE = 50


class Role(Enum):
    """What for a study is claimed."""

    READING = READING
    ARBITRATION = ARBITRATION


@dataclass(frozen=True)
class Claim:
    """A study in a reader's hand. suspended: put aside, to be gone on with by the same reader."""

    study_uid: str
    reader: str
    role: Role
    claimed: datetime
    suspended: bool = False


class Claims:
    """Claim, suspend, resume, release; assignments. Each raises KeptError as ``Revisions``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, study_uid: str, reader: str, role: Role = Role.READING) -> Claim:
        """Take a study in hand; one that the reader has in hand or had suspended goes on.

        Raises ClaimedError where as many others have it, or have read it, as readings are wanted,
        and ReadingStateError for arbitration of a study that needs none, or by one of its readers.
        """
        with self._database.writing() as connection:
            study = ensured_study(connection, study_uid)
            try:
                return _claim(connection, study, reader, role)
            except IntegrityError as error:
                if is_duplicate(error):  # another process was quicker
                    raise _taken() from error
                raise

    def claim_next(self, query: WorklistQuery, reader: str) -> Claim | None:
        """Take the first study of a query that the reader does not have and that has a free seat.

        ``None`` where there is none left.
        """
        asked = replace(query, viewer=reader, most=_PAGE, after=None)
        own = {one.study_uid for one in self.held(reader)}
        while True:
            page = worklist_page(self._database, asked)
            for row in page.rows:
                if row.state is not StudyState.NEW or row.uid in own:
                    continue
                try:
                    return self.claim(row.uid, reader)
                except ClaimedError:
                    continue
            if page.end is None:
                return None
            asked = replace(asked, after=page.end)

    def suspend(self, study_uid: str, reader: str) -> None:
        """Put a study aside; it stays the reader's."""
        self._change(study_uid, reader, Deed.SUSPENDED, suspended=True)

    def release(self, study_uid: str, reader: str, by: str = "") -> None:
        """Give a study back. by: who does so for an absent reader; it is in the audit."""
        freed = {"released": now(), "released_by": by or reader}
        self._change(study_uid, reader, Deed.RELEASED, by or reader, **freed)

    def held(self, reader: str) -> tuple[Claim, ...]:
        """What a reader has in hand, the longest held first."""
        wanted = _STANDING.where(ClaimRow.reader == reader)
        with self._database.reading() as connection:
            return tuple(_claim_of(row) for row in connection.execute(wanted))

    def holders(self, study_uid: str, viewer: str) -> tuple[Claim, ...]:
        """Who has a study in hand; in blind reading only the viewer."""
        with self._database.reading() as connection:
            study = study_key(connection, study_uid)
            rows = connection.execute(_STANDING.where(ClaimRow.study_id == study.id))
            found = [_claim_of(row) for row in rows]
        return tuple(one for one in found if not study.blind or one.reader == viewer)

    def readers(self) -> tuple[str, ...]:
        """Everybody who has read, claimed or been assigned a study, in order of the alphabet."""
        known = union(
            select(Standing.reader), select(ClaimRow.reader), select(Assignment.reader)
        ).subquery()
        with self._database.reading() as connection:
            found = connection.scalars(select(known.c.reader))
            return tuple(sorted(set(found), key=str.casefold))

    def assign(self, study_uid: str, reader: str, by: str) -> None:
        """Say who is to read a study; saying so again changes nothing."""
        with self._database.writing() as connection:
            study = study_key(connection, study_uid, lock=True)
            if connection.scalar(_assigned(study.id, reader)) is None:
                values = {
                    "study_id": study.id,
                    "reader": reader,
                    "made": now(),
                    "made_by": by,
                    "withdrawn": None,
                }
                connection.execute(insert(Assignment), [values])
                note(connection, by, Deed.ASSIGNED, study_id=study.id, reader=reader)

    def withdraw(self, study_uid: str, reader: str, by: str) -> None:
        """Take an assignment back."""
        with self._database.writing() as connection:
            study = study_key(connection, study_uid, lock=True)
            found = connection.scalar(_assigned(study.id, reader))
            if found is not None:
                connection.execute(
                    update(Assignment).where(Assignment.id == found).values(withdrawn=now())
                )
                note(
                    connection, by, Deed.ASSIGNED, study_id=study.id, reader=reader, withdrawn=True
                )

    def _change(
        self, study_uid: str, reader: str, deed: Deed, by: str = "", **values: object
    ) -> None:
        with self._database.writing() as connection:
            study = study_key(connection, study_uid, lock=True)
            changed = connection.execute(
                update(ClaimRow)
                .where(
                    ClaimRow.study_id == study.id,
                    ClaimRow.reader == reader,
                    ClaimRow.released.is_(None),
                )
                .values(**values)
            )
            if not changed.rowcount:
                raise UnknownEntryError("the reader does not have this study in hand")
            refresh(connection, study, reader)
            note(connection, by or reader, deed, study_id=study.id, reader=reader)


_STANDING = (
    select(
        *(StudyRow.uid, ClaimRow.reader, ClaimRow.role, ClaimRow.claimed),
        *(ClaimRow.suspended, ClaimRow.id),
    )
    .join(StudyRow, ClaimRow.study_id == StudyRow.id)
    .where(ClaimRow.released.is_(None))
    .order_by(ClaimRow.id)
)


def _claim(connection: Connection, study: StudyKey, reader: str, role: Role) -> Claim:
    held = connection.execute(_STANDING.where(ClaimRow.study_id == study.id)).all()
    own = next((row for row in held if row[1] == reader), None)
    if own is not None:
        connection.execute(update(ClaimRow).where(ClaimRow.id == own[5]).values(suspended=False))
        return replace(_claim_of(own), suspended=False)
    lines = study_lines(connection, study.id)
    slots = {row[2]: row[1] for row in held}
    if role is Role.ARBITRATION:
        _check_arbiter(connection, study, lines, reader)
        slot = ARBITRATION
    else:
        slot = _free_slot(study, lines, reader, slots)
    at = now()
    values = {
        "study_id": study.id,
        "reader": reader,
        "role": slot,
        "claimed": at,
        "suspended": False,
        "released": None,
        "released_by": "",
    }
    connection.execute(insert(ClaimRow), [values])
    refresh(connection, study, reader)
    note(connection, reader, Deed.CLAIMED, study_id=study.id, role=role.value)
    return Claim(study.uid, reader, role, at)


def _free_slot(study: StudyKey, lines: StudyLines, reader: str, held: Mapping[str, str]) -> str:
    """The first number that no claim stands under, such as ``reading 2``. held: who, by slot.

    Who submitted may always take it again; a draft that was given back keeps nobody out.
    """
    in_hand = {who for slot, who in held.items() if slot != ARBITRATION}
    busy = (in_hand | set(lines.submitted)) - {reader}
    if reader not in lines.submitted and len(busy) >= study.wanted:
        raise _taken()
    numbers = (f"{READING} {number}" for number in range(1, len(held) + 2))
    return next(one for one in numbers if one not in held)


def _check_arbiter(connection: Connection, study: StudyKey, lines: StudyLines, reader: str) -> None:
    if study_state(connection, study, lines) is not StudyState.ARBITRATION:
        raise ReadingStateError("the readings of this study need no third reader")
    if reader in lines.readers:
        raise ReadingStateError("who read the study can't decide between its readings")


def _claim_of(row: Sequence[Any]) -> Claim:
    uid, reader, role, claimed, suspended, _ = row
    kind = Role.ARBITRATION if role == ARBITRATION else Role.READING
    return Claim(uid, reader, kind, claimed, suspended)


def _assigned(study_id: int, reader: str) -> Select[int]:
    return select(Assignment.id).where(
        Assignment.study_id == study_id,
        Assignment.reader == reader,
        Assignment.withdrawn.is_(None),
    )


def _taken() -> ClaimedError:
    return ClaimedError(
        "another reader has this study in hand or has read it",
        remedy="Take the next one, or ask for it to be released",
    )
