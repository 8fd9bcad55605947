"""How far a job in the background is, for a dialog; and the way to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.jobs.job import REPORT_EVERY, Job, Post
from domain.errors import CancelledError


class Teller:
    """Handed to the work, which calls it from its own thread.

    A job that is cancelled drops what it has done; work that is stopped here says itself whether
    it was still in time.
    """

    def __init__(self, post: Post, shown: Callable[[str, int, int | None], None]) -> None:
        """post: to the window's thread. shown: called there with stage, done, of how much."""
        self.job: Job | None = None
        self._post = post
        self._shown = shown
        self._stopped = threading.Event()
        self._stage = ""
        self._told = 0.0

    def stop(self) -> None:
        """Have the work end at its next step."""
        self._stopped.set()

    def __call__(self, stage: str, done: int, of: int | None) -> None:
        """Raise CancelledError where the work is to end."""
        if self._stopped.is_set() or (self.job is not None and self.job.cancelled):
            raise CancelledError("it was stopped")
        now = time.monotonic()
        if stage != self._stage or now - self._told >= REPORT_EVERY:
            self._stage, self._told = stage, now
            self._post(lambda: self._show(stage, done, of))

    def _show(self, stage: str, done: int, of: int | None) -> None:
        if not self._stopped.is_set():
            self._shown(stage, done, of)
