"""Where the breast lies in a mammogram, and which edge of the picture cuts it.

Follows "Breast Region Extraction" of the DeepLIMa paper (section 2.2.1): the largest
connected region that is not air is the breast, everything else is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Box
from domain.side import Side
from imaging.anatomy.exposure import AirLevel, Exposure, find_exposure
from imaging.anatomy.reduced import (
    Floats,
    Mask,
    ReducedGrid,
    grid_of,
    reduce_image,
    reduce_mask,
    size_of,
)

_OUTLINE = 128
"""The outline lies where the enlarged level reaches this."""


_OUTSIDE = 2

_NO_AIR = 0.1
"""Clarity of the air below which the breast is taken to fill the whole exposed field."""


@dataclass(frozen=True)
class BreastRegion:
    """The breast in one image.

    level: uint8 on the reduced grid, 128 and above inside the breast; it keeps the outline to
    a fraction of a reduced pixel in little memory. box: around the breast in stored-image
    pixels, ``None`` where there is none. area_fraction: of the picture, 0 to 1.
    chest_wall: the edge of the stored image towards which the breast is cut off, wherever a
    letterbox moved the cut. confidence: 0 to 1 that ``level`` is the breast.
    chest_wall_confidence: 0 to 1. air: how bright air is, ``None`` where that can't be told.
    field: true where the detector was exposed; bool on the reduced grid.
    """

    grid: ReducedGrid
    level: npt.NDArray[np.uint8]
    box: Box | None
    area_fraction: float
    chest_wall: Side | None
    confidence: float
    chest_wall_confidence: float
    air: AirLevel | None
    field: Mask

    @property
    def reduced_mask(self) -> Mask:
        """True inside the breast; (rows, columns) of the reduced grid, bool."""
        return np.asarray(self.level >= _OUTLINE)

    def mask(self) -> Mask:
        """True inside the breast; (rows, columns) of the stored image, bool, made on each call."""
        return self.grid.enlarge(self.level)


def find_breast(
    tissue: npt.NDArray[Any], padding: Mask | None = None, *, reduced: Floats | None = None
) -> BreastRegion:
    """Find the breast.

    tissue: (rows, columns), any real dtype, tissue brighter than air (MONOCHROME1 undone).
    padding: bool of the same shape, true where there is no image. reduced: tissue on its
    reduced grid, where that is at hand. Never fails on a picture: one without a breast gives an
    empty region of confidence 0. ``ValueError`` for other arrays.
    """
    grid = grid_of(size_of(tissue))
    if padding is not None and padding.shape != tissue.shape:
        raise ValueError("padding and picture differ in shape")
    pixels = reduce_image(tissue, grid) if reduced is None else reduced
    padded = np.zeros(pixels.shape, bool) if padding is None else reduce_mask(padding, grid)
    exposure = find_exposure(pixels, padded)
    if exposure.air is None:
        return _no_breast(grid, exposure)
    clear_air = exposure.air.clarity >= _NO_AIR
    solid = _breast_pixels(pixels, exposure.field, exposure.air) if clear_air else exposure.field
    confidence = _confidence(pixels, solid, exposure.air)
    wall, clear = _chest_wall(solid)
    if wall is None or confidence == 0:
        return _no_breast(grid, exposure)
    solid = _without_notches(solid, wall)
    return BreastRegion(
        grid,
        _outline_level(pixels, solid, exposure.air),
        _box(solid, grid),
        float(solid.mean()),
        wall,
        confidence,
        clear * confidence,
        exposure.air,
        exposure.field,
    )


def _no_breast(grid: ReducedGrid, exposure: Exposure) -> BreastRegion:
    level = np.zeros(grid.reduced.shape, np.uint8)
    return BreastRegion(grid, level, None, 0.0, None, 0.0, 0.0, exposure.air, exposure.field)


def _breast_pixels(pixels: Floats, field: Mask, air: AirLevel) -> Mask:
    present = _not_air(pixels, field, air).astype(np.uint8)
    # Opening parts letters and rims that touch the breast by a thread.
    core = largest_component(cv2.morphologyEx(present, cv2.MORPH_OPEN, _disc(2)) > 0)
    grown = (cv2.dilate(core.astype(np.uint8), _disc(3)) > 0) & (present > 0)
    solid = (_without_holes(grown) & field).astype(np.uint8)
    return np.asarray(cv2.medianBlur(solid, 5) > 0)


def _not_air(pixels: Floats, field: Mask, air: AirLevel) -> Mask:
    """Bright pixels, and dark ones whose surroundings are still brighter than air.

    Harsh processing leaves fat about as dark as air; a mean over many pixels tells them apart.
    """
    bright = (pixels > air.ceiling) & field
    margin = air.ceiling - air.value
    capped = np.where(field, np.minimum(pixels, air.value + 4 * margin), air.value)
    faint = (cv2.blur(capped, (7, 7)) > air.value + margin / 3).astype(np.uint8)
    return bright | ((cv2.erode(faint, _disc(3)) > 0) & field)


def _disc(radius: int) -> npt.NDArray[np.uint8]:
    side = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def largest_component(mask: Mask) -> Mask:
    """The 8-connected part with the most pixels; empty where ``mask`` is. bool, 2-D."""
    count, labels = cv2.connectedComponents(mask.astype(np.uint8))
    if count < 2:
        return np.zeros(mask.shape, bool)
    return np.asarray(labels == 1 + int(np.argmax(sizes_of(labels)[1:])))


def sizes_of(labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Pixels of each component, by its label, int64; faster than OpenCV's own statistics."""
    return np.bincount(labels.ravel())


