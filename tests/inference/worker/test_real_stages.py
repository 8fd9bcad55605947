"""The worker with boxes, contours and judgements by real networks: the same as without it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.finding import FindingKind
from inference.packages.manifest import Stage
from inference.packages.package import open_package
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import ScoreKind, ViewResult
from inference.results.store import ResultStore
from inference.worker.jobs import StudyJob
from inference.worker.process import main
from inference.worker.warden import Patience
from tests.inference.worker.bench import Bench
from tests.inference.worker.test_real_analysis import job_for, read_without_worker
from tests.support.small_networks import write_package
from tests.support.small_studies import write_patients
from tests.support.stage_packages import write_classifier, write_contourer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills by signal, looks at /proc")

MakeBench = Callable[..., Bench]


@pytest.fixture(scope="module")
def whole_reader(tmp_path_factory: pytest.TempPathFactory) -> ReaderPackages:
    root = tmp_path_factory.mktemp("stages")
    detect = write_package(root / "detect", default_threshold=0.3)
    contour = write_contourer(root / "contour")
    folders = (detect, contour, write_classifier(root / "judge"))
    return ReaderPackages(tuple(map(open_package, folders)))


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory, whole_reader: ReaderPackages) -> StudyJob:
    (study,) = write_patients(tmp_path_factory.mktemp("patients"), 1)
    return job_for(study, whole_reader)


def real(make_bench: MakeBench, **settings: object) -> Bench:
    return make_bench(entry=main, wish="cpu", patience=Patience(), **settings)


def test_the_worker_tells_boxes_first_and_gives_what_the_pipeline_gives(
    make_bench: MakeBench, job: StudyJob, tmp_path: Path
) -> None:
    expected = read_without_worker(tmp_path / "own", job)
    bench = real(make_bench, store=ResultStore(tmp_path / "results"))
    ticket = bench.supervisor.submit(job)
    bench.until_over(ticket)
    assert bench.ears.of(ticket, "done") == [expected]
    told: list[ViewResult] = bench.ears.of(ticket, "marked")
    assert [one.complete for one in told] == [False] * 4 + [True] * 4
    assert [one.uid for one in told[4:]] == [one.uid for one in told[:4]]
    found = [one for view in expected.views for one in view.proposals]
    assert any(one.finding.geometries[0].contour for one in found)
    assert all(one.finding.malignancy is not None for one in found if one.reaches())
    assert expected.score_is is ScoreKind.MALIGNANCY
    assert all(
        view.done == (Stage.DETECT, Stage.CONTOUR, Stage.CLASSIFY) for view in expected.views
    )
    assert {one.finding.kind for one in found} == {FindingKind.MASS}
    bench.until(lambda: list((tmp_path / "results").glob("*.json")))
    again = bench.supervisor.submit(job)
    bench.until_over(again)
    assert bench.ears.kinds(again) == ["marked"] * 4 + ["done"], "what is kept is whole"


def test_a_worker_that_dies_between_boxes_and_contours_begins_anew(
    make_bench: MakeBench, job: StudyJob, tmp_path: Path
) -> None:
    bench = real(make_bench)
    ticket = bench.supervisor.submit(job)
    bench.until(lambda: bench.ears.of(ticket, "marked"))
    pid = bench.supervisor.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    bench.until_over(ticket)
    (result,) = bench.ears.of(ticket, "done")
    assert result == read_without_worker(tmp_path / "own", job)
    kinds = bench.ears.kinds(ticket)
    assert kinds[-9:] == ["marked"] * 8 + ["done"] or "restarted" not in kinds
