"""What is shipped reads a study alike in ONNX Runtime, in OpenVINO, and in OpenVINO's fast mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from domain.geometry import ImageSize
from imaging.scanning.scan import scan
from inference.backends.choice import Choice, Provider, openvino_trouble
from inference.backends.pool import SessionPool
from inference.boxes.suppression import iou_matrix
from inference.packages.registry import Registry
from inference.pipeline.inputs import StudyInput
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import Proposal, StudyResult
from inference.pipeline.study import analyse_study
from inference.worker.jobs import Handed, JobView, StudyJob, make_ready
from inference.worker.pixels import PixelFolder
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study

pytestmark = pytest.mark.skipif(bool(openvino_trouble()), reason="OpenVINO does not run here")


@pytest.fixture(scope="module")
def reader() -> ReaderPackages:
    return ReaderPackages(Registry().reading())


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, reader: ReaderPackages) -> Iterator[StudyInput]:
    root = tmp_path_factory.mktemp("fast")
    recipe = StudyRecipe(7, Content.DEMO, size=ImageSize(1024, 832))
    write_study(root / "study", recipe, DemoOptions())
    views = scan(root / "study").studies[0].views
    with closing(PixelFolder(root / "pixels")) as room:
        job = StudyJob("fast", tuple(JobView(view) for view in views), reader)
        handed = make_ready(job, room, None)
        assert isinstance(handed, Handed)
        yield handed.study


def read(study: StudyInput, reader: ReaderPackages, provider: Provider) -> StudyResult:
    run = SessionPool(Choice(provider, "for tests", 1)).runner()
    *_, result = analyse_study(study, reader, run)
    assert isinstance(result, StudyResult)
    return result


def marks(result: StudyResult) -> list[tuple[str, Proposal]]:
    """Each mark with its image."""
    return [(view.uid, one) for view in result.views for one in view.proposals]


def edges(mark: Proposal) -> np.ndarray:
    box = mark.finding.geometries[0].box
    assert box is not None
    return np.array([[box.left, box.top, box.right, box.bottom]], np.float32)


def same(one: tuple[str, Proposal], other: tuple[str, Proposal], apart: float) -> bool:
    """On one image, at one place, and nearly as sure."""
    there = one[0] == other[0] and float(iou_matrix(edges(one[1]), edges(other[1]))[0, 0]) > 0.7
    return there and abs(one[1].score - other[1].score) <= apart


@pytest.mark.parametrize(
    ("provider", "apart"), [(Provider.OPENVINO, 2e-3), (Provider.OPENVINO_BF16, 0.1)]
)
def test_the_marks_that_are_shown_are_the_same_and_nearly_as_sure(
    study: StudyInput, reader: ReaderPackages, provider: Provider, apart: float
) -> None:
    expected, found = (marks(read(study, reader, one)) for one in (Provider.CPU, provider))
    shown = [one for one in expected if one[1].reaches()]
    assert len(shown) >= 2, "there must be something to agree on"
    for one in shown:
        assert any(same(one, other, apart) for other in found), one
    for one in (two for two in found if two[1].reaches()):
        assert any(same(one, other, apart) for other in expected), one
