"""From a probability a pixel to single calcifications, and from these to groups."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

MOST_DOTS = 2000
"""Of a view; the surest are kept. More is noise, or a network that fails."""


@dataclass(frozen=True)
class DotRule:
    """level: probability from which pixels belong to a calcification. group_mm: how near each
    other the calcifications of a group lie (ACR BI-RADS Atlas: at least 5 within 1 cm; a network
    misses some, so ``group_least`` make one). sure: probability that a member of a group has.
    sharp_mm2: components up to this area are cut down to what stands out of the tissue.
    """

    level: float = 0.3
    sure: float = 0.5
    group_mm: float = 10.0
    group_least: int = 3
    sharp_mm2: float = 0.6


@dataclass(frozen=True, eq=False)
class FoundDot:
    """One connected region. score: its highest probability. x, y: its middle, prepared pixels.
    left, top, pixels: uint8 (rows, columns) of 0 and 1 from there.
    """

    score: float
    x: float
    y: float
    left: int
    top: int
    pixels: Bytes = field(repr=False)


def dots_of(chance: Floats, contrast: Floats, rule: DotRule, pixel_mm: float) -> list[FoundDot]:
    """Regions of ``rule.level`` or more, surest first.

    chance: float32 (rows, columns), 0 to 1. contrast: as ``speck_contrast`` gives it: of small
    regions the pixels at half of the highest contrast or more are kept, as labels that the
    network learnt from were dilated.
    """
    above = (chance >= rule.level).astype(np.uint8)
    count, marks, stats, middles = cv2.connectedComponentsWithStats(above, connectivity=8)
    found = []
    for index in range(1, count):
        left, top, width, height, area = stats[index].tolist()
        window = (slice(top, top + height), slice(left, left + width))
        own = marks[window] == index
        peak = float(chance[window][own].max())
        if area * pixel_mm**2 <= rule.sharp_mm2:
            bright = np.where(own, contrast[window], 0)
            if bright.max() > 0:
                own = own & (bright >= bright.max() / 2)
        x, y = middles[index].tolist()
        found.append(FoundDot(min(1.0, peak), x, y, left, top, own.astype(np.uint8)))
    return sorted(found, key=lambda dot: -dot.score)[:MOST_DOTS]


def grouped(dots: list[FoundDot], rule: DotRule, pixel_mm: float) -> list[list[FoundDot]]:
    """Dots that hang together by steps of at most ``group_mm``, and each other one by itself.

    Only sure ones link; an unsure one joins the group that it lies in reach of.
    """
    if not dots:
        return []
    at = np.array([(dot.x, dot.y) for dot in dots]) * pixel_mm
    sure = np.array([dot.score >= rule.sure for dot in dots])
    near = ((at[:, None] - at[None]) ** 2).sum(axis=2) <= rule.group_mm**2
    owner = _linked(near & sure[:, None] & sure[None])
    _join(owner, near & sure[None], sure)
    groups: dict[int, list[FoundDot]] = {}
    for dot, number in zip(dots, owner.tolist(), strict=True):
        groups.setdefault(number, []).append(dot)
    told = []
    for members in groups.values():
        whole = len(members) >= rule.group_least
        told += [members] if whole else [[dot] for dot in members]
    return told


def group_score(members: list[FoundDot]) -> float:
    """How sure a group is: that not all of its five surest dots are false, as if independent."""
    best = sorted((dot.score for dot in members), reverse=True)[:5]
    return float(1 - math.prod(1 - min(one, 1 - 1e-6) for one in best))


def _linked(near: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Number of the part that each belongs to; near: symmetric (n, n)."""
    owner = np.arange(len(near))
    for first in range(len(near)):
        joined = owner[near[first]]
        if joined.size:
            owner[np.isin(owner, joined)] = min(int(joined.min()), int(owner[first]))
    return owner


def _join(
    owner: npt.NDArray[np.intp], near: npt.NDArray[np.bool_], sure: npt.NDArray[np.bool_]
) -> None:
    """Unsure ones get the owner of the surest one in reach; they come by falling score."""
    for index in np.flatnonzero(~sure & near.any(axis=1)).tolist():
        owner[index] = owner[int(near[index].argmax())]


def union(members: list[FoundDot]) -> tuple[Bytes, int, int]:
    """Pixels of all, uint8 (rows, columns), with the left and top of their first."""
    left, top = min(dot.left for dot in members), min(dot.top for dot in members)
    right = max(dot.left + dot.pixels.shape[1] for dot in members)
    bottom = max(dot.top + dot.pixels.shape[0] for dot in members)
    held: npt.NDArray[Any] = np.zeros((bottom - top, right - left), np.uint8)
    for dot in members:
        rows, columns = dot.pixels.shape
        part = held[dot.top - top :, dot.left - left :][:rows, :columns]
        np.maximum(part, dot.pixels, out=part)
    return held, left, top
