"""The calcification recipe from data to a package that reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the train extra")
pytest.importorskip("safetensors", reason="training needs the train extra")

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.mask import RleMask
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.packages.manifest import Manifest
from inference.systems.calcify_unet import rule_of
from inference.systems.verify import verify_package
from inference.tiles.grid import TileGrid
from training.data.patches import PatchPlan
from training.data.sample import Sample, SampleInfo, TrueFinding
from training.data.specked import SpeckedPicture
from training.networks.unet import UNet, UNetSize
from training.recipes.deeplima_calc.mining import MINED, with_mined
from training.recipes.deeplima_calc.packaging import manifest, package
from training.recipes.deeplima_calc.recipe import settings_of, train
from training.recipes.deeplima_calc.settings import PROFILES, CalcSettings
from training.recipes.deeplima_calc.task import measured, probe_of
from training.recipes.recipe import Part, TrainRequest
from training.recipes.shipping import CESM, OTHERS, OWN, licence_of, notes_of
from training.run_folder import RunFolder

GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))
SPACING = PixelSpacing(0.2, 0.2, SpacingSource.IMAGER)
SIZE = ImageSize(500, 300)


@dataclass(frozen=True)
class Discs:
    """Half discs of noise, each with a bright dot at its own place."""

    name: str = "half discs"
    images: int = 2

    def infos(self) -> Sequence[SampleInfo]:
        return [self._drawn(number)[0] for number in range(self.images)]

    def open(self, info: SampleInfo) -> Sample:
        told, pixels = self._drawn(int(info.name))
        return Sample(told, pixels, GREY, SPACING)

    def _drawn(self, number: int) -> tuple[SampleInfo, np.ndarray]:
        rows, columns = np.mgrid[:500, :300]
        inside = (rows - 250) ** 2 / 210**2 + columns**2 / 220**2 < 1
        noise = np.random.default_rng(number).normal(0, 25, inside.shape)
        pixels = np.where(inside, 1500 + noise, 0)
        dot = (rows - 200 - 30 * number) ** 2 + (columns - 90) ** 2 <= 4
        pixels[dot] = 3500
        mask = RleMask.of(dot, SIZE)
        assert mask.box is not None
        finding = TrueFinding(FindingKind.CALCIFICATION, mask.box, mask)
        info = SampleInfo(str(number), f"p{number}", findings=(finding,))
        return info, pixels.astype(np.uint16)


def part(data: Discs) -> Part:
    return Part(data, tuple(data.infos()))


def request(out: Path, steps: int = 2) -> TrainRequest:
    return TrainRequest([part(Discs())], [part(Discs("others", 1))], out, "small", 1, steps)


def tiny(asked: TrainRequest) -> CalcSettings:
    settings = settings_of(asked)
    return replace(
        settings,
        spec=replace(settings.spec, pixel_mm=0.2),
        size=UNetSize(4, groups=2),
        patches=PatchPlan(size=4, side=32),
        rule=replace(settings.rule, grid=TileGrid(32, 4)),
    )


def test_a_run_that_stopped_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    asked = request(tmp_path / "whole", 4)
    settings = tiny(asked)
    settings = replace(settings, schedule=replace(settings.schedule, steps=4, every=2))
    train(asked, settings, lambda _: None)
    whole = RunFolder(tmp_path / "whole").load_state()
    parts = replace(asked, out=tmp_path / "parts")
    with pytest.raises(_StoppedError):
        train(parts, settings, _stop_at_4)
    stopped = RunFolder(parts.out).load_state()
    assert stopped is not None
    assert stopped["step"] == 2
    train(parts, settings, lambda _: None)
    again = RunFolder(tmp_path / "parts").load_state()
    assert whole is not None
    assert again is not None
    assert whole["step"] == again["step"] == 4
    for name, value in whole["network"].items():
        assert torch.equal(value, again["network"][name]), name


class _StoppedError(Exception):
    pass


def _stop_at_4(line: str) -> None:
    """Stops a run after step 4 and before it is kept."""
    if line.startswith("step 4:"):
        raise _StoppedError


def test_a_run_with_other_data_is_not_gone_on_with(tmp_path: Path) -> None:
    asked = request(tmp_path)
    train(asked, tiny(asked), lambda _: None)
    other = replace(asked, train=[part(Discs("half discs", 3))])
    with pytest.raises(BadInputError, match="other settings"):
        train(other, tiny(other), lambda _: None)


def test_an_unknown_profile_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="'huge'"):
        settings_of(replace(request(tmp_path), profile="huge"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_trained_run_becomes_a_package_that_verifies(tmp_path: Path) -> None:
    asked = request(tmp_path / "run")
    settings = tiny(asked)
    train(asked, settings, lambda _: None)
    folder = package(tmp_path / "run", tmp_path / "package", lambda _: None, settings)
    told = verify_package(folder).manifest
    assert (told.stage.value, told.system) == ("calcify", "calcify-unet")
    assert told.training is not None
    assert told.training.images == 2
    assert "count in 8 bits" in told.training.notes


@pytest.mark.parametrize("profile", list(PROFILES))
def test_a_manifests_settings_give_the_rule_that_was_meant(profile: str) -> None:
    config = {
        "profile": profile,
        "revision": "abc",
        "data": {"train": [["some", 3, 1.0, ""]]},
    }
    settings = PROFILES[profile]
    told = manifest(config, settings)
    checked = Manifest.model_validate({**told, "files": {"model.onnx": "0" * 64}})
    assert rule_of(checked.settings, "here") == settings.rule
    assert checked.inputs is not None
    assert checked.inputs.preparing.spec() == settings.spec


def test_the_papers_profile_is_the_papers() -> None:
    paper = PROFILES["paper"]
    assert paper.rule.grid.step == 256
    assert paper.patches.side == paper.rule.grid.side == 512
    assert paper.labels.least_mm2 / paper.spec.pixel_mm**2 == pytest.approx(900)
    assert paper.rule.most_tiles == 0


class Brightness(torch.nn.Module):
    """Logits that are brightness itself."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image * self.weight


