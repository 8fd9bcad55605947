"""Real workers that are killed, crash, hang and lie: one job pays, nothing is mixed up."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable

import pytest

from domain.errors import UnreadableFileError
from imaging.loader import LoadedImage
from inference.worker import pixels
from inference.worker.queue import Priority
from tests.inference.worker import fake_worker
from tests.inference.worker.bench import Bench, gone_within, image_of, job_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills by signal, looks at /proc")

PLACES = ("opening", "middle", "ending", "after")


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_killed_once_at_a_stage_is_started_again_and_reads_the_study_anew(
    bench: Bench, place: str
) -> None:
    first, behind = bench.submit(f"kill-{place}-once"), bench.submit("behind:plain")
    bench.until_over(first, behind)
    kinds = bench.ears.kinds(first)
    assert kinds.count("restarted") == 1
    assert kinds[-5:] == ["marked"] * 4 + ["done"]
    assert bench.finished_well(first)
    assert "lack of memory" in bench.ears.of(first, "restarted")[0]
    assert bench.ears.kinds(behind) == ["marked"] * 4 + ["done"]
    assert bench.finished_well(behind)


@pytest.mark.parametrize("deed", ["kill-middle", "exit-middle", "hang-middle", "stuck-ending"])
def test_a_study_that_ends_the_worker_twice_is_left_out_and_the_next_one_is_read(
    bench: Bench, deed: str
) -> None:
    bad, good = bench.submit(f"bad:{deed}"), bench.submit("good:plain")
    bench.until_over(bad, good)
    kinds = [one for one in bench.ears.kinds(bad) if one != "marked"]
    assert kinds == ["restarted", "failed"]
    assert "second time" in bench.ears.of(bad, "failed")[0]
    assert bench.log.count(f"begin bad:{deed}") == 2
    assert bench.finished_well(good)


def test_a_hang_is_told_as_one(bench: Bench) -> None:
    ticket = bench.submit("hang-opening-once")
    bench.until_over(ticket)
    assert "did not answer any more" in bench.ears.of(ticket, "restarted")[0]
    assert bench.finished_well(ticket)


def test_a_worker_whose_heart_beats_but_that_gets_no_further_is_killed(bench: Bench) -> None:
    ticket = bench.submit("stuck-middle-once")
    bench.until_over(ticket)
    assert "got no further" in bench.ears.of(ticket, "restarted")[0]
    assert bench.finished_well(ticket)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("raise-middle", "a defect of the program (ValueError)"),
        ("memory-middle", "not enough memory"),
        ("network-opening", "network.onnx: gave NaN"),
        ("short", "before the study was through"),
        ("nan", "NaN"),
        ("whole-nan", "NaN"),
    ],
)
def test_an_analysis_that_fails_says_why_and_the_same_process_goes_on(
    bench: Bench, deed: str, said: str
) -> None:
    bad = bench.submit(f"bad:{deed}")
    bench.until_over(bad)
    pid = bench.supervisor.pid
    good = bench.submit("good:plain")
    bench.until_over(good)
    (message,) = bench.ears.of(bad, "failed")
    assert said in message
    assert fake_worker.SECRET not in message
    assert "done" not in bench.ears.kinds(bad)
    assert bench.supervisor.pid == pid
    assert bench.finished_well(good)


def test_marks_of_another_study_are_never_shown_and_end_the_worker(bench: Bench) -> None:
    liar, good = bench.submit("liar:other-digest"), bench.submit("good:plain")
    bench.until_over(liar, good)
    assert bench.ears.kinds(liar) == ["restarted", "failed"]
    assert bench.finished_well(good)


def test_a_process_that_dies_at_its_start_fails_what_waits_and_is_tried_again_later(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(entry=fake_worker.main_that_dies_at_once)
    tickets = [bench.submit(f"{at}:plain") for at in range(3)]
    bench.until_over(*tickets)
    for ticket in tickets:
        assert "fourview doctor" in bench.ears.of(ticket, "failed")[0]
    later = bench.submit("later:plain")
    bench.until_over(later)
    assert bench.ears.kinds(later)[-1] == "failed"


def test_a_worker_without_its_libraries_names_them(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(entry=fake_worker.main_without_its_libraries)
    ticket = bench.submit("plain")
    bench.until_over(ticket)
    assert "onnxruntime is not installed" in bench.ears.of(ticket, "failed")[0]


def test_a_worker_that_is_killed_by_hand_while_idle_costs_nothing(bench: Bench) -> None:
    bench.supervisor.warm()
    bench.until((bench.folder / "cache" / "warmed").exists)
    pid = bench.supervisor.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    bench.until(lambda: bench.supervisor.pid not in (None, pid))
    ticket = bench.submit("plain")
    bench.until_over(ticket)
    assert bench.ears.kinds(ticket) == ["marked"] * 4 + ["done"]
    assert gone_within(pid, 1)


def test_no_disk_for_the_pixels_fails_the_job_with_what_to_do(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    def full(handle: int, data: memoryview) -> int:
        written.append(handle)
        if len(written) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return len(data)

    monkeypatch.setattr(pixels.os, "write", full)
    ticket = bench.submit("plain")
    bench.until_over(ticket)
    monkeypatch.undo()
    (message,) = bench.ears.of(ticket, "failed")
    assert "no room left" in message
    assert str(bench.folder / "cache") in message
    assert bench.pixel_files == []
    good = bench.submit("good:plain")
    bench.until_over(good)
    assert bench.finished_well(good)


def test_a_view_that_cannot_be_opened_is_left_out_and_the_result_says_so(bench: Bench) -> None:
    def load(uid: str, number: int) -> LoadedImage:
        if number == 2:
            raise UnreadableFileError("vanished", where="left.dcm")
        return image_of(uid, number)

    ticket = bench.supervisor.submit(job_of("plain", bench.reader, load))
    bench.until_over(ticket)
    (result,) = bench.ears.of(ticket, "done")
    assert len(result.views) == 3
    assert "left.dcm: vanished" in result.notes[-1]


def test_a_study_of_which_nothing_opens_fails_with_each_reason(bench: Bench) -> None:
    def load(uid: str, number: int) -> LoadedImage:
        raise UnreadableFileError("vanished", where=f"{number}.dcm")

    ticket = bench.supervisor.submit(job_of("plain", bench.reader, load))
    bench.until_over(ticket)
    (message,) = bench.ears.of(ticket, "failed")
    assert "0.dcm" in message
    assert "3.dcm" in message


def test_a_kill_while_one_study_is_laid_aside_loses_neither(bench: Bench) -> None:
    listed = bench.submit("listed:slow", Priority.LIST)
    bench.until(lambda: bench.ears.of(listed, "marked"))
    opened = bench.submit("kill-middle-once", Priority.OPEN)
    bench.until_over(listed, opened)
    assert bench.finished_well(listed)
    assert bench.finished_well(opened)
    assert bench.ears.kinds(listed).count("restarted") == 1
