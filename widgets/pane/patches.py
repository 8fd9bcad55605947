"""Masks as the screen's pixels: an edge with its halo, and the inside at 25 % where filled."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImageSize
from viewing.hanging.placement import Placement, turned_box
from viewing.painting import PaneArea, covered_area, resample_level
from widgets.pane.ink import FILL_STRENGTH, colour, halo, premultiplied
from widgets.pane.overlays import Patch

_RIM = 3
"""Device pixels around a mask that its halo may need."""

_HALF = 127
_LEAST = 8
_AROUND = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, eq=False)
class PatchPixels:
    """pixels: (rows, columns, 4) uint8, premultiplied blue, green, red, alpha; area: where."""

    pixels: npt.NDArray[np.uint8]
    area: PaneArea


def patch_pixels(
    patch: Patch, placement: Placement, width: int, height: int, line: int = 1
) -> PatchPixels | None:
    """What of a mask is seen. ``None`` where nothing is.

    placement, width, height: in device pixels. line: the edge's width in device pixels.
    """
    rows, columns = patch.pixels.shape
    if not rows or not columns:
        return None
    placed = _placed(patch, placement)
    area = covered_area(placed, width, height)
    if area is None:
        return None
    inside = np.pad(_inside(_shares(patch.pixels, placed, area)), _RIM)
    around = PaneArea(area.left - _RIM, area.top - _RIM, area.right + _RIM, area.bottom + _RIM)
    return PatchPixels(_inked(inside, patch, line), around)


def _shares(pixels: npt.NDArray[Any], placed: Placement, area: PaneArea) -> npt.NDArray[np.uint8]:
    """How much of each device pixel is covered, 0 to 255; never 0 for a little.

    Means of whole blocks first, then a little larger: both fast, and no dot falls between two
    device pixels.
    """
    seen = np.ascontiguousarray(pixels).view(np.uint8) if pixels.dtype == bool else pixels
    values = cv2.threshold(seen.astype(np.uint8, copy=False), 0, 255, cv2.THRESH_BINARY)[1]
    block = math.ceil(1 / min(placed.x_scale, placed.y_scale) - 1e-9)
    if block <= 1:
        return resample_level(np.asarray(values), 1.0, placed, area, blocky=True)
    rows, columns = (-(-length // block) for length in values.shape)
    below, right = rows * block - values.shape[0], columns * block - values.shape[1]
    whole = cv2.copyMakeBorder(values, 0, below, 0, right, cv2.BORDER_CONSTANT, value=(0,))
    means = np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA))
    means[(means > 0) & (means < _LEAST)] = _LEAST
    return resample_level(means, float(block), placed, area)


def _placed(patch: Patch, placement: Placement) -> Placement:
    """The placement of the part alone."""
    rows, columns = patch.pixels.shape
    shown = turned_box(patch.box, placement.turn, placement.stored)
    return replace(
        placement,
        stored=ImageSize(rows, columns),
        left=placement.left + (shown.left + 0.5) * placement.x_scale,
        top=placement.top + (shown.top + 0.5) * placement.y_scale,
    )


def _inside(share: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """1 where at least half of a device pixel is covered; what is finer stays as a dot.

    share: 0 to 255 of each device pixel.
    """
    half = (share > _HALF).view(np.uint8)
    near = cv2.dilate(half, _AROUND)
    fine = (share > 0) & (near == 0)
    inside: npt.NDArray[np.uint8] = half | fine.view(np.uint8)
    return inside


def _inked(inside: npt.NDArray[np.uint8], patch: Patch, line: int) -> npt.NDArray[np.uint8]:
    core = cv2.erode(inside, _AROUND, iterations=line, borderValue=(0,))
    dark = cv2.dilate(inside, _AROUND)
    # 0 outside, 1 halo, 2 edge, 3 inside: a table paints all four at once.
    kind = cv2.add(cv2.add(dark, inside), core)
    if not patch.filled:  # a halo on the inner side too
        deep = cv2.erode(core, _AROUND, borderValue=(0,))
        rim = cv2.subtract(core, deep)
        kind = cv2.subtract(kind, cv2.add(rim, rim))
    inked = np.take(_table(patch).view(np.uint32)[:, 0], np.asarray(kind))
    return inked.view(np.uint8).reshape(*kind.shape, 4)


def _table(patch: Patch) -> npt.NDArray[np.uint8]:
    ink = colour(patch.stroke)
    table = np.zeros((4, 4), np.uint8)
    table[1] = premultiplied(halo(patch.stroke))
    table[2] = premultiplied(ink)
    if patch.filled:
        ink.setAlphaF(ink.alphaF() * FILL_STRENGTH)
        table[3] = premultiplied(ink)
    return table
