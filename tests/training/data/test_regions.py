"""Regions to learn contours from: masks stay on their lesions, draws follow from seed and step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, ImageSize, PixelSpacing, SpacingSource
from domain.mask import RleMask
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from training.data.regions import (
    RegionPlan,
    centred_regions,
    draw_regions,
    has_outline,
    kept_regions,
)
from training.data.sample import Sample, SampleInfo, TrueFinding

SIZE = ImageSize(300, 240)
GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))


def sample(x: float = 120, y: float = 150, radius: float = 20) -> Sample:
    """Even tissue with a bright disc whose mask is known."""
    rows, columns = np.indices(SIZE.shape)
    inside = np.hypot(columns - x, rows - y) < radius
    pixels = np.where(inside, 3000, 1000).astype(np.uint16)
    mask = RleMask.of(inside, SIZE)
    assert mask.box is not None
    info = SampleInfo("1-0", "p1", findings=(TrueFinding(FindingKind.MASS, mask.box, mask),))
    return Sample(info, pixels, GREY, PixelSpacing(0.25, 0.25, SpacingSource.IMAGER))


def test_what_is_drawn_and_its_mask_lie_on_each_other() -> None:
    pool = [one for one in kept_regions([sample()]) if one.mask is not None]
    plan = RegionPlan(without=0.0, noise=0.0, blur=0.4)
    drawn = draw_regions(pool, plan, 6, 1, 7)
    bright = drawn.images >= 0.9
    inside = drawn.targets >= 0.5
    both = (bright & inside).sum((1, 2, 3))
    assert (2 * both / (bright.sum((1, 2, 3)) + inside.sum((1, 2, 3))) > 0.95).all()


def test_a_batch_follows_from_seed_and_step_alone() -> None:
    pool = list(kept_regions([sample()]))
    one, again = (draw_regions(pool, RegionPlan(), 4, 3, 11) for _ in range(2))
    other = draw_regions(pool, RegionPlan(), 4, 3, 12)
    assert np.array_equal(one.images, again.images)
    assert np.array_equal(one.targets, again.targets)
    assert not np.array_equal(one.images, other.images)


def test_a_centred_region_holds_the_box_as_often_as_was_asked() -> None:
    pool = [one for one in kept_regions([sample()]) if one.mask is not None]
    target = centred_regions(pool, 2.0).targets[0, 0] >= 0.5
    assert np.flatnonzero(target.any(0)).size == pytest.approx(128, abs=4)
    assert np.flatnonzero(target.any(1)).mean() == pytest.approx(127.5, abs=2)


def test_a_lesion_at_the_images_border_is_kept_whole_as_far_as_it_is_seen() -> None:
    edge = sample(x=4)
    pool = [one for one in kept_regions([edge]) if one.mask is not None]
    (kept,) = pool
    assert kept.mask is not None
    mask = edge.info.findings[0].mask
    assert mask is not None
    assert (kept.mask > 0).sum() == mask.area


def test_places_without_a_lesion_touch_none_and_have_an_empty_target() -> None:
    pool = [one for one in kept_regions([sample()] * 20) if one.mask is None]
    lesion = sample().info.findings[0].box
    assert pool
    for one in pool:
        apart = one.box.right < lesion.left or one.box.left > lesion.right
        assert apart or one.box.bottom < lesion.top or one.box.top > lesion.bottom
    assert centred_regions(pool, 1.6).targets.max() == 0


def test_only_masses_with_a_mask_of_some_size_have_an_outline() -> None:
    mass = sample().info.findings[0]
    assert has_outline(mass)
    assert not has_outline(replace(mass, kind=FindingKind.ASYMMETRY))
    assert not has_outline(replace(mass, mask=None))
    assert not has_outline(replace(mass, box=Box(10, 10, 12, 13)))


def test_a_set_without_any_mass_is_told_before_training() -> None:
    pool = [one for one in kept_regions([sample()]) if one.mask is None]
    with pytest.raises(BadInputError, match="no image of the training set has a mass"):
        draw_regions(pool, RegionPlan(), 4, 1, 1)
