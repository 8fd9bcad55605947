"""The window's hold on one worker process: it is born, spoken to, listened to and killed."""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from inference.worker import messages as msg
from inference.worker.messages import MessageError, Order, Word
from inference.worker.process import Setup

Entry = Callable[[Connection, Setup], None]
"""What the process runs: ``inference.worker.process.main``, or a test's own."""

_WORDS = (
    msg.Ready | msg.Beat | msg.Reported | msg.Marked | msg.Finished | msg.Paused | msg.Stopped
    | msg.Failed
)  # fmt: skip
_END_S = 5.0


class Child:
    """One spawned process and two threads that speak and listen for it.

    No method waits for the process; it may hang as it likes.
    """

    def __init__(
        self,
        entry: Entry,
        setup: Setup,
        heard: Callable[[Child, Word], None],
        died: Callable[[Child, int | None], None],
    ) -> None:
        """heard, died: called on the listening thread; died once, last, with the exit code.

        Raises OSError where no process can be had.
        """
        self.ready = False
        self._heard, self._died = heard, died
        self._orders: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=entry, args=(theirs, setup), name="fourview-worker", daemon=True
        )
        try:
            self._process.start()
        except BaseException:
            self._connection.close()
            raise
        finally:
            theirs.close()
        for work in (self._speak, self._listen):
            threading.Thread(target=work, name="worker pipe", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid

    def say(self, order: Order) -> None:
        """Send an order, some time; one to a dead process is lost."""
        self._orders.put(msg.encode(order))

    def kill(self) -> None:
        """End the process at once, whatever it does; ``died`` follows."""
        with contextlib.suppress(OSError, ValueError):
            self._process.kill()

    def join(self, seconds: float) -> bool:
        """Wait for its end; whether it has ended."""
        self._process.join(seconds)
        return self._process.exitcode is not None

    def _speak(self) -> None:
        with contextlib.suppress(OSError):
            while (data := self._orders.get()) is not None:
                self._connection.send_bytes(data)

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError, MessageError):
            while True:
                word = msg.decode(self._connection.recv_bytes(msg.LARGEST))
                if not isinstance(word, _WORDS):
                    break  # only a broken worker gives orders
                self._heard(self, word)
        # Whoever closes the pipe or says what is no message has nothing more to say.
        self._died(self, self._end())

    def _end(self) -> int | None:
        """Have the process ended, and its number given back to the system."""
        self._process.join(0.2)
        if self._process.exitcode is None:
            self.kill()
        until = time.monotonic() + _END_S
        while self._process.exitcode is None and time.monotonic() < until:
            self._process.join(0.2)
        code = self._process.exitcode
        self._orders.put(None)
        self._connection.close()
        return code
