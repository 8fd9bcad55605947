"""The worker's own process: it hears orders, reads one study at a time and beats like a heart.

Nothing that comes over the pipe names code to be run. The process ends when its pipe does: a
window that dies takes its worker and their pixel files along.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import multiprocessing
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from domain.errors import CancelledError, FourviewError
from inference.backends.memory import keep_freed_memory
from inference.backends.stop import StopFlag
from inference.worker import messages as msg
from inference.worker.hand import Hand, Pace
from inference.worker.items import Analysis, MarkedView, WholeStudy
from inference.worker.messages import Json, Message, MessageError, Word
from inference.worker.pixels import drop_folder

_log = logging.getLogger(__name__)

NICE = 10
"""How far the worker steps back behind the window's own threads (POSIX)."""

OOM_SCORE = 600
"""Where memory runs out, Linux ends the worker rather than the window."""


@dataclass(frozen=True)
class Setup:
    """What a worker is born with. folder: the window's pixel folder; beat_s: seconds between two
    heartbeats; deaf_s: seconds after which a process that can't run Python any more ends itself;
    wish: the provider, one of ``inference.backends.choice.WISHES``.
    """

    folder: str
    wish: str = "auto"
    beat_s: float = 0.5
    deaf_s: float = 30.0


def main(connection: Connection, setup: Setup) -> None:
    """Entry of the spawned process."""
    serve(connection, setup, _real)


def _real(setup: Setup) -> Analysis:
    from inference.worker.analysis import StudyAnalysis  # noqa: PLC0415 - first beat, then load

    return StudyAnalysis(setup.wish)


def serve(connection: Connection, setup: Setup, make: Callable[[Setup], Analysis]) -> None:
    """Be a worker until the pipe closes. make: gives what reads studies, when first needed."""
    _settle()
    _arm(setup.deaf_s)  # the beating thread may not get to it before something hangs
    bench = _Bench(connection, partial(make, setup))
    threading.Thread(target=_listen, args=(connection, bench, setup), daemon=True).start()
    threading.Thread(target=_beat, args=(bench, setup), daemon=True).start()
    try:
        bench.say(msg.Ready(os.getpid()))
        bench.work()
    except _PipeError:  # the listening thread ends the process
        threading.Event().wait()


class _PipeError(Exception):
    """Nobody hears this process any more."""


@dataclass(eq=False)
class _Job:
    attempt: str
    study: Json
    stop: StopFlag = field(default_factory=StopFlag)
    pause: threading.Event = field(default_factory=threading.Event)
    items: Iterator[MarkedView | WholeStudy] | None = None
    whole: WholeStudy | None = None
    over: bool = False


@dataclass(frozen=True, eq=False)
class _Early:
    """A study that follows, and how to stop what is done for it before."""

    order: msg.Expect
    stop: StopFlag = field(default_factory=StopFlag)


