"""What can be measured of a finding and its outline: numbers that a classifier takes beside pixels.

Shape and edge of a lesion, number and spread of calcifications. All are told without unit or in
mm, so that images of any pixel size give alike numbers.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from domain.geometry import Box
from domain.mask import RleMask
from imaging.grey.presentation import default_presentation
from inference.systems.classify_crops import (
    CALCIFIED,
    FINEST_MM,
    Bytes,
    Cuttable,
    Floats,
    longest_mm,
)
from inference.systems.classify_rays import of_rays

SHAPE = (
    "outlined",
    "circularity",
    "solidity",
    "elongation",
    "radial-spread",
    "opened-fine",
    "opened-coarse",
    "log-area",
)
"""Of the outline: is there one; perimeter^2 / (4 pi area); area against its convex hull's; longer
against shorter axis; deviation of the radius against its mean; share of the area that an opening
by 8 and by 20 % of the equal circle's diameter leaves; log of the area in mm^2."""
GREY = (
    "contrast-near",
    "contrast-far",
    "inside-spread",
    "edge-slope",
    "tangential-near",
    "tangential-far",
    "inside-gradient",
    "brightest",
)
"""Of the grey in and around it, in deviations of the field: brighter than the ring next to it and
than a wider one, deviation inside, mean fall of grey at the edge, share of gradients that run
around the lesion in both rings (spicules lie along the radius), mean gradient inside, how far the
brightest hundredth lies above the median."""
RAYS = (
    "coherence-inner",
    "coherence-near",
    "coherence-far",
    "ridges-near",
    "ridges-far",
    "ray-spread-near",
    "ray-spread-far",
    "rays-agree",
    "darkest",
    "redrawn-circularity",
    "redrawn-solidity",
    "redrawn-size",
)
"""Of the bands inside, next to and farther out of the outline: how much gradients run across the
normal of the outline rather than along it, -1 to 1; mean height of thin bright lines; deviation of
the mean grey along rays; correlation of near and far rays (a spicule shows in both). How far the
darkest twentieth inside lies below the median; circularity, solidity and size, against the
outline, of what is brighter than halfway between inside and far around."""
DOTS = (
    "specks",
    "speck-size",
    "size-spread",
    "speck-density",
    "group-elongation",
    "speck-contrast",
)
"""Of a calcification group: log of their number; mean of the log of their areas in mm^2 and its
deviation; log of the number in a mm^2 of their hull; longer against shorter axis of their places;
mean contrast."""
NAMES = (*SHAPE, *GREY, *RAYS, *DOTS)
FEATURES = len(NAMES)

_AROUND = 0.5
"""Of the longer side: what is looked at around the outline's box."""
_MOST_PIXELS = 192
_FEWEST = 20
_LIMIT = 20.0
_LEAST_DEVIATION = 3.0

Patch = npt.NDArray[np.float32]


def features(image: Cuttable, kind: FindingKind, mask: RleMask | None) -> Floats:
    """float32 (34,) in the order of ``NAMES``, -20 to 20; all 0 where there is no mask to tell of.

    mask: in stored pixels, the lesion or the specks of a group.
    """
    told = np.zeros(FEATURES, np.float32)
    if mask is None or mask.box is None:
        return told
    dots = kind in CALCIFIED
    inside, grey, side_mm = _patch(image, mask.box, mask, FINEST_MM[dots])
    if dots:
        told[-len(DOTS) :] = _of_dots(inside, grey, side_mm)
    elif int(inside.sum()) >= _FEWEST:
        soft = [*_of_shape(inside, side_mm), *_of_grey(inside, grey), *of_rays(inside, grey)]
        told[: len(soft)] = soft
    return np.clip(np.nan_to_num(told, nan=0.0, posinf=_LIMIT, neginf=-_LIMIT), -_LIMIT, _LIMIT)


def _patch(
    image: Cuttable, box: Box, mask: RleMask, finest_mm: float
) -> tuple[Bytes, Patch, float]:
    """Mask (0 and 1) and grey around a box at equal pixels, and their side in mm."""
    wide, high = image.mm
    margin = longest_mm(box, image.mm) * _AROUND + 2 * finest_mm
    left, top = math.floor(box.left - margin / wide), math.floor(box.top - margin / high)
    columns = math.ceil(box.right + margin / wide) - left
    rows = math.ceil(box.bottom + margin / high) - top
    whole = max(columns * wide, rows * high)
    side_mm = max(finest_mm, wide, high, whole / _MOST_PIXELS)
    size = max(8, round(columns * wide / side_mm)), max(8, round(rows * high / side_mm))
    first, last = max(0, top), min(image.pixels.shape[0], top + rows)
    begin, end = max(0, left), min(image.pixels.shape[1], left + columns)
    part: npt.NDArray[Any] = np.ascontiguousarray(image.pixels[first:last, begin:end])
    grey = np.zeros((rows, columns), np.float32)
    grey[first - top : last - top, begin - left : end - left] = default_presentation(
        part, image.grey
    )
    inside = mask.window(left, top, columns, rows).astype(np.float32)
    if size != (columns, rows):
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)
        inside = np.asarray(cv2.resize(inside, size, interpolation=cv2.INTER_AREA), np.float32)
    return (inside >= 0.5).astype(np.uint8), grey, side_mm


