"""One step ahead: the next view is made ready on a thread while networks run on this one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Ahead(Generic[Made]):
    """One call at most is under way or waits to be taken. For one thread."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self._place = -1
        self._thread: threading.Thread | None = None
        self._made: list[Made] = []
        self._errors: list[BaseException] = []

    def begin(self, place: int, call: Callable[[], Made]) -> None:
        """Have a call done meanwhile. place: what ``take`` asks by, 0 or more."""
        self.end()
        self._place = place
        thread = threading.Thread(target=self._work, args=(call,), name="view ahead", daemon=True)
        try:
            thread.start()
        except (RuntimeError, MemoryError):  # no thread to be had: it is done when it is needed
            self._place = -1
            return
        self._thread = thread

    def take(self, place: int) -> Made | None:
        """What was made for a place, waited for; ``None`` where nothing was begun for it.

        Raises what the call raised.
        """
        if place != self._place:
            return None
        self._join()
        self._place = -1
        made, errors = self._made.copy(), self._errors.copy()
        self._made.clear()
        self._errors.clear()
        if errors:
            raise errors[0]
        return made[0]

    def end(self) -> None:
        """Wait for what is under way, and forget it."""
        self._join()
        self._place = -1
        self._made.clear()
        self._errors.clear()

    def _join(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _work(self, call: Callable[[], Made]) -> None:
        try:
            self._made.append(call())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is taken
            self._errors.append(error)
