"""The small part of a view that one soft-tissue lesion covers, sampled finely enough."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from phantom.space.grid import Field, Grid
from phantom.space.points import ViewPoint
from phantom.space.stamp import Painted, Patch, Pull, Stamp

FINE_MM = 0.15
"""Samples lie at most so far apart; coarser pixels are the mean of several."""

_FADE_MM = 1.5
"""Over this distance a stamp ends at its border, so that no square shows."""


@dataclass(frozen=True)
class Canvas:
    """Sample positions around a lesion's centre.

    part, top, left: the pixels of the view that are covered. samples: per pixel and direction.
    block: pixels per sample and direction; one of the two is 1. reach_mm: half the side of the
    square that nothing of the lesion leaves; it depends on the lesion alone. step_mm: distance of
    samples. x, y: their u and v from the lesion's centre in mm, float32 (1, columns), (rows, 1).
    """

    part: Grid
    top: int
    left: int
    samples: int
    block: int
    reach_mm: float
    step_mm: float
    x: Field = field(repr=False)
    y: Field = field(repr=False)

    def averaged(self, fine: npt.NDArray[np.floating[Any]]) -> Field:
        """Values at pixels, from those at samples: float32 of the part's shape.

        Means where pixels hold several samples, smoothly in between where they hold less than one.
        """
        rows, columns = self.part.shape
        shape = (self.y.shape[0], self.x.shape[1])
        values: npt.NDArray[Any] = np.ascontiguousarray(np.broadcast_to(fine, shape), np.float32)
        if self.samples > 1:
            values = cv2.resize(values, (columns, rows), interpolation=cv2.INTER_AREA)
        elif self.block > 1:
            size = (shape[1] * self.block, shape[0] * self.block)
            values = cv2.resize(values, size, interpolation=cv2.INTER_LINEAR)
        return np.ascontiguousarray(
            values.reshape(-1, values.shape[-1])[:rows, :columns], np.float32
        )

    def painted(self, tissue: Field, level: Field, pulls: tuple[Pull, ...] = ()) -> Painted:
        """What is added to the view: tissue in mm, and truth where the level is above 0.

        Both are given at samples. The level rises evenly through 0 at the outline, so that its mean
        over a pixel tells whether most of the pixel is inside.
        """
        fade_x: Field = np.clip((self.reach_mm - np.abs(self.x)) / _FADE_MM, 0, 1)
        fade_y = np.clip((self.reach_mm - np.abs(self.y)) / _FADE_MM, 0, 1)
        return Painted(
            tissue=Stamp(self.top, self.left, self.averaged(tissue * fade_x * fade_y)),
            patch=Patch(self.top, self.left, self.averaged(level) > 0),
            pulls=pulls,
        )


def canvas(at: ViewPoint, reach_mm: float, grid: Grid, grain_mm: float = FINE_MM) -> Canvas:
    """Samples over the pixels of the grid within reach of a place, at least one pixel.

    grain_mm: samples lie about so far apart, or less: what is painted has no finer detail.
    """
    part, top, left = grid.around(at.u, at.v, reach_mm)
    samples = max(1, math.ceil(grid.pixel_mm / grain_mm))
    block = max(1, int(grain_mm / grid.pixel_mm))
    step = grid.pixel_mm * block / samples
    first = (step - grid.pixel_mm) / 2
    x = part.u0 + first - at.u + step * np.arange(math.ceil(part.columns / block) * samples)
    y = part.v0 + first - at.v + step * np.arange(math.ceil(part.rows / block) * samples)
    return Canvas(
        part=part,
        top=top,
        left=left,
        samples=samples,
        block=block,
        reach_mm=reach_mm,
        step_mm=step,
        x=x.astype(np.float32)[None, :],
        y=y.astype(np.float32)[:, None],
    )


def smooth_step(share: npt.NDArray[np.floating[Any]]) -> Field:
    """0 below 0, 1 above 1, without a kink in between (3x^2 - 2x^3)."""
    inside = np.clip(share, 0, 1)
    return np.asarray(inside * inside * (3 - 2 * inside), np.float32)


def fading(subtlety: float, faintest: float = 0.36) -> float:
    """By what a lesion's thickness is multiplied: 1 when plain to see, faintest at subtlety 1."""
    return float(faintest ** min(max(subtlety, 0.0), 1.0))