def test_the_goal_is_one_where_findings_outshine_specks_and_zero_where_they_do_not() -> None:
    pixels = np.zeros((64, 64), np.uint8)
    pixels[10, 10], pixels[40:43, 40:43] = 200, 100
    labels = np.zeros_like(pixels)
    labels[10, 10] = 1
    dots, others = np.array([[10, 10, 0]], np.int32), np.array([[41, 41]], np.int32)
    bright = SpeckedPicture("a", pixels, labels, dots, others, bare=False)
    assert measured(Brightness(), probe_of([bright], 16))["goal"] == 1
    labels[10, 10], labels[41, 41] = 0, 1
    faint = replace(bright, labels=labels, dots=np.array([[41, 41, 0]], np.int32))
    faint = replace(faint, others=np.array([[10, 10]], np.int32))
    assert measured(Brightness(), probe_of([faint], 16))["goal"] == 0


def test_without_validation_findings_the_goal_is_zero_not_an_error() -> None:
    assert measured(UNet(UNetSize(4)), probe_of([], 32)) == {"goal": 0.0}


def dotted() -> SpeckedPicture:
    """A breast with three bright dots, of which the first is labelled."""
    pixels = np.full((96, 96), 60, np.uint8)
    labels = np.zeros_like(pixels)
    for row, column in ((20, 20), (60, 30), (70, 80)):
        pixels[row - 1 : row + 2, column - 1 : column + 2] = 220
    labels[19:22, 19:22] = 1
    dots, others = np.array([[20, 20, 0]], np.int32), np.zeros((0, 2), np.int32)
    return SpeckedPicture("a", pixels, labels, dots, others, bare=False)


class BrightIsCalcium(UNet):
    """Sure of all that is bright."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x - 0.5) * 20 + 0 * super().forward(x)


def test_what_an_earlier_network_marks_wrongly_is_mined_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tiny(request(tmp_path))
    RunFolder(tmp_path / "start").begin({})
    network = BrightIsCalcium(settings.size)
    RunFolder(tmp_path / "start").save_best(network.state_dict(), {})
    monkeypatch.setattr("training.recipes.deeplima_calc.mining.UNet", BrightIsCalcium)
    run = tmp_path / "run"
    (found,) = with_mined([dotted()], tmp_path / "start", run, settings, lambda _: None)
    near = {(round(row / 10), round(column / 10)) for row, column in found.mined.tolist()}
    assert near == {(6, 3), (7, 8)}
    (tmp_path / "start" / "best.safetensors").unlink()
    (again,) = with_mined([dotted()], tmp_path / "start", run, settings, lambda _: None)
    assert (again.mined == found.mined).all()
    assert (run / MINED).exists()


def test_a_run_that_begins_with_another_goes_on_and_says_so(tmp_path: Path) -> None:
    first = request(tmp_path / "first")
    train(first, tiny(first), lambda _: None)
    later = replace(request(tmp_path / "later"), start=first.out)
    settings = tiny(later)
    settings = replace(settings, patches=replace(settings.patches, mined=0.5))
    train(later, settings, lambda _: None)
    assert (later.out / MINED).exists()
    (later.out / "notes.txt").write_text("Stopped once,\nand gone on with.\n")
    assert notes_of(RunFolder(later.out)) == (
        "Began with the weights of another run, first. Stopped once, and gone on with."
    )


def test_a_package_names_the_terms_of_all_its_data_once() -> None:
    names = ("4 synthetic studies", "CDD-CESM low-energy images", "9 synthetic studies", "others")
    config = {"data": {"train": [[name, 3, 1.0, ""] for name in names]}}
    assert licence_of(config) == f"{OWN}; {CESM}; {OTHERS}"
