"""How news of a job reach the window: on its thread, in order, and never after the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from inference.pipeline.results import Progress, StudyResult, ViewResult
from inference.worker.attempt import Ticket

Post = Callable[[Callable[[], None]], None]
"""Has a call made on the window's thread, in the order of posting; safe from any thread."""


class Listener(Protocol):
    """Who is told of jobs, on the window's thread; nothing comes of a ticket that is over."""

    def progressed(self, ticket: Ticket, progress: Progress) -> None:
        """How far a study is."""

    def marked(self, ticket: Ticket, result: ViewResult) -> None:
        """One view's marks, boxes first; they replace what came of that view before."""

    def done(self, ticket: Ticket, result: StudyResult) -> None:
        """The whole study is read. The last of this ticket."""

    def failed(self, ticket: Ticket, message: str, *, restarted: bool) -> None:
        """What came so far of the ticket counts no longer. message: a sentence for the reader.

        restarted: the worker died and the study is read anew; else this is the last of the ticket.
        """


class Teller:
    """Posts to a listener what the keeper knows."""

    def __init__(self, post: Post, listener: Listener) -> None:
        """post: how a call gets to the window's thread."""
        self._post, self._listener = post, listener
        self._closed = threading.Event()

    def close(self) -> None:
        """Nothing is told from now on, also not what was posted."""
        self._closed.set()

    def progressed(self, ticket: Ticket, progress: Progress) -> None:
        """See Listener."""
        self._hand(ticket, lambda: self._listener.progressed(ticket, progress))

    def marked(self, ticket: Ticket, result: ViewResult) -> None:
        """See Listener."""
        self._hand(ticket, lambda: self._listener.marked(ticket, result))

    def restarted(self, ticket: Ticket, message: str) -> None:
        """The study is read anew."""
        self._hand(ticket, lambda: self._listener.failed(ticket, message, restarted=True))

    def known(self, ticket: Ticket, result: StudyResult) -> None:
        """A study was read before: its views' marks, then the whole."""
        for view in result.views:
            self.marked(ticket, view)
        self.done(ticket, result)

    def done(self, ticket: Ticket, result: StudyResult) -> None:
        """The last of a ticket."""
        self._last(ticket, lambda: self._listener.done(ticket, result))

    def failed(self, ticket: Ticket, message: str) -> None:
        """The last of a ticket."""
        self._last(ticket, lambda: self._listener.failed(ticket, message, restarted=False))

    def _last(self, ticket: Ticket, call: Callable[[], None]) -> None:
        def then() -> None:
            ticket.end()
            call()

        self._hand(ticket, then)

    def _hand(self, ticket: Ticket, call: Callable[[], None]) -> None:
        def unless_over() -> None:
            if not (ticket.over or self._closed.is_set()):
                call()

        if not (ticket.over or self._closed.is_set()):
            self._post(unless_over)
