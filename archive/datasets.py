"""Dataset versions: which revisions a model was trained or measured on, for good."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from archive.audit import Deed, note
from archive.database.columns import now
from archive.database.database import Database
from archive.database.tables import DatasetMember, DatasetVersion, RevisionRow
from archive.errors import KeptError, UnknownEntryError

_AT_ONCE = 500


@dataclass(frozen=True)
class DatasetFacts:
    """A version. number: counts from 1 for each name. digest: SHA-256 of its revisions' uids and
    contents, in order of uid, so that two archives can tell whether they hold the same.
    """

    name: str
    number: int
    made: datetime
    made_by: str
    note: str
    digest: str
    size: int


class Datasets:
    """All methods may be called from any thread and raise KeptError as ``Revisions``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, name: str, revisions: Sequence[str], by: str, words: str = "") -> DatasetFacts:
        """A new version of a data set from revisions' uids. It is never changed.

        Raises UnknownEntryError where a revision is not in the archive.
        """
        with self._database.writing() as connection:
            found = _found(connection, sorted(set(revisions)))
            newest = select(func.max(DatasetVersion.number)).where(DatasetVersion.name == name)
            told = "".join(f"{uid} {digest}\n" for _, uid, digest in found)
            values = {
                "name": name,
                "number": (connection.scalar(newest) or 0) + 1,
                "made": now(),
                "made_by": by,
                "note": words,
                "digest": hashlib.sha256(told.encode()).hexdigest(),
            }
            made = insert(DatasetVersion).values(values).returning(DatasetVersion.id)
            version = connection.scalar(made)
            if version is None:
                raise KeptError("the archive did not take the data set")
            members = [{"version_id": version, "revision_id": number} for number, _, _ in found]
            if members:
                connection.execute(insert(DatasetMember), members)
            note(connection, by, Deed.MADE_DATASET, revisions=len(members))
        return self.facts(name)[-1]

    def facts(self, name: str = "") -> tuple[DatasetFacts, ...]:
        """All versions, or those of one name, in order of name and number."""
        size = (
            select(func.count())
            .where(DatasetMember.version_id == DatasetVersion.id)
            .correlate(DatasetVersion)
            .scalar_subquery()
        )
        wanted = select(
            *(DatasetVersion.name, DatasetVersion.number, DatasetVersion.made),
            *(DatasetVersion.made_by, DatasetVersion.note, DatasetVersion.digest, size),
        ).order_by(DatasetVersion.name, DatasetVersion.number)
        if name:
            wanted = wanted.where(DatasetVersion.name == name)
        with self._database.reading() as connection:
            return tuple(DatasetFacts(*row) for row in connection.execute(wanted))

    def revisions(self, name: str, number: int) -> tuple[str, ...]:
        """Uids of a version's revisions, in order. Raises UnknownEntryError."""
        wanted = select(DatasetVersion.id).where(
            DatasetVersion.name == name, DatasetVersion.number == number
        )
        with self._database.reading() as connection:
            version = connection.scalar(wanted)
            if version is None:
                raise UnknownEntryError("the archive holds no such version of a data set")
            members = (
                select(RevisionRow.uid)
                .join(DatasetMember, DatasetMember.revision_id == RevisionRow.id)
                .where(DatasetMember.version_id == version)
                .order_by(RevisionRow.uid)
            )
            return tuple(connection.scalars(members))


def _found(connection: Connection, uids: Sequence[str]) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    for begin in range(0, len(uids), _AT_ONCE):
        some = uids[begin : begin + _AT_ONCE]
        wanted = select(RevisionRow.id, RevisionRow.uid, RevisionRow.digest)
        rows = connection.execute(wanted.where(RevisionRow.uid.in_(some)).order_by(RevisionRow.uid))
        found += [(row[0], row[1], row[2]) for row in rows]
    if len(found) < len(uids):
        raise UnknownEntryError("a revision of the data set is not in the archive")
    return found
