"""A reading that is kept: each finished gesture is on disk before it is called so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from psygnal import Signal

from annotations.commands.command import Change, Command, Initiator, stays
from annotations.commands.history import History, Step
from annotations.document.document import Document
from annotations.errors import KeepingError, ReadingBusyError
from annotations.keeping.folders import reading_place
from annotations.keeping.journal import Deed, Line, entry_line
from annotations.keeping.opening import Begin, Opened, open_reading
from annotations.keeping.progress import Keeping
from annotations.keeping.trail import Trail
from annotations.keeping.writer import Checkpoint, Writer

COMPACT_BYTES = 4 * 1024 * 1024
"""A journal that is longer is folded into the document file."""
CLOSE_WAIT_S = 20.0

Post = Callable[[Callable[[], None]], None]
"""Brings a call to the window's thread; may be called from any thread."""


class KeptReading:
    """One reader's reading of one study, with its history, on disk.

    All methods belong to one thread, the window's; a thread of its own writes and syncs.

    history: the document and what can be undone; changed through this class alone. recovered:
    steps of an interrupted session that only the journal held. lost: what to say once where a
    journal was damaged. keeping: ``KEPT`` when every change is synced to the disk. problem: why
    it is ``FAILED``, such as "the disk is full"; it is tried again with the next change and every
    few seconds, and changes wait in order. read_only: why the reading can't be changed; empty if
    it can. refused: the same as far as the files are why. fresh: nothing of it lay on the disk.

    folded: the journal grew long and is folded into the document file.
    """

    changed = Signal(Change)
    keeping_changed = Signal()
    folded = Signal()

    def __init__(self, opened: Opened, post: Post) -> None:
        """Use ``open``."""
        self.history: History = opened.history
        self.recovered: int = len(opened.lines)
        self.lost: str = opened.lost
        self.keeping: Keeping = Keeping.KEPT
        self.problem: str = ""
        self.read_only: str = opened.read_only
        self.refused: str = opened.read_only
        self.fresh: bool = opened.sequence == 0
        self._busy = opened.busy
        self._lock = opened.lock
        self._post = post
        self._closed = False
        self._last = opened.sequence
        self._journal_bytes = sum(len(line.data) for line in opened.lines)
        self._trail = Trail(opened.history.done, opened.history.undone)
        self._writer: Writer | None = None
        if opened.file is not None:
            self._writer = Writer(opened.file, self._told, kept=opened.sequence)

    @classmethod
    def open(
        cls,
        folder: Path,
        study_uid: str,
        reader: str,
        *,
        post: Post,
        begin: Begin | None = None,
    ) -> KeptReading:
        """Open a reading, or begin one; may take long, so it is called in a job.

        folder: of all readings, see ``readings_folder``. study_uid: as ``Study.uid``. reader: the
        account name. After an interrupted session the document and its undo history are as they
        were. Where it can't be opened for changing, ``read_only`` says why. begin: see
        ``open_reading``.
        """
        place = reading_place(folder, study_uid, reader)
        return cls(open_reading(place, study_uid, reader, begin), post)

    @classmethod
    def look_at(cls, document: Document, why: str, *, post: Post) -> KeptReading:
        """A document that is no file of this computer's; why: it can't be changed."""
        return cls(Opened(History(document), read_only=why), post)

    @property
    def document(self) -> Document:
        """As it is now."""
        return self.history.document

    def restrict(self, why: str) -> None:
        """Have it only looked at, such as once it is submitted; an empty why takes that back."""
        self.read_only = self.refused or why

    def do(self, command: Command, initiator: Initiator = Initiator.READER) -> Change:
        """Carry out a command; it is shown at once and kept soon after, see ``keeping``.

        Raises CommandError where it does not fit or can't be written exactly, ReadingBusyError
        or KeepingError where the reading can't be changed; then nothing has changed.
        """
        self._check_open()
        line = self._line(command)
        change = self.history.do(command, initiator)
        step = self.history.next_undo
        if step is not None and not stays(command):
            self._trail.did(step)
        return self._took(line, change)

    def undo(self) -> Change | None:
        """Take the last step back; ``None`` where there is none. Raises as ``do``."""
        self._check_open()
        step = self.history.next_undo
        return self._again(step, self._trail.to_undo(step), self.history.undo) if step else None

    def redo(self) -> Change | None:
        """Do again what was undone last; ``None`` where there is nothing. Raises as ``do``."""
        self._check_open()
        step = self.history.next_redo
        return self._again(step, self._trail.to_redo(step), self.history.redo) if step else None

    def close(self, wait_s: float = CLOSE_WAIT_S) -> None:
        """Wait for the journal, save the document file, remove the journal, let go of the reading.

        Raises KeepingError where changes could not be written to the disk: the reading is then
        still open, and writing is still tried; ``abandon`` gives those changes up. Where only the
        document file can't be saved, the journal stays on disk and the next opening has it all.
        """
        if self._closed:
            return
        if self._writer is not None:
            self._trail.begin_anew()  # the document may be saved even where this fails afterwards
            problem = self._writer.finish(self._last, self.document, wait_s)
            if problem:
                self._set_keeping(Keeping.FAILED, problem)
                raise KeepingError(
                    f"the last changes could not be written: {problem}",
                    remedy="Make room or give the folder back and try again, or leave without them",
                )
        self._let_go()

    def abandon(self) -> None:
        """Let go of the reading without what could not be written; what was kept stays."""
        if not self._closed:
            if self._writer is not None:
                self._writer.stop()
            self._let_go()

    def _again(
        self, step: Step, deed: Deed, carry_out: Callable[[], Change | None]
    ) -> Change | None:
        line = self._line(deed)
        change = carry_out()
        if change is None:
            return None
        self._trail.wrote(step, deed)
        return self._took(line, change)

    def _line(self, deed: Deed) -> Line:
        return entry_line(self._last + 1, datetime.now(UTC), deed)

    def _took(self, line: Line, change: Change) -> Change:
        if self._writer is not None:
            self._last = line.n
            self._writer.give(line)
            self._journal_bytes += len(line.data)
            if self._journal_bytes > COMPACT_BYTES:
                self._journal_bytes = 0
                self._trail.begin_anew()
                self._writer.give(Checkpoint(self._last, self.document))
                self.folded.emit()
        if self.keeping is Keeping.KEPT:
            self._set_keeping(Keeping.KEEPING, "")
        self.changed.emit(change)
        return change

    def _told(self, kept: int, problem: str) -> None:
        """Called by the writer's thread."""
        with suppress(RuntimeError):  # the window is gone; the disk has what it has
            self._post(lambda: self._heard(kept, problem))

    def _heard(self, kept: int, problem: str) -> None:
        if self._closed:
            return
        if problem:
            self._set_keeping(Keeping.FAILED, problem)
        else:
            self._set_keeping(Keeping.KEPT if kept >= self._last else Keeping.KEEPING, "")

    def _set_keeping(self, keeping: Keeping, problem: str) -> None:
        if (keeping, problem) != (self.keeping, self.problem):
            self.keeping, self.problem = keeping, problem
            self.keeping_changed.emit()

    def _check_open(self) -> None:
        if self._busy:
            raise ReadingBusyError(self.read_only)
        if self.read_only:
            raise KeepingError(self.read_only)
        if self._closed:
            raise KeepingError("the reading was closed", remedy="Open the study again")

    def _let_go(self) -> None:
        self._closed = True
        if self._lock is not None:
            with suppress(OSError):
                self._lock.release()
