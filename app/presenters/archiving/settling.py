"""Brings a working copy and the archive together; runs in jobs, never on the window's thread.

Whatever the window was told last, nothing is taken from either: what only the working copy has is
added to the archive as a revision, and a working copy begins from another revision only where the
archive holds all that it says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from annotations.document.document import Document
from annotations.keeping.begun_from import (
    BegunFrom,
    Screen,
    Waiting,
    is_behind,
    read_begun,
    write_begun,
)
from annotations.keeping.folders import ReadingPlace
from app.presenters.archiving.standing import newest
from archive.errors import UnknownEntryError
from archive.revisions.content import packed
from archive.revisions.revision import NewRevision, OnScreen, Revision

if TYPE_CHECKING:
    from archive.archive import Archive

_UNTOLD = "changed before it was known that the reading had been submitted"


@dataclass(frozen=True)
class WorkingCopy:
    """A reading as this computer has it.

    fresh: nothing of it lay on the disk. note: what lay beside it when the document was read;
    ``None`` where nobody can have changed either since.
    """

    place: ReadingPlace
    study_uid: str
    reader: str
    document: Document
    fresh: bool = False
    on_screen: tuple[OnScreen, ...] = ()
    note: BegunFrom | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether nothing was said yet, or all of it taken back."""
        return self.document == Document(self.study_uid)


@dataclass(frozen=True)
class Settled:
    """What came of it.

    begun: as it lies beside the working copy now. begin: a document to go on from in place of the
    working copy's, all of which the archive has. saved: the revision that was added.
    """

    begun: BegunFrom
    heads: tuple[Revision, ...] = ()
    others: tuple[Revision, ...] = ()
    begin: Document | None = field(default=None, repr=False)
    saved: Revision | None = None


def settle(archive: Archive, copy: WorkingCopy, *, save: bool) -> Settled:
    """Bring both together. save: keep what is new as a revision, also where nobody else has
    changed the reading meanwhile. Raises KeptError; then the working copy is as it was.
    """
    known = _known(archive, copy)
    before, heads = known.before, known.heads
    digest = packed(copy.document).digest
    same = [one for one in heads if one.digest == digest]
    if same:
        return _noted(copy, known, before if before in same else same[-1])
    if not _has_news(archive, copy, known, digest):
        return _go_on(archive, copy, known)
    if not save and (not heads or before in heads):
        return Settled(known.note, heads, known.others)
    saved = _save(archive, copy, known, digest)
    left = tuple(one for one in heads if before is None or one.uid != before.uid)
    known = replace(known, note=read_begun(copy.place), heads=(*left, saved))
    return replace(_noted(copy, known, saved), saved=saved)


def begun_at(revision: Revision, why: str = "") -> BegunFrom:
    """What lies beside a working copy that says the same as a revision."""
    return BegunFrom(
        head=revision.uid,
        digest=revision.digest,
        state=revision.state.value,
        made=revision.made,
        made_by=revision.made_by,
        why=why,
    )


@dataclass(frozen=True)
class _Known:
    """What is known of a reading beside its document.

    own: all its revisions. before: the one that the working copy was begun from, or was last saved
    as without it having been told.
    """

    note: BegunFrom
    own: tuple[Revision, ...] = ()
    heads: tuple[Revision, ...] = ()
    others: tuple[Revision, ...] = ()
    before: Revision | None = None


def _known(archive: Archive, copy: WorkingCopy) -> _Known:
    note = copy.note or read_begun(copy.place)
    try:
        every = archive.revisions.history(copy.study_uid, copy.reader)
    except UnknownEntryError:
        return _Known(note)
    own = tuple(one for one in every if one.reader == copy.reader)
    others = newest(tuple(one for one in every if one.reader != copy.reader))
    by_uid = {one.uid: one for one in own}
    landed = by_uid.get(note.waiting.uid) if note.waiting is not None else None
    return _Known(note, own, newest(own), others, landed or by_uid.get(note.head))


def _has_news(archive: Archive, copy: WorkingCopy, known: _Known, digest: str) -> bool:
    if copy.fresh and copy.says_nothing:
        return False
    if known.before is None:
        return not copy.says_nothing and all(one.digest != digest for one in known.own)
    if known.before.digest == digest:
        return False
    # A number may be written in two ways: the same document can have two digests.
    return archive.revisions.document(known.before.uid, copy.reader) != copy.document


def _go_on(archive: Archive, copy: WorkingCopy, known: _Known) -> Settled:
    """The archive has all that the working copy says."""
    before, heads = known.before, known.heads
    if not heads:
        return Settled(known.note, heads, known.others)
    if before in heads and not copy.fresh:
        return _noted(copy, known, before)
    head = before if before in heads and before is not None else heads[-1]
    document = archive.revisions.document(head.uid, copy.reader)
    why = known.note.why if head == before else ""
    return Settled(begun_at(head, why), heads, known.others, document)


def _noted(copy: WorkingCopy, known: _Known, head: Revision | None) -> Settled:
    """Put down beside the working copy that it says what a revision says."""
    if head is None:
        return Settled(known.note, known.heads, known.others)
    begun = begun_at(head, known.note.why if head.uid == known.note.head else "")
    if begun != known.note or is_behind(copy.place):
        write_begun(copy.place, begun)
    return Settled(begun, known.heads, known.others)


def _save(archive: Archive, copy: WorkingCopy, known: _Known, digest: str) -> Revision:
    """Its name is put down first: one that was saved without it being told is known by that."""
    note, before = known.note, known.before
    waiting = note.waiting
    if waiting is None or waiting.digest != digest:
        waiting = _waiting(copy, digest)
        write_begun(copy.place, note.model_copy(update={"waiting": waiting}))
    screen = tuple(OnScreen(one.package, one.version, one.threshold) for one in waiting.on_screen)
    correction = before is not None and before.state.read_only
    new = NewRevision(
        copy.document,
        copy.reader,
        (before.uid,) if before is not None else (),
        on_screen=screen,
        why=(note.why or _UNTOLD) if correction else "",
    )
    return archive.revisions.save(new, uid=waiting.uid)


def _waiting(copy: WorkingCopy, digest: str) -> Waiting:
    screen = tuple(
        Screen(package=one.package_id, version=one.version, threshold=one.threshold)
        for one in copy.on_screen
    )
    return Waiting(uid=str(uuid4()), digest=digest, on_screen=screen)
