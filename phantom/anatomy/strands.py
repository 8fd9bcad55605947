"""Thin things that run through the breast: Cooper's ligaments, ducts, vessels."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from phantom.space.grid import Field, Grid

Path = npt.NDArray[np.float64]
_FULL_MM = 3.0
"""Thickness at which the drawing's 8 bits end."""


@dataclass(frozen=True)
class Strand:
    """A line of tissue: path float64 (points, 2) as (u, v) in mm; width and thickness in mm."""

    path: Path = field(repr=False)
    width_mm: float
    thickness_mm: float
    tapered: bool = True


def draw_strands(strands: list[Strand], grid: Grid, *, blur_mm: float) -> Field:
    """Thickness of all strands in mm: float32 of the grid's shape.

    A strand thinner than a pixel gets fainter instead, so that its material stays the same.
    """
    canvas = np.zeros(grid.shape, np.uint8)
    for strand in sorted(strands, key=lambda one: one.thickness_mm):
        _draw(canvas, strand, grid)
    thickness = canvas.astype(np.float32)
    sigma = blur_mm / grid.pixel_mm
    if sigma > 0.3:
        thickness = np.asarray(cv2.GaussianBlur(thickness, (0, 0), sigma), np.float32)
    return np.asarray(thickness * np.float32(_FULL_MM / 255), np.float32)


def _draw(canvas: npt.NDArray[np.uint8], strand: Strand, grid: Grid) -> None:
    x = (strand.path[:, 0] - grid.u0) / grid.pixel_mm
    y = (strand.path[:, 1] - grid.v0) / grid.pixel_mm
    points = np.rint(np.column_stack([x, y]) * 16).astype(np.int32)
    last = len(points) - 1
    for index in range(last):
        fade = 1 - 0.8 * index / last if strand.tapered else 1.0
        width = strand.width_mm * (0.5 + 0.5 * fade) / grid.pixel_mm
        drawn = max(1, round(width))
        value = strand.thickness_mm * fade * width / drawn / _FULL_MM
        cv2.line(
            canvas,
            points[index].tolist(),
            points[index + 1].tolist(),
            min(255, round(255 * value)),
            drawn,
            cv2.LINE_AA,
            4,
        )


def wandering(
    random: np.random.Generator,
    start: tuple[float, float],
    angle: float,
    length_mm: float,
    *,
    turning: float,
    bend: float = 0.0,
    points: int = 14,
) -> Path:
    """A path from a place: angle in radians, turning and bend in radians over the whole length."""
    steps = length_mm / (points - 1)
    turns = random.standard_normal(points - 1) * turning / math.sqrt(points) + bend / points
    angles = angle + np.cumsum(turns)
    moves = steps * np.column_stack([np.cos(angles), np.sin(angles)])
    return np.vstack([[start], np.asarray(start) + np.cumsum(moves, axis=0)])
