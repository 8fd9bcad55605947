"""Takes readings out of the archive, such as for an export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from annotations.exchange.aspects import told
from annotations.exchange.format import Aspect, Loss
from annotations.exchange.neutral import ExchangeReading
from archive.archive import Archive
from archive.database.tables import Project, StudyRow
from archive.revisions.revision import Revision
from archive.revisions.store import RevisionQuery

_ALL = 10_000_000
_AT_ONCE = 500
_FEW = 20
"""Studies that are asked for one by one."""


@dataclass(frozen=True)
class Wanted:
    """Which readings. studies: their UIDs, ``None`` for all. reader: of one; empty for all.

    submitted: each reader's last submitted revision, and no drafts.
    """

    studies: frozenset[str] | None = None
    reader: str = ""
    submitted: bool = False


@dataclass(frozen=True)
class Chosen:
    """The revision of each reading that is to be taken, oldest first. waiting: how many more
    newest ones wait to be merged with them. hidden: how many are closed to who asks.
    """

    revisions: tuple[Revision, ...] = ()
    waiting: int = 0
    hidden: int = 0

    @property
    def studies(self) -> int:
        """How many studies they are of."""
        return len({one.study_uid for one in self.revisions})

    @property
    def readers(self) -> tuple[str, ...]:
        """Whose they are, in order of the alphabet."""
        return tuple(sorted({one.reader for one in self.revisions}))


@dataclass(frozen=True)
class TakenOut:
    """Readings, and what of the archive is not among them."""

    readings: tuple[ExchangeReading, ...] = ()
    losses: tuple[Loss, ...] = field(default=())


def chosen(archive: Archive, wanted: Wanted, viewer: str = "") -> Chosen:
    """The newest revision of each reading.

    viewer: who asks, to whom others' readings may be closed in blind reading; nobody's are where
    it is empty. Raises KeptError.
    """
    own: dict[tuple[str, str], list[Revision]] = {}
    for one in _listed(archive, wanted):  # newest first
        own.setdefault((one.study_uid, one.reader), []).append(one)
    found: list[Revision] = []
    waiting = 0
    for revisions in own.values():
        if wanted.submitted:
            found += [one for one in revisions if one.state.read_only][:1]
            continue
        replaced = {parent for one in revisions for parent in one.parents}
        heads = [one for one in revisions if one.uid not in replaced]
        found += heads[:1]
        waiting += len(heads) - 1
    seen = _seen(archive, found, viewer) if viewer else found
    ordered = sorted(seen, key=lambda one: one.made)
    return Chosen(tuple(ordered), waiting, len(found) - len(seen))


def taken_out(
    archive: Archive,
    wanted: Wanted,
    viewer: str = "",
    watch: Callable[[int, int], None] = lambda _done, _of: None,
) -> TakenOut:
    """What the chosen revisions say. watch: called with how many are read. Raises KeptError."""
    picked = chosen(archive, wanted, viewer)
    readings: list[ExchangeReading] = []
    for number, one in enumerate(picked.revisions):
        watch(number, len(picked.revisions))
        document = archive.revisions.document(one.uid, viewer or one.reader)
        readings.append(ExchangeReading(one.reader, document))
    lost = told([(Aspect.HIDDEN, picked.hidden), (Aspect.VERSIONS, picked.waiting)])
    return TakenOut(tuple(readings), lost)


def _seen(archive: Archive, found: Sequence[Revision], viewer: str) -> list[Revision]:
    """Without what is closed to a viewer."""
    blind = select(StudyRow.uid).join(Project, StudyRow.project_id == Project.id)
    with archive.database.reading() as connection:
        closed = set(connection.scalars(blind.where(Project.blind)))
    open_to = {
        (uid, one.reader)
        for uid in closed & {one.study_uid for one in found}
        for one in archive.revisions.history(uid, viewer)
    }
    return [
        one
        for one in found
        if one.study_uid not in closed or (one.study_uid, one.reader) in open_to
    ]


def locations(archive: Archive, studies: Iterable[str]) -> dict[str, str]:
    """Under which path ``scan`` finds each study, by its UID; none where nobody knows."""
    wanted = sorted(set(studies))
    found: dict[str, str] = {}
    with archive.database.reading() as connection:
        for begin in range(0, len(wanted), _AT_ONCE):
            some = wanted[begin : begin + _AT_ONCE]
            rows = select(StudyRow.uid, StudyRow.location).where(StudyRow.uid.in_(some))
            found |= {uid: where for uid, where in connection.execute(rows) if where}
    return found


def _listed(archive: Archive, wanted: Wanted) -> tuple[Revision, ...]:
    uids = wanted.studies
    if uids is not None and len(uids) <= _FEW:
        return tuple(
            one
            for uid in sorted(uids)
            for one in archive.revisions.listed(RevisionQuery(wanted.reader, uid, most=_ALL))
        )
    every = archive.revisions.listed(RevisionQuery(wanted.reader, most=_ALL))
    return every if uids is None else tuple(one for one in every if one.study_uid in uids)
