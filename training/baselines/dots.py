"""The opponent for calcifications: a top-hat, told in spreads of the noise around, and groups.

Two openings were tried: by a square, and by lines of four directions, of which the brightest is
kept: what is long in any direction (a ligament, a vessel) then stays in the opening and out of the
top-hat (Soille, Morphological Image Analysis, 2003, 8.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Box, ImageSize
from domain.mask import RleMask
from training.baselines.shown import Field, Mask, ShownView
from training.metrics.froc import Mark

ELEMENT_MM = 1.0
GROUP_MM = 10.0
LEAST_SCORE = 3.0
MOST_DOTS = 200
MOST_MARKS = 30
OPENINGS = ("square", "lines")
GROUP_SCORES = ("third", "sum of five")
GROUP_VARIANTS = tuple(f"{opening}, {score}" for opening in OPENINGS for score in GROUP_SCORES)
"""What a group is worth: its third brightest dot (three are needed), or its five brightest."""

_SOFTENING_MM = 0.1
"""Blur before the top-hat: a fleck is wider than the noise's grain."""

_RIM_MM = 2.0
"""The skin line's own edge is left out."""

_NOISE_MM = 5.0


@dataclass(frozen=True)
class Dot:
    """A bright fleck: position of its peak in pixels, score in spreads of the noise."""

    x: float
    y: float
    score: float
    box: Box


@dataclass(frozen=True)
class Group:
    """Dots that lie together. box: around the middles of its members, in pixels."""

    score: float
    box: Box
    members: tuple[Dot, ...]


def dot_marks(view: ShownView) -> tuple[dict[str, list[Mark]], dict[str, list[Mark]]]:
    """Marks of groups and marks of single dots by variant, surest first, in the view's pixels."""
    groups: dict[str, list[Mark]] = {}
    singles: dict[str, list[Mark]] = {}
    for opening in OPENINGS:
        dots = find_dots(view, opening)
        singles[opening] = [Mark(dot.score, dot.box) for dot in dots[:MOST_MARKS]]
        for score in GROUP_SCORES:
            groups[f"{opening}, {score}"] = [
                Mark(one.score, one.box) for one in find_groups(dots, view.pixel_mm, score)
            ]
    return groups, singles


def calcification_marks(view: ShownView) -> dict[str, list[Mark]]:
    """Marks of every variant with their pixels, surest first, for groups and single ones alike.

    A lone dot belongs to no group; its score and a group's third brightest are of one kind.
    """
    size = ImageSize(*view.picture.shape)
    found: dict[str, list[Mark]] = {}
    for opening in OPENINGS:
        dots = find_dots(view, opening)
        lone = [_marked(dot.score, (dot,), size) for dot in dots]
        found[f"{opening}, dots"] = lone
        for score in GROUP_SCORES:
            groups = find_groups(dots, view.pixel_mm, score)
            marks = [_marked(one.score, one.members, size) for one in groups]
            found[f"{opening}, groups by {score}"] = marks
            if score == GROUP_SCORES[0]:
                taken = {id(dot) for one in groups for dot in one.members}
                rest = [mark for dot, mark in zip(dots, lone, strict=True) if id(dot) not in taken]
                both = sorted((*marks, *rest), key=lambda mark: -mark.score)
                found[f"{opening}, groups and lone dots"] = both
    return found


def _marked(score: float, members: Sequence[Dot], size: ImageSize) -> Mark:
    """A mark whose pixels are those of its dots' boxes."""
    left, top = (round(min(edges) + 0.5) for edges in zip(*map(_corner, members), strict=True))
    right = round(max(dot.box.right for dot in members) + 0.5)
    bottom = round(max(dot.box.bottom for dot in members) + 0.5)
    plate = np.zeros((bottom - top, right - left), np.uint8)
    for dot in members:
        rows = slice(round(dot.box.top + 0.5) - top, round(dot.box.bottom + 0.5) - top)
        columns = slice(round(dot.box.left + 0.5) - left, round(dot.box.right + 0.5) - left)
        plate[rows, columns] = 1
    box = Box(left - 0.5, top - 0.5, right - 0.5, bottom - 0.5)
    return Mark(score, box, RleMask.of(plate, size, left, top))


def _corner(dot: Dot) -> tuple[float, float]:
    return dot.box.left, dot.box.top


def find_dots(view: ShownView, opening: str) -> list[Dot]:
    """The ``MOST_DOTS`` best flecks inside the breast, best first; opening: of ``OPENINGS``."""
    rows, columns = _extent(view.inside)
    inside = view.inside[rows, columns]
    if not inside.any():
        return []
    softening = _SOFTENING_MM / view.pixel_mm
    blurred = cv2.GaussianBlur(view.picture[rows, columns], (0, 0), max(softening, 0.4))
    soft = np.asarray(blurred, np.float32)
    hat = soft - _opened(soft, max(3, round(ELEMENT_MM / view.pixel_mm) | 1), opening)
    inner = _without_rim(inside, round(_RIM_MM / view.pixel_mm))
    ratio = np.where(inner, hat / _noise(hat, inner, _NOISE_MM / view.pixel_mm), 0)
    return _components(ratio.astype(np.float32), columns.start, rows.start)


