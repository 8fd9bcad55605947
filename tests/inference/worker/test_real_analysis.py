"""The worker with the real pipeline and real networks: the same marks as without it."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from onnx import helper

from domain.study import Study
from inference.backends.choice import choose_provider
from inference.backends.pool import SessionPool
from inference.packages.package import open_package
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import StudyResult, ViewStatus
from inference.pipeline.study import analyse_study
from inference.worker.jobs import Handed, JobView, StudyJob, make_ready
from inference.worker.pixels import PixelFolder
from inference.worker.process import main
from inference.worker.queue import Priority
from inference.worker.warden import Patience
from tests.inference.worker.bench import Bench
from tests.support.small_networks import bright_cells, nan_scores, write_package
from tests.support.small_studies import write_patients

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills by signal, looks at /proc")

MakeBench = Callable[..., Bench]


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, ...]:
    return write_patients(tmp_path_factory.mktemp("patients"), 4)


def real(make_bench: MakeBench, **settings: object) -> Bench:
    return make_bench(entry=main, wish="cpu", patience=Patience(), **settings)


def job_for(study: Study, reader: ReaderPackages) -> StudyJob:
    return StudyJob(study.uid, tuple(JobView(view) for view in study.views), reader)


def read_without_worker(folder: Path, job: StudyJob) -> StudyResult:
    room = PixelFolder(folder)
    handed = make_ready(job, room, None)
    assert isinstance(handed, Handed)
    run = SessionPool(choose_provider("cpu")).runner()
    *_, result = analyse_study(handed.study, job.reader, run)
    room.close()
    assert isinstance(result, StudyResult)
    return result


def slow_network(layers: int) -> onnx.ModelProto:
    """As bright cells, after a chain of large convolutions that change nothing."""
    node = helper.make_node
    made = bright_cells(
        [
            node("Tile", ["image", "wide"], ["x0"]),
            *(
                node("AveragePool", [f"x{at}"], [f"x{at + 1}"], kernel_shape=[9, 9], pads=[4] * 4)
                for at in range(layers)
            ),
            node("ReduceMean", [f"x{layers}"], ["mean"], keepdims=0),
            node("Mul", ["mean", "none"], ["nothing"]),
            node("Add", ["flat", "nothing"], ["sum"]),
            node("Clip", ["sum", "least", "most"], ["scores"]),
        ]
    )
    wide = helper.make_tensor("wide", onnx.TensorProto.INT64, [4], [1, 64, 2, 2])
    none = helper.make_tensor("none", onnx.TensorProto.FLOAT, [], [0.0])
    made.graph.initializer.extend([wide, none])
    return made


def test_marks_are_those_of_the_pipeline_though_the_worker_is_killed_by_hand_meanwhile(
    make_bench: MakeBench, reader: ReaderPackages, studies: tuple[Study, ...], tmp_path: Path
) -> None:
    bench = real(make_bench)
    expected = [read_without_worker(tmp_path / "own", job_for(one, reader)) for one in studies]
    draw = random.Random(5)
    for _ in range(3):
        tickets = [bench.supervisor.submit(job_for(one, reader), Priority.LIST) for one in studies]
        time.sleep(draw.uniform(0, 0.3))
        if (pid := bench.supervisor.pid) is not None:
            os.kill(pid, signal.SIGKILL)
        bench.until_over(*tickets)
        for ticket, result in zip(tickets, expected, strict=True):
            assert bench.ears.of(ticket, "done") == [result]
            assert bench.ears.of(ticket, "marked")[-4:] == list(result.views)
    assert any(view.proposals for result in expected for view in result.views)
    assert bench.pixel_files == []


def test_cancelling_in_the_midst_of_a_network_frees_the_worker_within_200_ms(
    make_bench: MakeBench, reader: ReaderPackages, studies: tuple[Study, ...], tmp_path: Path
) -> None:
    heavy = ReaderPackages((open_package(write_package(tmp_path / "slow", slow_network(400))),))
    bench = real(make_bench)
    bench.until_over(bench.supervisor.submit(job_for(studies[1], reader)))
    pid, keeper, times = bench.supervisor.pid, bench.supervisor._keeper, []
    for _ in range(3):  # of a machine that may be busy with something else
        ticket = bench.supervisor.submit(job_for(studies[0], heavy))
        bench.until(lambda one=ticket: [p for p in bench.ears.of(one, "progressed") if p.share])
        time.sleep(0.5)  # the network is loaded and runs
        assert not ticket.over
        began = time.monotonic()
        bench.supervisor.cancel(ticket)
        bench.until(lambda: keeper._current is None)
        times.append(time.monotonic() - began)
    assert min(times) < 0.2
    following = bench.supervisor.submit(job_for(studies[1], reader))
    bench.until_over(following)
    assert bench.supervisor.pid == pid
    assert len(bench.ears.of(following, "done")) == 1
    assert "marked" not in bench.ears.kinds(ticket)


def test_a_network_that_gives_nan_fails_its_views_and_nothing_is_shown_as_read(
    make_bench: MakeBench, reader: ReaderPackages, studies: tuple[Study, ...], tmp_path: Path
) -> None:
    broken = ReaderPackages((open_package(write_package(tmp_path / "nan", nan_scores())),))
    bench = real(make_bench)
    ticket = bench.supervisor.submit(job_for(studies[0], broken))
    following = bench.supervisor.submit(job_for(studies[0], reader))
    bench.until_over(ticket, following)
    (result,) = bench.ears.of(ticket, "done")
    assert {view.status for view in result.views} == {ViewStatus.FAILED}
    assert result.case_score is None
    (good,) = bench.ears.of(following, "done")
    assert good.case_score is not None


def test_a_package_that_was_replaced_since_it_was_chosen_is_refused(
    make_bench: MakeBench, studies: tuple[Study, ...], tmp_path: Path
) -> None:
    chosen = ReaderPackages((open_package(write_package(tmp_path / "package")),))
    write_package(tmp_path / "package", version="2.0")
    bench = real(make_bench)
    ticket = bench.supervisor.submit(job_for(studies[0], chosen))
    bench.until_over(ticket)
    (message,) = bench.ears.of(ticket, "failed")
    assert str(tmp_path / "package") in message
    assert "another package" in message


def test_the_worker_holds_neither_qt_nor_torch_and_steps_back_behind_the_window(
    make_bench: MakeBench, reader: ReaderPackages, studies: tuple[Study, ...]
) -> None:
    bench = real(make_bench)
    bench.supervisor.warm(reader)
    bench.until_over(bench.supervisor.submit(job_for(studies[0], reader)))
    pid = bench.supervisor.pid
    assert pid is not None
    maps = Path(f"/proc/{pid}/maps").read_text()
    assert "onnxruntime" in maps
    assert "Qt6" not in maps
    assert "libtorch" not in maps
    assert os.getpriority(os.PRIO_PROCESS, pid) >= os.getpriority(os.PRIO_PROCESS, 0) + 5
    assert int(Path(f"/proc/{pid}/oom_score_adj").read_text()) > 0
