"""The opponent for masses: multi-scale blob filters, as strong as they get untrained.

Blurs are normalised by the breast's own area (Knutsson and Westin 1993), so that the skin edge is
no blob. Asked for at each scale: the Laplacian of Gaussian; a disc against its wide surroundings (a
difference of Gaussians); the weaker of the two curvatures, which spares ligaments and the edges of
muscle and gland (as Frangi's blobness does); the same times brightness. Responses may be told in
spreads of their own scale, as a matched filter whitens power-law texture (Burgess 2001). Division
by the local spread was tried on real images, found 0.28 where the others find 0.43, and dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Box
from training.baselines.shown import Field, Mask, ShownView
from training.metrics.froc import Mark, iou

SIGMAS_MM = np.geomspace(1.5, 20.0, 12)
WORKING_MM = 0.5
MOST_MARKS = 30

Floats = npt.NDArray[np.float64]

SHAPES = ("laplacian", "disc", "weaker curvature", "weaker curvature by brightness")
SCALES = ("plain", "per scale")
PLACES = ("whole breast", "without muscle")
RANGES = {"from 1.5 mm": slice(0, 11), "from 3 mm": slice(3, 12)}
"""Which of ``SIGMAS_MM`` are used: up to 16 mm, or up to 20 mm for large masses alone."""

VARIANTS = tuple(", ".join(words) for words in product(SHAPES, SCALES, RANGES, PLACES))
"""All that were tried; the best of them is held against the phantom."""

_DISC_RATIO = 2.5
_DISC_NARROWING = float(np.sqrt((_DISC_RATIO**2 - 1) / (2 * np.log(_DISC_RATIO))))
"""Blurs with sigma / 1.69 and 2.5 times that differ as the Laplacian with sigma does."""

_FAINTEST = 1e-3
"""Responses in brightness below which nothing is marked."""
_BRIGHTNESS_OFFSET = 0.3


@dataclass(frozen=True, eq=False)
class _Work:
    """The view reduced to the working grid; step: stored pixels per working one, x and y."""

    picture: Field = field(repr=False)
    inside: Mask = field(repr=False)
    step: tuple[float, float]


def blob_marks(view: ShownView) -> dict[str, list[Mark]]:
    """Marks of every variant, surest first, at most ``MOST_MARKS`` each, in the view's pixels."""
    work = _reduced(view)
    if not work.inside.any():
        return {name: [] for name in VARIANTS}
    scales = [_responses(work, sigma / WORKING_MM) for sigma in SIGMAS_MM]
    found: dict[str, list[Mark]] = {}
    for shape in SHAPES:
        plain = np.stack([one[shape] for one in scales])
        spreads = np.array([layer[work.inside].std() for layer in plain], np.float32)
        plain[plain < _FAINTEST] = 0
        whitened = plain / np.maximum(spreads, 1e-4)[:, None, None]
        for (scale, stack), (reach, part) in product(
            zip(SCALES, (plain, whitened), strict=True), RANGES.items()
        ):
            marks = _marks(np.asarray(stack[part], np.float32), SIGMAS_MM[part], work, view)
            found[f"{shape}, {scale}, {reach}, {PLACES[0]}"] = marks
            spared = [mark for mark in marks if not _on_muscle(mark, view)]
            found[f"{shape}, {scale}, {reach}, {PLACES[1]}"] = spared
    return found


def _on_muscle(mark: Mark, view: ShownView) -> bool:
    rows, columns = view.muscle.shape
    at = mark.box.centre.pixel()
    return bool(view.muscle[min(max(at.row, 0), rows - 1), min(max(at.column, 0), columns - 1)])


