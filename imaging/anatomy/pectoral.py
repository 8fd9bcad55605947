"""The edge of the pectoral muscle in oblique and lateral views.

A straight edge is voted for first (each pixel votes with its brightness step across lines of
every plausible angle), then followed exactly by dynamic programming: the muscle's edge bends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize
from domain.side import Side
from imaging.anatomy.breast import BreastRegion
from imaging.anatomy.posed import PosedBreast, pose
from imaging.anatomy.reduced import Floats, Mask

_ANGLES = np.deg2rad(np.arange(6.0, 66.0, 2.0))
"""Between the edge's normal and the horizontal: the edge is 24 to 84 degrees steep."""

_SMALLEST = 32
"""Rows and columns below which nothing can be told."""

_FAINTEST = 0.1
"""Confidence below which no edge is reported."""

_FARTHEST = 1.1
"""Widths of the breast from the chest wall within which the muscle's edge meets the upper cut."""

_VOTE_LIMIT = 1.5
"""A step votes with at most so many medians: a bright mass must not outvote a long faint edge."""

_PATH_LIMIT = 5.0
"""Nearby the steepest step is the edge, up to so many medians."""


@dataclass(frozen=True)
class PectoralEdge:
    """Where the pectoral muscle ends, in stored-image pixels.

    points: along the edge, from the head side to the chest wall. line: the ends of the
    straight edge nearest to it. corner: the rest of the muscle's outline. confidence: 0 to 1.
    """

    points: tuple[ImagePoint, ...]
    line: tuple[ImagePoint, ImagePoint]
    corner: tuple[ImagePoint, ...]
    size: ImageSize
    confidence: float

    def mask(self) -> Mask:
        """True on the muscle; (rows, columns) of the stored image, bool, made on each call."""
        plate = np.zeros(self.size.shape, np.uint8)
        outline = np.array([(point.x, point.y) for point in (*self.points, *self.corner)])
        fixed = np.rint(outline * 16).astype(np.int32)
        cv2.fillPoly(plate, [fixed], 1, shift=4)
        return np.asarray(plate > 0)


@dataclass(frozen=True)
class _Line:
    """x cos(angle) + y sin(angle) = distance, in posed pixels; score: mean vote along it."""

    angle: float
    distance: float
    score: float

    @property
    def normal(self) -> tuple[float, float]:
        return float(np.cos(self.angle)), float(np.sin(self.angle))


def find_pectoral(
    tissue: npt.NDArray[Any], region: BreastRegion, chest_wall: Side, head: Side
) -> PectoralEdge | None:
    """Find the muscle's edge in the corner between chest wall and head.

    tissue: (rows, columns), any real dtype, tissue brighter than air; region: found in it.
    ``None`` where no edge is visible. ``ValueError`` where head and chest wall lie on one axis.
    """
    posed = pose(tissue, region, chest_wall, head)
    if posed is None or min(posed.mask.shape) < _SMALLEST:
        return None
    steps = _Steps.measure(posed)
    line = _vote(steps)
    if line is None:
        return None
    confidence = float(np.clip((line.score - 0.25) / 0.75, 0, 1)) * region.confidence
    if confidence < _FAINTEST:
        return None
    path = _follow(steps, line)
    return _edge(posed, line, path, confidence)


@dataclass(frozen=True)
class _Steps:
    """Brightness steps of the posed breast. right, down: how much darker the neighbour there is,
    in medians of all steps; 0 outside and near the skin, which is an edge of its own.
    """

    right: Floats
    down: Floats

    @classmethod
    def measure(cls, posed: PosedBreast) -> _Steps:
        weight = posed.mask.astype(np.float32)
        width = max(1.0, max(weight.shape) / 128)
        smooth = _blur(posed.pixels * weight, width) / np.maximum(_blur(weight, width), 1e-3)
        right, down = (
            -cv2.Sobel(smooth, cv2.CV_32F, dx, 1 - dx, ksize=3, borderType=cv2.BORDER_REPLICATE)
            for dx in (1, 0)
        )
        inner = _away_from_skin(posed.mask)
        sizes = np.hypot(right, down)[inner]
        usual = max(float(np.median(sizes)), 1e-9) if sizes.size else 1.0
        scale = (inner / usual).astype(np.float32)
        return cls(np.asarray(right * scale), np.asarray(down * scale))

    def across(self, normal: tuple[float, float], limit: float, rows: int | None = None) -> Floats:
        """Steps along a direction, limited in size; of the upper rows where not of all."""
        step = self.right[:rows] * np.float32(normal[0])
        step += self.down[:rows] * np.float32(normal[1])
        return np.clip(step, -limit, limit, out=step)


def _blur(image: Floats, width: float) -> Floats:
    blurred = cv2.GaussianBlur(image, (0, 0), width, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float32)


