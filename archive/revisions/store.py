"""Keeps revisions and gives them back. Nothing is ever overwritten: a save only adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from annotations.agreement.matching import stated
from annotations.document.document import Document
from archive.audit import Deed, note
from archive.database.columns import now
from archive.database.database import Database
from archive.database.tables import Content, RevisionParent, RevisionRow, StudyRow
from archive.errors import KeptError, ReadingStateError, UnknownEntryError
from archive.revisions.content import Packed, packed
from archive.revisions.lines import (
    COLUMNS,
    Kept,
    StudyLines,
    parents_of,
    revision_of,
    study_lines,
)
from archive.revisions.merging import MergedDocument, merge_documents
from archive.revisions.revision import FOLLOWING, NewRevision, ReadingState, Revision
from archive.revisions.seeing import check_sight, seen_lines
from archive.revisions.standing import document_of, refresh
from archive.worklist.rows import StudyKey, ensured_study, insert_new, study_key


@dataclass(frozen=True)
class RevisionQuery:
    """Which revisions to list, the newest first; empty and ``None`` for all.

    after: the last one of the page before.
    """

    reader: str = ""
    study_uid: str = ""
    since: datetime | None = None
    after: str = ""
    most: int = 1000


class Revisions:
    """All methods may be called from any thread. Each raises KeptError for what the disk refuses;
    then nothing was changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, new: NewRevision, uid: str = "") -> Revision:
        """Keep a revision; it is on the disk when this returns.

        uid: given by who may have to try again, so that nothing is kept twice. Another process
        that saved from the same parent is no obstacle: both are then heads, see ``heads``.
        Raises ReadingStateError where a parent is submitted and no reason for a correction is
        given, UnknownEntryError for parents that are not there.
        """
        content = packed(new.document)
        with self._database.writing() as connection:
            study = ensured_study(connection, new.document.study_uid)
            lines = study_lines(connection, study.id)
            if uid and uid in lines.by_uid:
                return _same(lines.by_uid[uid], content)
            _check_parents(new, lines)
            kept = add_revision(connection, study, new, lines, content=content, uid=uid)
            refresh(connection, study, new.reader)
            note(
                connection,
                new.author,
                Deed.SAVED,
                study_id=study.id,
                revision_id=kept.id,
                state=new.state.value,
            )
        return kept.revision

    def promote(self, uid: str, state: ReadingState, by: str, why: str = "") -> Revision:
        """Submit, review or make gold: a revision of the same content in the next state.

        Raises ReadingStateError where that state can't follow, the reading was changed
        meanwhile, or a reader would review the own reading.
        """
        with self._database.writing() as connection:
            before, study, lines = _located(connection, uid)
            revision = before.revision
            _check_promotion(before, state, by, lines)
            check_sight(connection, study, lines, by, revision.reader)
            document = document_of(connection, before)
            new = NewRevision(document, revision.reader, (uid,), by, state, revision.on_screen, why)
            kept = add_revision(connection, study, new, lines)
            refresh(connection, study, revision.reader)
            note(
                connection,
                by,
                Deed.PROMOTED,
                study_id=study.id,
                revision_id=kept.id,
                state=state.value,
            )
        return kept.revision

    def merge(self, first: str, second: str, by: str) -> tuple[Revision, MergedDocument]:
        """Bring two heads of one reading together as a draft; what clashed is told.

        Raises ReadingStateError where they are of different readings.
        """
        with self._database.writing() as connection:
            mine, study, lines = _located(connection, first)
            theirs = lines.by_uid.get(second)
            if theirs is None or theirs.revision.reader != mine.revision.reader:
                raise ReadingStateError("only revisions of one reading can be merged")
            check_sight(connection, study, lines, by, mine.revision.reader)
            base = lines.common_ancestor(first, second)
            empty = Document(study.uid)
            merged = merge_documents(
                document_of(connection, base) if base else empty,
                document_of(connection, mine),
                document_of(connection, theirs),
            )
            screens = (*mine.revision.on_screen, *theirs.revision.on_screen)
            new = NewRevision(
                merged.document,
                mine.revision.reader,
                (first, second),
                by,
                on_screen=tuple(dict.fromkeys(screens)),
                why="two revisions were merged",
            )
            kept = add_revision(connection, study, new, lines)
            refresh(connection, study, new.reader)
            note(connection, by, Deed.MERGED, study_id=study.id, revision_id=kept.id)
        return kept.revision, merged

    def heads(self, study_uid: str, reader: str, *, viewer: str = "") -> tuple[Revision, ...]:
        """The newest of a reading; several where two processes saved from one parent.

        viewer: who asks; the reader where it is empty. Raises HiddenError in blind reading.
        """
        with self._database.reading() as connection:
            study = study_key(connection, study_uid)
            lines = study_lines(connection, study.id)
            check_sight(connection, study, lines, viewer or reader, reader)
            return tuple(one.revision for one in lines.heads(reader))

    def history(self, study_uid: str, viewer: str) -> tuple[Revision, ...]:
        """All revisions of a study that the viewer may see, the oldest first."""
        with self._database.reading() as connection:
            study = study_key(connection, study_uid)
            seen = seen_lines(connection, study, study_lines(connection, study.id), viewer)
            return tuple(one.revision for one in seen.all)

    def document(self, uid: str, viewer: str) -> Document:
        """What a revision says. Raises HiddenError in blind reading, UnknownEntryError."""
        with self._database.reading() as connection:
            kept, study, lines = _located(connection, uid)
            check_sight(connection, study, lines, viewer, kept.revision.reader)
            return document_of(connection, kept)

    def listed(self, query: RevisionQuery) -> tuple[Revision, ...]:
        """Revisions over all studies, the newest first. Blind reading hides nothing here.

        It is for who looks after the archive, and for exports; readers get ``history``.
        """
        wanted = (
            select(*COLUMNS)
            .join(StudyRow, RevisionRow.study_id == StudyRow.id)
            .order_by(RevisionRow.id.desc())
            .limit(query.most)
        )
        if query.reader:
            wanted = wanted.where(RevisionRow.reader == query.reader)
        if query.study_uid:
            wanted = wanted.where(StudyRow.uid == query.study_uid)
        if query.since is not None:
            wanted = wanted.where(RevisionRow.made >= query.since)
        if query.after:
            last = select(RevisionRow.id).where(RevisionRow.uid == query.after)
            wanted = wanted.where(RevisionRow.id < last.scalar_subquery())
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            ids = [row[0] for row in rows]
            parents = parents_of(connection, ids) if ids else {}
            return tuple(revision_of(row, parents.get(row[0], [])) for row in rows)


