"""The thread that writes: in order, again and again until it is done, and never on the window's."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from annotations.document.document import Document
from annotations.errors import KeepingError
from annotations.keeping.disk import reason
from annotations.keeping.journal import Line
from annotations.keeping.journal_file import JournalFile

RETRY_S = 3.0
"""Seconds after which a write that failed is tried again."""


@dataclass(frozen=True)
class Checkpoint:
    """Save the document, which holds changes up to ``n``, and begin a new journal."""

    n: int
    document: Document


@dataclass
class Farewell:
    """Save the document and stop. problem: why the lines could not be written; empty if kept."""

    n: int
    document: Document
    problem: str = ""
    answered: threading.Event = field(default_factory=threading.Event)


Told = Callable[[int, str], None]
"""Told by the thread: number of the last change on disk, and what is wrong, if anything."""


class Writer:
    """Writes lines and checkpoints in the order in which they were given."""

    def __init__(self, file: JournalFile, told: Told, *, kept: int) -> None:
        """kept: number of the last change on disk. The thread starts when it is needed."""
        self._file = file
        self._told = told
        self._kept = kept
        self._turn = threading.Condition()
        self._waiting: deque[Line | Checkpoint] = deque()
        self._farewell: Farewell | None = None
        self._hurry = False
        self._stopped = False
        self._thread: threading.Thread | None = None

    def give(self, item: Line | Checkpoint) -> None:
        """Take an item into the queue; returns at once."""
        with self._turn:
            self._waiting.append(item)
            self._hurry = True
            self._start()
            self._turn.notify()

    def finish(self, n: int, document: Document, wait_s: float) -> str:
        """Write what waits, save the document, remove the journal and stop.

        Returns what is wrong where some lines are not on disk; the writer then goes on trying.
        Where only the document file could not be saved, the journal stays and nothing is wrong.
        """
        farewell = Farewell(n, document)
        with self._turn:
            self._farewell = farewell
            self._hurry = True
            self._start()
            self._turn.notify()
        if farewell.answered.wait(wait_s):
            return farewell.problem
        with self._turn:
            if farewell.answered.is_set():
                return farewell.problem
            self._farewell = None
        return "the disk does not answer"

    def stop(self) -> None:
        """End without writing what waits; what is on disk stays there."""
        with self._turn:
            self._stopped = True
            self._hurry = True
            self._turn.notify()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(self._has_work)
                self._hurry = False
                batch, farewell = self._batch(), self._farewell
                if self._stopped:
                    break
            problem = self._attempt(batch)
            with self._turn:
                for _ in () if problem else batch:
                    self._waiting.popleft()
            if batch:
                self._told(self._kept, problem)
            if farewell is not None and self._leave(farewell, problem):
                return
            if problem:
                self._pause()
        self._file.release()

    def _has_work(self) -> bool:
        return bool(self._waiting) or self._farewell is not None or self._stopped

    def _pause(self) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._hurry, RETRY_S)

    def _batch(self) -> list[Line | Checkpoint]:
        """Lines up to a checkpoint, or a checkpoint alone."""
        batch: list[Line | Checkpoint] = []
        for item in self._waiting:
            if isinstance(item, Checkpoint):
                return batch or [item]
            batch.append(item)
        return batch

    def _attempt(self, batch: list[Line | Checkpoint]) -> str:
        """Returns what is wrong; empty where the batch is done."""
        try:
            lines = [item for item in batch if isinstance(item, Line)]
            if lines:
                self._file.append(lines)
                self._kept = lines[-1].n
        except OSError as error:
            return reason(error)
        except KeepingError as error:
            return error.what
        except Exception as error:  # noqa: BLE001 - a thread that died would keep nothing more
            return f"writing failed ({type(error).__name__})"
        for item in batch:
            if isinstance(item, Checkpoint):
                self._compact(item)
        return ""

    def _compact(self, item: Checkpoint) -> None:
        # Where it fails, the journal goes on as it is, and nothing is at risk.
        with suppress(OSError, KeepingError):
            self._file.save(item.document, item.n)
            self._file.rotate()

    def _leave(self, farewell: Farewell, problem: str) -> bool:
        """Answer a farewell; whether the thread may end."""
        with self._turn:
            if self._farewell is not farewell or (self._waiting and not problem):
                return False  # withdrawn, or something came in between
            self._farewell = None
            if problem:
                farewell.problem = problem
                farewell.answered.set()
                return False
        try:
            self._file.save(farewell.document, farewell.n)
            self._file.remove()
        except (OSError, KeepingError):
            self._file.release()  # the journal holds everything
        self._told(self._kept, "")  # for a window that gave the farewell up meanwhile
        with self._turn:
            farewell.answered.set()
            if self._waiting:
                return False  # the farewell was given up, and the reading goes on
            self._thread = None
            return True
