"""Stands for the window's thread: calls are posted from anywhere and made by the test."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable


class WindowThread:
    """Give ``post`` to Jobs; ``run_until`` makes the calls, on the test's own thread."""

    def __init__(self) -> None:
        self._calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self._thread = threading.current_thread()

    def post(self, call: Callable[[], None]) -> None:
        self._calls.put(call)

    def run_posted(self) -> None:
        """Make the calls that were posted up to now."""
        assert threading.current_thread() is self._thread
        while not self._calls.empty():
            self._calls.get()()

    def run_until(self, reached: Callable[[], object], seconds: float = 30.0) -> None:
        """Make calls until something holds; AssertionError after some seconds."""
        until = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < until, "waited in vain"
            try:
                self._calls.get(timeout=0.02)()
            except queue.Empty:
                continue
