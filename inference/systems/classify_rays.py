"""What runs out of a lesion: spicules as rays, lines and gradients in bands around its outline."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

_BANDS = ((-0.30, 0.0), (0.0, 0.35), (0.35, 0.9))
"""Inside, near and far, in radii of the circle of equal area from the outline."""
_DIRECTIONS = 96
_BROAD = 9.0
"""Directions (standard deviation) that what is no ray is smoothed over."""
_LINE = 5
"""Pixels: brighter lines that are thinner count as lines."""
_LEAST_DEVIATION = 3.0
_REDRAWN = 0.6
"""Radii around the outline that a redrawn one may reach."""
_FEWEST = 12

Bytes = npt.NDArray[np.uint8]
Patch = npt.NDArray[np.float32]


def of_rays(inside: Bytes, grey: Patch) -> list[float]:
    """The twelve numbers of ``classify_features.RAYS``. inside: 0 and 1; grey: 0 to 255."""
    radius = math.sqrt(float(inside.sum()) / math.pi)
    away = _away(inside) / np.float32(radius)
    bands = [(away > low) & (away <= high) for low, high in _BANDS]
    deviation = float(grey.std()) + _LEAST_DEVIATION
    lines = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, np.ones((_LINE, _LINE), np.uint8))
    near, far = _rays(inside, grey, away, radius)
    within = grey[inside > 0]
    darkest, median = np.percentile(within, (5, 50))
    return [
        *_coherence(grey, away, bands),
        _mean(lines, bands[1]) / deviation,
        _mean(lines, bands[2]) / deviation,
        float(near.std()) / deviation,
        float(far.std()) / deviation,
        float((near * far).mean() / (near.std() * far.std() + 1e-3)),
        float(median - darkest) / deviation,
        *_redrawn(inside, grey, away, bands[2]),
    ]


def _away(inside: Bytes) -> Patch:
    """Pixels from the outline, inside below 0."""
    padded = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    out = cv2.distanceTransform(1 - padded, cv2.DIST_L2, 5)
    into = cv2.distanceTransform(padded, cv2.DIST_L2, 5)
    return np.asarray((out - into)[1:-1, 1:-1], np.float32)


def _coherence(grey: Patch, away: Patch, bands: list[npt.NDArray[np.bool_]]) -> list[float]:
    smooth = cv2.GaussianBlur(away, (0, 0), 2.0)
    normal_x, normal_y = _slopes(smooth)
    length = np.hypot(normal_x, normal_y) + 1e-6
    across, down = _slopes(cv2.GaussianBlur(grey, (0, 0), 0.7))
    along = (across * normal_x + down * normal_y) / length
    whole = across**2 + down**2
    beside = whole - along**2
    return [
        (_mean(beside, band) - _mean(along**2, band)) / (_mean(whole, band) + 1e-3)
        for band in bands
    ]


def _rays(inside: Bytes, grey: Patch, away: Patch, radius: float) -> tuple[Patch, Patch]:
    """Mean grey along each direction, near and far, without what changes slowly around."""
    middle = np.argwhere(inside).mean(0)
    angles = np.linspace(0, 2 * np.pi, _DIRECTIONS, endpoint=False)
    reach = np.arange(0, 3 * radius, 0.5)
    x = (middle[1] + np.cos(angles)[:, None] * reach).astype(np.float32)
    y = (middle[0] + np.sin(angles)[:, None] * reach).astype(np.float32)
    distance = cv2.remap(away, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    shown = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    near, far = (
        _sharp(_along(np.asarray(shown), (distance > low) & (distance <= high)))
        for low, high in _BANDS[1:]
    )
    return near, far


def _along(shown: npt.NDArray[Any], seen: npt.NDArray[np.bool_]) -> Patch:
    count = np.maximum(seen.sum(1), 1)
    return np.asarray((shown * seen).sum(1) / count, np.float32)


def _sharp(profile: Patch) -> Patch:
    """A closed profile without its slow changes."""
    wide = np.tile(profile, 3)[None]
    slow = cv2.GaussianBlur(wide, (0, 0), _BROAD)[0, len(profile) : 2 * len(profile)]
    return np.asarray(profile - slow, np.float32)


def _redrawn(
    inside: Bytes, grey: Patch, away: Patch, far: npt.NDArray[np.bool_]
) -> tuple[float, float, float]:
    core = away < -0.2
    core = core if core.any() else inside > 0
    level = (_mean(grey, core) + _mean(grey, far)) / 2
    bright = ((cv2.GaussianBlur(grey, (0, 0), 0.8) > level) & (away < _REDRAWN)) | core
    count, labels = cv2.connectedComponents(bright.astype(np.uint8), connectivity=4)
    parts = np.bincount(labels[core], minlength=count)
    parts[0] = 0
    drawn = (labels == int(parts.argmax())).astype(np.uint8)
    lines, _ = cv2.findContours(drawn, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    line = max(lines, key=cv2.contourArea)
    area = cv2.contourArea(line) + 1
    if area < _FEWEST:
        return 0.0, 0.0, 0.0
    around, hull = cv2.arcLength(line, True), cv2.contourArea(cv2.convexHull(line)) + 1
    return (
        around**2 / area / (4 * math.pi),
        area / hull,
        float(drawn.sum()) / float(inside.sum()),
    )


def _slopes(values: npt.NDArray[Any]) -> tuple[Patch, Patch]:
    across = cv2.Sobel(values, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(values, cv2.CV_32F, 0, 1)
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _mean(values: npt.NDArray[Any], where: npt.NDArray[np.bool_]) -> float:
    return float(values[where].mean()) if where.any() else 0.0
