"""The mass recipe trains, goes on, and packs a package that verifies; all by the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="recipes need the train extra")
pytest.importorskip("onnxscript", reason="export needs the train extra")

from typer.testing import CliRunner

from app.cli.commands import program
from domain.errors import BadInputError
from domain.geometry import ImageSize
from inference.preparing.prepare import PreparingSpec
from inference.systems.verify import verify_package
from training.data.batches import BatchPlan
from training.data.phantoms import PhantomSet, draw_missing
from training.networks.faster_rcnn import FasterRcnn, FasterRcnnSize, ProposalPlan
from training.networks.resnet import ResNetSize
from training.recipes.deeplima_mass.mining import MINED
from training.recipes.deeplima_mass.packaging import package
from training.recipes.deeplima_mass.recipe import settings_of, train
from training.recipes.deeplima_mass.settings import PAPER, SMALL, ablation
from training.recipes.known import RECIPES, find_recipe
from training.recipes.recipe import Part, TrainRequest
from training.run_folder import RunFolder

TINY = replace(
    SMALL,
    spec=PreparingSpec(2.0),
    size=FasterRcnnSize(
        ResNetSize((1, 1, 1, 1), 4),
        channels=8,
        hidden=16,
        bin=3,
        proposals=ProposalPlan(before=20, after=6),
    ),
    batch=BatchPlan(size=2, crop=(96, 64)),
    schedule=replace(SMALL.schedule, steps=4, every=2, warmup=1),
    valid_images=4,
)


@pytest.fixture
def request_of_one(tmp_path: Path) -> TrainRequest:
    """One small study to train on and to look at."""
    studies = PhantomSet(tmp_path / "data", 2_000_000, 1, size=ImageSize(160, 130))
    list(draw_missing(studies, 1))
    part = Part(studies, tuple(studies.infos()))
    return TrainRequest([part], [part], tmp_path / "run")


def silent(_: str) -> None:
    """Tells nobody."""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_trained_detector_becomes_a_package_that_verifies(
    request_of_one: TrainRequest, tmp_path: Path
) -> None:
    train(request_of_one, TINY, silent)
    folder = package(request_of_one.out, tmp_path / "package", silent, TINY)
    opened = verify_package(folder)
    assert opened.manifest.system == "faster-rcnn"
    assert opened.manifest.training is not None
    assert "4 images of 1 synthetic four-view studies" in opened.manifest.training.data
    config = RunFolder(request_of_one.out).config()
    assert config["data"]["train"][0][1] == 4


def test_a_run_can_begin_with_the_weights_of_another(request_of_one: TrainRequest) -> None:
    train(request_of_one, TINY, silent)
    told: list[str] = []
    later = replace(request_of_one, out=request_of_one.out.with_name("later"))
    train(replace(later, start=request_of_one.out), TINY, told.append)
    own = len(FasterRcnn(TINY.size).state_dict())
    assert f"began with {own} of {own} weights of run" in told


def test_a_run_that_begins_with_another_looks_once_for_what_that_marks_wrongly(
    request_of_one: TrainRequest,
) -> None:
    train(request_of_one, TINY, silent)
    later = replace(request_of_one, out=request_of_one.out.with_name("later"))
    first: list[str] = []
    again: list[str] = []
    train(replace(later, start=request_of_one.out), TINY, first.append)
    train(replace(later, start=request_of_one.out), TINY, again.append)
    assert "looking for false marks on 4 images" in first
    assert (later.out / MINED).exists()
    assert "looking for false marks on 4 images" not in again


def test_unknown_recipes_and_profiles_name_those_that_there_are() -> None:
    with pytest.raises(BadInputError, match="deeplima-mass"):
        find_recipe("yolo")
    with pytest.raises(BadInputError, match="small, paper"):
        settings_of(TrainRequest([], [], Path(), profile="huge"))
    assert set(RECIPES) >= {"deeplima-mass"}


def test_every_variant_of_the_ablation_gives_a_network() -> None:
    for settings in (SMALL, PAPER):
        rows = ablation(replace(settings, size=replace(settings.size, trunk=ResNetSize(width=8))))
        assert len(rows) == 3
        parts = [(one.size.pyramid, one.size.non_local, one.loss.focal) for one in rows.values()]
        assert parts == [(False, False, False), (True, False, False), (True, True, True)]
        for one in rows.values():
            FasterRcnn(one.size)


def test_the_command_line_says_what_it_cannot_train_on(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    arguments = ["train", "deeplima-mass", "--data", str(empty), "--out", str(tmp_path / "run")]
    found = CliRunner().invoke(program, arguments)
    assert isinstance(found.exception, BadInputError)
    assert "laid out like no data set" in str(found.exception)
