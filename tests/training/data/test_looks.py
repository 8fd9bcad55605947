"""Other detectors' looks and painted vessels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from training.data.looks import LookPlan, brought, looked, side_before
from training.data.vessels import with_vessel

PLAN = LookPlan(zoom=0.3, sharpen=0.8, flatten=0.6, noise=0.03, grain=1.0, jpeg=0.5)


def patch(side: int = 64) -> np.ndarray:
    """Grey with a shading, black at its left."""
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    bright = 0.3 + 0.2 * rows / side + 0.05 * np.sin(columns)
    bright[:, : side // 4] = 0
    return bright.astype(np.float32)


@pytest.mark.parametrize("seed", range(8))
def test_another_look_stays_a_picture_whose_black_is_black(seed: int) -> None:
    bright = patch()
    found = looked(bright, PLAN, np.random.default_rng(seed))
    assert found.dtype == np.float32
    assert found.shape == bright.shape
    assert 0 <= found.min() <= found.max() <= 1
    assert not found[:, :16].any()
    assert not np.allclose(found, bright)


def test_a_plan_of_nothing_changes_nothing() -> None:
    bright = patch()
    assert np.array_equal(looked(bright, LookPlan(), np.random.default_rng(1)), bright)


def test_grain_is_as_strong_whether_it_is_fine_or_coarse() -> None:
    grey = np.full((128, 128), 0.5, np.float32)
    spreads, widths = [], []
    for width in (0.0, 1.5):
        plan = LookPlan(noise=0.05, grain=width)
        found = [looked(grey, plan, np.random.default_rng(seed)) - grey for seed in range(40)]
        spreads.append(np.mean([one.std() for one in found]))
        widths.append(
            np.mean([np.corrcoef(one[:, 1:].flat, one[:, :-1].flat)[0, 1] for one in found])
        )
    assert spreads[1] == pytest.approx(spreads[0], rel=0.15)
    assert widths[1] > widths[0] + 0.2


def test_sharpening_raises_a_speck_and_softening_lowers_it() -> None:
    bright = np.full((64, 64), 0.3, np.float32)
    cv2.circle(bright, (32, 32), 2, 0.5, -1)
    plan = LookPlan(sharpen=0.8)
    peaks = [float(looked(bright, plan, np.random.default_rng(seed)).max()) for seed in range(30)]
    assert min(peaks) < 0.49
    assert max(peaks) > 0.55


def test_the_pixel_size_goes_both_ways_and_a_label_keeps_its_values() -> None:
    random = np.random.default_rng(3)
    sides = [side_before(96, PLAN, random) for _ in range(60)]
    assert min(sides) < 80
    assert max(sides) > 115
    labels = np.zeros((120, 120), np.uint8)
    labels[40:52, 60:72] = 2
    small = brought(labels, 96, labels=True)
    assert small.shape == (96, 96)
    assert set(np.unique(small)) == {0, 2}
    assert (small > 0).mean() == pytest.approx((labels > 0).mean(), rel=0.2)


@pytest.mark.parametrize("seed", range(12))
def test_a_vessel_brightens_what_is_breast_and_is_smooth(seed: int) -> None:
    bright = patch(96)
    found = with_vessel(bright, 0.1, np.random.default_rng(seed))
    assert not found[:, :24].any()
    laid = found - bright
    assert laid.min() >= -1e-6
    assert laid.max() > 0.02
    inner = laid[:, 26:]
    steps = max(np.abs(np.diff(inner, axis=0)).max(), np.abs(np.diff(inner, axis=1)).max())
    assert steps < 0.7 * laid.max()  # no pixel stands alone as a speck does
