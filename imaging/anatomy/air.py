"""Directly exposed background: what stays black whatever the window."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImageSize
from imaging.anatomy.breast import BreastRegion, sizes_of
from imaging.anatomy.reduced import Floats, Mask, reduce_image

_CLEAR_ENOUGH = 0.3
"""Clarity of the air below which tissue might be taken for it, so that nothing is blackened."""

_SPECK = 4
"""Reduced pixels of the smallest mark that stays visible."""


def find_air(
    tissue: npt.NDArray[Any],
    region: BreastRegion,
    padding: Mask | None = None,
    *,
    reduced: Floats | None = None,
) -> Mask:
    """True on air, on padding, and on the white frame of plates and films; bool, same shape.

    The breast and separate marks (letters, side markers, tools) are no air. tissue: (rows,
    columns), any real dtype, tissue brighter than air; region: found in it with the same
    padding. reduced: tissue on its reduced grid, where that is at hand. Where air can't be told,
    only padding is true. ``ValueError`` for another size.
    """
    if ImageSize(*tissue.shape) != region.grid.stored:
        raise ValueError("the breast region belongs to a picture of another size")
    padded = np.zeros(tissue.shape, bool) if padding is None else padding
    if region.air is None or region.air.clarity < _CLEAR_ENOUGH:
        return padded.copy()
    pixels = reduce_image(tissue, region.grid) if reduced is None else reduced
    marks = _marks(pixels, region.field & ~region.reduced_mask, region.air.ceiling)
    shown = np.maximum(region.level, marks.astype(np.uint8) * 255)
    return np.asarray(~region.grid.enlarge(shown) | padded)


def _marks(pixels: Floats, where: Mask, ceiling: float) -> Mask:
    """What stands out of the air away from the breast, with a margin for its soft edge."""
    bright = ((pixels > ceiling) & where).astype(np.uint8)
    labels = cv2.connectedComponents(bright)[1]
    large = sizes_of(labels) >= _SPECK
    large[0] = False
    grown = cv2.dilate(large[labels].astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray((grown > 0) & where)