def _away_from_skin(mask: Mask) -> Mask:
    margin = max(2, mask.shape[1] // 14)
    wide = cv2.copyMakeBorder(
        mask.astype(np.uint8), margin, margin, margin, 0, cv2.BORDER_REPLICATE
    )
    kernel = np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)
    eroded = cv2.erode(wide, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(eroded[margin:-margin, margin:] > 0)


def _vote(steps: _Steps) -> _Line | None:
    rows, columns = steps.right.shape
    x, y = np.arange(columns) / 2, np.arange(rows)[:, None] / 2  # two pixels a bin
    lines = [_best_at(steps, float(angle), x, y) for angle in _ANGLES]
    return max((line for line in lines if line), key=lambda line: line.score, default=None)


def _best_at(
    steps: _Steps, angle: float, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> _Line | None:
    """The best line of an angle. x, y: bins along each axis, (columns,) and (rows, 1)."""
    rows, columns = steps.right.shape
    across, along = float(np.cos(angle)), float(np.sin(angle))
    # Rows that no possible line of this angle reaches need no vote.
    most = 0.5 * _FARTHEST * columns * across + 4
    seen = min(rows, math.ceil(2 * most / along))
    places = x * across + y[:seen] * along
    bins = np.rint(places, out=places).astype(np.intp).ravel()
    votes = np.bincount(bins, steps.across((across, along), _VOTE_LIMIT, seen).ravel())
    voters = np.bincount(bins)
    # Short lines through a corner must not win by chance: some voters against are assumed.
    score = np.convolve(votes, (0.25, 0.5, 0.25), mode="same") / (voters + 0.24 * rows)
    distance = 2.0 * np.arange(len(score))
    top, foot = distance / across, distance / along
    possible = (top > 0.12 * columns) & (top < _FARTHEST * columns) & (foot > 0.2 * rows)
    score = np.where(possible, score, -np.inf) - 0.2 * np.clip(foot / rows - 1, 0, 2)
    best = int(np.argmax(score))
    return _Line(angle, float(distance[best]), float(score[best])) if possible[best] else None


def _follow(steps: _Steps, line: _Line) -> npt.NDArray[np.float64]:
    """The best path near the line; (n, 2) posed x and y from the head side on."""
    rows = steps.right.shape[0]
    across, along = line.normal
    start, end = _ends(line, rows)
    count = max(2, round(float(np.hypot(*(end - start))) / 2))
    middle = start + (end - start) * np.linspace(0, 1, count)[:, None]
    reach = max(2, round(0.035 * rows))
    offsets = np.arange(-reach, reach + 1)
    x = (middle[:, :1] + offsets * across).astype(np.float32)
    y = (middle[:, 1:] + offsets * along).astype(np.float32)
    field = steps.across(line.normal, _PATH_LIMIT)
    gain = cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    chosen = offsets[_best_path(gain - 0.3 * (offsets / reach) ** 2)]
    smooth = _running_mean(chosen.astype(np.float64), max(1, count // 12))
    path = np.asarray(middle + smooth[:, None] * np.array([across, along]))
    return _from_cut_to_cut(path, line, rows)


def _from_cut_to_cut(
    path: npt.NDArray[np.float64], line: _Line, rows: int
) -> npt.NDArray[np.float64]:
    """The path cut off or carried on, so that it ends where the breast is cut."""
    inside = (path[:, 0] >= -0.5) & (path[:, 1] >= -0.5) & (path[:, 1] <= rows - 0.5)
    if not inside.any():
        return np.stack(_ends(line, rows))
    kept = path[inside]
    across, along = line.normal
    down = np.array([-along, across])
    first = kept[0] - down * (kept[0, 1] + 0.5) / across
    rest = min((kept[-1, 0] + 0.5) / along, (rows - 0.5 - kept[-1, 1]) / across)
    return np.concatenate([[first], kept, [kept[-1] + down * rest]])


def _ends(line: _Line, rows: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    across, along = line.normal
    start = np.array([(line.distance + 0.5 * along) / across, -0.5])
    foot = (line.distance + 0.5 * across) / along
    if foot <= rows - 0.5:
        return start, np.array([-0.5, foot])
    return start, np.array([(line.distance - (rows - 0.5) * along) / across, rows - 0.5])


def _best_path(gain: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """The column in each row on the path of the largest sum; it moves by at most one a row."""
    count, width = gain.shape
    bend = 0.3
    total = gain[0].astype(np.float64)
    columns = np.arange(width)
    choices = np.full((3, width), -np.inf)
    moves = np.zeros((count, width), np.intp)
    for row in range(1, count):
        choices[0, 1:] = total[:-1] - bend
        choices[1] = total
        choices[2, :-1] = total[1:] - bend
        choices.argmax(axis=0, out=moves[row])
        total = choices[moves[row], columns] + gain[row]
    path = np.empty(count, np.intp)
    path[-1] = int(np.argmax(total))
    for row in range(count - 1, 0, -1):
        path[row - 1] = path[row] + moves[row, path[row]] - 1
    return path


def _running_mean(values: npt.NDArray[np.float64], reach: int) -> npt.NDArray[np.float64]:
    padded = np.pad(values, reach, mode="edge")
    kernel = np.full(2 * reach + 1, 1 / (2 * reach + 1))
    return np.asarray(np.convolve(padded, kernel, mode="valid"))


def _edge(
    posed: PosedBreast, line: _Line, path: npt.NDArray[np.float64], confidence: float
) -> PectoralEdge:
    rows = posed.mask.shape[0]
    start, end = _ends(line, rows)
    to_the_wall = path[-1, 0] < 0
    corner = [(-0.5, -0.5)] if to_the_wall else [(-0.5, rows - 0.5), (-0.5, -0.5)]
    kept = np.unique(np.linspace(0, len(path) - 1, 25).round().astype(np.intp))
    return PectoralEdge(
        tuple(posed.to_stored(float(x), float(y)) for x, y in path[kept]),
        (posed.to_stored(*start), posed.to_stored(*end)),
        tuple(posed.to_stored(x, y) for x, y in corner),
        posed.grid.stored,
        confidence,
    )
