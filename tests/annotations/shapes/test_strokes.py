"""Strokes on runs do what they would on pixels."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotations.shapes.strokes import painted, restored
from domain.mask import RleMask
from tests.annotations.documents import SIZE, masks


@given(masks, masks)
def test_painting_is_the_union_of_pixels(mask: RleMask, patch: RleMask) -> None:
    assert painted(mask, patch) == RleMask.of(mask.pixels() | patch.pixels(), SIZE)


@given(masks, masks)
def test_erasing_leaves_the_pixels_outside_the_patch(mask: RleMask, patch: RleMask) -> None:
    left = mask.pixels() & ~patch.pixels()
    assert painted(mask, patch, erase=True) == RleMask.of(left, SIZE)


@given(masks, masks, st.booleans())
def test_restored_rows_make_the_mask_of_before(mask: RleMask, patch: RleMask, erase: bool) -> None:
    after = painted(mask, patch, erase=erase)
    rows = tuple(mask.row(patch.top + index) for index in range(len(patch.rows)))
    assert restored(after, patch.top, rows) == mask


@given(masks, masks)
def test_strokes_leave_sound_masks(mask: RleMask, patch: RleMask) -> None:
    painted(mask, patch).check()
    painted(mask, patch, erase=True).check()


def test_rows_that_a_stroke_does_not_touch_are_shared() -> None:
    mask = RleMask.of(np.ones(SIZE.shape, np.uint8), SIZE)
    after = painted(mask, RleMask(SIZE, 3, ((2, 4),)), erase=True)
    assert all(after.row(at) is mask.row(at) for at in range(SIZE.rows) if at != 3)
