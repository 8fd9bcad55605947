"""A classifier judges findings, maps them to categories and refuses what it can't use."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finding import Contour, FindingKind
from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing, SpacingSource
from domain.lexicon import FIFTH_EDITION, Assessment, DescriptorAxis
from domain.mask import RleMask
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.errors import NetworkError, PackageError
from inference.packages.manifest import InputSpec, Preparing, Stage
from inference.systems.classify import DenseNetClassifier
from inference.systems.classify_calibration import Calibration
from inference.systems.classify_crops import Cuttable, cuts, pixel_mm, planes, size_level
from inference.systems.classify_outputs import AXES
from inference.systems.system import RawMark, SeenView

GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048.0, 4096.0),))
SPACING = PixelSpacing(0.2, 0.2, SpacingSource.IMAGER_OVER_ERMF)
MASS, GROUP = FindingKind.MASS, FindingKind.CALCIFICATION_GROUP
LADDER = ("3", "4A", "4B", "4C", "5")


def a_view() -> SeenView:
    """A bright disc of 40 pixels on even tissue."""
    rows, columns = np.mgrid[:300, :240]
    pixels = np.full((300, 240), 1200, np.uint16)
    pixels[(rows - 150) ** 2 + (columns - 120) ** 2 < 20**2] = 3000
    return SeenView(pixels, GREY, SPACING)


def a_mark(kind: FindingKind = MASS) -> RawMark:
    return RawMark(Box(100, 130, 140, 170), 0.9, kind)


class Network:
    """Answers as told and remembers what it was fed."""

    def __init__(self, log_odds: float = 0.0, **changed: np.ndarray) -> None:
        self.log_odds, self.changed = log_odds, changed
        self.fed: list[np.ndarray] = []
        self.measured: list[np.ndarray] = []

    def run(
        self, _package: object, feeds: Mapping[str, np.ndarray], network: str = ""
    ) -> dict[str, np.ndarray]:
        seen = feeds.get("planes", feeds.get("image"))
        assert seen is not None
        self.fed.append(seen)
        if network == "composition.onnx":
            told = {"composition": np.array([[0.1, 0.2, 0.6, 0.1]], np.float32)}
            return told | self.changed
        self.measured.append(feeds["features"])
        count = len(seen)
        told = {
            "malignancy": np.full(count, self.log_odds, np.float32),
            "birads": np.full(count, 0.5, np.float32),
        }
        for name, axis in AXES.items():
            terms = len(FIFTH_EDITION.terms[axis])
            told[name] = np.full((count, terms), 0.1 / (terms - 1), np.float32)
            told[name][:, -1] = 0.9
        return told | self.changed


def a_package(stage: Stage = Stage.CLASSIFY, **settings: float) -> SimpleNamespace:
    names = ("composition.onnx", "judge.onnx")
    outputs = dict.fromkeys(("malignancy", "birads", *AXES), "told")
    inputs = InputSpec(preparing=Preparing(pixel_mm=0.28), name="planes", channels=5)
    manifest = SimpleNamespace(
        stage=stage, inputs=inputs, outputs=outputs, networks=names, settings=settings
    )
    return SimpleNamespace(manifest=manifest, folder="somewhere", network=lambda name="": name)


def test_each_mark_gets_its_answer_in_its_place() -> None:
    marks = [a_mark(FindingKind.CALCIFICATION), a_mark(), a_mark(GROUP)]
    told = DenseNetClassifier(a_package()).classify(a_view(), marks, Network(1.0))
    assert told[0] is None
    assert told[1] is not None
    assert told[2] is not None
    assert told[1].malignancy == pytest.approx(1 / (1 + math.exp(-1)), abs=1e-6)
    assert {axis for axis, _ in told[2].descriptors.terms} == {
        DescriptorAxis.CALCIFICATION_MORPHOLOGY,
        DescriptorAxis.CALCIFICATION_DISTRIBUTION,
    }


def test_a_descriptor_that_the_network_is_unsure_of_is_left_out() -> None:
    sure, unsure = a_package(**{"least-sure": 0.8}), a_package(**{"least-sure": 0.95})
    for package, count in ((sure, 3), (unsure, 0)):
        (told,) = DenseNetClassifier(package).classify(a_view(), [a_mark()], Network())
        assert told is not None
        assert len(told.descriptors.terms) == count


def test_many_findings_go_through_the_network_in_parts() -> None:
    network = Network()
    told = DenseNetClassifier(a_package()).classify(a_view(), [a_mark()] * 70, network)
    assert len(told) == 70
    assert [len(one) for one in network.fed] == [32, 32, 6]


def test_a_contour_and_a_mask_of_the_same_lesion_are_seen_alike() -> None:
    rows, columns = np.mgrid[:300, :240]
    inside = (rows - 150) ** 2 + (columns - 120) ** 2 < 20**2
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    line = tuple(
        ImagePoint(120 + 20 * float(np.cos(one)), 150 + 20 * float(np.sin(one))) for one in angles
    )
    drawn = replace(a_mark(), contour=Contour(line))
    masked = replace(a_mark(), mask=RleMask.of(inside, ImageSize(300, 240)))
    network = Network()
    DenseNetClassifier(a_package()).classify(a_view(), [drawn, masked, a_mark()], network)
    outlines = network.fed[0][:, 2]
    assert np.abs(outlines[0] - outlines[1]).mean() < 0.02
    assert outlines[0].mean() == pytest.approx(np.pi * 20**2 / 60**2, abs=0.03)
    assert not outlines[2].any()
    told = network.measured[0]
    assert told[0] == pytest.approx(told[1], abs=0.3)
    assert not told[2].any()


def test_no_finding_runs_no_network() -> None:
    network = Network()
    assert DenseNetClassifier(a_package()).classify(a_view(), [], network) == ()
    assert not network.fed


def test_composition_is_told_by_letter() -> None:
    rows, columns = np.mgrid[:300, :240]
    breast = (rows - 150) ** 2 / 120**2 + columns**2 / 150**2 < 1
    pixels = np.where(breast, 1500, 0).astype(np.uint16)
    view = SeenView(pixels, GREY, PixelSpacing(0.8, 0.8, SpacingSource.IMAGER_OVER_ERMF))
    told = DenseNetClassifier(a_package()).composition(view, Network())
    assert list(told) == ["a", "b", "c", "d"]
    assert told["c"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    "changed",
    [
        {"malignancy": np.full(1, np.nan, np.float32)},
        {"malignancy": np.zeros((1, 2), np.float32)},
        {"birads": np.full(1, 1.5, np.float32)},
        {"margin": np.zeros((1, 3), np.float32)},
        {"shape": np.zeros((1, 3), np.int64)},
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(changed: dict[str, np.ndarray]) -> None:
    with pytest.raises(NetworkError):
        DenseNetClassifier(a_package()).classify(a_view(), [a_mark()], Network(**changed))


def test_trying_out_runs_both_networks() -> None:
    network = Network()
    DenseNetClassifier(a_package()).try_out(network)
    assert {one.shape[1] for one in network.fed} == {5, 1}


@pytest.mark.parametrize(
    "settings",
    [{"temperature": 0.0}, {"bound-3": 0.6}, {"side": 8}, {"least-sure": 2.0}],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(PackageError, match="out of range"):
        DenseNetClassifier(a_package(**settings))


def test_a_package_of_another_stage_is_refused() -> None:
    with pytest.raises(PackageError, match="only classifies"):
        DenseNetClassifier(a_package(Stage.DETECT))


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_more_log_odds_never_mean_a_lower_category(one: float, other: float) -> None:
    calibration = Calibration(temperature=1.7, bias=-0.4)
    low, high = sorted((one, other))
    first, second = (
        LADDER.index(calibration.category(calibration.probability(odds)).value)
        for odds in (low, high)
    )
    assert first <= second


@given(st.floats(0, 1))
def test_a_category_holds_the_likelihood_that_the_atlas_gives_it(chance: float) -> None:
    bounds = Calibration().category(chance).likelihood
    assert bounds is not None
    assert bounds[0] <= chance <= bounds[1]


def test_low_on_the_scale_three_becomes_two() -> None:
    calibration = Calibration(benign_below=0.16)
    assert calibration.category(0.01, 0.1) is Assessment.BENIGN
    assert calibration.category(0.01, 0.2) is Assessment.PROBABLY_BENIGN
    assert calibration.category(0.3, 0.1) is Assessment.MODERATE_SUSPICION


def test_calibration_goes_through_a_manifest() -> None:
    calibration = Calibration(1.5, 2.0, -0.3, 0.03, 0.2, 0.6, 0.9, 0.15)
    assert Calibration.of(calibration.settings()) == calibration


@given(
    st.floats(-60, 300),
    st.floats(-60, 360),
    st.floats(0, 250),
    st.floats(0, 250),
    st.sampled_from([MASS, GROUP]),
)
def test_any_box_gives_squares_of_the_same_size(
    left: float, top: float, wide: float, high: float, kind: FindingKind
) -> None:
    view = a_view()
    box = Box(left, top, left + wide, top + high)
    shown = cuts(Cuttable(view.pixels, GREY, (0.2, 0.2)), box, kind, 32)
    assert shown.shape == (3, 32, 32)
    fed = planes(shown, 12.0, kind)
    assert fed.dtype == np.float32
    assert 0 <= fed.min() <= fed.max() <= 1


def test_a_lesion_looks_alike_at_any_pixel_size() -> None:
    view = a_view()
    fine = np.kron(view.pixels, np.ones((2, 2), np.uint16))
    large = Box(200.5, 260.5, 280.5, 340.5)
    coarse = cuts(Cuttable(view.pixels, GREY, (0.2, 0.2)), a_mark().box, MASS, 64)
    finer = cuts(Cuttable(fine, GREY, (0.1, 0.1)), large, MASS, 64)
    apart = np.abs(coarse.astype(int) - finer.astype(int))
    assert apart.mean() < 3


def test_what_lies_outside_the_image_is_black() -> None:
    view = a_view()
    shown = cuts(Cuttable(view.pixels, GREY, (0.2, 0.2)), Box(-30, -30, 10, 10), MASS, 32)
    assert shown[0, :8, :8].max() == 0
    assert shown[0, -4:, -4:].min() > 0


def test_unknown_spacing_is_guessed_from_the_field() -> None:
    unknown = PixelSpacing(None, None, SpacingSource.UNKNOWN)
    assert pixel_mm(unknown, (2400, 1800)) == (0.1, 0.1)


@given(st.floats(0, 500), st.floats(0, 500))
def test_the_size_plane_rises_with_size(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= size_level(low) <= size_level(high) <= 1
