"""The window's side of outlining: ask, be told on the window's thread, close."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from domain.errors import FourviewError
from inference.outlining.process import main
from inference.outlining.question import Outline, Question, heard_answer, part_of
from inference.packages.package import ModelPackage
from inference.worker.pixels import stored_bytes

Post = Callable[[Callable[[], None]], None]
"""Has a call made on the window's thread, in the order of posting."""
Heard = Callable[[Outline], None]
Entry = Callable[[Connection, str, str], None]
"""What the process runs; tests may give another."""

NO_PACKAGE = "No model package that draws contours is installed: fourview models list"
_ENDED = "The process that draws contours ended; it starts again with the next one"
_START_S, _ANSWER_S = 60.0, 10.0
_LOOK_S = 0.05


@dataclass(frozen=True)
class _Asked:
    question: Question
    heard: Heard


class Outliner:
    """Asks the outlining process, one question at a time, on a thread of its own.

    Finals are answered in their order; of previews only the latest counts. Methods return at once
    and are called on the window's thread; no process begins before it is needed.
    """

    def __init__(
        self,
        post: Post,
        find: Callable[[], ModelPackage | None],
        entry: Entry = main,
        patience: float = _ANSWER_S,
    ) -> None:
        """find: the package that draws contours, looked for on the outliner's thread; may raise
        FourviewError. patience: seconds that one answer may take.
        """
        self._post, self._find = post, find
        self._entry, self._patience = entry, patience
        self._changed = threading.Condition()
        self._finals: deque[_Asked] = deque()
        self._preview: _Asked | None = None
        self._warm = self._closed = self._anew = False
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._thread: threading.Thread | None = None

    def warm(self) -> None:
        """Have the process up and its network loaded."""
        with self._changed:
            self._warm = True
        self._wake()

    def preview(self, question: Question, heard: Heard) -> None:
        """Ask, in place of a preview that was asked before and waits; that one is never heard."""
        with self._changed:
            self._preview = _Asked(question, heard)
        self._wake()

    def ask(self, question: Question, heard: Heard) -> None:
        """Ask for what is to stay; previews that wait are dropped."""
        with self._changed:
            self._preview = None
            self._finals.append(_Asked(question, heard))
        self._wake()

    def forget(self) -> None:
        """Another package may be active: the next question begins anew."""
        with self._changed:
            self._anew = True

    def close(self, seconds: float = 2.0) -> None:
        """End thread and process; nothing is heard from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)
        self._end()

    def _wake(self) -> None:
        with self._changed:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="outlining", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _run(self) -> None:
        while (asked := self._next()) is not None or not self._closed:
            trouble = self._began()
            if asked is None:
                continue
            outline = Outline(trouble=trouble) if trouble else self._answered(asked.question)
            self._tell(asked.heard, outline)
        self._end()

    def _next(self) -> _Asked | None:
        """What is to be answered; ``None`` to warm up, and once closed."""
        with self._changed:
            while not (self._finals or self._preview or self._warm or self._closed):
                self._changed.wait()
            self._warm = False
            if self._closed:
                return None
            if self._anew:
                self._anew = False
                self._end()
            if self._finals:
                return self._finals.popleft()
            asked, self._preview = self._preview, None
            return asked

    def _tell(self, heard: Heard, outline: Outline) -> None:
        def unless_closed() -> None:
            if not self._closed:
                heard(outline)

        if not self._closed:
            self._post(unless_closed)

    def _began(self) -> str:
        """Have a process; why there is none, empty where there is."""
        if self._process is not None and self._process.is_alive():
            return ""
        self._end()
        try:
            package = self._find()
            if package is None:
                return NO_PACKAGE
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._process = context.Process(
                target=self._entry,
                args=(theirs, str(package.folder), package.digest),
                name="fourview-outlining",
                daemon=True,
            )
            self._process.start()
            theirs.close()
            told = json.loads(self._received(_START_S))
        except FourviewError as error:
            return str(error)
        except (OSError, EOFError, ValueError) as error:
            self._end()
            return f"Contours can't be drawn ({type(error).__name__}). Run 'fourview doctor'"
        trouble = str(told.get("trouble", ""))
        if trouble:
            self._end()
        return trouble

    def _answered(self, question: Question) -> Outline:
        part = part_of(question)
        if part is None or self._connection is None:
            return Outline()
        try:
            self._connection.send_bytes(json.dumps(part.question).encode())
            self._connection.send_bytes(stored_bytes(part.pixels))
            return heard_answer(self._received(self._patience), part)
        except (OSError, EOFError, KeyError, TypeError, ValueError):
            self._end()
            return Outline(trouble=_ENDED)

    def _received(self, seconds: float) -> bytes:
        """Raises EOFError where the process ended, was closed, or takes too long."""
        until = time.monotonic() + seconds
        while self._connection is not None and not self._closed:
            if self._connection.poll(_LOOK_S):
                return self._connection.recv_bytes()
            if time.monotonic() > until:
                break
        raise EOFError

    def _end(self) -> None:
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()
        if process is not None:
            with contextlib.suppress(OSError, ValueError):
                process.kill()
                process.join(1.0)
