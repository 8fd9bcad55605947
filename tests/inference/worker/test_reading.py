"""Studies through a real worker: in order, cancelled, throttled, never mixed up, nothing left."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inference.results.store import ResultStore
from inference.worker.pixels import PixelFolder
from inference.worker.queue import Priority
from tests.inference.worker.bench import Bench, gone_within, is_alive

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

ROOT = Path(__file__).resolve().parents[3]


def test_a_study_gives_progress_marks_view_by_view_and_then_the_whole(bench: Bench) -> None:
    ticket = bench.submit("plain")
    assert bench.ears.told == []
    bench.until_over(ticket)
    assert bench.ears.kinds(ticket) == ["marked"] * 4 + ["done"]
    shares = [one.share for one in bench.ears.of(ticket, "progressed")]
    assert shares == [0, 0.25, 0.5, 0.75]
    assert bench.finished_well(ticket)
    assert bench.pixel_files == []


def test_a_thousand_queued_studies_are_read_in_order_while_the_open_one_goes_first(
    bench: Bench,
) -> None:
    began = time.monotonic()
    listed = [bench.submit(f"{at}:plain", Priority.LIST) for at in range(1000)]
    assert time.monotonic() - began < 5  # each takes a millisecond on a busy machine
    bench.until(lambda: listed[5].over)
    opened = bench.submit("opened:plain", Priority.OPEN)
    bench.until_over(opened)
    read = [ticket for ticket in listed if ticket.over]
    assert len(read) < 500
    kept = listed[-20:]
    for ticket in listed[len(read) + 5 : -20]:
        bench.supervisor.cancel(ticket)
    bench.until_over(*listed)
    told = [ticket for ticket in listed if bench.ears.of(ticket, "done")]
    assert told[-20:] == kept
    assert all(bench.finished_well(ticket) for ticket in [opened, *told])
    assert told == [about for is_, about, _ in bench.ears.told if is_ == "done" and about in told]


def test_the_open_study_interrupts_one_of_the_list_between_two_views(bench: Bench) -> None:
    listed = bench.submit("listed:slow", Priority.LIST)
    bench.until(lambda: bench.ears.of(listed, "marked"))
    opened = bench.submit("opened:plain", Priority.OPEN)
    bench.until_over(listed, opened)
    log = bench.log
    assert log.index("begin opened:plain") < len(log) - 1 - log[::-1].index("view listed:slow")
    assert log.count("begin listed:slow") == 1  # no view was read twice
    assert bench.ears.kinds(listed) == ["marked"] * 4 + ["done"]
    assert bench.finished_well(listed)
    assert bench.finished_well(opened)


def test_a_study_of_the_list_that_is_opened_overtakes(bench: Bench) -> None:
    busy = bench.submit("busy:slow", Priority.LIST)
    waiting = [bench.submit(f"{at}:plain", Priority.LIST) for at in range(5)]
    bench.supervisor.prefer(waiting[4], Priority.OPEN)
    bench.until_over(busy, *waiting)
    done = [about for is_, about, _ in bench.ears.told if is_ == "done"]
    assert done.index(waiting[4]) == 0


def test_cancelling_frees_the_worker_within_200_ms_and_nothing_is_told_afterwards(
    bench: Bench,
) -> None:
    times, pids = [], set()
    for turn in range(3):  # of a machine that may be busy with something else
        ticket = bench.submit(f"{turn}:endless")
        bench.until(lambda ticket=ticket: bench.ears.of(ticket, "progressed"))
        told = len(bench.ears.told)
        following = bench.submit(f"{turn}:plain")
        began = time.monotonic()
        bench.supervisor.cancel(ticket)
        bench.until(lambda turn=turn: f"begin {turn}:plain" in bench.log)
        times.append(time.monotonic() - began)
        bench.until_over(following)
        assert [about for _, about, _ in bench.ears.told[told:] if about is ticket] == []
        assert bench.finished_well(following)
        pids.add(bench.supervisor.pid)
    assert min(times) < 0.2
    assert len(pids) == 1


def test_an_analysis_that_does_not_stop_is_killed_without_a_word(bench: Bench) -> None:
    ticket = bench.submit("deaf")
    bench.until(lambda: bench.ears.of(ticket, "progressed"))
    told = len(bench.ears.told)
    bench.supervisor.cancel(ticket)
    following = bench.submit("next:plain")
    bench.until_over(following)
    assert bench.ears.kinds(following) == ["marked"] * 4 + ["done"]
    assert [about for _, about, _ in bench.ears.told[told:] if about is ticket] == []


@pytest.mark.parametrize("when", ["at once", "laid aside", "done but not told"])
def test_a_cancelled_study_is_silent_and_leaves_no_file(bench: Bench, when: str) -> None:
    ticket = bench.submit("one:slow", Priority.LIST)
    if when == "laid aside":
        bench.until(lambda: bench.ears.of(ticket, "marked"))
        opened = bench.submit("opened:slow")
        bench.until(lambda: bench.ears.of(opened, "marked"))
    elif when == "done but not told":
        time.sleep(4)  # nobody makes the posted calls
    told = len(bench.ears.told)
    bench.supervisor.cancel(ticket)
    following = bench.submit("next:plain")
    bench.until_over(following)
    assert [about for _, about, _ in bench.ears.told[told:] if about is ticket] == []
    assert bench.pixel_files == []
    assert bench.finished_well(following)


def test_while_the_hand_drags_the_worker_waits_and_goes_on_afterwards(bench: Bench) -> None:
    quick = bench.submit("quick:slow")
    bench.until_over(quick)
    bench.supervisor.throttle(True)
    ticket = bench.submit("held:slow")
    bench.until(lambda: "begin held:slow" in bench.log)
    time.sleep(1.5)
    bench.window.run_posted()
    assert bench.ears.kinds(ticket) == []  # four views take 0.8 s else
    bench.supervisor.throttle(False)
    began = time.monotonic()
    bench.until_over(ticket)
    assert time.monotonic() - began < 5
    assert bench.ears.kinds(ticket) == ["marked"] * 4 + ["done"]


def test_what_was_read_before_is_told_in_50_ms_and_not_read_again(
    make_bench: Callable[..., Bench], tmp_path: Path
) -> None:
    bench = make_bench(store=ResultStore(tmp_path / "results"))
    first = bench.submit("plain")
    bench.until_over(first)
    bench.until(lambda: list((tmp_path / "results").glob("*.json")))
    times = []
    for _ in range(5):  # of a machine that may be busy with something else
        began = time.monotonic()
        again = bench.submit("plain")
        bench.until_over(again)
        times.append(time.monotonic() - began)
    assert min(times) < 0.05
    assert bench.log.count("begin plain") == 1
    assert bench.ears.kinds(again) == ["marked"] * 4 + ["done"]
    assert bench.ears.of(again, "done") == bench.ears.of(first, "done")
    assert bench.finished_well(again)


def test_a_study_with_a_view_that_failed_is_not_kept(
    make_bench: Callable[..., Bench], tmp_path: Path
) -> None:
    bench = make_bench(store=ResultStore(tmp_path / "results"))
    for _ in range(2):
        bench.until_over(bench.submit("failed-view"))
    assert bench.log.count("begin failed-view") == 2


def test_closing_ends_the_process_and_takes_the_folder_away(bench: Bench) -> None:
    ticket = bench.submit("endless")
    bench.until(lambda: bench.ears.of(ticket, "progressed"))
    pid = bench.supervisor.pid
    assert pid is not None
    assert len(bench.pixel_files) == 4
    began = time.monotonic()
    bench.supervisor.close()
    assert time.monotonic() - began < 2
    assert not is_alive(pid)
    assert list((bench.folder / "cache").glob("window-*")) == []
    with pytest.raises(RuntimeError):
        bench.submit("late")


@pytest.mark.parametrize("deed", ["endless", "hang-opening"])
def test_a_worker_ends_with_its_window_and_no_pixels_stay(tmp_path: Path, deed: str) -> None:
    module = "tests.inference.worker.window_to_kill"
    arguments = [sys.executable, "-m", module, str(tmp_path), deed]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=ROOT) as window:
        assert window.stdout is not None
        pid = int(window.stdout.readline())
        assert list(tmp_path.rglob("*.pixels"))
        window.send_signal(signal.SIGKILL)
    assert gone_within(pid, 8)
    left = list(tmp_path.rglob("*.pixels"))
    if deed == "hang-opening":  # it could not run Python any more: the next window clears up
        PixelFolder(tmp_path / "cache").close()
        left = list(tmp_path.rglob("*.pixels"))
    assert left == []
