"""The recipe of contours trains on any set's masses, goes on where it stopped, is measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the train extra")

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.mask import RleMask
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.packages.package import open_package
from inference.systems.verify import verify_package
from tests.support.contour_networks import contour_package
from training.data.sample import Sample, SampleInfo, TrueFinding
from training.recipes.contours import settings
from training.recipes.contours.comparing import comparison
from training.recipes.contours.measuring import WAYS, figures, measure
from training.recipes.contours.packaging import LEVEL
from training.recipes.contours.recipe import ContourTraining
from training.recipes.known import find_recipe
from training.recipes.recipe import Part, TrainRequest
from training.run_folder import RunFolder

SIZE = ImageSize(240, 200)
GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))


class Discs:
    """Images with one bright disc each. normal: without."""

    name = "discs"

    def __init__(self, images: int, *, normal: bool = False) -> None:
        self.images, self.normal = images, normal

    def infos(self) -> Sequence[SampleInfo]:
        return [self.open_number(number).info for number in range(self.images)]

    def open(self, info: SampleInfo) -> Sample:
        return self.open_number(int(info.name))

    def open_number(self, number: int) -> Sample:
        rows, columns = np.indices(SIZE.shape)
        inside = np.hypot(columns - 90 - 5 * number, rows - 120) < 16 + 3 * number
        mask = RleMask.of(inside, SIZE)
        assert mask.box is not None
        mass = () if self.normal else (TrueFinding(FindingKind.MASS, mask.box, mask),)
        info = SampleInfo(str(number), f"p{number}", findings=mass)
        pixels = np.where(inside, 3000, 1000).astype(np.uint16)
        return Sample(info, pixels, GREY, PixelSpacing(0.25, 0.25, SpacingSource.IMAGER))


def part(images: int, *, normal: bool = False) -> Part:
    data = Discs(images, normal=normal)
    return Part(data, tuple(data.infos()))


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = settings.Profile("unetpp", base=4, sizes=3, fold=4, batch=2)
    monkeypatch.setitem(settings.PROFILES, "small", profile)


def test_it_trains_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    said: list[str] = []
    request = TrainRequest([part(3)], [part(2)], tmp_path / "run", steps=4)
    ContourTraining().train(request, said.append)
    assert 0 <= float(RunFolder(request.out).best_words()["goal"]) <= 1
    ContourTraining().train(request, said.append)
    assert any("resumed at step 4" in line for line in said)


def test_a_set_without_masses_is_told_before_hours_are_lost(tmp_path: Path) -> None:
    for train, valid in ((part(2), part(2, normal=True)), (part(2, normal=True), part(2))):
        with pytest.raises(BadInputError, match="no image of the"):
            ContourTraining().train(
                TrainRequest([train], [valid], tmp_path / str(id(train)), steps=2), str
            )


def test_a_run_becomes_a_package_that_runs_and_says_where_it_comes_from(tmp_path: Path) -> None:
    request = TrainRequest([part(2)], [part(1)], tmp_path / "run", steps=2)
    recipe = find_recipe("contours")
    recipe.train(request, str)
    folder = recipe.package(request.out, tmp_path / "package", str)
    manifest = verify_package(folder).manifest
    assert manifest.id == "contour-unetpp-small"
    assert manifest.training.images == 2
    assert "discs" in manifest.training.data
    assert manifest.settings["level"] == LEVEL


def test_the_comparison_trains_each_network_and_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("unet", "cascade"):
        profile = settings.Profile(name, base=4, sizes=3, fold=4, batch=2)
        monkeypatch.setitem(settings.PROFILES, f"small-{name}", profile)
    request = TrainRequest([part(2)], [part(1)], tmp_path, steps=1)
    runner = SessionPool(Choice(Provider.CPU, "for tests", 1)).runner()
    first = comparison(request, [part(2)], runner, str)
    assert [line.split("|")[1].strip() for line in first.splitlines()[2:]] == [
        "unet",
        "cascade",
        "unetpp",
    ]
    assert comparison(request, [part(2)], runner, str) == first


def test_a_profile_that_there_is_not_is_refused(tmp_path: Path) -> None:
    request = TrainRequest([part(1)], [part(1)], tmp_path, profile="huge")
    with pytest.raises(BadInputError, match="huge"):
        ContourTraining().train(request, str)


def test_what_is_packaged_is_measured_from_boxes_and_clicks(tmp_path: Path) -> None:
    package = open_package(contour_package(tmp_path / "p"))
    discs = Discs(3)
    found = figures(measure(package, map(discs.open, discs.infos())))
    assert tuple(found) == WAYS
    for one in found.values():
        assert one.masses == 3
        assert one.found == 1
        assert one.overlap.low <= one.overlap.value <= one.overlap.high
        assert one.overlap.value > 0.85
