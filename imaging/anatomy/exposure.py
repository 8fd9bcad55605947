"""Which part of a picture was exposed, and how bright bare air is there.

All functions take a reduced image (see ``imaging.anatomy.reduced``) in which tissue is
brighter than air: float32, (rows, columns).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from imaging.anatomy.reduced import Floats, Mask

Ascending = npt.NDArray[np.float32]
"""The values of a picture's pixels, sorted once: what is asked of them is then read off."""

_FLAT = 0.01
"""Spread of a constant line, as a part of the picture's range: JPEG ringing passes."""

_FRAME_SPREAD = 0.04
"""Spread of an unexposed edge, as a part of the picture's range."""

_BRIGHTEST = 98
"""An unexposed edge is at least as bright as this percentile of the rest."""


@dataclass(frozen=True)
class AirLevel:
    """How bright bare air is, in stored values.

    value: the usual brightness. ceiling: what is brighter is no air. clarity: 0 to 1, how
    well air and tissue differ; 0 where the picture holds no air that could be told.
    """

    value: float
    ceiling: float
    clarity: float


@dataclass(frozen=True)
class Exposure:
    """field: true where the detector was exposed. air: ``None`` where nothing can be told apart."""

    field: Mask
    air: AirLevel | None


def find_exposure(pixels: Floats, padding: Mask) -> Exposure:
    """Find the field without padding, constant margins and white frames, and its air."""
    margins = _constant_margins(pixels) & ~padding
    field = ~padding & ~margins
    exposed = _ascending(pixels[field])
    frames = _white_frames(pixels, field, exposed)
    for frame in frames:
        field &= ~frame
    air = _measure_air(_ascending(pixels[field]) if frames else exposed)
    if (air is None or air.clarity < 0.5) and field.any():
        # A tight letterbox may have left hardly any air in the field: then its margin is the air.
        dark_margins = margins & (pixels < np.median(pixels[field]))
        air = _measure_air(_ascending(pixels[field | dark_margins]))
    return Exposure(field, air)


def _ascending(values: npt.NDArray[np.float32]) -> Ascending:
    """Sorted; whole numbers of 16 bits, which most pictures hold, are sorted by their digits."""
    if values.size and float(np.ptp(values)) < 1 << 16:
        low = values.min()
        whole = (values - low).astype(np.uint16)
        if np.array_equal(whole + low, values):
            return np.asarray(np.sort(whole, kind="stable") + low, np.float32)
    return np.sort(values)


def _measure_air(values: Ascending) -> AirLevel | None:
    if values.size == 0:
        return None
    low, high = _percentile(values, 0.1), _percentile(values, 99.9)
    if not high > low:
        low, high = float(values[0]), float(values[-1])
    split = _otsu(values, low, high) if high > low else low
    # float32 can't tell 128 levels apart in less.
    if not split - low > 1e-4 * max(abs(low), abs(high)):
        return None
    parted = _place(values, split, "right")
    dark, bright = values[:parted], values[parted:]
    if dark.size == 0 or bright.size == 0:
        return None
    peak = _mode(dark, low, split)
    contrast = float(bright.mean()) - peak
    air, spread = _clipped_middle(dark, peak, 0.2 * contrast)
    darkest = air - max(4 * spread, 0.02 * contrast)
    darker = _place(values, darkest) / values.size
    clarity = _ramp(0.12 - spread / contrast, 0.08) * _ramp(0.25 - darker, 0.2)
    ceiling = min(air + max(5 * spread, 0.04 * contrast), split)
    return AirLevel(air, ceiling, clarity)


def _ramp(value: float, full: float) -> float:
    return float(np.clip(value / full, 0, 1))


def _place(values: Ascending, edge: float, side: Literal["left", "right"] = "left") -> int:
    """How many values are less than ``edge``; with "right", at most that."""
    return int(np.searchsorted(values, np.float32(edge), side))


