"""The classifier's recipe: scale, targets, calibration, export and package, on made-up findings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="recipes need the train extra")

from domain.finding import Descriptors, FindingKind
from domain.geometry import Box
from domain.lexicon import Assessment, DescriptorAxis, Edition
from inference.packages.package import open_package
from inference.systems.classify import DenseNetClassifier
from inference.systems.classify_calibration import Calibration
from inference.systems.classify_outputs import BIRADS, JUDGE_FILE, MALIGNANCY
from inference.systems.system import Judged
from training.data.finding_crops import FindingCrop, Jitter, by_lesion, moved_planes, plain_planes
from training.data.sample import TrueFinding
from training.networks.densenet import DenseNetSize
from training.recipes.birads.composition import CompositionNetwork, ExportedComposition
from training.recipes.birads.exporting import export_batch
from training.recipes.birads.fitting import fitted
from training.recipes.birads.measuring import Answer, figures_of
from training.recipes.birads.network import MISSING, ExportedJudge, JudgeNetwork
from training.recipes.birads.packaging import write_package
from training.recipes.birads.scale import SCALE
from training.recipes.birads.settings import BiradsRecipe
from training.recipes.birads.task import lesion_means, targets_of
from training.run_folder import RunFolder

TINY = DenseNetSize((1, 1), 4, 8, 4, pooled=False)
TABLE_1 = {"1": 0, "2": 0.0926, "3": 0.2315, "4A": 0.4167, "4B": 0.5556, "4C": 0.6944, "5": 0.8611}


def a_crop(
    kind: FindingKind = FindingKind.MASS,
    assessment: Assessment | None = Assessment.HIGH_SUSPICION,
    lesion: str = "one",
    **said: object,
) -> FindingCrop:
    grey = np.random.default_rng(0).integers(40, 200, (2, 43, 43)).astype(np.uint8)
    words = ((DescriptorAxis.MASS_SHAPE, "irregular"),) if kind is FindingKind.MASS else ()
    truth = TrueFinding(
        kind,
        Box(0, 0, 10, 10),
        malignant=bool(said.get("malignant", True)),
        probability=0.7,
        assessment=assessment,
        descriptors=Descriptors(Edition.FIFTH, words),
    )
    return FindingCrop(grey, 12.0, truth, "phantom-1", lesion)


def test_the_scale_is_table_one() -> None:
    for name, place in TABLE_1.items():
        assert SCALE[Assessment(name)] == pytest.approx(place, abs=5e-5)
    assert SCALE[Assessment.PROVEN] == pytest.approx(1)
    assert Assessment.INCOMPLETE not in SCALE


def test_targets_that_are_not_known_are_missing() -> None:
    crops = [
        a_crop(),
        a_crop(FindingKind.ASYMMETRY, Assessment.INCOMPLETE, malignant=False),
    ]
    told = targets_of(crops)
    assert told[MALIGNANCY].tolist() == [1.0, 0.0]
    assert told[BIRADS][0] == pytest.approx(0.6944, abs=1e-4)
    assert told[BIRADS][1] == MISSING
    assert told["shape"].tolist() == [2, MISSING]
    assert told["morphology"].tolist() == [MISSING, MISSING]


def test_heads_without_a_target_rest_and_the_rest_learns() -> None:
    network = JudgeNetwork(TINY)
    crops = [a_crop(), a_crop(malignant=False)]
    images = torch.from_numpy(np.stack([plain_planes(one, 32) for one in crops]))
    told = network.losses(network(images), targets_of(crops))
    assert set(told) == {MALIGNANCY, BIRADS, "shape"}
    sum(told.values()).backward()
    assert network.heads["shape"].weight.grad is not None
    assert network.heads["margin"].weight.grad is None


def test_the_binary_baseline_tells_malignancy_alone() -> None:
    network = JudgeNetwork(TINY, birads=False)
    assert list(network(torch.rand(2, 4, 32, 32))) == [MALIGNANCY]


def test_a_moved_crop_is_another_picture_of_the_same_finding() -> None:
    crop, random = a_crop(), np.random.default_rng(1)
    one, two = (moved_planes(crop, 32, Jitter(), random) for _ in range(2))
    assert one.shape == two.shape == (4, 32, 32)
    assert not np.array_equal(one[:2], two[:2])
    assert 0 <= one.min() <= one.max() <= 1
    again = moved_planes(crop, 32, Jitter(), np.random.default_rng(1))
    assert np.array_equal(one, again)


def test_views_of_one_lesion_count_once() -> None:
    crops = [a_crop(), a_crop(lesion="two", malignant=False), a_crop()]
    assert by_lesion(crops) == [[0, 2], [1]]
    means, outcome = lesion_means(crops, np.array([1.0, -1.0, 3.0]))
    assert means.tolist() == [2.0, -1.0]
    assert outcome.tolist() == [True, False]


def test_calibration_takes_overconfidence_back() -> None:
    random = np.random.default_rng(3)
    honest = random.normal(0, 1.5, 4000)
    outcome = random.random(4000) < 1 / (1 + np.exp(-honest))
    found = fitted(4 * honest + 2, None, outcome, [None] * 4000)
    assert found.temperature == pytest.approx(4, rel=0.12)
    assert found.probability(2.0) == pytest.approx(0.5, abs=0.03)


def test_what_parts_two_from_three_is_fitted() -> None:
    scale = np.array([0.05, 0.1, 0.12, 0.2, 0.25, 0.3, 0.7, 0.8])
    two, three = Assessment.BENIGN, Assessment.PROBABLY_BENIGN
    high = Assessment.HIGH_SUSPICION
    assessed = [two, two, two, three, three, three, high, high]
    outcome = np.array([False] * 6 + [True] * 2)
    assert 0.12 < fitted(scale * 4, scale, outcome, assessed).benign_below <= 0.2


def test_one_outcome_alone_calibrates_nothing() -> None:
    with pytest.raises(Exception, match="malignant and benign"):
        fitted(np.zeros(3), None, np.zeros(3, bool), [None] * 3)


def test_a_run_becomes_a_package_that_judges(tmp_path: Path) -> None:
    recipe = BiradsRecipe(folder=tmp_path)
    RunFolder(recipe.run_folder).begin(recipe.config())
    exported = ExportedJudge(JudgeNetwork(TINY))
    shape = (4, recipe.side, recipe.side)
    path = recipe.run_folder / JUDGE_FILE
    assert export_batch(exported, path, shape, exported.names, name="planes") < 1e-3
    target = write_package(recipe, tmp_path / "package", Calibration(), 0.4, None)
    package = open_package(target)
    assert "40% were malignant" in package.manifest.training.notes
    assert DenseNetClassifier(package) is not None


def test_the_composition_network_is_exported_as_trained(tmp_path: Path) -> None:
    network = ExportedComposition(CompositionNetwork(4))
    path = tmp_path / "composition.onnx"
    assert export_batch(network, path, (1, 128, 96), ("composition",), fixed=True) < 1e-3


def test_black_around_the_breast_changes_no_composition() -> None:
    network = CompositionNetwork(4).eval()
    picture = torch.zeros(1, 1, 128, 96)
    assert torch.isfinite(network(picture)).all()


def test_figures_stand_beside_their_ceiling() -> None:
    told = [
        Answer(Judged(chance, Assessment.HIGH_SUSPICION), a_crop(malignant=bad).truth, who, who)
        for chance, bad, who in ((0.9, True, "a"), (0.2, False, "b"), (0.6, True, "c"))
    ]
    figures = figures_of(told)
    assert figures["auc"] == 1
    assert figures["auc, ceiling"] == 0.5
    assert figures["category right"] == 1
    assert figures["malignant share"] == pytest.approx(2 / 3, abs=1e-3)
