"""CDD-CESM's low-energy images: rules of what is a truth, on fabricated and on real ones."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from domain.finding import FindingKind
from domain.geometry import Box, SpacingSource
from domain.lexicon import Assessment
from tests.support.real_data import CESM_DM, REAL_DATA
from tests.training.data.sets import fabricating as make
from training.data.sets import cesm
from training.data.sets.listing import FolderSet

SIDE = 300
needs_cesm = pytest.mark.skipif(
    not (CESM_DM / "boxes.csv").exists(),
    reason=f"no cesm-dm at {REAL_DATA}; set FOURVIEW_TEST_DATA to its folder",
)


def data(folder: Path) -> FolderSet:
    return FolderSet(folder, cesm.LAYOUT)


def bright_half() -> np.ndarray:
    """A breast of one grey: an ellipse at the left border."""
    image = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(image, (0, SIDE // 2), (220, 140), 0, 0, 360, 120, -1)
    return image


def strip(inwards: int) -> np.ndarray:
    """17 pixels thick, right and below, so many pixels inside that breast's edge."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(mask, (0, SIDE // 2), (220 - inwards, 140 - inwards), 0, 0, 45, 255, 17)
    return mask


def write(folder: Path, mask: np.ndarray, *lines: dict[str, object]) -> FolderSet:
    make.picture(folder / "images" / "P1_L_DM_CC.jpg", bright_half())
    make.picture(folder / "masks" / "P1_L_DM_CC.png", mask)
    make.table(folder / "boxes.csv", lines)
    return data(folder)


def line_of(mask: np.ndarray, **more: object) -> dict[str, object]:
    y, x = np.nonzero(mask)
    box = (int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)
    return make.cesm_line(box, len(x), **more)


def test_an_outline_is_a_mass_where_the_findings_say_so_and_else_an_asymmetry(
    tmp_path: Path,
) -> None:
    mask = make.rectangle((40, 80, 70, 110), SIDE, SIDE)
    told = line_of(mask), line_of(mask, findings="Diffuse edematous changes", birads="4$2")
    mass, asymmetry = write(tmp_path, mask, *told).infos()[0].findings
    assert (mass.kind, mass.box) == (FindingKind.MASS, Box(39.5, 79.5, 69.5, 109.5))
    assert mass.mask is not None
    assert mass.mask.area == 900
    assert (mass.assessment, mass.malignant) == (Assessment.SUSPICIOUS, None)
    assert (asymmetry.kind, asymmetry.assessment) == (FindingKind.ASYMMETRY, None)


def test_whole_breasts_and_specks_are_no_truths_and_are_told(tmp_path: Path) -> None:
    mask = make.rectangle((0, 20, 220, 280), SIDE, SIDE)
    speck = make.cesm_line((10, 10, 17, 18), 56)
    listed = write(tmp_path, mask, line_of(mask), speck)
    assert listed.infos()[0].findings == ()
    assert [one.what for one in listed.listing.oddities] == [
        "box above 40 % of the frame",
        "outline below 60 pixels",
    ]


def test_a_strip_of_skin_is_no_mass_but_the_same_inside_is(tmp_path: Path) -> None:
    for inwards, kind in ((9, FindingKind.OTHER), (50, FindingKind.MASS)):
        mask = strip(inwards)
        (finding,) = write(tmp_path, mask, line_of(mask)).infos()[0].findings
        assert finding.kind is kind


def test_a_vessel_is_no_mass_but_a_thick_band_inside_is(tmp_path: Path) -> None:
    thin = make.rectangle((20, 95, 110, 101), SIDE, SIDE)
    assert write(tmp_path, thin, line_of(thin)).infos()[0].findings[0].kind is FindingKind.OTHER
    thick = make.rectangle((60, 20, 79, 280), SIDE, SIDE)
    again = write(tmp_path, thick, line_of(thick)).infos()[0]
    assert again.findings[0].kind is FindingKind.MASS


def test_grey_is_as_it_is_and_no_millimetres_are_told(tmp_path: Path) -> None:
    mask = make.rectangle((40, 80, 70, 110), SIDE, SIDE)
    listed = write(tmp_path, mask, line_of(mask))
    sample = listed.open(listed.infos()[0])
    assert sample.spacing.source is SpacingSource.UNKNOWN
    (window,) = sample.grey.vois
    values = np.array([0.0, 51.0, 255.0])
    np.testing.assert_allclose(window.brightness(values), values / 255, atol=1e-12)


def test_without_masks_boxes_alone_are_taken(tmp_path: Path) -> None:
    mask = make.rectangle((40, 80, 70, 110), SIDE, SIDE)
    listed = write(tmp_path, mask, line_of(mask))
    (tmp_path / "masks" / "P1_L_DM_CC.png").unlink()
    listed = data(tmp_path)
    assert listed.infos()[0].findings[0].mask is None
    assert listed.listing.oddities[0].what == "missing mask"


@pytest.fixture(scope="module")
def real() -> FolderSet:
    return data(CESM_DM)


@needs_cesm
def test_the_real_images_have_the_patients_and_splits_that_their_readme_tells(
    real: FolderSet,
) -> None:
    infos = real.infos()
    assert len({info.patient for info in infos}) == 178
    counts = {split: sum(one.split == split for one in infos) for split in ("train", "val", "test")}
    assert counts == {"train": 243, "val": 27, "test": 56}


@needs_cesm
def test_every_real_truth_lies_in_its_mask_s_box_and_skin_is_told_apart(real: FolderSet) -> None:
    findings = [one for info in real.infos() for one in info.findings]
    assert all(one.mask is not None and one.mask.box is not None for one in findings)
    away = [
        max(abs(a - b) for a, b in zip(_edges(one.box), _edges(one.mask.box), strict=True))
        for one in findings
    ]
    assert np.mean(np.array(away) <= 2) > 0.97
    strips = sum(one.kind is FindingKind.OTHER for one in findings)
    assert 40 <= strips <= 90
    assert len(findings) == 668


def _edges(box: Box | None) -> tuple[float, float, float, float]:
    assert box is not None
    return box.left, box.top, box.right, box.bottom


@needs_cesm
def test_a_real_image_opens_as_eight_bits(real: FolderSet) -> None:
    sample = real.open(real.infos()[0])
    assert sample.pixels.shape == (512, 512)
    assert sample.grey.bits_stored == 8
