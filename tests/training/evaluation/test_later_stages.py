"""Contours, classifiers and the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np
import pytest

from app.cli.evaluate import check_installed
from app.cli.main import exit_code
from domain.errors import MissingDependencyError
from domain.finding import Contour, FindingKind
from domain.geometry import Box, ImagePoint
from domain.lexicon import Assessment
from domain.mask import RleMask
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.packages.package import open_package
from inference.systems import known
from inference.systems.system import Judged, Outlined
from tests.support.small_networks import write_package
from tests.support.small_samples import SIZE, SmallSet, info, square
from training.data.sources import open_source
from training.evaluation.run import Measured, Settings, evaluate
from training.metrics.roc import auc

MASS = square(60, 100, 20)
FAR = square(30, 160, 12)


@pytest.fixture
def run():
    return SessionPool(Choice(Provider.CPU, "tests", 1)).runner()


def outlined(left: int, top: int, columns: int, rows: int) -> Outlined:
    corners = ((left, top), (left + columns, top), (left + columns, top + rows))
    mask = RleMask.of(np.ones((rows, columns), np.uint8), SIZE, left, top)
    return Outlined(Contour(tuple(ImagePoint(*at) for at in corners)), mask, 0.9)


class HalfOutliner:
    """Outlines the left half of what is in a box, and nothing that begins left of 40."""

    def __init__(self, package) -> None:
        pass

    def contour(self, image, box: Box, run) -> Outlined | None:
        if box.left < 40:
            return None
        left, top = round(box.left + 0.5), round(box.top + 0.5)
        return outlined(left, top, round(box.width / 2), round(box.height))


def measured(tmp_path, stage: str, data: SmallSet, settings: Settings, out=None):
    folder = write_package(tmp_path / stage, stage=stage, system="fake", id=f"fake-{stage}")
    test = Measured(data, data.images, data.name)
    return evaluate(open_package(folder), test, settings, out)


def test_dice_is_told_from_true_boxes_and_a_silent_region_counts_as_zero(
    tmp_path, run, monkeypatch
) -> None:
    monkeypatch.setitem(known.CONTOURERS, "fake", HalfOutliner)
    group = square(60, 60, 20, FindingKind.CALCIFICATION_GROUP)
    data = SmallSet((info("one", MASS), info("two", FAR, group), info("normal")))
    found = measured(tmp_path, "contour", data, Settings(run)).told["figures"]
    assert (found["masses"], found["silent"], found["images"]) == (2, 1, 2)
    assert found["true"]["value"] == pytest.approx((2 / 3 + 0) / 2, abs=1e-6)
    assert found["whole"]["value"] is None


def test_full_images_are_told_with_the_detectors_boxes(tmp_path, run, monkeypatch) -> None:
    monkeypatch.setitem(known.CONTOURERS, "fake", HalfOutliner)
    detector = open_package(write_package(tmp_path / "bright", default_threshold=0.5))
    data = SmallSet((info("one", square(64, 104, 16)),))
    found = measured(tmp_path, "contour", data, Settings(run, detector=detector))
    figures = found.told["figures"]
    assert figures["detected_masses"] == 1
    # Each of the detector's four cells outlines its left half: half of the mass in all.
    assert 0 < figures["detected"]["value"] < figures["whole"]["value"] < 0.9
    assert "Dice of full images" in found.text


@dataclass
class Suspicion:
    """Says of each finding the probability that its subtlety holds."""

    package: object

    def classify(self, image, marks, run):
        said = {0: 0.9, 1: 0.2}
        return tuple(
            None
            if mark.kind is FindingKind.ASYMMETRY
            else Judged(said[int(mark.box.left > 50)], Assessment.HIGHLY_SUGGESTIVE)
            for mark in marks
        )

    def composition(self, image, run):
        return {"a": 0.1, "b": 0.7, "c": 0.2, "d": 0.0}


def known_finding(left: int, malignant: bool, probability: float, category: Assessment):
    finding = square(left, 100, 12, malignant=malignant, probability=probability)
    return replace(finding, assessment=category)


def test_a_classifier_is_told_beside_the_probability_that_outcomes_were_drawn_from(
    tmp_path, run, monkeypatch
) -> None:
    monkeypatch.setitem(known.CLASSIFIERS, "fake", Suspicion)
    cases = [
        known_finding(20, malignant=True, probability=0.9, category=Assessment.HIGHLY_SUGGESTIVE),
        known_finding(20, malignant=False, probability=0.3, category=Assessment.HIGH_SUSPICION),
        known_finding(80, malignant=True, probability=0.6, category=Assessment.LOW_SUSPICION),
        known_finding(80, malignant=False, probability=0.1, category=Assessment.PROBABLY_BENIGN),
        square(80, 160, 12, FindingKind.ASYMMETRY, malignant=False),
        square(80, 60, 12),  # nothing is known of it
    ]
    data = SmallSet(tuple(info(f"case {at}", one) for at, one in enumerate(cases)))
    found = measured(tmp_path, "classify", data, Settings(run), tmp_path / "out")
    figures = found.told["figures"]
    assert (figures["findings"], figures["malignant"], figures["unjudged"]) == (4, 2, 1)
    true, said = [True, False, True, False], [0.9, 0.9, 0.2, 0.2]
    assert figures["auc"]["value"] == auc(said, true) == 0.5
    assert figures["ceiling"]["value"] == auc([0.9, 0.3, 0.6, 0.1], true) == 1
    assert figures["short"]["value"] == 0.5
    assert figures["calibration"]["value"] == pytest.approx((2 * 0.4 + 2 * 0.3) / 4)
    assert figures["categories"]["value"] == 0.25
    assert figures["near"]["value"] == 0.5
    assert figures["composition"]["value"] == 1
    assert (tmp_path / "out" / "roc.png").stat().st_size > 5000
    assert (tmp_path / "out" / "reliability.csv").read_text().count("\n") == 3


def test_the_command_measures_a_folder_of_a_package_on_phantoms(
    tmp_path, capsys, monkeypatch
) -> None:
    data = SmallSet(tuple(info(f"m{at}", square(60, 104, 16), split="test") for at in range(3)))
    monkeypatch.setattr("training.evaluation.opening.open_source", lambda *_: data)
    package = write_package(tmp_path / "bright")
    arguments = ["evaluate", str(package), "--data", "made-up", "--device", "cpu", "--no-floor"]
    out = tmp_path / "out"
    assert exit_code([*arguments, "--json", "--limit", "2", "--out", str(out)]) == 0
    (told,) = json.loads(capsys.readouterr().out)["evaluations"]
    assert told["package"]["id"] == "bright-cells"
    assert told["images"] == 2
    assert told["data"] == "small breasts, test part, 2 of 3 images"
    assert (out / "table.md").exists()
    assert exit_code([*arguments, "--rule", "iou-0.5"]) == 0
    assert "IoU of both boxes at least 0.5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "phantom:x"], "names no phantoms"),
        (["--data", "made-up", "--rule", "near"], "no hit rule is called 'near'"),
        (["--data", "made-up", "--split", "val"], "'val' is empty"),
    ],
)
def test_what_can_not_be_measured_is_said_in_one_line(
    tmp_path, capsys, monkeypatch, arguments, words
) -> None:
    data = SmallSet((info("one", MASS, split="test"),))
    monkeypatch.setattr(
        "training.evaluation.opening.open_source",
        lambda text, folder: data if text == "made-up" else open_source(text, folder),
    )
    package = write_package(tmp_path / "bright")
    assert exit_code(["evaluate", str(package), "--device", "cpu", *arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_a_missing_library_names_the_extra_that_brings_it() -> None:
    with pytest.raises(MissingDependencyError, match=r"fourview\[train\]"):
        check_installed(("a_library_that_nobody_wrote",))