def _without_holes(mask: Mask) -> Mask:
    # Replicated edges close notches at the chest wall, where fat may be as dark as air.
    framed = cv2.copyMakeBorder(mask.astype(np.uint8), 4, 4, 4, 4, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, _disc(3))[4:-4, 4:-4]
    whole = cv2.copyMakeBorder(closed, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(whole, None, (0, 0), _OUTSIDE, flags=4)
    return np.asarray(whole[1:-1, 1:-1] != _OUTSIDE)


def _without_notches(solid: Mask, wall: Side) -> Mask:
    """The region with its dents along the chest wall filled, where fat may be as dark as air."""
    filled = solid.copy()
    lines = _from_side(filled, wall)
    near = lines[:, : max(1, lines.shape[1] // 2)]
    top, bottom = np.argmax(near, axis=0), len(near) - np.argmax(near[::-1], axis=0)
    length = np.where(near.any(axis=0), bottom - top, 0)
    at = int(np.argmax(length >= 0.6 * length.max()))
    barred = lines.copy()
    barred[top[at] : bottom[at], at] = True
    lines[:, at:] |= _without_holes(barred)[:, at:]
    return filled


def _from_side(image: Mask, side: Side) -> Mask:
    """The picture turned so that ``side`` is at the left; a view."""
    turned = image if side.is_upright else image.T
    return turned[:, ::-1] if side in (Side.RIGHT, Side.BOTTOM) else turned


def _box(solid: Mask, grid: ReducedGrid) -> Box:
    rows, columns = (np.flatnonzero(solid.any(axis=axis)) for axis in (1, 0))
    first = grid.to_stored(float(columns[0]) - 0.5, float(rows[0]) - 0.5)
    last = grid.to_stored(float(columns[-1]) + 0.5, float(rows[-1]) + 0.5)
    return Box(first.x, first.y, last.x, last.y)


def _outline_level(pixels: Floats, solid: Mask, air: AirLevel) -> npt.NDArray[np.uint8]:
    """Grey values where they tell the outline below pixel size, certain values elsewhere."""
    span = max(air.ceiling - air.value, 1e-6)
    level = np.clip(_OUTLINE + 127 * (pixels - air.ceiling) / (4 * span), 0, 255).astype(np.uint8)
    rim = cv2.dilate(solid.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    level[solid] = np.maximum(level[solid], _OUTLINE)
    level[rim & ~solid] = np.minimum(level[rim & ~solid], _OUTLINE - 1)
    level[~rim] = 0
    inner = cv2.erode(solid.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    level[inner] = 255
    return np.asarray(level)


def _confidence(pixels: Floats, solid: Mask, air: AirLevel) -> float:
    fraction = float(solid.mean())
    large_enough = float(np.clip((fraction - 0.01) / 0.04, 0, 1))
    # A picture that is all breast shows no outline to confirm it.
    outlined = 1.0 if fraction < 0.9 else float(np.clip((0.98 - fraction) / 0.08, 0.3, 1))
    return large_enough * outlined * max(air.clarity, 0.2) * _coherence(pixels)


def _coherence(pixels: Floats) -> float:
    """0 for a picture of noise alone, whose neighbours are alike by chance only; else 1."""
    if min(pixels.shape) < 2:
        return 0.0
    spread = float(pixels.var())
    if spread == 0:
        return 0.0
    unlike = (float(np.diff(pixels, axis=axis).var()) / (2 * spread) for axis in (0, 1))
    return float(np.clip((0.8 - max(unlike)) / 0.4, 0, 1))


def _chest_wall(solid: Mask) -> tuple[Side | None, float]:
    """The side towards which the region is cut straight, and how clear that is, 0 to 1."""
    rows, columns = (np.flatnonzero(solid.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return None, 0.0
    inside = solid[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    contact = {side: _contact(_from_side(inside, side)) / max(inside.shape) for side in Side}
    excess = {side: contact[side] - contact[side.opposite] for side in Side}
    first, second = sorted(Side, key=lambda side: excess[side], reverse=True)[:2]
    # How often each confidence was right is measured in docs/anatomy.md.
    return first, float(np.clip((excess[first] - excess[second] - 0.05) / 0.4, 0, 1))


def _contact(lines: Mask) -> float:
    """How long the region is just inside its left end; a curved end is short there."""
    counts = lines.sum(axis=0)
    first = int(np.argmax(counts >= 0.03 * counts.max()))
    return float(counts[min(first + 3, len(counts) - 1)])