def find_groups(dots: Sequence[Dot], pixel_mm: float, score: str) -> list[Group]:
    """Groups of at least three dots within 10 mm, surest first; each dot belongs to one."""
    places = np.array([(dot.x, dot.y) for dot in dots], np.float64).reshape(-1, 2)
    scores = np.array([dot.score for dot in dots], np.float64)
    near = _distances(places) <= GROUP_MM / 2 / pixel_mm
    left = np.ones(len(dots), bool)
    groups: list[Group] = []
    while len(groups) < MOST_MARKS and left.sum() >= 3:
        worth = np.array([_worth(scores[near[at] & left], score) for at in range(len(dots))])
        worth[~left] = 0
        best = int(np.argmax(worth))
        if worth[best] <= 0:
            break
        members = near[best] & left
        box, bright = _around(places[members], scores[members])
        own = [dots[at] for at in np.flatnonzero(members)[bright]]
        groups.append(Group(float(worth[best]), box, tuple(own)))
        left &= ~members
    return groups


def _worth(scores: npt.NDArray[np.float64], score: str) -> float:
    if len(scores) < 3:
        return 0.0
    ordered = np.sort(scores)[::-1]
    return float(ordered[2] if score == GROUP_SCORES[0] else ordered[:5].sum())


def _around(
    places: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]
) -> tuple[Box, npt.NDArray[np.intp]]:
    """Around the dots that are at least half as bright as the third: stray noise is no member.

    Also which dots those are.
    """
    bright = np.flatnonzero(scores >= np.sort(scores)[::-1][2] / 2)
    kept = places[bright]
    (left, top), (right, bottom) = kept.min(axis=0), kept.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom)), bright


def _distances(places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.hypot(*(places[:, None, axis] - places[None, :, axis] for axis in (0, 1))))


def _extent(mask: Mask) -> tuple[slice, slice]:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return slice(0, 1), slice(0, 1)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _opened(picture: Field, length: int, opening: str) -> Field:
    if opening == OPENINGS[0]:
        square = np.ones((length, length), np.uint8)
        return np.asarray(cv2.morphologyEx(picture, cv2.MORPH_OPEN, square), np.float32)
    level, slanted = (
        np.ones((1, length), np.uint8),
        np.eye(round(length / 2**0.5) | 1, dtype=np.uint8),
    )
    lines = (level, level.T, slanted, slanted[::-1])
    # One line at a time: four full-size openings at once would be 200 MB.
    brightest = cv2.morphologyEx(picture, cv2.MORPH_OPEN, lines[0])
    for line in lines[1:]:
        brightest = cv2.max(brightest, cv2.morphologyEx(picture, cv2.MORPH_OPEN, line))
    return np.asarray(brightest, np.float32)


def _without_rim(inside: Mask, width: int) -> Mask:
    """The breast less its skin line; the picture's own edges cut nothing off."""
    framed = cv2.copyMakeBorder(inside.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 3)[1:-1, 1:-1]
    return np.asarray(depth > width)


def _noise(hat: Field, inner: Mask, reach: float) -> Field:
    """Spread of the top-hat around each pixel; dots, being rare and capped, hardly count."""
    values = hat[inner]
    cap = np.float32(4 * np.median(values) + 1e-4) if values.size else np.float32(1e-4)
    factor = max(1, round(reach / 8))
    size = (max(1, hat.shape[1] // factor), max(1, hat.shape[0] // factor))
    weight = inner.astype(np.float32)
    capped = np.minimum(hat, cap) * weight
    square, area = (
        cv2.GaussianBlur(
            cv2.resize(one, size, interpolation=cv2.INTER_AREA), (0, 0), reach / factor
        )
        for one in (capped * capped, weight)
    )
    spread = np.sqrt(square / np.maximum(area, 1e-3)) + 1e-3
    return np.asarray(cv2.resize(spread, hat.shape[::-1], interpolation=cv2.INTER_LINEAR))


def _components(ratio: Field, left: int, top: int) -> list[Dot]:
    mask = (ratio >= LEAST_SCORE).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return []
    peaks = np.zeros(count, np.float32)
    rows, columns = np.nonzero(mask)
    which = np.asarray(labels[rows, columns], np.int64)
    np.maximum.at(peaks, which, ratio[rows, columns])
    order = np.argsort(-peaks[1:], kind="stable")[:MOST_DOTS] + 1
    return [_dot(stats[label], float(peaks[label]), left, top) for label in order]


def _dot(stats: npt.NDArray[np.int32], score: float, left: int, top: int) -> Dot:
    x, y, width, height = (int(value) for value in stats[:4])
    box = Box(left + x - 0.5, top + y - 0.5, left + x + width - 0.5, top + y + height - 0.5)
    return Dot(box.centre.x, box.centre.y, score, box)
