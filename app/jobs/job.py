"""One piece of work on a thread of its own."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import CancelledError

Post = Callable[[Callable[[], None]], None]
"""Has a call made on the window's thread, in the order of posting; safe from any thread."""

PAINTING_S = 0.05
"""Seconds in which panes paint what was just opened; work that can wait begins then."""

REPORT_EVERY = 0.1
"""Seconds between two reports of progress that reach the window."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class JobStatus:
    """What the status line says of a job.

    done, total: steps; total is ``None`` while unknown. seconds_left: ``None`` where there is
    nothing to guess from. quiet: work ahead that nobody waits for.
    """

    number: int
    title: str
    done: int = 0
    total: int | None = None
    seconds_left: float | None = None
    quiet: bool = False

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else None


class Job:
    """The handle of a job for whoever started it, and what the work itself asks and tells.

    Cancelling on the window's thread is final: no call handed over by the job is made from then
    on, also none that was posted before.
    """

    def __init__(self, title: str, post: Post, told: Callable[[], None], *, quiet: bool) -> None:
        """told: called on the window's thread when the status has changed."""
        self.number = next(_numbers)
        self.title = title
        self.quiet = quiet
        self.ended = threading.Event()
        self.stopped: Callable[[], None] | None = None
        self._post = post
        self._told = told
        self._stopped = threading.Event()
        self._progress: tuple[int, int | None] = (0, None)
        self._began = self._reported = time.monotonic()

    @property
    def cancelled(self) -> bool:
        """Whether the work should stop, and its results are no longer wanted."""
        return self._stopped.is_set()

    @property
    def status(self) -> JobStatus:
        """How far it is."""
        done, total = self._progress
        return JobStatus(self.number, self.title, done, total, self._left(), self.quiet)

    def cancel(self) -> None:
        """Ask the work to stop; its results are dropped at once."""
        self._stopped.set()

    def is_cancelled(self) -> bool:
        """As ``cancelled``, to be given to functions that ask."""
        return self._stopped.is_set()

    def stop_if_cancelled(self) -> None:
        """Raise CancelledError where the job was cancelled."""
        if self.cancelled:
            raise CancelledError(f"{self.title} was stopped")

    def let_paint(self) -> None:
        """Leave the processors to the window for a moment. Raises CancelledError."""
        self._stopped.wait(PAINTING_S)
        self.stop_if_cancelled()

    def report(self, done: int, total: int | None) -> None:
        """Tell how far the work is; few of many reports reach the window."""
        self._progress = (done, total)
        now = time.monotonic()
        if done == total or now - self._reported >= REPORT_EVERY:
            self._reported = now
            self.hand(self._told)

    def hand(self, call: Callable[[], None]) -> None:
        """Have a call made on the window's thread, unless the job is cancelled by then."""

        def unless_cancelled() -> None:
            if not self.cancelled:
                call()

        if not self.cancelled:
            self._post(unless_cancelled)

    def _left(self) -> float | None:
        done, total = self._progress
        passed = time.monotonic() - self._began
        if not total or not done or passed < REPORT_EVERY:
            return None
        return passed / done * max(0, total - done)
