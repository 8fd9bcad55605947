"""Labelled pictures and the patches cut from them."""

from __future__ import annotations

from dataclasses import replace
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
from inference.preparing.prepare import PreparingSpec
from training.data.looks import LookPlan
from training.data.patches import PatchPlan, batch_at
from training.data.sample import Sample, SampleInfo, TrueFinding
from training.data.specked import (
    CALCIUM,
    LARGE,
    LabelRule,
    SpeckedPicture,
    read_specked,
    specked,
    write_specked,
)
from training.data.specks import SpeckRule

GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))
SPACING = PixelSpacing(0.1, 0.1, SpacingSource.IMAGER)
SPEC = PreparingSpec(pixel_mm=0.2, largest=(2048, 2048))
PLAN = PatchPlan(size=8, side=32)


def sample(spots: list[tuple[FindingKind, int, int, int]], *, right: bool = False) -> Sample:
    """1000 x 600 pixels of 0.1 mm, a half disc. spots: kind, row, column, radius in pixels."""
    rows, columns = np.mgrid[:1000, :600]
    inside = (rows - 500) ** 2 / 420**2 + columns**2 / 450**2 < 1
    noise = np.random.default_rng(5).normal(0, 25, inside.shape)
    pixels = np.where(inside, 1500 + noise, 0)
    findings = []
    for kind, row, column, radius in spots:
        disc = (rows - row) ** 2 + (columns - column) ** 2 <= radius**2
        pixels[disc] = 3500
        disc = disc[:, ::-1] if right else disc
        mask = RleMask.of(disc, ImageSize(1000, 600))
        assert mask.box is not None
        findings.append(TrueFinding(kind, mask.box, mask))
    stored = pixels.astype(np.uint16)
    info = SampleInfo("one", "p", findings=tuple(findings))
    return Sample(info, stored[:, ::-1].copy() if right else stored, GREY, SPACING)


def picture(
    spots: list[tuple[FindingKind, int, int, int]], rule: LabelRule | None = None, **how: bool
) -> SpeckedPicture:
    return specked(sample(spots, **how), SPEC, rule or LabelRule(), SpeckRule(least=6))


SPOT = (FindingKind.CALCIFICATION, 400, 200, 2)


@pytest.mark.parametrize("right", [False, True])
def test_labels_lie_on_what_is_bright_and_small_ones_are_dilated(right: bool) -> None:
    found = picture([SPOT], LabelRule(least_mm2=0.8), right=right)
    labelled = found.labels == CALCIUM
    assert 20 <= labelled.sum() <= 40  # 0.8 mm2 in pixels of 0.04, at least
    brightest = np.unravel_index(found.pixels.argmax(), found.pixels.shape)
    assert labelled[brightest]
    assert np.abs(np.argwhere(labelled).mean(0) - found.dots[0, :2]).max() < 1.5


def test_a_large_region_is_labelled_as_not_to_be_learnt() -> None:
    found = picture([(FindingKind.CALCIFICATION_GROUP, 500, 200, 30)])
    assert (found.labels == LARGE).sum() == pytest.approx(np.pi * 15**2, rel=0.1)
    assert not (found.labels == CALCIUM).any()


def test_masses_are_not_labelled_and_a_bright_speck_that_is_no_finding_is_another() -> None:
    found = picture([(FindingKind.MASS, 500, 200, 2), SPOT])
    assert len(found.dots) == 1
    assert not found.bare
    middle = found.dots[0, :2]
    away = np.abs(found.others - middle).max(1)
    assert away.min() > 4
    assert any(abs(int(row - middle[0]) - 50) <= 2 for row, _ in found.others.tolist())


def test_a_picture_without_calcifications_is_bare() -> None:
    assert picture([(FindingKind.MASS, 500, 200, 20)]).bare


