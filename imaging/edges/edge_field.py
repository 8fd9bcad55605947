"""Edges around a place at one scale, and the cheapest ways from it along them."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint

Floats = npt.NDArray[np.float32]
Line = npt.NDArray[np.float64]
"""(points, 2) of x and y in a field's own pixels, centres at integers."""

_SCALES = (1.5, 3.0)
"""Blurs in the field's pixels: margins of masses are soft, and the noise is strong."""

_SOFTNESS = 1.5
"""Blur along the way in the field's pixels: it leads from pixel to pixel in eight directions."""

_ALONG = 0.3
"""Cost of a pixel on the plainest edge; 1 is where there is none. More makes ways straighter.

Found on synthetic masses: less follows any strand, more cuts corners.
"""

_PLAIN = 95
"""A plain edge is as steep as this percentile of the field."""


class EdgeField:
    """A square part of an image around a place, at a coarser pixel, with its edges.

    pixels: stored values (rows, columns). around: where ways begin. step: stored pixels a pixel of
    the field. half: pixels of the field from the middle to a side; less at the image's edge.
    """

    def __init__(self, pixels: npt.NDArray[Any], around: ImagePoint, step: int, half: int) -> None:
        rows, columns = pixels.shape
        self._left, right = _span(around.x, half, step, columns)
        self._top, bottom = _span(around.y, half, step, rows)
        part = pixels[self._top : bottom, self._left : right]
        size = (max(2, part.shape[1] // step), max(2, part.shape[0] // step))
        self._scale = np.array((part.shape[1] / size[0], part.shape[0] / size[1]))
        grey = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        self._size = size
        self._start = self._own(around)
        self._ways = _ways(_cost(_steepness(grey)), self._pixel(self._start))

    def way_to(self, at: ImagePoint) -> tuple[ImagePoint, ...]:
        """Positions strictly between the field's place and another, in order, about one a pixel."""
        end = self._own(at)
        found = np.asarray(self._ways.getContour(self._pixel(end)), np.float64).reshape(-1, 2)
        line = _softened(_even(np.vstack([self._start, found[1:-1], end])))
        stored = (line[1:-1] + 0.5) * self._scale - 0.5 + (self._left, self._top)
        return tuple(ImagePoint(x, y) for x, y in stored.tolist())

    def _own(self, at: ImagePoint) -> Line:
        """A stored position in the field's pixels."""
        stored = np.array((at.x - self._left, at.y - self._top))
        return np.asarray((stored + 0.5) / self._scale - 0.5)

    def _pixel(self, own: Line) -> tuple[int, int]:
        x, y = np.clip(np.rint(own), 0, np.array(self._size) - 1).astype(int).tolist()
        return x, y


def _span(middle: float, half: int, step: int, length: int) -> tuple[int, int]:
    """First and one past the last stored pixel of a part; whole steps are fast to average."""
    first = min(max(math.floor(middle) - half * step, 0), max(length - 2 * step, 0))
    last = min(max(math.ceil(middle) + half * step, first + 2 * step), length)
    return first, max(first + (last - first) // step * step, min(last, first + step))


def _steepness(grey: Floats) -> Floats:
    """How steep the grey rises, in any direction; the scales' gradients count alike."""
    across, down = np.zeros_like(grey), np.zeros_like(grey)
    for sigma in _SCALES:
        soft = cv2.GaussianBlur(grey, (0, 0), sigma)
        across += sigma * np.asarray(cv2.Scharr(soft, cv2.CV_32F, 1, 0), np.float32)
        down += sigma * np.asarray(cv2.Scharr(soft, cv2.CV_32F, 0, 1), np.float32)
    return np.hypot(across, down)


def _cost(steepness: Floats) -> Floats:
    """Of passing each pixel, from ``_ALONG`` on an edge to 1."""
    plain = max(float(np.percentile(steepness, _PLAIN)), 1e-6)
    flat = np.exp(-2 * np.square(steepness / plain))
    return np.asarray(_ALONG + (1 - _ALONG) * flat, np.float32)


def _ways(cost: Floats, start: tuple[int, int]) -> cv2.segmentation.IntelligentScissorsMB:
    """OpenCV's search (Mortensen, Barrett 1995), told our cost alone."""
    ways = cv2.segmentation.IntelligentScissorsMB()
    ways.setWeights(0, 0, 1)
    none, directions = np.zeros(cost.shape, np.uint8), np.zeros((*cost.shape, 2), np.float32)
    ways.applyImageFeatures(none, directions, cost)
    ways.buildMap(start)
    return ways


def _even(line: Line) -> Line:
    """The line in equal steps of about a pixel, ends kept."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, along[-1], max(2, round(float(along[-1])) + 1))
    return np.stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])], axis=1)


def _softened(line: Line) -> Line:
    """The line without its pixel steps, ends kept: it is mirrored through them."""
    reach = min(math.ceil(3 * _SOFTNESS), len(line) - 1)
    before = 2 * line[0] - line[reach:0:-1]
    after = 2 * line[-1] - line[-2 : -reach - 2 : -1]
    longer = np.vstack([before, line, after])
    weights = cv2.getGaussianKernel(2 * reach + 1, _SOFTNESS)[:, 0]
    return np.stack([np.convolve(longer[:, axis], weights, "valid") for axis in (0, 1)], axis=1)