def add_revision(
    connection: Connection,
    study: StudyKey,
    new: NewRevision,
    lines: StudyLines,
    *,
    content: Packed | None = None,
    uid: str = "",
) -> Kept:
    """Add the rows of a revision whose parents were checked. content: where it is packed yet."""
    content = content or packed(new.document)
    revision = Revision(
        uid=uid or str(uuid4()),
        study_uid=study.uid,
        reader=new.reader,
        made_by=new.author,
        made=now(),
        state=new.state,
        digest=content.digest,
        parents=new.parents,
        on_screen=new.on_screen,
        why=new.why,
        findings=len(stated(new.document)),
    )
    contents = {"digest": content.digest, "data": content.data}
    connection.execute(insert_new(connection.dialect, Content), [contents])
    made = connection.scalar(
        insert(RevisionRow).values(_row(study, revision)).returning(RevisionRow.id)
    )
    if made is None:
        raise KeptError("the archive did not take the revision")
    parents = [
        {
            "child_id": made,
            "parent_id": lines.by_uid[parent].id,
            "same_reading": lines.by_uid[parent].revision.reader == new.reader,
        }
        for parent in new.parents
    ]
    if parents:
        connection.execute(insert(RevisionParent), parents)
    return Kept(made, revision)


def _row(study: StudyKey, revision: Revision) -> dict[str, object]:
    screen = [[one.package_id, one.version, one.threshold] for one in revision.on_screen]
    return {
        "uid": revision.uid,
        "study_id": study.id,
        "reader": revision.reader,
        "made_by": revision.made_by,
        "made": revision.made,
        "state": revision.state.value,
        "why": revision.why,
        "on_screen": screen,
        "findings": revision.findings,
        "digest": revision.digest,
    }


def _located(connection: Connection, uid: str) -> tuple[Kept, StudyKey, StudyLines]:
    study_uid = connection.scalar(
        select(StudyRow.uid)
        .join(RevisionRow, RevisionRow.study_id == StudyRow.id)
        .where(RevisionRow.uid == uid)
    )
    if study_uid is None:
        raise UnknownEntryError("the archive holds no such revision")
    study = study_key(connection, study_uid, lock=_writes(connection))
    lines = study_lines(connection, study.id)
    return lines.by_uid[uid], study, lines


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("fourview_writes", False))


def _same(kept: Kept, content: Packed) -> Revision:
    if kept.revision.digest != content.digest:
        raise KeptError("a revision of this name says something else")
    return kept.revision


def _check_parents(new: NewRevision, lines: StudyLines) -> None:
    known = lines.by_uid
    missing = [parent for parent in new.parents if parent not in known]
    if missing:
        raise UnknownEntryError("the revision that this one was made from is not in the archive")
    own = [known[parent].revision for parent in new.parents]
    if any(one.reader != new.reader for one in own):
        raise ReadingStateError("a reading goes on from its own revisions")
    if new.state not in (ReadingState.DRAFT, ReadingState.SUBMITTED):
        raise ReadingStateError("a reading is saved as a draft or submitted")
    if any(one.state.read_only for one in own) and not new.why:
        raise ReadingStateError(
            "the reading was submitted and can only be looked at",
            remedy="Say why it is corrected; the correction is then a revision of its own",
        )


def _check_promotion(before: Kept, state: ReadingState, by: str, lines: StudyLines) -> None:
    revision = before.revision
    if state is ReadingState.ADJUDICATED or state not in FOLLOWING[revision.state]:
        raise ReadingStateError(
            f"a reading that is {revision.state.value} can't become {state.value}"
        )
    if tuple(one.revision.uid for one in lines.heads(revision.reader)) != (revision.uid,):
        raise ReadingStateError(
            "the reading was changed meanwhile",
            remedy="Look at its newest revisions, or merge them",
        )
    if state is ReadingState.SUBMITTED and by != revision.reader:
        raise ReadingStateError("a reading is submitted by its reader")
    if state is ReadingState.REVIEWED and by == revision.reader:
        raise ReadingStateError("a reading is reviewed by somebody else than its reader")


def uids(revisions: Sequence[Revision]) -> tuple[str, ...]:
    """The uids of revisions, such as for ``NewRevision.parents``."""
    return tuple(one.uid for one in revisions)
