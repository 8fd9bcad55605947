"""Starts jobs on threads, keeps their list, hands results over to the window's thread."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from psygnal import Signal

from app.jobs.job import Job, JobStatus, Post
from app.jobs.lanes import Lane
from domain.errors import CancelledError, FourviewError

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Jobs:
    """All work of a window. Its methods are called on the window's thread, and its signal too."""

    changed = Signal(tuple)
    """The status of all jobs under way, each a JobStatus, whenever one begins, ends or gets on."""

    def __init__(self, post: Post, prepare: Callable[[], None] = lambda: None) -> None:
        """post: how a call gets to the window's thread. prepare: called before each job's work."""
        self._post = post
        self._prepare = prepare
        self._lanes: defaultdict[str, Lane] = defaultdict(Lane)
        self._jobs: dict[Job, tuple[str, threading.Thread]] = {}
        self._closed = False

    @property
    def statuses(self) -> tuple[JobStatus, ...]:
        """Jobs under way that were not cancelled, oldest first."""
        return tuple(job.status for job in self._jobs if not job.cancelled)

    def start(
        self,
        lane: str,
        title: str,
        work: Callable[[Job], Result],
        *,
        done: Callable[[Result], None] | None = None,
        failed: Callable[[FourviewError], None] | None = None,
        stopped: Callable[[], None] | None = None,
        quiet: bool = False,
    ) -> Job:
        """Begin work on a thread of its own, after what the lane holds already.

        title: of the status line, without anything of a patient. done and failed are called on
        the window's thread, neither after the job was cancelled. stopped: called at once where
        the reader cancels the job by its number. Any exception ends the job alone. RuntimeError
        once the jobs are closed.
        """
        if self._closed:
            raise RuntimeError("no job begins after closing")
        job = Job(title, self._hand_over, self._tell, quiet=quiet)
        job.stopped = stopped
        place = self._lanes[lane]
        place.queue(job)

        def run() -> None:
            try:
                self._run(job, place, work, done, failed)
            finally:
                job.ended.set()
                self._hand_over(partial(self._forget, job))

        thread = threading.Thread(target=run, name=f"job {job.number}", daemon=True)
        self._jobs[job] = (lane, thread)
        thread.start()
        self._tell()
        return job

    def cancel(self, lane: str) -> None:
        """Cancel all jobs of a lane."""
        for job, (of_lane, _) in list(self._jobs.items()):
            if of_lane == lane:
                job.cancel()
        self._lanes[lane].wake()
        self._tell()

    def cancel_job(self, number: int) -> None:
        """Cancel one job by its number, and tell whoever waits for it."""
        asked = [job for job in self._jobs if job.number == number and not job.cancelled]
        for job in asked:
            job.cancel()
        for lane in self._lanes.values():
            lane.wake()
        self._tell()
        for job in asked:
            if job.stopped is not None:
                job.stopped()

    def close(self, patience: float = 5.0) -> bool:
        """Cancel everything and wait for the threads, at most ``patience`` seconds.

        False where some still hang, as on a network drive that does not answer; they are daemons
        and their results are dropped.
        """
        self._closed = True
        for job in self._jobs:
            job.cancel()
        for lane in self._lanes.values():
            lane.wake()
        until = time.monotonic() + patience
        threads = [thread for _, thread in self._jobs.values()]
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._jobs.clear()
        return not any(thread.is_alive() for thread in threads)

    def _run(
        self,
        job: Job,
        lane: Lane,
        work: Callable[[Job], Result],
        done: Callable[[Result], None] | None,
        failed: Callable[[FourviewError], None] | None,
    ) -> None:
        if not lane.enter(job):
            return
        try:
            self._prepare()
            result = work(job)
            if done is not None:
                job.hand(partial(done, result))
        except CancelledError:
            return
        except FourviewError as error:
            _hand_failure(job, failed, error)
        except Exception as error:  # noqa: BLE001 - a defect in one job must not end the program
            _log_defect(job, error)
            _hand_failure(job, failed, _defect(job, error))
        finally:
            lane.leave(job)

    def _hand_over(self, call: Callable[[], None]) -> None:
        """Post, unless the window is gone or about to go."""
        if not self._closed:
            self._post(call)

    def _forget(self, job: Job) -> None:
        if self._jobs.pop(job, None) is not None:
            self._tell()

    def _tell(self) -> None:
        if not self._closed:
            self.changed.emit(self.statuses)


def _hand_failure(
    job: Job, failed: Callable[[FourviewError], None] | None, error: FourviewError
) -> None:
    if failed is not None:
        job.hand(partial(failed, error))


def _log_defect(job: Job, error: Exception) -> None:
    """Type and lines of code, no message: a library's may quote what it found in a header."""
    lines = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s ended by %s\n%s", job.title, type(error).__name__, lines)


def _defect(job: Job, error: Exception) -> FourviewError:
    return FourviewError(
        f"{job.title} ended by a defect of the program ({type(error).__name__})",
        remedy="Try again; the log says more",
    )
