"""A flag that ends running networks at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from domain.errors import CancelledError


class StopFlag:
    """Set from any thread; what runs under it is ended then and there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = False
        self._enders: list[Callable[[], None]] = []

    @property
    def stopped(self) -> bool:
        """Whether it was set; it stays so."""
        return self._stopped

    def stop(self) -> None:
        """Set it and end what runs."""
        with self._lock:
            self._stopped = True
            enders = list(self._enders)
        for end in enders:
            end()

    def raise_if_stopped(self) -> None:
        """Raise CancelledError where it is set."""
        if self._stopped:
            raise CancelledError("the analysis was stopped")

    @contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """While inside, ``stop`` calls ``end``; raises CancelledError where it is set already."""
        with self._lock:
            self.raise_if_stopped()
            self._enders.append(end)
        try:
            yield
        finally:
            with self._lock:
                self._enders.remove(end)
