"""Holds the worker process: has one when it is needed, and kills one that hangs.

Not safe for threads: all but what a ``Child`` calls runs on the keeper's thread.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from inference.worker import messages as msg
from inference.worker.child import Child, Entry
from inference.worker.process import Setup

_log = logging.getLogger(__name__)

_BAD_STARTS = 3
_IDLE_DEATHS = 3

Event = Callable[[], None]


@dataclass(frozen=True)
class Patience:
    """Seconds. start: until a new process speaks; silence: without a heartbeat; stuck: alive, but
    at the same step of the same study; cancel: until a cancelled study has made room.
    """

    start: float = 60.0
    silence: float = 10.0
    stuck: float = 180.0
    cancel: float = 10.0


@dataclass(frozen=True)
class Death:
    """How a process ended. reason: goes on after "The AI ..."; started: whether it ever spoke."""

    reason: str
    started: bool


class Warden:
    """One process at most, at any time."""

    def __init__(
        self,
        entry: Entry,
        setup: Setup,
        patience: Patience,
        *,
        post: Callable[[Event], None],
        heard: Callable[[msg.Word], None],
        died: Callable[[Death], None],
    ) -> None:
        """post: has an event handled on the keeper's thread, where heard and died are called."""
        self._entry, self._setup, self._patience = entry, setup, patience
        self._post, self._heard, self._died = post, heard, died
        self._child: Child | None = None
        self._killed_for = ""
        self._heard_at = 0.0
        self._steps = -1
        self._warm: msg.Warm | None = None
        self._dragging = False
        self._bad_starts = self._idle_deaths = 0
        self.moved = 0.0
        """When the study at hand last got further, or was begun."""

    @property
    def pid(self) -> int | None:
        """The process's number; a look from any thread."""
        child = self._child
        return child.pid if child is not None else None

    @property
    def has_process(self) -> bool:
        """Whether there is one, perhaps one that is about to die."""
        return self._child is not None

    def begin(self) -> str:
        """Have a process where there is none; why there can't be one, else empty."""
        while self._child is None:
            self._heard_at, self._killed_for, self._steps = time.monotonic(), "", -1
            try:
                self._child = Child(self._entry, self._setup, self._on_word, self._on_death)
            except (OSError, MemoryError) as error:
                if self.start_failed():
                    return f"could not be made: {type(error).__name__}"
        if self._dragging:
            self.say(msg.Throttle(on=True))
        if self._warm is not None:
            self.say(self._warm)
        return ""

    def start_failed(self) -> bool:
        """Count a start that failed; whether it is time to give up. The next job gets one try."""
        self._bad_starts += 1
        given_up = self._bad_starts >= _BAD_STARTS
        if given_up:
            self._bad_starts = _BAD_STARTS - 1
        return given_up

    def say(self, order: msg.Order) -> None:
        """Send an order; lost where there is no process."""
        if self._child is not None:
            self._child.say(order)

    def throttle(self, *, on: bool) -> None:
        """Have networks wait while the reader's hand moves, in a process to come as well."""
        if on is not self._dragging:
            self._dragging = on
            self.say(msg.Throttle(on))

    def warm(self, order: msg.Warm) -> None:
        """Have a process ready with its sessions built, now and after a death."""
        self._warm = order
        if self._child is None:
            self.begin()
        else:
            self.say(order)

    def after_idle_death(self) -> None:
        """A process that died with nothing to read is replaced, unless it does so again."""
        self._idle_deaths += 1
        if self._warm is not None and self._idle_deaths < _IDLE_DEATHS:
            self.begin()

    def kill(self, reason: str) -> None:
        """End the process; reason goes on after "The AI ..."."""
        if self._child is not None and not self._killed_for:
            self._killed_for = reason
            self._child.kill()

    def step(self) -> None:
        """The study at hand got further."""
        self.moved = time.monotonic()

    def slept(self) -> None:
        """The machine was asleep: that silence counts for nothing."""
        self._heard_at = self.moved = time.monotonic()

    def look(self, *, reading: bool, stopping: bool) -> None:
        """Kill what hangs. reading, stopping: whether it is at a study, or to leave one."""
        child, now = self._child, time.monotonic()
        if child is None or self._killed_for:
            return
        silence = self._patience.silence if child.ready else self._patience.start
        if now - self._heard_at > silence:
            self.kill("did not answer any more")
        elif stopping and now - self.moved > self._patience.cancel:
            self.kill("did not stop")
        elif reading and child.ready and now - self.moved > self._patience.stuck:
            self.kill("got no further")

    def close(self) -> None:
        """End the process for good; waits a moment."""
        child, self._child = self._child, None
        if child is not None:
            child.say(msg.Stop())
            if not child.join(0.5):
                child.kill()
                child.join(2.0)

    def _on_word(self, child: Child, word: msg.Word) -> None:
        self._post(partial(self._hear, child, word))

    def _on_death(self, child: Child, code: int | None) -> None:
        self._post(partial(self._lay_out, child, code))

    def _hear(self, child: Child, word: msg.Word) -> None:
        if child is not self._child or self._killed_for:
            return
        self._heard_at = time.monotonic()
        if isinstance(word, msg.Ready):
            child.ready = True
            self._bad_starts = 0
            self.step()
        elif isinstance(word, msg.Beat):
            if word.steps != self._steps:
                self._steps = word.steps
                self.step()
        else:
            self._heard(word)

    def _lay_out(self, child: Child, code: int | None) -> None:
        if child is not self._child:
            return
        self._child = None
        reason = self._killed_for or _ending(code)
        _log.warning("the AI's worker ended: %s (exit code %s)", reason, code)
        self._died(Death(reason, child.ready))


def _ending(code: int | None) -> str:
    if code == -9:
        return "was ended by the system, perhaps for lack of memory,"
    return "crashed"
