"""Masses: a solid with an outline, a margin and an uneven inside, seen through."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from domain.lexicon import DescriptorAxis
from domain.view_position import HangFamily
from phantom.lesions.lesion import Lesion
from phantom.lesions.mass_outline import ANGLES, Outline, Rim, outline_of, rim_of
from phantom.lesions.soft_canvas import Canvas, canvas, fading, smooth_step
from phantom.lesions.soft_texture import octaves
from phantom.lesions.spicules import Line, draw_lines, forked
from phantom.space.grid import Field, Grid
from phantom.space.points import ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted, Pull
from phantom.space.streams import stream

MOST_MM = 24.0
"""Towards this the thickness of an equal-density mass tends: large masses are flattened."""

_DENSITIES = {"high": 1.3, "equal": 1.0, "low": 0.6, "fat-containing": 0.8}


@dataclass(frozen=True)
class _Solid:
    """The mass at the canvas's samples, float32 (rows, columns).

    depth: mm inside the edge, negative outside. share: distance from the centre as a share of the
    smooth radius. seen: 0 outside to 1 inside, across the margin. kept: density near the rim.
    """

    depth: Field = field(repr=False)
    share: Field = field(repr=False)
    seen: Field = field(repr=False)
    kept: Field = field(repr=False)


def paint_mass(lesion: Lesion, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """What a mass with a rim adds to a view; its patch is the outline a reader would draw."""
    family = projection.family
    spiculated = lesion.term(DescriptorAxis.MASS_MARGIN) == "spiculated"
    lines = _spicules(lesion, projection) if spiculated else ()
    roots = np.array([line.angle for line in lines], np.float32) if spiculated else None
    outline, rim = outline_of(lesion, family, roots), rim_of(lesion, family)
    lines = tuple(_rooted(line, outline) for line in lines)
    lines += _forks(lesion, family, lines)
    on = canvas(at, _reach(lesion, outline, rim, lines), grid)
    solid = _solid(lesion, family, outline, rim, on)
    peak = peak_mm(lesion, projection)
    if lesion.term(DescriptorAxis.MASS_DENSITY) == "fat-containing":
        tissue = _with_fat(lesion, family, solid, peak, on)
    else:
        tissue = _dense(lesion, family, solid, peak, on)
    if lines:
        tissue = tissue + draw_lines(lines, on) * (1 - 0.7 * solid.seen)
    pulls = (_pull(lesion, at),) if spiculated else ()
    return on.painted(tissue, solid.depth, pulls)


def peak_mm(lesion: Lesion, projection: Projection) -> float:
    """Greatest thickness in mm of glandular equivalent, texture apart.

    About as much as the size, flattened for large masses, by density and subtlety; never
    more than half of the compressed breast.
    """
    share = stream(lesion.seed, "thickness").uniform(0.85, 1.15)
    solid = MOST_MM * math.tanh(share * lesion.size_mm / MOST_MM)
    density = _DENSITIES.get(lesion.term(DescriptorAxis.MASS_DENSITY), 1.0)
    return min(solid * density * fading(lesion.subtlety), projection.thickness_mm / 2)


def _solid(lesion: Lesion, family: HangFamily, outline: Outline, rim: Rim, on: Canvas) -> _Solid:
    random = stream(lesion.seed, "solid", family.value)
    warp = _warp_mm(lesion)
    x = on.x + warp * octaves(random, on, lesion.size_mm / 3, 0.6)
    y = on.y + warp * octaves(random, on, lesion.size_mm / 3, 0.6)
    angle = np.arctan2(y, x)
    index = (angle * (ANGLES / (2 * math.pi))).astype(np.int32) % ANGLES
    away: Field = np.hypot(x, y)
    depth = (outline.edge[index] - away) * outline.leaning()[index]
    share: Field = np.asarray(away / outline.smooth[index], np.float32)
    frayed = depth + rim.rough_mm * octaves(random, on, 2.4, 0.4)
    seen = smooth_step(0.5 + frayed / rim.soft_mm[index])
    kept: Field = 1 - (1 - rim.kept[index]) * smooth_step((share - 0.25) / 0.7)
    return _Solid(depth=depth, share=share, seen=seen, kept=kept)


def _dense(lesion: Lesion, family: HangFamily, solid: _Solid, peak: float, on: Canvas) -> Field:
    """An uneven solid, flatter than an ellipsoid, denser to one side, with pockets of fat."""
    random = stream(lesion.seed, "inside", family.value)
    crisp = lesion.term(DescriptorAxis.MASS_MARGIN) in ("circumscribed", "obscured")
    body = np.sqrt(np.clip(1 - random.uniform(0.7, 0.9) * solid.share**2, 0.03, 1))
    lean = random.uniform(0.1, 0.3) if crisp else random.uniform(0.2, 0.45)
    way = random.uniform(0, 2 * math.pi)
    tilt = (on.x * math.cos(way) + on.y * math.sin(way)) * (lean / (lesion.size_mm / 2))
    swing = random.uniform(0.1, 0.2) if crisp else random.uniform(0.24, 0.4)
    inside = 1 + np.clip(tilt, -0.6, 0.6) + swing * octaves(random, on, lesion.size_mm / 2.5, 0.4)
    pockets = smooth_step((octaves(random, on, max(lesion.size_mm / 5, 1.5), 0.5) - 0.5) / 1.2)
    inside = inside * (1 - (0.15 if crisp else 0.45) * pockets * np.clip(solid.share, 0.15, 1))
    tissue = peak * body * solid.seen * solid.kept * np.clip(inside, 0.15, 1.9)
    return np.asarray(tissue + _halo(random, lesion, solid, peak, on), np.float32)


def _halo(
    random: np.random.Generator, lesion: Lesion, solid: _Solid, peak: float, on: Canvas
) -> Field | float:
    """A thin lucent line along part of a circumscribed margin, on two of three such masses."""
    chance, middle, deep = random.uniform(size=3)
    if lesion.term(DescriptorAxis.MASS_MARGIN) != "circumscribed" or chance > 0.67:
        return 0.0
    ring = np.exp(-(((solid.depth + 0.7) / 0.35) ** 2))
    facing = np.cos(np.arctan2(on.y, on.x) - 2 * math.pi * middle)
    return np.asarray(-(0.03 + 0.06 * deep) * peak * ring * smooth_step(0.3 + facing), np.float32)


def _with_fat(lesion: Lesion, family: HangFamily, solid: _Solid, peak: float, on: Canvas) -> Field:
    """A thin capsule around fat with islands of gland, as in a hamartoma."""
    random = stream(lesion.seed, "inside", family.value)
    capsule = 0.28 * peak * np.exp(-(((solid.depth - 0.4) / 0.35) ** 2)) * solid.kept
    mottle = octaves(random, on, lesion.size_mm / 3, 0.4)
    islands = smooth_step((mottle - random.uniform(-0.6, 0.2)) / 1.8) * (1 + 0.25 * mottle)
    body = np.sqrt(np.clip(1 - 0.85 * solid.share**2, 0.03, 1)) * solid.seen
    return np.asarray(capsule + peak * body * (0.9 * islands - 0.35), np.float32)


def _warp_mm(lesion: Lesion) -> float:
    """How far the outline is bent out of the form that radii can describe."""
    term = lesion.term(DescriptorAxis.MASS_MARGIN)
    crisp = term in ("circumscribed", "obscured", "microlobulated")
    irregular = lesion.term(DescriptorAxis.MASS_SHAPE) == "irregular"
    return lesion.size_mm * (0.008 if crisp else 0.022) * (1.4 if irregular else 1.0)


def _reach(lesion: Lesion, outline: Outline, rim: Rim, lines: tuple[Line, ...]) -> float:
    tips = [math.hypot(line.x, line.y) + line.length_mm for line in lines]
    widest = float(outline.edge.max()) + float(rim.soft_mm.max()) / 2
    return max([widest + 4 * _warp_mm(lesion) + 3 * rim.rough_mm, *tips]) + 2.5


def _spicules(lesion: Lesion, projection: Projection) -> tuple[Line, ...]:
    """Unequal lines that point away from the centre, denser on some sides than on others."""
    random = stream(lesion.seed, "spicules", projection.family.value)
    count = int(random.integers(16, 38))
    peak, half = peak_mm(lesion, projection), lesion.size_mm / 2
    even = (np.arange(count) + random.uniform(-0.45, 0.45, count)) * (2 * math.pi / count)
    angles = even + 0.35 * np.sin(random.integers(1, 3) * even + random.uniform(0, 6.3))
    return tuple(
        Line(
            x=0.0,
            y=0.0,
            angle=float(angle) % (2 * math.pi),
            length_mm=float(np.clip(half * random.lognormal(-0.05, 0.5), 2.5, 18)),
            bend=random.normal(0, 0.07),
            width_mm=random.uniform(0.2, 0.6),
            thick_mm=peak * random.uniform(0.12, 0.5),
            wave=random.uniform(0, 2 * math.pi),
        )
        for angle in angles
    )


def _rooted(line: Line, outline: Outline) -> Line:
    """The line, beginning a little inside the edge."""
    index = int(line.angle * ANGLES / (2 * math.pi)) % ANGLES
    radius = 0.75 * float(outline.smooth[index])
    return Line(
        x=radius * math.cos(line.angle),
        y=radius * math.sin(line.angle),
        angle=line.angle + 1.5 * line.bend,
        length_mm=line.length_mm + 0.25 * float(outline.edge[index]),
        bend=line.bend,
        width_mm=line.width_mm,
        thick_mm=line.thick_mm,
        wave=line.wave,
    )


def _forks(lesion: Lesion, family: HangFamily, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    random = stream(lesion.seed, "forks", family.value)
    drawn = [(forked(random, line), random.uniform()) for line in lines]
    return tuple(fork for fork, chance in drawn if chance < 0.25)


def _pull(lesion: Lesion, at: ViewPoint) -> Pull:
    strength = stream(lesion.seed, "pull").uniform(0.15, 0.32) * (1 - 0.5 * lesion.subtlety)
    return Pull(at.u, at.v, 0.9 * lesion.size_mm + 8, strength)
