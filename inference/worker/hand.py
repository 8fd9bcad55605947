"""How an analysis in the worker asks and tells: to stop, to wait, how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from inference.backends.stop import StopFlag
from inference.worker.messages import Json

PATIENCE = 1.0
"""Seconds that one network waits at most for the reader's hand to rest."""

STEP_PATIENCE = 0.2
"""The same for a step beside the networks; each takes some milliseconds of one core."""

_LOOK = 0.02


class Pace:
    """How the worker gets on, shared by all its threads."""

    def __init__(self) -> None:
        """Nothing done, not throttled."""
        self.steps = 0
        self._free = threading.Event()
        self._free.set()

    def step(self) -> None:
        """Something was begun, reported or ended; on the main thread alone."""
        self.steps += 1

    def throttle(self, *, on: bool) -> None:
        """Have networks wait, or go on."""
        if on:
            self._free.clear()
        else:
            self._free.set()

    def wait(self, stop: StopFlag, most: float = PATIENCE) -> None:
        """Wait while throttled, so many seconds at most. Raises CancelledError where stopped."""
        until = time.monotonic() + most
        while not self._free.is_set() and time.monotonic() < until:
            stop.raise_if_stopped()
            self._free.wait(_LOOK)
        stop.raise_if_stopped()


class Hand:
    """What an analysis is given besides its study."""

    def __init__(self, stop: StopFlag, pace: Pace, report: Callable[[Json], None]) -> None:
        """report: sends progress to the window."""
        self.stop = stop
        self._pace = pace
        self._report = report

    def report(self, progress: Json) -> None:
        """Tell how far the study is. Raises CancelledError where it was cancelled."""
        self.stop.raise_if_stopped()
        self._pace.step()
        self._report(progress)

    def breathe(self) -> None:
        """To be called before each network: waits while the reader's hand moves.

        Raises CancelledError where the study was cancelled.
        """
        self._pace.step()
        self._pace.wait(self.stop)

    def check(self) -> None:
        """To be called between steps that run no network, on any thread: a shorter wait.

        Raises CancelledError where the study was cancelled.
        """
        self._pace.wait(self.stop, STEP_PATIENCE)
