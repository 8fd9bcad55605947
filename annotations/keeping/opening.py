"""Opens what is kept of a reading: lock, journal, document file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from filelock import BaseFileLock, FileLock, Timeout

from annotations.commands.history import History
from annotations.document.document import Document
from annotations.errors import CommandError, KeepingError, ReadingFileError
from annotations.keeping.disk import keep_aside, make_folder, reason, sync_file
from annotations.keeping.folders import ReadingPlace
from annotations.keeping.journal import Entry, JournalContents, Line, read_journal
from annotations.keeping.journal_file import JournalFile, Saved
from annotations.keeping.reading_file import SavedReading, load_document, save_document

Begin = Callable[[Document], Document | None]
"""Told what was found, says what to go on from instead; ``None`` for what was found."""

LOCK_WAIT_S = 0.4
"""Another process may look for a moment at what was left, without anybody reading there."""

BUSY = "This reading is open in another window. Close it there to change it here"


@dataclass(frozen=True)
class Opened:
    """A reading as it was found. file and lock: ``None`` where it can only be looked at."""

    history: History
    sequence: int = 0
    lines: Sequence[Line] = field(default=())
    lost: str = ""
    read_only: str = ""
    busy: bool = False
    file: JournalFile | None = None
    lock: BaseFileLock | None = None


@dataclass(frozen=True)
class _Found:
    saved: Saved
    history: History
    lines: tuple[Line, ...]
    damaged: int
    journal: JournalContents

    @property
    def sequence(self) -> int:
        """Number of the last change; 0 where nothing lies on the disk."""
        return self.lines[-1].n if self.lines else self.saved.sequence


def open_reading(
    place: ReadingPlace, study_uid: str, reader: str, begin: Begin | None = None
) -> Opened:
    """Open a reading for changing, or for looking at where that can't be; raises nothing.

    begin: asked while nobody else can change the reading; where its document can't be put down
    the reading goes on from what was found.
    """
    try:
        lock = _lock(place)
    except OSError as error:
        why = f"The folder of readings can't be used: {reason(error)}. {place.folder}"
        return _looked_at(place, study_uid, reader, why)
    if lock is None:
        return _looked_at(place, study_uid, reader, BUSY, busy=True)
    try:
        found = _find(place, study_uid, reader)
        lost = _secure(place, found)
        if begin is not None:
            found = _begun_anew(place, found, reader, begin)
    except (ReadingFileError, OSError) as error:
        lock.release()
        why = str(error) if isinstance(error, ReadingFileError) else _unsecured(place, error)
        return _looked_at(place, study_uid, reader, why)
    file = JournalFile(place, (study_uid, reader), found.saved, found.lines, found.journal.file)
    return Opened(found.history, found.sequence, found.lines, lost, file=file, lock=lock)


def look_at_reading(place: ReadingPlace, study_uid: str, reader: str) -> Document:
    """What is on the disk of a reading, also while another process changes it; nothing is touched.

    Raises ReadingFileError.
    """
    return _find(place, study_uid, reader).history.document


def _begun_anew(place: ReadingPlace, found: _Found, reader: str, begin: Begin) -> _Found:
    """The document file alone says so, by a higher number than all lines of the journal."""
    wanted = begin(found.history.document)
    if wanted is None:
        return found
    saved = Saved(found.sequence + 1, wanted)
    with suppress(KeepingError):
        save_document(place.document, wanted, reader=reader, sequence=saved.sequence)
        return _Found(saved, History(wanted), (), found.damaged, found.journal)
    return found


def _lock(place: ReadingPlace) -> BaseFileLock | None:
    make_folder(place.folder)
    probe = place.folder / f"{place.name}.probe-{os.getpid()}"
    os.close(os.open(probe, os.O_WRONLY | os.O_CREAT, 0o600))
    probe.unlink()
    lock = FileLock(place.lock, timeout=LOCK_WAIT_S, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    return lock


def _looked_at(
    place: ReadingPlace, study_uid: str, reader: str, why: str, *, busy: bool = False
) -> Opened:
    history = History(Document(study_uid))
    with suppress(ReadingFileError, FileNotFoundError):
        history = History(_document(place, study_uid, reader).document)
    with suppress(ReadingFileError):
        history = History(_find(place, study_uid, reader).history.document)
    return Opened(history, read_only=why, busy=busy)


def _document(place: ReadingPlace, study_uid: str, reader: str) -> SavedReading:
    read = load_document(place.document)
    if (read.document.study_uid, read.reader) != (study_uid, reader):
        raise ReadingFileError(
            "the reading is of another study or reader",
            where=str(place.document),
            remedy="Move the file back to where it belongs",
        )
    return read


def _find(place: ReadingPlace, study_uid: str, reader: str) -> _Found:
    # The journal first: one that is being changed elsewhere never runs ahead of its document.
    journal = read_journal(place.journal, study_uid, reader)
    saved = Saved()
    with suppress(FileNotFoundError):
        read = _document(place, study_uid, reader)
        saved = Saved(read.sequence, read.document)
    if journal.base > saved.sequence:
        raise ReadingFileError(
            "the journal goes on from a document file that is missing or older",
            where=str(place.journal),
            remedy=f"Put {place.document.name} back beside it from a backup",
        )
    later = [entry for entry in journal.entries if entry.line.n > saved.sequence]
    history = History(saved.document or Document(study_uid))
    carried = _replayed(history, later)
    lines = tuple(entry.line for entry in later[:carried])
    damaged = journal.damaged + len(later) - carried
    return _Found(saved, history, lines, damaged, journal)


def _replayed(history: History, entries: Sequence[Entry]) -> int:
    """How many entries could be carried out, from the first on."""
    for index, entry in enumerate(entries):
        try:
            if entry.deed == "undo":
                done = history.undo()
            elif entry.deed == "redo":
                done = history.redo()
            else:
                done = history.do(entry.deed)
        except CommandError:
            return index
        if done is None:
            return index
    return len(entries)


def _secure(place: ReadingPlace, found: _Found) -> str:
    """Make sure of what was read: sync it, set a damaged journal aside. What to say of damage."""
    if found.lines:
        sync_file(place.journal)  # a killed process may have written more than it synced
    if not found.damaged:
        return ""
    aside = place.journal.with_name(f"{place.journal.name}.damaged-{found.journal.checksum:08x}")
    keep_aside(place.journal, aside)
    edits = "1 edit" if found.damaged == 1 else f"{found.damaged} edits"
    return (
        f"{edits} at the end of an interrupted session could not be read. "
        f"The damaged journal is kept as {aside.name}"
    )


def _unsecured(place: ReadingPlace, error: OSError) -> str:
    return (
        f"The journal of an interrupted session can't be set aside: {reason(error)}. "
        f"Make room, then open the study again. {place.folder}"
    )
