"""Lanes: jobs of one lane run one after another, so that a cancelled one makes room first."""

from __future__ import annotations

import threading
import time
from collections import deque

from app.jobs.job import Job

GRACE = 0.25
"""Seconds that a cancelled job keeps its lane; one that hangs in the system then loses it."""

_PATIENCE = 0.05
"""Seconds after which a waiting job looks again."""


class Lane:
    """Lets jobs in, in the order in which they came."""

    def __init__(self) -> None:
        """An empty lane."""
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._running: Job | None = None
        self._cancelled_at: float | None = None

    def queue(self, job: Job) -> None:
        """Take a place in line; ``enter`` waits for its turn."""
        with self._changed:
            self._waiting.append(job)

    def enter(self, job: Job) -> bool:
        """Wait on the job's own thread; False where it was cancelled meanwhile."""
        with self._changed:
            while not job.cancelled:
                if self._waiting[0] is job and self._is_free():
                    self._waiting.popleft()
                    self._running, self._cancelled_at = job, None
                    return True
                self._changed.wait(_PATIENCE)
            self._waiting.remove(job)
            self._changed.notify_all()
        return False

    def leave(self, job: Job) -> None:
        """Make room for the next."""
        with self._changed:
            if self._running is job:
                self._running = None
            self._changed.notify_all()

    def wake(self) -> None:
        """Have waiting jobs look at once whether they were cancelled."""
        with self._changed:
            self._changed.notify_all()

    def _is_free(self) -> bool:
        if self._running is None:
            return True
        if not self._running.cancelled:
            return False
        if self._cancelled_at is None:
            self._cancelled_at = time.monotonic()
        return time.monotonic() - self._cancelled_at > GRACE
