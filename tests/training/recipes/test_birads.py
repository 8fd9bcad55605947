"""The classifier's recipe: scale, targets, calibration, export and package, on made-up findings."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="recipes need the train extra")

from domain.finding import Descriptors, FindingKind
from domain.geometry import Box, ImageSize
from domain.lexicon import Assessment, DescriptorAxis, Edition
from domain.mask import RleMask
from inference.packages.package import open_package
from inference.systems.classify import DenseNetClassifier
from inference.systems.classify_calibration import Calibration
from inference.systems.classify_features import FEATURES
from inference.systems.classify_outputs import BIRADS, JUDGE_FILE, MALIGNANCY
from inference.systems.system import Judged
from training.data.finding_crops import (
    FindingCrop,
    Jitter,
    as_detected,
    by_lesion,
    drawn_outline,
    features_of,
    moved_planes,
    plain_planes,
)
from training.data.sample import TrueFinding
from training.networks.densenet import DenseNetSize
from training.recipes.birads.composition import CompositionNetwork, ExportedComposition
from training.recipes.birads.exporting import export_batch
from training.recipes.birads.fitting import fitted
from training.recipes.birads.measuring import Answer, figures_of
from training.recipes.birads.network import (
    MISSING,
    AroundCentre,
    ExportedJudge,
    JudgeNetwork,
    Measured,
)
from training.recipes.birads.packaging import write_package
from training.recipes.birads.scale import SCALE
from training.recipes.birads.settings import BiradsRecipe
from training.recipes.birads.task import lesion_means, targets_of
from training.run_folder import RunFolder

TINY = DenseNetSize((1, 1), 4, 8, 5, pooled=False)
TABLE_1 = {"1": 0, "2": 0.0926, "3": 0.2315, "4A": 0.4167, "4B": 0.5556, "4C": 0.6944, "5": 0.8611}


def a_crop(
    kind: FindingKind = FindingKind.MASS,
    assessment: Assessment | None = Assessment.HIGH_SUSPICION,
    lesion: str = "one",
    **said: object,
) -> FindingCrop:
    grey = np.random.default_rng(0).integers(40, 200, (4, 43, 43)).astype(np.uint8)
    words = ((DescriptorAxis.MASS_SHAPE, "irregular"),) if kind is FindingKind.MASS else ()
    truth = TrueFinding(
        kind,
        Box(0, 0, 10, 10),
        malignant=bool(said.get("malignant", True)),
        probability=0.7,
        assessment=assessment,
        descriptors=Descriptors(Edition.FIFTH, words),
    )
    told = np.ones((2, FEATURES), np.float32) * np.array([[1], [2]], np.float32)
    return FindingCrop(grey, told, 12.0, truth, "phantom-1", lesion)


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
    features = torch.from_numpy(np.stack([features_of(one) for one in crops]))
    told = network.losses(network(images, features), targets_of(crops))
    assert set(told) == {MALIGNANCY, BIRADS, "shape"}
    sum(told.values()).backward()
    assert network.heads["shape"].weight.grad is not None
    assert network.heads["margin"].weight.grad is None


def test_the_binary_baseline_tells_malignancy_alone() -> None:
    network = JudgeNetwork(TINY, birads=False)
    assert list(network(torch.rand(2, 5, 32, 32), torch.rand(2, FEATURES))) == [MALIGNANCY]


def test_a_moved_crop_is_another_picture_of_the_same_finding() -> None:
    crop, random = a_crop(), np.random.default_rng(1)
    one, two = (moved_planes(crop, 32, Jitter(), random) for _ in range(2))
    assert one.shape == two.shape == (5, 32, 32)
    assert not np.array_equal(one[:2], two[:2])
    assert 0 <= one.min() <= one.max() <= 1
    again = moved_planes(crop, 32, Jitter(), np.random.default_rng(1))
    assert np.array_equal(one, again)


def test_an_outline_that_is_not_shown_is_not_measured() -> None:
    crop, jitter = a_crop(), Jitter(true=0.3, bare=0.2)
    random = np.random.default_rng(2)
    drawn = [drawn_outline(crop, jitter, random) for _ in range(2000)]
    for outline, share in ((None, 0.2), (0, 0.3), (1, 0.5)):
        assert drawn.count(outline) / 2000 == pytest.approx(share, abs=0.05)
    assert not moved_planes(crop, 32, jitter, random, None)[2].any()
    assert not features_of(crop, None).any()
    assert set(features_of(crop, 1)) == {2.0}


def test_specks_as_detected_are_the_true_ones_or_fewer_at_their_places() -> None:
    specks = np.zeros((60, 60), np.uint8)
    specks[10:50:10, 10:50:10] = 1
    specks[11:51:20, 10:50:10] = 1
    true = RleMask.of(specks, ImageSize(60, 60))
    near = cv2.dilate(specks, np.ones((3, 3), np.uint8))
    found = [as_detected(true, np.random.default_rng(seed)).pixels() for seed in range(12)]
    counts = {cv2.connectedComponents(one)[0] - 1 for one in found}
    assert max(counts) <= 16
    assert len(counts) > 1
    assert all(not one[near == 0].any() for one in found)


def test_a_feature_that_is_not_known_counts_for_nothing() -> None:
    network = Measured()
    learnt = torch.rand(50, FEATURES) + 5
    learnt[:25, 0] = 0
    network.standardise(learnt)
    assert network.mean[0] == pytest.approx(float(learnt[25:, 0].mean()), abs=1e-4)
    other = Measured()
    other.mix = network.mix
    nothing = torch.zeros(1, FEATURES)
    assert torch.equal(network(nothing), other(nothing))


def test_a_line_along_the_radius_changes_across_it() -> None:
    picture = torch.zeros(2, 5, 33, 33)
    picture[0, 0, 15:18, 20:] = 1.0
    picture[1, 0, 4:29, 24:27] = 1.0
    along, beside = AroundCentre()(picture)[:, 5:].abs().mean((2, 3)).T
    assert beside[0] > 2 * along[0]
    assert along[1] > beside[1]


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
    network = JudgeNetwork(TINY)
    RunFolder(recipe.run_folder).save_best(network.state_dict(), {"step": "3"})
    exported = ExportedJudge(network)
    inputs = {"planes": (5, recipe.side, recipe.side), "features": (FEATURES,)}
    path = recipe.run_folder / JUDGE_FILE
    assert export_batch(exported, path, inputs, exported.names) < 1e-3
    target = write_package(recipe, tmp_path / "package", Calibration(), 0.4, None)
    package = open_package(target)
    assert "40% were malignant" in package.manifest.training.notes
    assert DenseNetClassifier(package) is not None


def test_the_composition_network_is_exported_as_trained(tmp_path: Path) -> None:
    network = ExportedComposition(CompositionNetwork(4))
    path = tmp_path / "composition.onnx"
    assert export_batch(network, path, {"image": (1, 128, 96)}, ("composition",), fixed=True) < 1e-3


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