def test_a_kept_picture_comes_back_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "one-abc.npz"
    before = picture([SPOT])
    write_specked(path, before)
    after = read_specked(path)
    assert (after.name, after.bare) == ("one", False)
    for name in ("pixels", "labels", "dots", "others"):
        assert (getattr(before, name) == getattr(after, name)).all()
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(BadInputError, match="made anew"):
        read_specked(path)


def test_half_of_a_batch_shows_calcifications_and_the_rest_none() -> None:
    pictures = [picture([SPOT, (FindingKind.CALCIFICATION, 600, 150, 3)]), picture([])]
    for step in range(5):
        batch = batch_at(pictures, PLAN, 1, step)
        assert batch.images.shape == batch.targets.shape == batch.counted.shape == (8, 1, 32, 32)
        with_some = batch.targets.flatten(1).any(1)
        assert with_some[:4].all()
        assert not with_some[4:].any()
        assert 0 <= float(batch.images.min()) <= float(batch.images.max()) <= 1


def test_a_label_moves_with_its_patch() -> None:
    plain = replace(PLAN, gamma=1.0, gain=1.0, noise=0.0)
    batch = batch_at([picture([SPOT])], plain, 1, 0)
    for image, target in zip(batch.images[:4, 0], batch.targets[:4, 0], strict=True):
        assert target.flatten()[image.argmax()] == 1


def test_a_batch_follows_from_seed_and_step_alone() -> None:
    pictures = [picture([SPOT]), picture([])]
    one, same, other = (batch_at(pictures, PLAN, 1, step).images for step in (7, 7, 8))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_patches_on_regions_too_large_to_learn_from_are_not_counted_there() -> None:
    batch = batch_at([picture([(FindingKind.CALCIFICATION_GROUP, 500, 200, 30)])], PLAN, 1, 0)
    assert not (batch.targets * batch.counted).any()
    assert (batch.counted[:4] == 0).any()


def test_training_without_any_calcification_says_so() -> None:
    with pytest.raises(BadInputError, match="shows a calcification"):
        batch_at([picture([])], PLAN, 1, 0)


def test_places_that_a_network_took_for_calcifications_are_shown_again() -> None:
    dotted, plain = picture([SPOT]), picture([])
    lonely = np.zeros_like(plain.pixels)
    row, column = np.argwhere(plain.pixels > 0)[len(plain.pixels) * 20]
    lonely[row, column] = 255  # all black but for one pixel, which chance alone hardly meets
    marked = replace(plain, pixels=lonely, others=plain.others[:0])
    plan = replace(PLAN, gamma=1.0, gain=1.0, noise=0.0, hard=0.0, mined=1.0)
    unmined = batch_at([dotted, marked], plan, 1, 0).images[4:]
    assert not (unmined.flatten(1).amax(1) == 1).all()
    mined = replace(marked, mined=np.array([[row, column]], np.int32))
    images = batch_at([dotted, mined], plan, 1, 0).images[4:]
    assert (images.flatten(1).amax(1) == 1).all()


def test_a_label_moves_with_its_patch_to_another_pixel_size() -> None:
    plan = replace(PLAN, gamma=1.0, gain=1.0, noise=0.0, look=LookPlan(zoom=0.4))
    areas = set()
    for step in range(4):
        batch = batch_at([picture([SPOT])], plan, 1, step)
        for image, target in zip(batch.images[:4, 0], batch.targets[:4, 0], strict=True):
            assert target.flatten()[image.argmax()] == 1
            areas.add(int(target.sum()))
    assert len(areas) > 4


def test_vessels_are_painted_into_patches_without_calcifications_alone() -> None:
    plan = replace(PLAN, gamma=1.0, gain=1.0, noise=0.0)
    pictures = [picture([SPOT]), picture([])]
    for step in range(3):
        bare, painted = (
            batch_at(pictures, replace(plan, vessels=share), 1, step).images for share in (0.0, 1.0)
        )
        assert torch.equal(bare[:4], painted[:4])
        assert (painted[4:] > bare[4:] + 0.02).any()