def _percentile(values: Ascending, percent: float) -> float:
    """As ``numpy.percentile``, without its search; values is not empty."""
    place = percent / 100 * (values.size - 1)
    below = int(place)
    low, high = float(values[below]), float(values[min(below + 1, values.size - 1)])
    return low + (high - low) * (place - below)


def _mode(values: Ascending, low: float, high: float) -> float:
    edges = np.linspace(low, high, 129)
    places = np.searchsorted(values, edges.astype(np.float32))
    smooth = np.convolve(np.diff(places), (1, 2, 1), mode="same")
    best = int(np.argmax(smooth))
    return float(edges[best] + edges[best + 1]) / 2


def _clipped_middle(values: Ascending, start: float, reach: float) -> tuple[float, float]:
    """Middle and robust spread of the peak about ``start``, tissue clipped off."""
    middle, spread = start, reach
    for _ in range(4):
        near = values[_place(values, middle - reach) : _place(values, middle + reach, "right")]
        if near.size == 0:
            break
        middle = _percentile(near, 50)
        spread = 1.4826 * _middle_distance(near, middle)
        reach = min(reach, max(4 * spread, reach / 4))
    return middle, spread


def _middle_distance(values: Ascending, middle: float) -> float:
    """How far from ``middle`` the nearer half of the values reaches.

    The values nearest to it are neighbours in order, so no distance needs sorting.
    """
    half = (values.size + 1) // 2
    below, above = middle - values[: values.size - half + 1], values[half - 1 :] - middle
    return float(np.maximum(below, above).min())


def _otsu(values: Ascending, low: float, high: float) -> float:
    scaled = np.clip((values - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    level, _ = cv2.threshold(scaled.reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    return low + (float(level) + 0.5) * (high - low) / 255


def _constant_margins(pixels: Floats) -> Mask:
    tolerance = _FLAT * float(np.ptp(pixels))
    margins = np.zeros(pixels.shape, bool)
    for lines, outside in ((pixels, margins), (pixels.T, margins.T)):
        uneven = np.flatnonzero(np.ptp(lines, axis=1) > tolerance)
        if uneven.size == 0:
            outside[:] = True
        else:
            outside[: uneven[0]] = True
            outside[uneven[-1] + 1 :] = True
    return margins


def _white_frames(pixels: Floats, field: Mask, exposed: Ascending) -> list[Mask]:
    """Unexposed edges, as CR plates and film scans show them: even, brightest, side-long.

    exposed: the field's pixels.
    """
    if not exposed.size:
        return []
    rows, columns = (np.flatnonzero(field.any(axis=axis)) for axis in (1, 0))
    edges = (
        np.s_[rows[0], columns[0] : columns[-1] + 1],
        np.s_[rows[-1], columns[0] : columns[-1] + 1],
        np.s_[rows[0] : rows[-1] + 1, columns[0]],
        np.s_[rows[0] : rows[-1] + 1, columns[-1]],
    )
    near = _FRAME_SPREAD * float(exposed[-1] - exposed[0])
    # What is taken off lies within ``near`` of an edge's level. Where that is darker than this,
    # the rest is brighter still, and the edge is no frame: the usual case, told cheaply.
    bright = _percentile(exposed, _BRIGHTEST)
    found = (
        _white_frame(pixels, field, edge, near)
        for edge in edges
        if float(np.median(pixels[edge])) + near >= bright
    )
    return [frame for frame in found if frame is not None]


def _white_frame(
    pixels: Floats, field: Mask, edge: tuple[int | slice, int | slice], near: float
) -> Mask | None:
    line = pixels[edge]
    level = float(np.median(line))
    alike = (np.abs(pixels - level) <= near) & field
    if np.mean(alike[edge]) < 0.8:
        return None
    labels = cv2.connectedComponents(alike.astype(np.uint8), connectivity=4)[1]
    frame = np.isin(labels, np.unique(labels[edge][alike[edge]]))
    rest = pixels[field & ~frame]
    if 2 * rest.size < np.count_nonzero(field) or level < np.percentile(rest, _BRIGHTEST):
        return None
    # Its blurred inner edge goes with it.
    return np.asarray(cv2.dilate(frame.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)
