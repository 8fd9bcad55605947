"""Stored values of the visible part, resampled to the screen: quickly in motion, else exactly.

All in device pixels. Grey comes later (``Sample.grey``), so that a window change resamples nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.raster import StoredPixels
from viewing.hanging.compose import AirMask, GreyMaker, PaneImage
from viewing.hanging.placement import Placement
from viewing.painting import PaneArea, covered_area, level_for, resample_level

_PIXELS_FROM = 1 - 1e-6
"""From this many screen pixels a stored pixel, pixels are shown as pixels."""

_GAPLESS = 1.05
"""Level pixels per screen pixel up to which linear interpolation passes over none of them."""

_SOFTER_FROM = math.sqrt(2)
"""In motion the coarser level serves from this many level pixels per screen pixel."""

_BAND_PIXELS = 1 << 18
"""Finely sampled at a time: what fits a processor's cache."""

_MOSTLY_AIR = 127
_LARGEST_STRETCH = 8


@dataclass(frozen=True, eq=False)
class Sample:
    """Values of the device pixels that an image covers.

    values: (rows, columns) of the levels' dtype. tissue: uint8 of the same shape, the brightest
    that a pixel may be: 0 where only air is; ``None`` where no air is seen. placement: as it was
    sampled, in device pixels. exact: not merely quickly.
    """

    area: PaneArea
    values: StoredPixels
    tissue: npt.NDArray[np.uint8] | None
    placement: Placement
    exact: bool

    def grey(self, maker: GreyMaker) -> npt.NDArray[np.uint8]:
        """8-bit grey, C-contiguous; air black whatever the window. maker: makes a new array."""
        grey = np.ascontiguousarray(maker(self.values))
        if self.tissue is not None:
            cv2.min(grey, self.tissue, dst=grey)
        return grey


def enlarged(placement: Placement, ratio: float) -> Placement:
    """The same placement in pixels that are ``ratio`` times finer, such as the device's."""
    return replace(
        placement,
        x_scale=placement.x_scale * ratio,
        y_scale=placement.y_scale * ratio,
        left=placement.left * ratio,
        top=placement.top * ratio,
    )


def take_sample(
    image: PaneImage, placement: Placement, width: int, height: int, *, exact: bool
) -> Sample | None:
    """Resample what is visible. ``None`` where the image lies wholly outside.

    exact: each screen pixel is the mean of what it covers, where the image is shown smaller, so
    that the finest calcification stays; its place is right to a fraction of a pixel. Otherwise
    places are right to half a screen pixel and half a stored one, several times faster.
    """
    if not _paintable(placement):
        return None
    area = covered_area(placement, width, height)
    if area is None:
        return None
    return sample_area(image, placement, area, exact=exact)


def sample_area(image: PaneImage, placement: Placement, area: PaneArea, *, exact: bool) -> Sample:
    """Resample an area that the image covers."""
    exact = exact or _stretched(placement, area)
    values = (_exact if exact else _quick)(image.levels, placement, area)
    tissue = _tissue(image.air, placement, area, exact=exact)
    return Sample(area, values, tissue, placement, exact)


def _paintable(placement: Placement) -> bool:
    figures = (placement.x_scale, placement.y_scale, placement.left, placement.top)
    return all(math.isfinite(figure) for figure in figures) and min(figures[:2]) > 0


def _stretched(placement: Placement, area: PaneArea) -> bool:
    """Whether single pixels are so large that whole ones would not fit into memory."""
    longest = max(area.right - area.left, area.bottom - area.top)
    return max(placement.x_scale, placement.y_scale) * _LARGEST_STRETCH > longest


def _blocky(placement: Placement) -> bool:
    return max(placement.x_scale, placement.y_scale) >= _PIXELS_FROM


def _exact(
    levels: Sequence[StoredPixels], placement: Placement, area: PaneArea
) -> npt.NDArray[Any]:
    index = level_for(placement, len(levels))
    step = 2.0**index
    shrink = 1 / (min(placement.x_scale, placement.y_scale) * step)
    if _blocky(placement) or shrink <= _GAPLESS:
        return resample_level(levels[index], step, placement, area, blocky=_blocky(placement))
    return _means(levels[index], step, placement, area, min(math.ceil(shrink), _LARGEST_STRETCH))


