"""Resamples the visible part of an image into its pane; window and ``fourview render`` share it.

Values are resampled as stored and only then turned into grey, so that the same interpolation
serves every window setting.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint
from viewing.hanging.placement import Placement

_BLOCKY_FROM = 1.0
"""Above this many screen pixels a pixel, pixels are shown as pixels."""


@dataclass(frozen=True)
class PaneArea:
    """The part of a pane that the image covers, in whole pane pixels, right and bottom apart."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index a pane's array with."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def covered_area(placement: Placement, width: int, height: int) -> PaneArea | None:
    """Which pane pixels have their centre on the image; ``None`` where none has."""
    shown = placement.shown
    left = max(0, math.ceil(placement.left - 0.5))
    top = max(0, math.ceil(placement.top - 0.5))
    right = min(width, math.ceil(placement.left + shown.columns * placement.x_scale - 0.5))
    bottom = min(height, math.ceil(placement.top + shown.rows * placement.y_scale - 0.5))
    if right <= left or bottom <= top:
        return None
    return PaneArea(left, top, right, bottom)


def level_for(placement: Placement, count: int) -> int:
    """The coarsest of ``count`` halvings that still has a pixel for each screen pixel."""
    scale = max(placement.x_scale, placement.y_scale)
    if scale >= 1:
        return 0
    return min(count - 1, math.floor(math.log2(1 / scale) + 1e-9))


def resample(
    levels: Sequence[npt.NDArray[Any]], placement: Placement, area: PaneArea
) -> npt.NDArray[Any]:
    """Values of the covered pane pixels, of the levels' dtype, shape of the area.

    levels: the stored image and its halvings; level k's pixel (r, c) covers the stored pixels
    from 2^k r and 2^k c on, so that x = (x_k + 0.5) 2^k - 0.5.
    """
    index = level_for(placement, len(levels))
    blocky = max(placement.x_scale, placement.y_scale) > _BLOCKY_FROM
    return resample_level(levels[index], 2.0**index, placement, area, blocky=blocky)


def resample_level(
    level: npt.NDArray[Any],
    step: float,
    placement: Placement,
    area: PaneArea,
    *,
    blocky: bool = False,
) -> npt.NDArray[Any]:
    """Values of one level, or of a mask on its grid. step: stored pixels per pixel of the level."""
    to_level = _pane_to_level(placement, area, step)
    rows, columns = _needed(to_level, area, level.shape)
    to_level[:, 2] -= (columns.start, rows.start)
    sampled: npt.NDArray[Any] = cv2.warpAffine(
        level[rows, columns],
        to_level,
        (area.right - area.left, area.bottom - area.top),
        flags=(cv2.INTER_NEAREST if blocky else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return sampled


def _pane_to_level(placement: Placement, area: PaneArea, step: float) -> npt.NDArray[np.float64]:
    """2x3 matrix from the area's pixels to the level's, both counted from their own corner."""
    origin = placement.to_stored(ImagePoint(area.left, area.top))
    along_x = placement.to_stored(ImagePoint(area.left + 1, area.top))
    along_y = placement.to_stored(ImagePoint(area.left, area.top + 1))
    return np.array(
        [
            [
                (along_x.x - origin.x) / step,
                (along_y.x - origin.x) / step,
                (origin.x + 0.5) / step - 0.5,
            ],
            [
                (along_x.y - origin.y) / step,
                (along_y.y - origin.y) / step,
                (origin.y + 0.5) / step - 0.5,
            ],
        ]
    )


def _needed(
    to_level: npt.NDArray[np.float64], area: PaneArea, shape: tuple[int, ...]
) -> tuple[slice, slice]:
    """The level's rows and columns that the area is drawn from, with a margin to interpolate.

    Cropping keeps a huge image within what OpenCV's 16-bit coordinates can address.
    """
    last_x, last_y = area.right - area.left - 1, area.bottom - area.top - 1
    corners = to_level @ np.array([[0, last_x, 0, last_x], [0, 0, last_y, last_y], [1, 1, 1, 1]])
    first = np.floor(corners.min(axis=1)).astype(int) - 1
    last = np.ceil(corners.max(axis=1)).astype(int) + 2
    size = np.array(shape[::-1])
    left, top = np.clip(first, 0, size - 1)
    right, bottom = np.clip(last, 1, size)
    return slice(int(top), int(bottom)), slice(int(left), int(right))