class _Bench:
    """Jobs under way. ``hear`` is called by the thread that listens, ``work`` by the main one."""

    def __init__(self, connection: Connection, make: Callable[[], Analysis]) -> None:
        self.pace = Pace()
        self._make = make
        self._analysis: Analysis | None = None
        self._connection = connection
        self._speaking = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._early: _Early | None = None
        self._orders: queue.SimpleQueue[_Job | msg.Warm | _Early] = queue.SimpleQueue()

    def say(self, word: Word) -> None:
        data = msg.encode(word)
        with self._speaking:
            try:
                self._connection.send_bytes(data)
            except OSError as error:
                raise _PipeError from error

    def hear(self, order: Message) -> None:
        if isinstance(order, msg.Start):
            job = self._jobs[order.attempt] = _Job(order.attempt, order.study)
            self._orders.put(job)
        elif isinstance(order, msg.Expect):
            self._early = _Early(order)
            self._orders.put(self._early)
        elif isinstance(order, msg.Warm):
            self._orders.put(order)
        elif isinstance(order, msg.Throttle):
            self.pace.throttle(on=order.on)
        elif isinstance(order, msg.Cancel | msg.Pause | msg.Resume):
            found, early = self._jobs.get(order.attempt), self._early
            if found is not None:
                self._steer(found, order)
            if isinstance(order, msg.Cancel) and early and early.order.attempt == order.attempt:
                early.stop.stop()

    def _steer(self, job: _Job, order: msg.Cancel | msg.Pause | msg.Resume) -> None:
        if isinstance(order, msg.Pause):
            job.pause.set()
            return
        if isinstance(order, msg.Cancel):
            job.stop.stop()
        job.pause.clear()
        self._orders.put(job)  # one that is being read is over when its turn comes

    def work(self) -> NoReturn:
        while True:
            order = self._orders.get()
            if isinstance(order, msg.Warm):
                with contextlib.suppress(Exception):  # the first study will tell
                    self._made().warm(order.what)
            elif isinstance(order, _Early):
                with contextlib.suppress(Exception):  # what fails now fails again in its study
                    hand = Hand(order.stop, self.pace, lambda _: None)
                    hand.check()
                    self._made().expect(order.order.view, order.order.what, hand)
            elif not order.over:
                self._read(order)

    def _made(self) -> Analysis:
        """What reads studies. It loads libraries; where one is missing each study says so."""
        if self._analysis is None:
            self._analysis = self._make()
        return self._analysis

    def _read(self, job: _Job) -> None:
        word: Word
        try:
            job.stop.raise_if_stopped()
            word = self._advance(job)
        except CancelledError:
            word = msg.Stopped(job.attempt)
        except FourviewError as error:
            word = msg.Failed(job.attempt, str(error))
        except MemoryError:
            word = msg.Failed(job.attempt, "There was not enough memory for the AI's reading")
        except _PipeError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect in one job must not end the process
            word = msg.Failed(job.attempt, _defect(error))
        if not isinstance(word, msg.Paused):
            job.over, job.items = True, None
            self._jobs.pop(job.attempt, None)
        try:
            self.say(word)
        except MessageError as error:  # a whole result with a number that is none
            self.say(msg.Failed(job.attempt, str(error)))

    def _advance(self, job: _Job) -> Word:
        """Read on until the study is through or laid aside."""
        if job.items is None:
            hand = Hand(job.stop, self.pace, lambda told: self.say(msg.Reported(job.attempt, told)))
            job.items = iter(self._made().read(job.study, hand))
        for item in job.items:
            self.pace.step()
            job.stop.raise_if_stopped()
            if isinstance(item, WholeStudy):
                job.whole = item
                continue
            self.say(msg.Marked(job.attempt, item.view, item.result))
            if job.pause.is_set():
                return msg.Paused(job.attempt)
        job.stop.raise_if_stopped()
        if job.whole is None:
            return msg.Failed(job.attempt, "The AI's reading ended before the study was through")
        return msg.Finished(job.attempt, job.whole.result)


def _listen(connection: Connection, bench: _Bench, setup: Setup) -> None:
    try:
        while True:
            order = msg.decode(connection.recv_bytes(msg.LARGEST))
            if isinstance(order, msg.Stop):
                break
            bench.hear(order)
    except (EOFError, OSError):
        drop_folder(Path(setup.folder))  # the window is dead
    except BaseException:  # noqa: BLE001 - a worker that hears no more must not live on
        os._exit(1)
    os._exit(0)


def _beat(bench: _Bench, setup: Setup) -> None:
    """Says that Python still runs. A timer outside Python ends the process where it does not."""
    window = multiprocessing.parent_process()
    waiting = threading.Event()
    try:
        while window is None or window.is_alive():
            _arm(setup.deaf_s)
            bench.say(msg.Beat(bench.pace.steps))
            waiting.wait(setup.beat_s)
    except _PipeError:
        pass
    drop_folder(Path(setup.folder))
    os._exit(0)


def _arm(seconds: float) -> None:
    with contextlib.suppress(RuntimeError, ValueError, OSError):  # where there is no stderr
        faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or sys.stderr)


def _settle() -> None:
    """Step back behind the window; leave Ctrl-C to it."""
    with contextlib.suppress(ValueError, OSError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.nice(NICE)
    keep_freed_memory()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))


def _defect(error: Exception) -> str:
    """Type and lines of code, no message: a library's may quote what it found in a header."""
    kind = type(error).__name__
    _log.error(
        "an analysis ended by %s\n%s", kind, "".join(traceback.format_tb(error.__traceback__))
    )
    return f"The AI's reading ended by a defect of the program ({kind}). The log says more"
