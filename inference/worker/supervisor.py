"""The window's side of the AI: hand studies in, be told of marks, cancel, close."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from inference.pipeline.reader import ReaderPackages
from inference.results.store import ResultStore
from inference.worker import messages as msg
from inference.worker.attempt import Ticket
from inference.worker.child import Entry
from inference.worker.jobs import StudyJob, packages_json
from inference.worker.keeper import Keeper
from inference.worker.pixels import PixelFolder
from inference.worker.process import Setup, main
from inference.worker.queue import Priority
from inference.worker.telling import Listener, Post, Teller
from inference.worker.warden import Patience


class Supervisor:
    """Reads studies in a process of its own, one at a time, the most wanted first.

    Its methods are called on the window's thread and return at once. A crash, a kill or a hang of
    the process costs the study that it was at one more try, and nothing else.
    """

    def __init__(
        self,
        post: Post,
        listener: Listener,
        folder: Path,
        *,
        wish: str = "auto",
        store: ResultStore | None = None,
        patience: Patience | None = None,
        beat: float = 0.5,
        deaf: float = 30.0,
        entry: Entry = main,
    ) -> None:
        """No process begins yet.

        post: how a call gets to the window's thread. folder: for pixels on their way, local and
        private; room for three studies. wish: the provider. beat: seconds between heartbeats. deaf:
        seconds after which a process that can't run Python ends itself. entry: what the process
        runs; for tests. Raises PixelsError where the folder can't be had.
        """
        room = PixelFolder(folder)
        self._teller = Teller(post, listener)
        self._keeper = Keeper(
            room,
            store,
            self._teller,
            entry=entry,
            setup=Setup(str(room.path), wish, beat, deaf),
            patience=patience or Patience(),
        )
        self._keeper.start()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The worker's process number; None where there is no process."""
        return self._keeper.pid

    def submit(self, job: StudyJob, priority: Priority = Priority.OPEN) -> Ticket:
        """Hand a study in. RuntimeError once closed."""
        if self._closed:
            raise RuntimeError("the AI takes no study after closing")
        ticket = Ticket(job, priority)
        self._keeper.post(partial(self._keeper.submit, ticket))
        return ticket

    def prefer(self, ticket: Ticket, priority: Priority) -> None:
        """Change who waits for a study, such as when it is opened from the list."""
        self._keeper.post(partial(self._keeper.prefer, ticket, priority))

    def cancel(self, ticket: Ticket) -> None:
        """Stop a study; nothing is told of it from now on, also not what was posted."""
        ticket.end()
        self._keeper.post(partial(self._keeper.cancel, ticket))

    def throttle(self, on: bool) -> None:
        """Have networks wait while the reader drags: a second each at most."""
        self._keeper.post(partial(self._keeper.throttle, on=on))

    def warm(self, reader: ReaderPackages | None = None) -> None:
        """Start the process, and build a reader's sessions, ahead of the first study."""
        what = packages_json(reader) if reader is not None else {"packages": [], "thresholds": {}}
        self._keeper.post(partial(self._keeper.warm, msg.Warm(what)))

    def close(self, seconds: float = 4.0) -> None:
        """Drop everything, end the process, and remove its files; at most so many seconds."""
        if not self._closed:
            self._closed = True
            self._teller.close()
            self._keeper.close(seconds)