def smooth(picture: Field, sigma: float) -> Field:
    """Gaussian blur with nothing beyond the edges; large ones on a reduced grid, for speed."""
    factor = max(1, int(sigma / 4))
    small = picture
    if factor > 1:
        size = (max(1, round(picture.shape[1] / factor)), max(1, round(picture.shape[0] / factor)))
        small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
    # Area means have already blurred by a box of that width, whose variance is 1/12.
    left = max(float(np.sqrt((sigma / factor) ** 2 - (1 / 12 if factor > 1 else 0))), 0.1)
    blurred = cv2.GaussianBlur(small, (0, 0), left, borderType=cv2.BORDER_CONSTANT)
    if factor > 1:
        blurred = cv2.resize(blurred, picture.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(blurred, np.float32)


def _reduced(view: ShownView) -> _Work:
    rows, columns = view.picture.shape
    factor = max(1.0, WORKING_MM / view.pixel_mm)
    size = (max(8, round(columns / factor)), max(8, round(rows / factor)))
    picture = cv2.resize(view.picture, size, interpolation=cv2.INTER_AREA)
    # Only pixels that are breast all over: the others are mixed with air.
    share = cv2.resize(view.inside.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    step = (columns / size[0], rows / size[1])
    return _Work(np.asarray(picture, np.float32), np.asarray(share > 0.999), step)


def _responses(work: _Work, sigma: float) -> dict[str, Field]:
    """What each shape answers at one scale, in working pixels; bright blobs positive."""
    weight = work.inside.astype(np.float32)
    usual = np.float32(work.picture[work.inside].mean())
    centred = (work.picture - usual) * weight
    level = _within(centred, weight, sigma)
    narrow = _within(centred, weight, sigma / _DISC_NARROWING)
    wide = _within(centred, weight, _DISC_RATIO * sigma / _DISC_NARROWING)
    xx, yy, xy = _curvatures(level, max(1, round(sigma / 2)))
    half = np.sqrt((xx - yy) ** 2 / 4 + xy**2)
    weaker = -((xx + yy) / 2 + half) * np.float32(2 * sigma**2)
    bright = np.clip(level + _BRIGHTNESS_OFFSET, 0, 1)
    answers = (-(xx + yy) * np.float32(sigma**2), narrow - wide, weaker, weaker * bright)
    return dict(zip(SHAPES, answers, strict=True))


def _within(picture: Field, weight: Field, sigma: float) -> Field:
    """Blur of what lies inside, by the part of the kernel that lies inside."""
    area = np.maximum(smooth(weight, sigma), np.float32(0.02))
    return np.asarray(smooth(picture, sigma) / area, np.float32)


def _curvatures(level: Field, reach: int) -> tuple[Field, Field, Field]:
    """Second differences over ``reach`` pixels: xx, yy, xy."""
    rows, columns = level.shape
    framed = cv2.copyMakeBorder(level, reach, reach, reach, reach, cv2.BORDER_REPLICATE)

    def moved(x: int, y: int) -> Field:
        top, left = reach * (1 + y), reach * (1 + x)
        return np.asarray(framed[top : top + rows, left : left + columns], np.float32)

    scale = np.float32(reach**-2)
    xx = (moved(1, 0) - 2 * level + moved(-1, 0)) * scale
    yy = (moved(0, 1) - 2 * level + moved(0, -1)) * scale
    xy = (moved(1, 1) - moved(-1, 1) - moved(1, -1) + moved(-1, -1)) * (scale / 4)
    return xx, yy, np.asarray(xy, np.float32)


def _marks(stack: Field, sigmas_mm: Floats, work: _Work, view: ShownView) -> list[Mark]:
    """Peaks over place and scale, weaker ones within stronger ones left out."""
    peaks = stack >= np.stack([cv2.dilate(layer, np.ones((3, 3), np.uint8)) for layer in stack])
    peaks[1:] &= stack[1:] >= stack[:-1]
    peaks[:-1] &= stack[:-1] >= stack[1:]
    peaks &= work.inside[None] & (stack > 0)
    layers, rows, columns = np.nonzero(peaks)
    scores = stack[layers, rows, columns]
    kept: list[Mark] = []
    for at in np.argsort(-scores, kind="stable"):
        box = _box(columns[at], rows[at], float(sigmas_mm[layers[at]]), work, view)
        if not any(_same(box, mark.box) for mark in kept):
            kept.append(Mark(float(scores[at]), box))
        if len(kept) == MOST_MARKS:
            break
    return kept


def _box(column: int, row: int, sigma_mm: float, work: _Work, view: ShownView) -> Box:
    """A disc of uniform brightness answers most at sigma = radius / sqrt 2."""
    across, down = work.step
    x, y = (float(column) + 0.5) * across - 0.5, (float(row) + 0.5) * down - 0.5
    radius = float(np.sqrt(2)) * sigma_mm / view.pixel_mm
    return Box(x - radius, y - radius, x + radius, y + radius)


def _same(box: Box, stronger: Box) -> bool:
    at, other = box.centre, stronger.centre
    near = max(abs(at.x - other.x), abs(at.y - other.y)) < stronger.width / 4
    return near or iou(box, stronger) > 0.3
