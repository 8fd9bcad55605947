"""Overlap of masks from their runs, beside whole arrays and pycocotools."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from domain.geometry import ImageSize
from domain.mask import RleMask
from training.metrics.overlap import common_pixels, dice, iop, mask_iou, union

SIZE = ImageSize(9, 11)
MASKS = arrays.arrays(np.bool_, SIZE.shape, elements=st.booleans())


@given(MASKS, MASKS)
def test_overlap_from_runs_is_that_of_whole_arrays(one, other) -> None:
    first, second = RleMask.of(one, SIZE), RleMask.of(other, SIZE)
    both, either = int((one & other).sum()), int((one | other).sum())
    assert common_pixels(first, second) == both
    assert mask_iou(first, second) == (both / either if either else 0)
    assert iop(first, second) == (both / one.sum() if one.any() else 0)
    total = int(one.sum() + other.sum())
    assert dice(first, second) == (2 * both / total if total else 1)
    assert union([first, second]) == RleMask.of(one | other, SIZE)


@pytest.mark.parametrize("seed", range(4))
def test_mask_overlap_is_that_of_pycocotools(seed) -> None:
    coco = pytest.importorskip("pycocotools.mask")
    random = np.random.default_rng(seed)
    one, other = (np.asfortranarray(random.random((40, 30)) < 0.4) for _ in range(2))
    size = ImageSize(40, 30)
    theirs = coco.iou(
        [coco.encode(one.astype(np.uint8, order="F"))],
        [coco.encode(other.astype(np.uint8, order="F"))],
        [0],
    )
    assert mask_iou(RleMask.of(one, size), RleMask.of(other, size)) == pytest.approx(theirs[0, 0])


def test_masks_of_different_images_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different sizes"):
        common_pixels(RleMask(ImageSize(4, 4)), RleMask(ImageSize(4, 5)))
    with pytest.raises(ValueError, match="needs a mask"):
        union([])
