"""The worker as the window sees it."""

from __future__ import annotations

from typing import Protocol

from inference.pipeline.reader import ReaderPackages
from inference.worker.attempt import Ticket
from inference.worker.jobs import StudyJob
from inference.worker.queue import Priority


class Worker(Protocol):
    """What ``inference.worker.supervisor.Supervisor`` does; tests may give another."""

    def submit(self, job: StudyJob, priority: Priority = Priority.OPEN) -> Ticket:
        """Hand a study in."""
        ...

    def prefer(self, ticket: Ticket, priority: Priority) -> None:
        """Change who waits for it."""
        ...

    def cancel(self, ticket: Ticket) -> None:
        """Stop it."""
        ...

    def throttle(self, on: bool) -> None:
        """Have networks wait."""
        ...

    def warm(self, reader: ReaderPackages | None = None) -> None:
        """Start ahead of the first study."""
        ...

    def close(self, seconds: float = 4.0) -> None:
        """End it."""
        ...
