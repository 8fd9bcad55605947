"""Pixels that look like those around a place: what a threshold brush takes."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint

SMOOTHED = 1.0
"""Blur of the grey that is compared, in pixels: noise shall not tear a patch to shreds."""

_SPECK = 16
"""Holes of fewer pixels are noise, and are filled."""


def similar_within(
    pixels: npt.NDArray[Any], at: ImagePoint, radius: float, *, tolerance: float
) -> tuple[npt.NDArray[np.uint8], int, int]:
    """Pixels of a disc that hang together with its centre and are about as grey.

    pixels: stored values (rows, columns). at, radius: the disc, in stored pixels. tolerance: the
    largest difference of smoothed grey, in stored values. Returns a patch (rows, columns) of 0
    and 1, and its left and top in the image; an empty patch where the disc's centre lies outside.
    """
    rows, columns = pixels.shape
    middle, reach = at.pixel(), max(radius, 0.5)
    if not (0 <= middle.row < rows and 0 <= middle.column < columns):
        return np.zeros((0, 0), np.uint8), 0, 0
    left, right = _span(at.x, reach, columns)
    top, bottom = _span(at.y, reach, rows)
    y, x = np.ogrid[top:bottom, left:right]
    disc = (x - at.x) ** 2 + (y - at.y) ** 2 <= reach**2
    grey = pixels[top:bottom, left:right].astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(grey, (0, 0), SMOOTHED), np.float32)
    row, column = middle.row - top, middle.column - left
    alike = (np.abs(soft - soft[row, column]) <= tolerance) & disc
    alike[row, column] = True
    labels = cv2.connectedComponents(alike.astype(np.uint8), connectivity=4)[1]
    return _without_specks(np.asarray(labels == labels[row, column]), disc), left, top


def _span(middle: float, reach: float, length: int) -> tuple[int, int]:
    """First and one past the last pixel that may lie in the disc; the middle's own among them."""
    return max(0, math.floor(middle - reach)), min(length, math.ceil(middle + reach) + 1)


def _without_specks(
    held: npt.NDArray[np.bool_], disc: npt.NDArray[np.bool_]
) -> npt.NDArray[np.uint8]:
    """The patch with its small holes filled; what lies at the disc's rim is no hole."""
    free = np.pad((~held).astype(np.uint8), 1, constant_values=1)
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(free, connectivity=8)
    small = statistics[:, cv2.CC_STAT_AREA] < _SPECK
    small[0] = False
    holes = small[labels[1:-1, 1:-1]] & disc
    return np.asarray(held | holes, np.uint8)