def _means(
    level: StoredPixels, step: float, placement: Placement, area: PaneArea, finer: int
) -> npt.NDArray[Any]:
    """Sample ``finer`` times as densely both ways and take means.

    Linear interpolation alone looks at two neighbours and would miss what lies between two
    screen pixels: a dot of one pixel could fade to nothing.
    """
    width = area.right - area.left
    means: npt.NDArray[Any] = np.empty((area.bottom - area.top, width), level.dtype)
    fine = enlarged(placement, finer)
    rows = max(1, _BAND_PIXELS // (width * finer * finer))
    for top in range(area.top, area.bottom, rows):
        bottom = min(top + rows, area.bottom)
        band = PaneArea(area.left * finer, top * finer, area.right * finer, bottom * finer)
        cv2.resize(
            resample_level(level, step, fine, band),
            (width, bottom - top),
            dst=means[top - area.top : bottom - area.top],
            interpolation=cv2.INTER_AREA,
        )
    return means


def _quick(
    levels: Sequence[StoredPixels], placement: Placement, area: PaneArea
) -> npt.NDArray[Any]:
    index = level_for(placement, len(levels))
    shrink = 1 / (max(placement.x_scale, placement.y_scale) * 2**index)
    if shrink > _SOFTER_FROM and index + 1 < len(levels):
        index += 1
    how = cv2.INTER_NEAREST_EXACT if _blocky(placement) else cv2.INTER_LINEAR
    return _laid(_cut(levels[index], 2.0**index, placement, area), placement, area, how)


def _tissue(
    air: AirMask | None, placement: Placement, area: PaneArea, *, exact: bool
) -> npt.NDArray[np.uint8] | None:
    if air is None:
        return None
    if not exact:
        cut = _cut(air.pixels, air.step, placement, area)
        if not cv2.countNonZero(cut.pixels):
            return None
        # A soft rim is as good as a sharp one in motion, and takes half the time.
        opposite = replace(cut, pixels=cv2.bitwise_not(cut.pixels))
        return _laid(opposite, placement, area, cv2.INTER_LINEAR)
    sampled = resample_level(air.pixels, air.step, placement, area)
    if sampled.max() <= _MOSTLY_AIR:
        return None
    return np.where(sampled > _MOSTLY_AIR, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class _Axis:
    """One axis of the shown image. start, stop: of the area, in device pixels along it."""

    origin: float
    scale: float
    start: int
    stop: int
    flipped: bool


@dataclass(frozen=True)
class _Span:
    """Along one stored axis: pixels ``first`` to ``last`` of a level, and where they are drawn.

    start, stop: device pixels along the shown axis, whole.
    """

    first: int
    last: int
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class _Cut:
    """The whole pixels of a level that an area needs, and where they are drawn."""

    pixels: npt.NDArray[Any]
    rows: _Span
    columns: _Span


def _cut(level: npt.NDArray[Any], step: float, placement: Placement, area: PaneArea) -> _Cut:
    turn, stored = placement.turn, placement.stored
    across = _Axis(placement.left, placement.x_scale, area.left, area.right, turn.flip_columns)
    down = _Axis(placement.top, placement.y_scale, area.top, area.bottom, turn.flip_rows)
    along_columns, along_rows = (down, across) if turn.transpose else (across, down)
    columns = _span(along_columns, stored.columns, step, level.shape[1])
    rows = _span(along_rows, stored.rows, step, level.shape[0])
    return _Cut(level[rows.first : rows.last, columns.first : columns.last], rows, columns)


def _laid(cut: _Cut, placement: Placement, area: PaneArea, how: int) -> npt.NDArray[Any]:
    """Stretched to whole pixels of the screen, turned, and trimmed to the area."""
    rows, columns = cut.rows, cut.columns
    size = (columns.stop - columns.start, rows.stop - rows.start)
    drawn = _turned(cv2.resize(cut.pixels, size, interpolation=how), placement)
    x, y = (rows, columns) if placement.turn.transpose else (columns, rows)
    trimmed = drawn[area.top - y.start :, area.left - x.start :]
    return trimmed[: area.bottom - area.top, : area.right - area.left]


def _span(axis: _Axis, length: int, step: float, count: int) -> _Span:
    """length: stored pixels along the axis. step, count: of the level."""
    edges = [(edge - axis.origin) / axis.scale for edge in (axis.start, axis.stop)]
    low, high = sorted(length - edge for edge in edges) if axis.flipped else edges
    first = min(max(math.floor(low / step), 0), count - 1)
    last = min(max(math.ceil(high / step), first + 1), count)
    ends = [min(end * step, length) for end in (first, last)]
    if axis.flipped:
        ends = [length - end for end in reversed(ends)]
    shown = [math.ceil(axis.origin + axis.scale * end - 0.5) for end in ends]
    # Rounding never leaves a rim of the area empty.
    return _Span(first, last, min(shown[0], axis.start), max(shown[1], axis.stop))


def _turned(drawn: npt.NDArray[Any], placement: Placement) -> npt.NDArray[Any]:
    turn = placement.turn
    if turn.transpose:
        drawn = cv2.transpose(drawn)
    if turn.flip_rows and turn.flip_columns:
        return cv2.flip(drawn, -1)
    if turn.flip_rows:
        return cv2.flip(drawn, 0)
    return cv2.flip(drawn, 1) if turn.flip_columns else drawn
