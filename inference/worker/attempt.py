"""One job as its owner knows it, and one try of it."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from uuid import uuid4

from inference.worker.jobs import Handed, StudyJob
from inference.worker.queue import Priority

_numbers = itertools.count(1)


@dataclass(eq=False)
class Ticket:
    """A job that was handed in. over: done, failed or cancelled, as the window knows it; nothing
    is told of it any more. Its attributes are the supervisor's to change.
    """

    job: StudyJob
    priority: Priority
    number: int = field(default_factory=lambda: next(_numbers))
    deaths: int = 0
    _over: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def uid(self) -> str:
        """The study's."""
        return self.job.uid

    @property
    def over(self) -> bool:
        """See above."""
        return self._over.is_set()

    def end(self) -> None:
        """Nothing is told from now on."""
        self._over.set()


class State(Enum):
    """How far an attempt is."""

    PREPARING = "pixels are made ready"
    RUNNING = "the worker reads"
    PAUSING = "the worker is to lay it aside"
    PAUSED = "laid aside"
    CANCELLING = "the worker is to stop"


@dataclass(eq=False)
class Attempt:
    """One try of a job. name: random, in all messages about it; unwanted: nobody waits for it;
    expected: the worker has begun with its first view.
    """

    ticket: Ticket
    name: str = field(default_factory=lambda: uuid4().hex)
    state: State = State.PREPARING
    handed: Handed | None = None
    unwanted: bool = False
    expected: bool = False
    marked: bool = False
    moved: float = field(default_factory=time.monotonic)
