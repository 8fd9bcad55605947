"""The revisions of one study as rows: which are the newest of each reader's reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from archive.database.tables import RevisionParent, RevisionRow, StudyRow
from archive.revisions.revision import OnScreen, ReadingState, Revision


@dataclass(frozen=True)
class Kept:
    """A revision with its row's number."""

    id: int
    revision: Revision


@dataclass(frozen=True)
class StudyLines:
    """All revisions of one study, in the order in which they were kept."""

    all: tuple[Kept, ...]

    def heads(self, reader: str) -> tuple[Kept, ...]:
        """Those of a reading that none of the same reading was made from."""
        own = [one for one in self.all if one.revision.reader == reader]
        replaced = {parent for one in own for parent in one.revision.parents}
        return tuple(one for one in own if one.revision.uid not in replaced)

    @property
    def readers(self) -> tuple[str, ...]:
        """Whose readings there are, the first first."""
        return tuple(dict.fromkeys(one.revision.reader for one in self.all))

    def arbitrates(self, reader: str) -> bool:
        """Whether a reader's reading was made from others' readings."""
        own = [one.revision for one in self.all if one.revision.reader == reader]
        uids = {one.uid for one in own}
        return any(parent not in uids for one in own for parent in one.parents)

    @property
    def submitted(self) -> tuple[str, ...]:
        """Who has submitted a reading of their own, in the order in which they began."""
        return tuple(
            one for one in self.readers if self.state(one).read_only and not self.arbitrates(one)
        )

    @property
    def by_uid(self) -> Mapping[str, Kept]:
        """Every revision by its uid."""
        return {one.revision.uid: one for one in self.all}

    def state(self, reader: str) -> ReadingState:
        """Of a reading; the least far of its heads where there are several."""
        return min((one.revision.state for one in self.heads(reader)), key=lambda one: one.rank)

    def common_ancestor(self, first: str, second: str) -> Kept | None:
        """The newest revision that both come from."""
        of_first = self._ancestry(first)
        of_second = self._ancestry(second)
        shared = [one for one in self.all if one.revision.uid in of_first & of_second]
        return shared[-1] if shared else None

    def _ancestry(self, uid: str) -> set[str]:
        known, found, waiting = self.by_uid, set[str](), [uid]
        while waiting:
            one = waiting.pop()
            if one not in found and one in known:
                found.add(one)
                waiting += known[one].revision.parents
        return found


def study_lines(connection: Connection, study_id: int) -> StudyLines:
    """All revisions of a study."""
    rows = connection.execute(
        select(*COLUMNS)
        .join(StudyRow, RevisionRow.study_id == StudyRow.id)
        .where(RevisionRow.study_id == study_id)
        .order_by(RevisionRow.id)
    ).all()
    ids = select(RevisionRow.id).where(RevisionRow.study_id == study_id)
    parents = parents_of(connection, ids)
    return StudyLines(tuple(Kept(row[0], revision_of(row, parents[row[0]])) for row in rows))


COLUMNS = (
    *(RevisionRow.id, RevisionRow.uid, StudyRow.uid, RevisionRow.reader, RevisionRow.made_by),
    *(RevisionRow.made, RevisionRow.state, RevisionRow.digest, RevisionRow.on_screen),
    *(RevisionRow.why, RevisionRow.findings),
)
"""What ``revision_of`` reads, in its order."""


def parents_of(connection: Connection, ids: object) -> defaultdict[int, list[str]]:
    """Uids of the parents of revisions, by the children's numbers. ids: numbers or a query."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = connection.execute(
        select(RevisionParent.child_id, RevisionRow.uid)
        .join(RevisionRow, RevisionRow.id == RevisionParent.parent_id)
        .where(RevisionParent.child_id.in_(ids))  # type: ignore[arg-type]
        .order_by(RevisionParent.child_id, RevisionParent.parent_id)
    )
    for child, uid in rows:
        found[child].append(uid)
    return found


def revision_of(row: Sequence[Any], parents: list[str]) -> Revision:
    """A revision from its columns."""
    _, uid, study, reader, made_by, made, state, digest, screen, why, findings = row
    return Revision(
        uid=uid,
        study_uid=study,
        reader=reader,
        made_by=made_by,
        made=made,
        state=ReadingState(state),
        digest=digest,
        parents=tuple(parents),
        on_screen=tuple(OnScreen(*one) for one in screen),
        why=why,
        findings=findings,
    )
