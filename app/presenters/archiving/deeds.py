"""What is done in the archive for the open case; runs in jobs, never on the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.document.document import Document
from annotations.errors import AnnotationError
from annotations.keeping.begun_from import BegunFrom, is_behind, read_begun, write_begun
from annotations.keeping.folders import ReadingPlace
from annotations.keeping.left_behind import left_at, readings_in
from annotations.keeping.time_kept import TimeKept, drop_time, times_in
from app.presenters.archiving.settling import Settled, WorkingCopy, begun_at, settle
from app.presenters.archiving.standing import ReadingStanding
from archive.errors import ClaimedError, ReadingStateError, UnknownEntryError
from archive.revisions.revision import ReadingState, Revision

if TYPE_CHECKING:
    from archive.archive import Archive


@dataclass(frozen=True)
class Answer:
    """What the archive said of a case. begin: see ``Settled``. taken: it was nobody's before.

    clashes: what two revisions that were merged said differently, in words.
    """

    standing: ReadingStanding
    begin: Document | None = None
    taken: bool = False
    clashes: tuple[str, ...] = ()


def take_case(archive: Archive, copy: WorkingCopy, *, opening: bool) -> Answer:
    """Settle the working copy and take the study in hand, unless the reading is submitted.

    opening: the reader has just opened it. Raises KeptError.
    """
    from archive.audit import Deed  # noqa: PLC0415 - needs the database's library

    settled = settle(archive, copy, save=False)
    standing = ReadingStanding(settled.begun).settled
    refused, taken = "", False
    if not standing:
        refused, taken = _claim(archive, copy)
    if opening:
        archive.audit.add(copy.reader, Deed.OPENED, copy.study_uid)
    return Answer(_standing(archive, copy, settled, refused), settled.begin, taken)


def keep_case(archive: Archive, copy: WorkingCopy) -> Answer:
    """Keep what is new as a revision. Raises KeptError."""
    settled = settle(archive, copy, save=True)
    return Answer(_standing(archive, copy, settled), settled.begin)


def leave_case(archive: Archive, copy: WorkingCopy, *, taken: bool) -> None:
    """Keep what is new; who only looked gives the study back. Raises KeptError.

    taken: the study came into the reader's hand by being opened.
    """
    settled = settle(archive, copy, save=True)
    if taken and copy.says_nothing and not settled.heads:
        with suppress(UnknownEntryError):
            archive.claims.release(copy.study_uid, copy.reader)


def add_time(archive: Archive, folder: Path, one: TimeKept) -> None:
    """Note how long a case was in front of its reader. Raises KeptError; it then stays a file."""
    archive.casebook.add_time(one.study_uid, one.reader, one.began, one.seconds)
    drop_time(folder, one)


def submit(archive: Archive, copy: WorkingCopy) -> Answer:
    """Keep what is new, submit it and give the study back. Raises KeptError."""
    settled = settle(archive, copy, save=True)
    head = _only_head(settled)
    done = archive.revisions.promote(head.uid, ReadingState.SUBMITTED, copy.reader)
    write_begun(copy.place, begun_at(done))
    with suppress(UnknownEntryError):
        archive.claims.release(copy.study_uid, copy.reader)
    return Answer(_standing(archive, copy, settle(archive, copy, save=False)))


def correct(archive: Archive, copy: WorkingCopy, why: str) -> Answer:
    """Let a submitted reading be changed again; the next revision says why. Raises KeptError."""
    refused, _ = _claim(archive, copy)
    if refused:
        raise ReadingStateError(refused)
    note_correction(copy.place, why)
    return Answer(_standing(archive, copy, settle(archive, copy, save=False)))


def note_correction(place: ReadingPlace, why: str) -> BegunFrom:
    """Remember beside the working copy that, and why, a submitted reading is corrected."""
    begun = read_begun(place).model_copy(update={"why": why})
    write_begun(place, begun)
    return begun


def merge(archive: Archive, copy: WorkingCopy) -> Answer:
    """Keep what is new, and bring all newest revisions together. Raises KeptError."""
    settled = settle(archive, copy, save=True)
    heads, clashes = list(settled.heads), list[str]()
    # This computer's first: where both changed one answer, it is the one that stands.
    heads.sort(key=lambda one: one.uid != settled.begun.head)
    if not heads:
        raise ReadingStateError("there is nothing to merge")
    head = heads[0]
    for other in heads[1:]:
        head, merged = archive.revisions.merge(head.uid, other.uid, copy.reader)
        clashes += merged.clashes
    document = archive.revisions.document(head.uid, copy.reader)
    begun = Settled(begun_at(head), (head,), settled.others)
    return Answer(_standing(archive, copy, begun), document, clashes=tuple(clashes))


def change_hand(
    archive: Archive, copy: WorkingCopy, change: Callable[[str, str], object]
) -> Answer:
    """Keep what is new, then take, suspend or release. Raises KeptError, ClaimedError."""
    settled = settle(archive, copy, save=True)
    with suppress(UnknownEntryError):
        change(copy.study_uid, copy.reader)
    return Answer(_standing(archive, copy, settled), settled.begin)


def settle_left_behind(
    archive: Archive, folder: Path, skip: Callable[[ReadingPlace], bool]
) -> tuple[int, tuple[str, ...]]:
    """Add what an earlier start could not; how many readings, and what went wrong with others.
    Times that were spent go along.

    skip: readings that are open. Raises KeptError where the archive can't be written.
    """
    saved, problems = 0, list[str]()
    for one in times_in(folder):
        add_time(archive, folder, one)
    for place in readings_in(folder):
        if skip(place) or not is_behind(place):
            continue
        try:
            left = left_at(folder, place)
        except (AnnotationError, OSError, ValueError) as error:
            problems.append(str(error))
            continue
        copy = WorkingCopy(left.place, left.study_uid, left.reader, left.document, note=left.begun)
        saved += settle(archive, copy, save=True).saved is not None
    return saved, tuple(problems)


def _claim(archive: Archive, copy: WorkingCopy) -> tuple[str, bool]:
    """Why the study is not the reader's to read, and whether it came into the hand only now."""
    held = {one.study_uid for one in archive.claims.held(copy.reader)}
    try:
        archive.claims.claim(copy.study_uid, copy.reader)
    except ClaimedError as error:
        return str(error), False
    return "", copy.study_uid not in held


def _only_head(settled: Settled) -> Revision:
    if not settled.heads:
        raise ReadingStateError(
            "nothing was said yet", remedy="Assess the study first, in the report or with End"
        )
    if len(settled.heads) > 1:
        raise ReadingStateError(
            "two computers changed this reading", remedy="Merge the two revisions first"
        )
    return settled.heads[0]


def _standing(
    archive: Archive, copy: WorkingCopy, settled: Settled, refused: str = ""
) -> ReadingStanding:
    from archive.worklist.claims import Role  # noqa: PLC0415 - needs the database's library

    try:
        raised = [one for one in archive.casebook.discussions(copy.study_uid) if not one.settled]
    except UnknownEntryError:
        raised = []
    held = archive.claims.held(copy.reader)
    here = [one for one in held if one.study_uid == copy.study_uid]
    arbitrates = any(one.role is Role.ARBITRATION for one in here)
    return ReadingStanding(
        settled.begun,
        asked=True,
        heads=settled.heads,
        others=settled.others,
        in_hand=not arbitrates and any(not one.suspended for one in here),
        refused=refused,
        arbitrates=arbitrates,
        discuss=raised[-1].note if raised else None,
    )
