"""What a classifier sees of one finding: cut out of the default presentation, training alike.

Five planes: the lesion with what surrounds it, a field of fixed size, the lesion's outline in the
first one's frame, how large it is, what it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from domain.geometry import Box, PixelSpacing
from domain.mask import RleMask
from imaging.grey.grey_header import GreyDescription
from imaging.grey.presentation import default_presentation
from imaging.raster import StoredPixels

PLANES = 5
"""Lesion, field, outline, size, calcified; in this order."""
CUT = 3
"""Of these the first are cut out of the image."""
CALCIFIED = frozenset({FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP})

GROWN = 1.5
"""Side of the lesion's cut against the longer side of its box."""
LEAST_MM = 6.0
"""Shortest side of the lesion's cut."""
FIELD_MM = {False: 40.0, True: 12.8}
"""Side of the field, of soft lesions and of calcifications."""
FINEST_MM = {False: 0.28, True: 0.1}
"""No finer detail is shown: what networks learnt from was no sharper."""
SPREADS = 4.0
LEAST_SPREAD = 4.0
"""In levels of grey; in a plain field noise must not be all that is seen."""
ASSUMED_HEIGHT_MM = 240.0
"""Of the detector's field, where the spacing is unknown: to cut by, never to measure by."""

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def pixel_mm(spacing: PixelSpacing, shape: tuple[int, ...]) -> tuple[float, float]:
    """Width and height of a stored pixel in mm; guessed from the shape where unknown."""
    if spacing.row_mm is None or spacing.column_mm is None:
        side = ASSUMED_HEIGHT_MM / max(shape)
        return side, side
    return spacing.column_mm, spacing.row_mm


def longest_mm(box: Box, mm: tuple[float, float]) -> float:
    """The longer side of a box in stored pixels; mm: width and height of one."""
    return max((box.right - box.left) * mm[0], (box.bottom - box.top) * mm[1], 0.0)


def size_level(size_mm: float) -> float:
    """A length as the size plane holds it: 1 mm is 0, 64 mm and more are 1."""
    return min(1.0, math.log2(max(1.0, size_mm)) / 6)


@dataclass(frozen=True, eq=False)
class Cuttable:
    """An image to cut from. pixels: (rows, columns), stored values. mm: width and height of one."""

    pixels: StoredPixels = field(repr=False)
    grey: GreyDescription
    mm: tuple[float, float]

    @classmethod
    def of(cls, pixels: StoredPixels, grey: GreyDescription, spacing: PixelSpacing) -> Cuttable:
        """With the spacing that it states, or a guessed one."""
        return cls(pixels, grey, pixel_mm(spacing, pixels.shape))


def cuts(
    image: Cuttable,
    box: Box,
    kind: FindingKind,
    side: int,
    masks: Sequence[RleMask | None] = (None,),
    *,
    wider: float = 1.0,
) -> Bytes:
    """uint8 (2 + n, side, side): the lesion, its field, and n outlines, around the box's centre.

    box: in stored pixels, may reach over the border, where all is black. masks: what lies inside
    an outline, or a group's calcifications, in the lesion's square from 0 to 255; 0 where there is
    none. wider: factor on both lengths, for training to move about in.
    """
    dots = kind in CALCIFIED
    centre = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    lesion = max(GROWN * longest_mm(box, image.mm), LEAST_MM) * wider
    squares = [
        _square(image, centre, length, side, FINEST_MM[dots])
        for length in (lesion, FIELD_MM[dots] * wider)
    ]
    place = _place(image, centre, lesion)
    for mask in masks:
        if mask is None or mask.empty:
            squares.append(np.zeros((side, side), np.uint8))
        else:
            top, left, rows, columns = place
            inside = mask.window(left, top, columns, rows) * np.uint8(255)
            squares.append(_resized(inside, (side, side)))
    return np.stack(squares)


def planes(shown: Bytes, size_mm: float, kind: FindingKind) -> Floats:
    """float32 (5, side, side), 0 to 1, from what ``cuts`` gives with one mask.

    Grey is told against the field: its mean is 0.5, and ``SPREADS`` of its deviations reach from
    there to black and to white, so that units and densities of the breast look alike.
    """
    whole = np.empty((PLANES, *shown.shape[1:]), np.float32)
    around = shown[1][shown[1] > 0] if (shown[1] > 0).any() else shown[1]
    middle, spread = float(around.mean()), max(float(around.std()), LEAST_SPREAD)
    grey = (shown[:2].astype(np.float32) - np.float32(middle)) / np.float32(2 * SPREADS * spread)
    whole[:2] = np.clip(grey + np.float32(0.5), 0, 1)
    whole[2] = shown[2].astype(np.float32) / np.float32(255)
    whole[3] = size_level(size_mm)
    whole[4] = float(kind in CALCIFIED)
    return whole


def _square(
    image: Cuttable, centre: tuple[float, float], length_mm: float, side: int, finest_mm: float
) -> Bytes:
    """A square of the breast in its plane, resized to (side, side)."""
    place = _place(image, centre, length_mm)
    rows, columns = place[2:]
    shown = _shown(image, place)
    finest = max(1, round(length_mm / finest_mm))
    return _resized(_resized(shown, (min(finest, rows), min(finest, columns))), (side, side))


def _place(
    image: Cuttable, centre: tuple[float, float], length_mm: float
) -> tuple[int, int, int, int]:
    """Top, left, rows and columns of a square in stored pixels."""
    across, down = length_mm / image.mm[0], length_mm / image.mm[1]
    left, top = round(centre[0] - across / 2 + 0.5), round(centre[1] - down / 2 + 0.5)
    return top, left, max(1, round(down)), max(1, round(across))


def _shown(image: Cuttable, cut: tuple[int, int, int, int]) -> npt.NDArray[Any]:
    """Top, left, rows, columns of the image in its default presentation, black outside."""
    top, left, rows, columns = cut
    whole = np.zeros((rows, columns), np.uint8)
    first, last = max(0, top), min(image.pixels.shape[0], top + rows)
    begin, end = max(0, left), min(image.pixels.shape[1], left + columns)
    if first < last and begin < end:
        inner: npt.NDArray[Any] = np.ascontiguousarray(image.pixels[first:last, begin:end])
        whole[first - top : last - top, begin - left : end - left] = default_presentation(
            inner, image.grey
        )
    return whole


def _resized(shown: npt.NDArray[Any], shape: tuple[int, int]) -> Bytes:
    rows, columns = shown.shape
    if (rows, columns) == shape:
        return np.asarray(shown, np.uint8)
    shrinks = shape[0] <= rows and shape[1] <= columns
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(shown, (shape[1], shape[0]), interpolation=way), np.uint8)
