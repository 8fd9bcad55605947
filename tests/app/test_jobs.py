"""Jobs: on other threads, in lanes, cancelled for good, and handed over on the window's thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

import pytest

from app.jobs.job import Job, JobStatus
from app.jobs.jobs import Jobs
from domain.errors import CancelledError, FourviewError, UnreadableFileError
from tests.support.window_thread import WindowThread


@pytest.fixture
def window() -> WindowThread:
    return WindowThread()


@pytest.fixture
def jobs(window: WindowThread) -> Iterator[Jobs]:
    made = Jobs(window.post)
    yield made
    assert made.close()


def held(job: Job, gate: threading.Event) -> str:
    """Work until the gate opens or the job is cancelled."""
    while not gate.wait(0.005):
        job.stop_if_cancelled()
    return "done"


def test_work_runs_elsewhere_and_its_result_comes_on_the_windows_thread(
    jobs: Jobs, window: WindowThread
) -> None:
    came: list[tuple[threading.Thread, threading.Thread]] = []
    jobs.start(
        "lane",
        "Working",
        lambda _: threading.current_thread(),
        done=lambda worker: came.append((worker, threading.current_thread())),
    )
    window.run_until(lambda: came)
    worker, receiver = came[0]
    assert receiver is threading.current_thread()
    assert worker is not receiver


def test_after_cancelling_nothing_arrives_even_if_it_was_posted_before(
    jobs: Jobs, window: WindowThread
) -> None:
    came: list[str] = []

    def work(job: Job) -> str:
        job.hand(lambda: came.append("part"))
        return "whole"

    job = jobs.start("lane", "Working", work, done=came.append)
    assert job.ended.wait(10)  # everything is posted, nothing has been called
    jobs.cancel("lane")
    window.run_posted()
    assert came == []


def test_a_failure_is_handed_over_with_its_reason(jobs: Jobs, window: WindowThread) -> None:
    came: list[FourviewError] = []

    def work(_: Job) -> None:
        raise UnreadableFileError("can't be read", where="a.dcm")

    jobs.start("lane", "Working", work, failed=came.append)
    window.run_until(lambda: came)
    assert str(came[0]) == "a.dcm: can't be read"


def test_a_defect_ends_its_job_alone_and_no_message_tells_what_it_quoted(
    jobs: Jobs, window: WindowThread, caplog: pytest.LogCaptureFixture
) -> None:
    came: list[FourviewError] = []
    caplog.set_level(logging.ERROR)
    quoted = "Doe^Jane"

    def work(_: Job) -> None:
        raise KeyError(quoted)

    jobs.start("lane", "Reading headers", work, failed=came.append)
    window.run_until(lambda: came)
    assert "KeyError" in str(came[0])
    assert "Doe" not in str(came[0]) + caplog.text
    assert "test_jobs.py" in caplog.text
    after: list[int] = []
    jobs.start("lane", "Working", lambda _: 1, done=after.append)
    window.run_until(lambda: after)


def test_stopping_is_no_failure(jobs: Jobs, window: WindowThread) -> None:
    came: list[FourviewError] = []

    def work(_: Job) -> None:
        raise CancelledError("stopped")

    job = jobs.start("lane", "Working", work, failed=came.append)
    assert job.ended.wait(10)
    window.run_posted()
    assert came == []
    assert jobs.statuses == ()


def test_jobs_of_a_lane_run_one_after_another_and_other_lanes_beside_them(
    jobs: Jobs, window: WindowThread
) -> None:
    gate, came = threading.Event(), list[str]()
    jobs.start("one", "First", lambda job: held(job, gate), done=lambda _: came.append("first"))
    jobs.start("one", "Second", lambda _: 0, done=lambda _: came.append("second"))
    jobs.start("two", "Other", lambda _: 0, done=lambda _: came.append("other"))
    window.run_until(lambda: came)
    assert came == ["other"]
    gate.set()
    window.run_until(lambda: len(came) == 3)
    assert came == ["other", "first", "second"]


def test_a_waiting_job_that_is_cancelled_never_begins(jobs: Jobs, window: WindowThread) -> None:
    gate, begun = threading.Event(), list[str]()
    jobs.start("lane", "First", lambda job: held(job, gate))
    waiting = jobs.start("lane", "Second", lambda _: begun.append("second"))
    jobs.cancel_job(waiting.number)
    assert waiting.ended.wait(10)
    gate.set()
    last = jobs.start("lane", "Third", lambda _: begun.append("third"))
    assert last.ended.wait(10)
    assert begun == ["third"]


def test_a_cancelled_job_that_hangs_loses_its_lane(jobs: Jobs, window: WindowThread) -> None:
    gate, came = threading.Event(), list[int]()
    jobs.start("lane", "Hanging", lambda _: gate.wait(30))
    time.sleep(0.02)  # let it begin
    jobs.cancel("lane")
    jobs.start("lane", "Next", lambda _: 1, done=came.append)
    window.run_until(lambda: came, seconds=5)
    gate.set()


def test_progress_tells_how_much_is_left(jobs: Jobs, window: WindowThread) -> None:
    told: list[tuple[JobStatus, ...]] = []
    jobs.changed.connect(told.append)
    gate = threading.Event()

    def work(job: Job) -> None:
        time.sleep(0.15)
        job.report(1, 4)
        held(job, gate)

    jobs.start("lane", "Counting", work)
    window.run_until(lambda: told and told[-1] and told[-1][0].done == 1)
    status = told[-1][0]
    assert (status.title, status.total, status.share) == ("Counting", 4, 0.25)
    assert status.seconds_left is not None
    assert status.seconds_left >= 0.3
    gate.set()
    window.run_until(lambda: told[-1] == ())


def test_of_many_reports_few_reach_the_window_and_the_last_one_does(
    jobs: Jobs, window: WindowThread
) -> None:
    told: list[tuple[JobStatus, ...]] = []
    jobs.changed.connect(told.append)

    def work(job: Job) -> None:
        for number in range(1, 10_001):
            job.report(number, 10_000)

    jobs.start("lane", "Counting", work)
    window.run_until(lambda: told and told[-1] == ())
    assert max(status.done for statuses in told for status in statuses) == 10_000
    assert len(told) < 50


def test_closing_stops_all_threads_and_drops_what_they_had(window: WindowThread) -> None:
    jobs, came = Jobs(window.post), list[str]()
    before = threading.active_count()
    for lane in "abc":
        jobs.start(lane, "Working", lambda job: held(job, threading.Event()), done=came.append)
    assert jobs.close()
    window.run_posted()
    assert came == []
    assert threading.active_count() == before
    with pytest.raises(RuntimeError):
        jobs.start("a", "Late", lambda _: None)


def test_closing_does_not_wait_for_ever_for_a_thread_that_hangs(window: WindowThread) -> None:
    jobs, gate = Jobs(window.post), threading.Event()
    jobs.start("a", "Hanging", lambda _: gate.wait(30))
    began = time.monotonic()
    assert not jobs.close(patience=0.1)
    assert time.monotonic() - began < 5
    gate.set()
