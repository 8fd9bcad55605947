"""Asymmetries: gland-like tissue in patches, fat in between, no convex rim."""

from __future__ import annotations

import math

import numpy as np

from domain.lexicon import DescriptorAxis
from phantom.lesions.lesion import Lesion
from phantom.lesions.mass_outline import ANGLES, Outline, longest_extent
from phantom.lesions.soft_canvas import Canvas, canvas, fading, smooth_step
from phantom.lesions.soft_texture import around_circle, octaves
from phantom.lesions.spicules import Line, draw_lines
from phantom.space.grid import Field, Grid
from phantom.space.points import ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted
from phantom.space.streams import stream


def paint_asymmetry(lesion: Lesion, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """What an asymmetry adds to a view; its patch is the region that holds its strands."""
    family = projection.family.value
    on = canvas(at, 0.85 * lesion.size_mm + 4, grid, grain_mm=0.2)
    depth = _depth(lesion, family, on)
    random = stream(lesion.seed, "gland", family)
    lumps = smooth_step(0.5 + 0.5 * octaves(random, on, lesion.size_mm / 3.5, 1.0, along=1.4))
    fine = 1 + 0.4 * octaves(random, on, 3.5, 0.4, along=1.6)
    seen = smooth_step(0.5 + depth / (lesion.size_mm * random.uniform(0.16, 0.26)))
    thick = _thick_mm(lesion)
    gland = thick * seen * (0.25 + 0.75 * lumps) * np.clip(fine, 0, 2)
    strands = thick * draw_lines(_strands(lesion, family), on) * (0.25 + 0.75 * seen)
    return on.painted(gland + strands, depth)


def _thick_mm(lesion: Lesion) -> float:
    """Thickness in mm where lumps and strands meet; an asymmetry is fainter than a mass."""
    own = stream(lesion.seed, "thickness").uniform(0.6, 0.8)
    broad = 0.8 if lesion.term(DescriptorAxis.ASYMMETRY) == "global" else 1.0
    return min(own * lesion.size_mm, 14.0) * broad * fading(lesion.subtlety)


def _depth(lesion: Lesion, family: str, on: Canvas) -> Field:
    """Mm inside an outline with bays and tongues, negative outside."""
    shared, own = stream(lesion.seed, "form"), stream(lesion.seed, "form", family)
    waves = 0.93 * around_circle(shared, 2, 7, ANGLES, 0.6)
    waves = waves + 0.36 * around_circle(own, 2, 7, ANGLES, 0.6)
    angle = np.arange(ANGLES) * (2 * math.pi / ANGLES) - own.uniform(-0.5, 0.5)
    aspect = shared.uniform(0.6, 0.9)
    radius = np.exp(0.36 * np.tanh(0.7 * waves)) / np.hypot(np.cos(angle), np.sin(angle) / aspect)
    radius = radius * (lesion.size_mm / longest_extent(radius))
    outline = Outline(smooth=radius.astype(np.float32), edge=radius.astype(np.float32))
    bend = 0.035 * lesion.size_mm
    x = on.x + bend * octaves(own, on, lesion.size_mm / 4, 0.8)
    y = on.y + bend * octaves(own, on, lesion.size_mm / 4, 0.8)
    index = (np.arctan2(y, x) * (ANGLES / (2 * math.pi))).astype(np.int32) % ANGLES
    return np.asarray((outline.edge[index] - np.hypot(x, y)) * outline.leaning()[index], np.float32)


def _strands(lesion: Lesion, family: str) -> tuple[Line, ...]:
    """Lines through the tissue, most of them roughly towards the nipple; thickness 1 or less."""
    random = stream(lesion.seed, "strands", family)
    count = int(random.integers(14, 30))
    half, way = lesion.size_mm / 2, random.normal(0, 0.35)
    lines = []
    for _ in range(count):
        place, away = random.uniform(0, 2 * math.pi), half * random.uniform(0.1, 0.95)
        lines.append(
            Line(
                x=away * math.cos(place) - 0.3 * half,
                y=0.7 * away * math.sin(place),
                angle=way + random.normal(0, 0.5),
                length_mm=half * random.uniform(0.3, 1.0),
                bend=random.normal(0, 0.1),
                width_mm=random.uniform(0.4, 1.3),
                thick_mm=random.uniform(0.1, 0.4),
                wave=random.uniform(0, 2 * math.pi),
                lasting=random.uniform(0.2, 0.8),
            )
        )
    return tuple(lines)
