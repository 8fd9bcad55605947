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

_COUNTED = 5
_AROUND = 4
"""Pixels around a region that tell how bright the tissue is."""


@dataclass(frozen=True)
class DotRule:
    """level: probability from which pixels belong to a calcification. group_mm: how near each
    other the calcifications of a group lie (ACR BI-RADS Atlas: at least 5 within 1 cm; a network
    misses some, so ``group_least`` make one). spread: by how much the log-odds of a group's
    members lie below its surest one's, at most: noise joins no group of plain calcifications.
    doubt: what is taken off log-odds for a score, as positive pixels weigh more in training than
    they are frequent. sharp_mm2: regions up to this area are cut down to what stands out.
    """

    level: float = 0.5
    group_mm: float = 10.0
    group_least: int = 3
    spread: float = 3.0
    doubt: float = 4.0
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


def dots_of(chance: Floats, pixels: Floats, rule: DotRule, pixel_mm: float) -> list[FoundDot]:
    """Regions of ``rule.level`` or more, surest first.

    chance: float32 (rows, columns), 0 to 1. pixels: brightness, same shape: of small regions only
    what is bright is kept, as the labels that the network learnt from were dilated.
    """
    marks, parts = _parts(chance >= rule.level)
    found = []
    for index, (left, top, right, bottom, area, x, y) in enumerate(parts, 1):
        window = (slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1))
        own = marks[window] == index
        peak = float(chance[window][own].max())
        if area * pixel_mm**2 <= rule.sharp_mm2:
            own = _bright(own, pixels, window)
        found.append(FoundDot(min(1.0, peak), x, y, int(left), int(top), own.astype(np.uint8)))
    return sorted(found, key=lambda dot: -dot.score)[:MOST_DOTS]


def _parts(above: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[Any], list[list[float]]]:
    """Each 8-connected part's number at its pixels, from 1 on; and of each part left, top, right,
    bottom, area, and its middle's x and y. Few pixels are in any: OpenCV's own statistics, which
    look at all, take longer.
    """
    count, marks = cv2.connectedComponents(above.view(np.uint8), connectivity=8)
    if count < 2:
        return marks, []
    rows, columns = np.divmod(np.flatnonzero(above), above.shape[1])
    own = marks[rows, columns]
    order = np.argsort(own, kind="stable")
    first = np.searchsorted(own[order], np.arange(1, count))
    areas = np.bincount(own, minlength=count)[1:]
    told = [
        *(np.minimum.reduceat(at[order], first) for at in (columns, rows)),
        *(np.maximum.reduceat(at[order], first) for at in (columns, rows)),
        areas,
        *(np.bincount(own, at, count)[1:] / areas for at in (columns, rows)),
    ]
    return marks, np.column_stack(told).tolist()


def _bright(
    own: npt.NDArray[np.bool_], pixels: Floats, window: tuple[slice, slice]
) -> npt.NDArray[np.bool_]:
    """Of a region the pixels from half-way between the tissue around and its brightest pixel."""
    wide = tuple(slice(max(0, side.start - _AROUND), side.stop + _AROUND) for side in window)
    ground = _median(pixels[wide])
    part = pixels[window]
    bright: npt.NDArray[np.bool_] = own & (part >= (ground + float(part[own].max())) / 2)
    return bright if bright.any() else own


def _median(values: Floats) -> float:
    """As ``numpy.median``, which takes longer for so few values."""
    ordered = np.sort(values, axis=None)
    half = ordered.size // 2
    return float(ordered[half] if ordered.size % 2 else ordered[half - 1 : half + 1].mean())


def grouped(dots: list[FoundDot], rule: DotRule, pixel_mm: float) -> list[list[FoundDot]]:
    """Dots that hang together by steps of at most ``group_mm``, and each other one by itself.

    dots: surest first. The surest free one begins a group of what is nearly as sure; where these
    are too few for a group it stays alone, and they stay free.
    """
    if not dots:
        return []
    at = np.array([(dot.x, dot.y) for dot in dots]) * pixel_mm
    near = ((at[:, None] - at[None]) ** 2).sum(axis=2) <= rule.group_mm**2
    odds = np.array([log_odds(dot.score) for dot in dots])
    free = np.ones(len(dots), bool)
    parts = []
    for first in range(len(dots)):
        if free[first]:
            own = _reached(near, first, free & (odds >= odds[first] - rule.spread))
            own = own if len(own) >= rule.group_least else [first]
            free[own] = False
            parts.append([dots[index] for index in own])
    return parts


def _reached(near: npt.NDArray[np.bool_], first: int, allowed: npt.NDArray[np.bool_]) -> list[int]:
    """Indices that ``first`` is linked with by neighbours that are allowed; itself among them."""
    held = np.zeros(len(near), bool)
    held[first] = True
    front = held
    while front.any():
        front = near[front].any(axis=0) & allowed & ~held
        held = held | front
    return [int(index) for index in np.flatnonzero(held)]


def group_score(members: list[FoundDot], rule: DotRule) -> float:
    """How sure a group is: that not all of its five surest dots are false, as if independent."""
    best = sorted((log_odds(dot.score) for dot in members), reverse=True)[:_COUNTED]
    return 1 - math.prod(1 / (1 + math.exp(odds - rule.doubt)) for odds in best)


def log_odds(chance: float) -> float:
    """ln(p / (1 - p)), between -14 and 14."""
    kept = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


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
