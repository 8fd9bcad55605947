"""The recipe from data to package, on the smallest of everything."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the recipe needs the train extra")

from domain.errors import BadInputError
from domain.geometry import ImageSize
from inference.packages.manifest import Manifest
from training.data.batches import BatchPlan, SamplePool, batch_at
from training.data.phantoms import PhantomSet, seeds_apart, study_samples
from training.data.sample import write_samples
from training.metrics.froc import Measured, Recall
from training.metrics.marks import SOFT
from training.metrics.report import Comparison
from training.networks.resnet import ResNetSize
from training.networks.rpn import DetectorSize, RpnDetector
from training.recipes.phantom_mass.packaging import MODEL, write_package
from training.recipes.phantom_mass.settings import SPEC, MassRecipe
from training.recipes.phantom_mass.task import MassTask
from training.run_folder import RunFolder

SIZE = ImageSize(160, 130)
TINY = DetectorSize(ResNetSize((1, 1, 1, 1), 4), pyramid=8, depth=1)


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> PhantomSet:
    made = PhantomSet(tmp_path_factory.mktemp("data"), 8, 3, SPEC, SIZE)
    for seed in made.seeds:
        write_samples(made.path(seed), study_samples(made, seed))
    return made


def test_a_batch_follows_from_seed_and_step_alone(studies: PhantomSet) -> None:
    pools = [SamplePool(studies, SOFT) for _ in range(2)]
    assert [pool.refresh() for pool in pools] == [3, 3]
    plan = BatchPlan(size=3)
    one, again = (batch_at(pool, plan, 1, 7) for pool in pools)
    assert torch.equal(one.images, again.images)
    assert one.images.dtype == torch.float32
    assert all(side % 32 == 0 for side in one.images.shape[2:])
    assert not torch.equal(one.images, batch_at(pools[0], plan, 1, 8).images)


def test_most_images_of_a_batch_have_a_lesion_where_that_is_asked(studies: PhantomSet) -> None:
    pool = SamplePool(studies, SOFT)
    pool.refresh()
    random = np.random.default_rng(0)
    drawn = [pool.draw(random, 1.0) for _ in range(20)]
    assert all(len(one.boxes(SOFT)) for one in drawn)
    assert not any(len(pool.draw(random, 0.0).boxes(SOFT)) for _ in range(20))


def test_an_empty_pool_says_what_to_do(tmp_path: Path) -> None:
    pool = SamplePool(PhantomSet(tmp_path, 1, 1, SPEC), SOFT)
    with pytest.raises(BadInputError, match="no training images yet"):
        pool.draw(np.random.default_rng(0), 0.5)


def test_the_task_gives_a_loss_that_teaches_and_a_goal(
    studies: PhantomSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MassRecipe, "train", property(lambda _self: studies))
    monkeypatch.setattr(MassRecipe, "valid", property(lambda _self: studies))
    task = MassTask(replace(MassRecipe(), size=TINY, batch=BatchPlan(size=2)))
    network = RpnDetector(TINY)
    parts = task.loss(network, 0)
    sum(parts.values()).backward()
    assert all(torch.isfinite(one.grad).all() for one in network.parameters())
    figures = task.validate(network.eval())
    assert figures["studies"] == 3
    assert 0 <= figures["goal"] <= 1


def test_no_patient_is_in_two_of_the_recipes_sets() -> None:
    recipe = MassRecipe()
    assert seeds_apart([recipe.train, recipe.valid, recipe.test])


def comparison() -> Comparison:
    recall = Recall(0.6, 0.5, 0.7, 100)
    recalls = dict.fromkeys((0.25, 0.5, 1.0, 2.0), recall)
    points = tuple(Measured(score, recall, 1.1) for score in (0.6, 0.5, 0.4, 0.3))
    return Comparison(240, 60, "laplacian", recalls, recalls, recalls, recalls, {}, 0.4, points)


def test_a_package_states_what_it_is_and_the_digest_of_its_model(tmp_path: Path) -> None:
    recipe = MassRecipe(folder=tmp_path)
    folder = RunFolder(recipe.run_folder)
    folder.begin(recipe.config())
    folder.add_to_curve({"step": 1, "studies": 12})
    (recipe.run_folder / MODEL).write_bytes(b"network")
    target = write_package(recipe, comparison(), tmp_path / "package")
    told = Manifest.model_validate(json.loads((target / "manifest.json").read_text()))
    assert told.id == "phantom-mass-detector"
    assert set(told.files) == {path.name for path in target.iterdir()} - {"manifest.json"}
    assert "synthetic images alone" in told.intended_use
    assert told.training is not None
    assert told.training.images == 48
    assert told.inputs is not None
    assert told.inputs.preparing.spec() == SPEC
    assert told.evaluation is not None
    assert told.evaluation.baseline["recall at 1 false marks per image"] == 0.6
    assert told.default_threshold == 0.5


def test_a_model_that_is_too_large_is_not_packed(tmp_path: Path) -> None:
    recipe = MassRecipe(folder=tmp_path)
    recipe.run_folder.mkdir(parents=True)
    (recipe.run_folder / MODEL).write_bytes(bytes(12_000_001))
    with pytest.raises(BadInputError, match="Train a narrower network"):
        write_package(recipe, comparison(), tmp_path / "package")
