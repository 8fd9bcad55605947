"""Outlines of a contour package are drawn once and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, PixelSpacing, SpacingSource
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.packages.package import open_package
from training.data.outlines import OutlineStore, jittered
from training.data.sample import Sample, SampleInfo, TrueFinding

CONTOURS = Path(__file__).parents[3] / "resources" / "models" / "contour-unetpp-small"


def a_sample() -> Sample:
    """A blurred disc and a group of which no outline is asked."""
    rows, columns = np.mgrid[:240, :220]
    depth = np.hypot(rows - 120, columns - 110)
    grain = np.random.default_rng(0).normal(0, 20, depth.shape)
    pixels = (1200 + 1200 / (1 + np.exp((depth - 25) / 2)) + grain).astype(np.uint16)
    findings = (
        TrueFinding(FindingKind.CALCIFICATION_GROUP, Box(10, 10, 40, 40), malignant=True),
        TrueFinding(FindingKind.MASS, Box(85, 95, 135, 145), malignant=False),
    )
    grey = GreyDescription(bits_stored=12, vois=(WindowVoi(2048.0, 4096.0),))
    spacing = PixelSpacing(0.28, 0.28, SpacingSource.IMAGER_OVER_ERMF)
    return Sample(SampleInfo("7-0", "phantom-7", findings=findings), pixels, grey, spacing)


def test_an_outline_is_drawn_once_and_read_back_as_it_was(tmp_path: Path) -> None:
    store = OutlineStore(tmp_path, open_package(CONTOURS))
    drawn = store.of(a_sample())
    assert set(drawn) == {1}
    masks = [one for one in drawn[1] if one is not None]
    assert len(drawn[1]) == store.draws
    assert masks
    for mask in masks:
        assert mask.contains(120, 110)
        assert 800 < mask.area < 4500
    store.path("7-0").touch()
    before = store.path("7-0").stat().st_mtime_ns
    again = OutlineStore(tmp_path, open_package(CONTOURS)).of(a_sample())
    assert again == drawn
    assert store.path("7-0").stat().st_mtime_ns == before


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    store = OutlineStore(tmp_path, open_package(CONTOURS))
    path = store.path("7-0")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"broken")
    with pytest.raises(BadInputError, match="7-0"):
        store.of(a_sample())


def test_a_jittered_box_still_holds_the_middle() -> None:
    random, box = np.random.default_rng(1), Box(10, 20, 60, 90)
    for _ in range(100):
        moved = jittered(box, random)
        assert moved.left < 35 < moved.right
        assert moved.top < 55 < moved.bottom
        assert abs(moved.left - box.left) <= 0.15 * box.width + 1e-9
