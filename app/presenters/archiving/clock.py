"""How long a case is in front of its reader; nothing runs, each sign of the reader is counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.presenters.archiving.standing import Stretch

IDLE_S = 120.0
"""Seconds without a sign of the reader after which nobody sits there any more."""
_LEAST_S = 1.0


class CaseClock:
    """Counts the seconds between signs of the reader, each pause up to ``IDLE_S``."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """now: seconds that never go back."""
        self._now = now
        self._study = ""
        self._reader = ""
        self._began = datetime.now(UTC)
        self._seconds = 0.0
        self._last: float | None = None

    def begin(self, study_uid: str, reader: str) -> None:
        """A case came to the front; one that is there already stays."""
        if study_uid == self._study:
            return
        self._study, self._reader = study_uid, reader
        self._began, self._seconds = datetime.now(UTC), 0.0
        self._last = self._now()

    def touch(self) -> None:
        """The reader did something."""
        if self._study:
            self._count()
            self._last = self._now()

    def pause(self) -> None:
        """The window went out of sight."""
        self._count()
        self._last = None

    def end(self) -> Stretch | None:
        """The case was left; ``None`` where it was there for no more than a moment."""
        self._count()
        study, self._study, self._last = self._study, "", None
        if not study or self._seconds < _LEAST_S:
            return None
        return Stretch(study, self._reader, self._began, self._seconds)

    @property
    def spent(self) -> timedelta:
        """So far, up to the last sign."""
        return timedelta(seconds=self._seconds)

    def _count(self) -> None:
        if self._last is not None:
            self._seconds += min(self._now() - self._last, IDLE_S)