def _of_shape(inside: Bytes, side_mm: float) -> list[float]:
    lines, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    line = max(lines, key=cv2.contourArea)
    area, around = cv2.contourArea(line) + 1, cv2.arcLength(line, True)
    hull = cv2.contourArea(cv2.convexHull(line)) + 1
    pixels = float(inside.sum())
    middle = np.argwhere(inside).mean(0)[::-1]
    radii = np.hypot(*(line[:, 0] - middle).T)
    diameter = math.sqrt(4 * pixels / math.pi)
    left = [
        float(cv2.morphologyEx(inside, cv2.MORPH_OPEN, _disc(diameter * share / 2)).sum()) / pixels
        for share in (0.08, 0.20)
    ]
    return [
        1.0,
        around**2 / area / (4 * math.pi),
        area / hull,
        _elongation(np.argwhere(inside).astype(np.float64)),
        float(radii.std() / (radii.mean() + 1)),
        *left,
        math.log(pixels * side_mm**2 + 1),
    ]


def _of_grey(inside: Bytes, grey: Patch) -> list[float]:
    size = max(2.0, 0.13 * math.sqrt(float(inside.sum())))
    near = (cv2.dilate(inside, _disc(size)) - inside) > 0
    far = (cv2.dilate(inside, _disc(2 * size)) - inside) > 0
    core = cv2.erode(inside, _disc(size)) > 0
    core = core if core.sum() > 5 else inside > 0
    deviation = float(grey.std()) + _LEAST_DEVIATION
    radial, around, strength = _gradients(inside, grey)
    levels = grey[core]
    median, brightest = np.percentile(levels, (50, 99))
    return [
        (float(levels.mean()) - _mean(grey, near)) / deviation,
        (float(levels.mean()) - _mean(grey, far)) / deviation,
        float(levels.std()) / deviation,
        -_mean(radial, near) / deviation,
        _mean(around**2, near) / (_mean(strength**2, near) + 1e-3),
        _mean(around**2, far) / (_mean(strength**2, far) + 1e-3),
        _mean(strength, core) / deviation,
        float(brightest - median) / deviation,
    ]


def _gradients(inside: Bytes, grey: Patch) -> tuple[Patch, Patch, Patch]:
    """Parts of the gradient along the radius and across it, and its strength."""
    across = np.asarray(cv2.Sobel(grey, cv2.CV_32F, 1, 0), np.float32)
    down = np.asarray(cv2.Sobel(grey, cv2.CV_32F, 0, 1), np.float32)
    middle = np.argwhere(inside).mean(0).astype(np.float32)
    rows, columns = np.mgrid[: grey.shape[0], : grey.shape[1]].astype(np.float32)
    rows, columns = rows - middle[0], columns - middle[1]
    radius = np.hypot(rows, columns) + np.float32(1e-3)
    radial = (across * columns + down * rows) / radius
    around = (down * columns - across * rows) / radius
    return radial, around, np.hypot(across, down)


def _of_dots(inside: Bytes, grey: Patch, side_mm: float) -> list[float]:
    count, labels, stats, places = cv2.connectedComponentsWithStats(inside, connectivity=8)
    if count < 2:
        return [0.0] * len(DOTS)
    areas = stats[1:, cv2.CC_STAT_AREA] * side_mm**2
    places = places[1:] * side_mm
    hull = cv2.contourArea(cv2.convexHull(places.astype(np.float32))) if count > 3 else 0.0
    deviation = float(grey.std()) + _LEAST_DEVIATION
    contrast = (_mean(grey, labels > 0) - _mean(grey, labels == 0)) / deviation
    return [
        math.log(count - 1) + 1,
        float(np.log(areas).mean()),
        float(np.log(areas).std()),
        math.log((count - 1) / (hull + 1)),
        _elongation(places) if count > 3 else 1.0,
        contrast,
    ]


def _elongation(places: npt.NDArray[np.floating[Any]]) -> float:
    """Longer against shorter axis of places (n, 2)."""
    axes = np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(places.T)), 1e-6))
    return float(min(axes[1] / axes[0], _LIMIT))


def _mean(values: npt.NDArray[Any], where: npt.NDArray[Any]) -> float:
    return float(values[where].mean()) if where.any() else 0.0


def _disc(radius: float) -> Bytes:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
