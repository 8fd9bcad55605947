"""Reads many headers on all cores.

Splitting headers is pure Python, and one lock serialises that within a process; hence processes.
They are started afresh (spawn, the same on every system) and cost half a second, so that small
folders are read in this one, and this one reads along until the others answer.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress

from domain.errors import CancelledError
from imaging.scanning.sources import Source
from imaging.scanning.verdict import judge_file
from imaging.scanning.verdict_record import encode

WORTH_A_POOL = 2000
"""From this many files on, starting processes pays."""
_MOST_WORKERS = 8
_BATCH = 32
_BATCHES_A_WORKER = 4
_POLL_SECONDS = 0.1
_COLLECT_AFTER = 50_000

Cancelled = Callable[[], bool]
Batch = Sequence[Source]
Records = list[tuple[Source, bytes]]


def read_records(
    sources: Sequence[Source], cancelled: Cancelled, workers: int | None = None
) -> Iterator[Records]:
    """Judge plain files, some at a time and in any order; records as verdict_record makes them.

    workers: processes to use besides this one, by default as many as there are cores left where
    the files are many; 0 for none. Raises CancelledError.
    """
    if workers is None:
        workers = _spare_cores() if len(sources) >= WORTH_A_POOL else 0
    if workers < 1 or multiprocessing.current_process().daemon:
        yield from _read_here(sources, cancelled)
    else:
        yield from _read_in_pool(sources, cancelled, workers)


def _spare_cores() -> int:
    affine = getattr(os, "sched_getaffinity", None)
    cores = len(affine(0)) if affine else os.cpu_count() or 1
    return min(cores - 1, _MOST_WORKERS)


def _read_here(sources: Sequence[Source], cancelled: Cancelled) -> Iterator[Records]:
    for batch in _batches(sources, _BATCH):
        _check(cancelled)
        yield _judged(batch)


def _judged(batch: Batch) -> Records:
    return list(zip(batch, _judge_batch([source.ref.path for source in batch]), strict=True))


def _judge_batch(paths: list[str]) -> list[bytes]:
    return [encode(judge_file(path)) for path in paths]


def _batches(sources: Sequence[Source], size: int) -> Iterator[Batch]:
    for start in range(0, len(sources), size):
        yield sources[start : start + size]


def _check(cancelled: Cancelled) -> None:
    if cancelled():
        raise CancelledError("the scan was stopped")


def _read_in_pool(
    sources: Sequence[Source], cancelled: Cancelled, workers: int
) -> Iterator[Records]:
    pool = _Pool(sources, workers)
    try:
        while pool.busy:
            _check(cancelled)
            yield from pool.finished()
    finally:
        pool.stop()
    yield from _read_here(pool.left, cancelled)


class _Pool:
    """Worker processes with what they have to do; where they fail, ``left`` is not done yet."""

    def __init__(self, sources: Sequence[Source], workers: int) -> None:
        self._waiting = deque(_batches(sources, _BATCH))
        self._pending: dict[Future[list[bytes]], Batch] = {}
        self._most_pending = workers * _BATCHES_A_WORKER
        self._executor: ProcessPoolExecutor | None = None
        spawn = multiprocessing.get_context("spawn")
        with suppress(ImportError, OSError):  # no semaphores, as in some sandboxes
            self._executor = ProcessPoolExecutor(workers, spawn, initializer=_prepare_worker)

    @property
    def busy(self) -> bool:
        """Whether there is anything to wait for."""
        return self._executor is not None and bool(self._pending or self._waiting)

    @property
    def left(self) -> list[Source]:
        """What nobody has read."""
        return [source for batch in (*self._pending.values(), *self._waiting) for source in batch]

    def finished(self) -> list[Records]:
        """What the others have read; where that is nothing yet, a batch read here."""
        done: list[Records] = []
        try:
            self._submit()
            ready = [future for future in self._pending if future.done()]
            if not ready and self._waiting:
                return [_judged(self._waiting.popleft())]
            if not ready:
                wait(self._pending, _POLL_SECONDS, FIRST_COMPLETED)
            for future in ready:
                records = future.result()
                done.append(list(zip(self._pending.pop(future), records, strict=True)))
        except (MemoryError, OSError, RuntimeError):
            self.stop()  # a process died (BrokenProcessPool) or could not be started
        return done

    def _submit(self) -> None:
        while self._executor and self._waiting and len(self._pending) < self._most_pending:
            paths = [source.ref.path for source in self._waiting[0]]
            self._pending[self._executor.submit(_judge_batch, paths)] = self._waiting.popleft()

    def stop(self) -> None:
        """Let the processes end, without waiting for what they are at; harmless repeated."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None


def _prepare_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops its workers itself
    gc.freeze()  # what was imported stays, and little else outlives its batch:
    gc.set_threshold(_COLLECT_AFTER)  # searching for it seldom is enough
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
