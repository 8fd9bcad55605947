"""Takes imported readings into the archive: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection, select

from annotations.exchange.neutral import ExchangeReading
from archive.archive import Archive
from archive.audit import Deed, note
from archive.database.tables import StudyRow
from archive.revisions.content import Packed, packed
from archive.revisions.lines import StudyLines, study_lines
from archive.revisions.revision import NewRevision, Revision
from archive.revisions.standing import refresh
from archive.revisions.store import add_revision
from archive.worklist.rows import ensured_study
from archive.worklist.study import IndexedStudy


class Fate(Enum):
    """What becomes of an imported reading; values are the words that are told."""

    NEW = "new"
    KNOWN = "kept already"
    VERSION = "a second version, to be merged"
    SUBMITTED = "left out: the reader has submitted this study"

    @property
    def is_taken(self) -> bool:
        """Whether a revision is made of it."""
        return self in (Fate.NEW, Fate.VERSION)


@dataclass(frozen=True)
class Arrived:
    """What became of each reading, in the order in which they were given."""

    fates: tuple[Fate, ...] = ()
    revisions: tuple[Revision, ...] = ()


def foreseen(archive: Archive, readings: Sequence[ExchangeReading]) -> tuple[Fate, ...]:
    """What would become of readings; nothing is changed. Raises KeptError."""
    contents = [packed(one.document) for one in readings]
    with archive.database.reading() as connection:
        return tuple(
            _fate(_lines(connection, one.document.study_uid), one.reader, content)
            for one, content in zip(readings, contents, strict=True)
        )


def take_in(
    archive: Archive,
    readings: Sequence[ExchangeReading],
    by: str,
    form: str,
    studies: Sequence[IndexedStudy] = (),
) -> Arrived:
    """Keep readings as drafts; what a reader has kept already is never replaced.

    by: who imports. form: the format, for the audit. studies: what the worklist is to tell of
    studies that it doesn't know. Raises KeptError; then nothing was kept.
    """
    contents = [packed(one.document) for one in readings]
    # In one order for all processes, so that two of them never wait for each other.
    order = sorted(range(len(readings)), key=lambda at: readings[at].document.study_uid)
    fates: dict[int, Fate] = {}
    made: list[Revision] = []
    unknown: set[str] = set()
    with archive.database.writing() as connection:
        for at in order:
            one, content = readings[at], contents[at]
            fates[at] = _fate(_lines(connection, one.document.study_uid), one.reader, content)
            if fates[at].is_taken:
                unknown |= _unknown(connection, one.document.study_uid)
                made.append(_kept(connection, one, content, by, form))
        if made:
            note(
                connection,
                by,
                Deed.IMPORTED,
                format=form,
                readings=len(made),
                findings=sum(one.findings for one in made),
            )
    fresh = [one for one in studies if one.uid in unknown]
    if fresh:
        archive.sources.index(fresh, by)
    return Arrived(tuple(fates[at] for at in range(len(readings))), tuple(made))


def _kept(
    connection: Connection, reading: ExchangeReading, content: Packed, by: str, form: str
) -> Revision:
    study = ensured_study(connection, reading.document.study_uid)
    lines = study_lines(connection, study.id)
    new = NewRevision(reading.document, reading.reader, made_by=by, why=f"imported from {form}")
    kept = add_revision(connection, study, new, lines, content=content)
    refresh(connection, study, reading.reader)
    note(connection, by, Deed.IMPORTED, study_id=study.id, revision_id=kept.id, format=form)
    return kept.revision


def _fate(lines: StudyLines, reader: str, content: Packed) -> Fate:
    own = [one.revision for one in lines.all if one.revision.reader == reader]
    if any(one.digest == content.digest for one in own):
        return Fate.KNOWN
    if not own:
        return Fate.NEW
    heads = [one.revision for one in lines.heads(reader)]
    return Fate.SUBMITTED if any(one.state.read_only for one in heads) else Fate.VERSION


def _unknown(connection: Connection, study_uid: str) -> set[str]:
    """The study's UID where the worklist knows nothing of it but that."""
    views = connection.scalar(select(StudyRow.view_count).where(StudyRow.uid == study_uid))
    return set() if views else {study_uid}


def _lines(connection: Connection, study_uid: str) -> StudyLines:
    found = connection.scalar(select(StudyRow.id).where(StudyRow.uid == study_uid))
    return StudyLines(()) if found is None else study_lines(connection, found)
