"""``fourview train birads``: from any data to a package, and what a package's notes say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="recipes need the train extra")

from domain.errors import BadInputError
from domain.finding import Descriptors, FindingKind
from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.lexicon import Assessment, Edition
from domain.mask import RleMask
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.systems.verify import verify_package
from training.data.sample import Sample, SampleInfo, TrueFinding
from training.networks.densenet import DenseNetSize
from training.recipes.birads import settings
from training.recipes.birads.packaging import evaluation_of, measured_notes
from training.recipes.birads.settings import BiradsRecipe, Given
from training.recipes.known import find_recipe
from training.recipes.recipe import Part, TrainRequest
from training.run_folder import RunFolder

SIZE = ImageSize(400, 300)
GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))
SPACING = PixelSpacing(0.3, 0.3, SpacingSource.IMAGER)


class Lumps:
    """Half discs of breast with a mass each; every other one is malignant and rough."""

    def __init__(self, name: str, images: int, kind: FindingKind = FindingKind.MASS) -> None:
        self.name, self.images, self.kind = name, images, kind

    def infos(self) -> Sequence[SampleInfo]:
        return [self._drawn(number)[0] for number in range(self.images)]

    def open(self, info: SampleInfo) -> Sample:
        told, pixels = self._drawn(int(info.name))
        return Sample(told, pixels, GREY, SPACING)

    def _drawn(self, number: int) -> tuple[SampleInfo, np.ndarray]:
        rows, columns = np.mgrid[: SIZE.rows, : SIZE.columns]
        breast = (rows - 200) ** 2 / 170**2 + columns**2 / 240**2 < 1
        angle = np.arctan2(rows - 190, columns - 110)
        bad = number % 2 == 0
        radius = 22 + (5 * np.sin(9 * angle) if bad else 0)
        inside = np.hypot(rows - 190, columns - 110) < radius
        pixels = np.where(breast, np.where(inside, 2600, 1300), 0)
        mask = RleMask.of(inside, SIZE)
        assert mask.box is not None
        finding = TrueFinding(
            self.kind,
            mask.box,
            mask,
            malignant=bad,
            assessment=Assessment.HIGH_SUSPICION if bad else Assessment.BENIGN,
            descriptors=Descriptors(Edition.FIFTH, ()),
        )
        letter = "abcd"[number % 4]
        patient = f"{self.name}{number}"
        info = SampleInfo(str(number), patient, composition=letter, findings=(finding,))
        return info, pixels.astype(np.uint16)


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    small = DenseNetSize((1, 1), 4, 8, 5, pooled=False)
    monkeypatch.setitem(settings.SIZES, "small", small)


def a_request(out: Path) -> TrainRequest:
    learnt, chosen = Lumps("lumps", 12), Lumps("others", 4)
    parts = [Part(one, tuple(one.infos())) for one in (learnt, chosen)]
    return TrainRequest(parts[:1], parts[1:], out, steps=2)


@pytest.mark.filterwarnings("ignore")
def test_it_trains_on_any_data_and_becomes_a_package_that_verifies(tmp_path: Path) -> None:
    recipe, request = find_recipe("birads"), a_request(tmp_path / "run")
    said: list[str] = []
    recipe.train(request, said.append)
    (request.out / "notes.txt").write_text("Made for a test.")
    recipe.train(request, said.append)
    assert any("resumed at step 2" in line for line in said)
    told = verify_package(recipe.package(request.out, tmp_path / "package", str)).manifest
    assert (told.stage.value, told.id) == ("classify", "birads-small")
    assert "composition" in told.outputs
    assert told.training is not None
    assert told.training.data == "12 images of lumps"
    assert not {"phantoms", "synthetic"} & set(f"{told.title} {told.intended_use}".split())
    assert "of which 50% were malignant" in told.training.notes
    assert "also chose its weights" in told.training.notes
    assert "contour package contour-unet-fine" in told.training.notes
    assert told.training.notes.endswith("Made for a test.")


def test_a_run_that_has_not_come_to_its_end_makes_no_package(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="not come to its end"):
        find_recipe("birads").package(tmp_path, tmp_path / "package", str)


def test_an_unknown_profile_names_those_that_there_are(tmp_path: Path) -> None:
    request = replace(a_request(tmp_path), profile="huge")
    with pytest.raises(BadInputError, match="'huge'"):
        find_recipe("birads").train(request, str)


class WithTest(BiradsRecipe):
    """Whose test images are lumps."""

    @property
    def test(self) -> Sequence[Lumps]:
        return (Lumps("test", 2),)


def test_the_notes_of_an_evaluation_say_what_limits_it(tmp_path: Path) -> None:
    recipe = WithTest(given=Given((), (), tmp_path / "run"))
    baseline = WithTest(given=Given((), (), tmp_path / "binary"), birads=False)
    for one, step in ((recipe, 1000), (baseline, 550)):
        folder = RunFolder(one.run_folder)
        folder.begin(one.config())
        folder.save_state({"step": step})
        folder.save_best({"a": torch.zeros(1)}, {"step": "500"})
    (recipe.run_folder / "evaluation-notes.txt").write_text("Outlines came\nfrom elsewhere.\n")
    notes = measured_notes(recipe, baseline)
    assert notes == (
        "No calcification was in the test images. The baseline's run was stopped at step 550 of "
        "1000; its best weights are of step 500. Outlines came from elsewhere."
    )
    told = evaluation_of(recipe.test, {}, {}, {}, notes)
    assert told["notes"].startswith("Intervals are 95 %")
    assert told["notes"].endswith(notes)
    assert json.dumps(told)
