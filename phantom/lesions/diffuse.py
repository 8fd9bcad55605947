"""Hazes without a rim: diffuse masses, and oedema with its net of thickened trabeculae."""

from __future__ import annotations

import math

import numpy as np

from domain.lexicon import DescriptorAxis
from phantom.lesions.lesion import Lesion
from phantom.lesions.mass import peak_mm
from phantom.lesions.soft_canvas import Canvas, canvas, fading
from phantom.lesions.soft_texture import octaves
from phantom.lesions.spicules import Line, draw_lines
from phantom.space.grid import Field, Grid
from phantom.space.points import ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted
from phantom.space.streams import stream

GRAIN_MM = 0.28
"""Hazes and trabeculae have no finer detail."""

EDGE = 0.35
"""The patch is where the haze is thicker than this share of its greatest thickness."""


def paint_diffuse_mass(
    lesion: Lesion, at: ViewPoint, projection: Projection, grid: Grid
) -> Painted:
    """What a mass without a rim adds to a view: a broad, uneven increase."""
    on = canvas(at, 0.95 * lesion.size_mm + 3, grid, GRAIN_MM)
    haze = _haze(lesion, projection, on)
    random = stream(lesion.seed, "inside", projection.family.value)
    fine = 1 + 0.32 * octaves(random, on, max(lesion.size_mm / 6, 1.5), 0.4)
    tissue = 0.85 * peak_mm(lesion, projection) * haze * np.clip(fine, 0.1, 2)
    return on.painted(tissue, haze - EDGE)


def paint_oedema(lesion: Lesion, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """What oedema adds to a view: haze, and where trabeculae are thickened, a coarse net."""
    on = canvas(at, 0.95 * lesion.size_mm + 3, grid, GRAIN_MM)
    haze = _haze(lesion, projection, on)
    random = stream(lesion.seed, "inside", projection.family.value)
    own = stream(lesion.seed, "thickness").uniform(0.24, 0.34)
    thick = min(own * lesion.size_mm, 12.0) * fading(lesion.subtlety)
    features = lesion.terms(DescriptorAxis.ASSOCIATED_FEATURE)
    net = draw_lines(_net(lesion, projection.family.value, 0.6 * lesion.size_mm), on, joined=True)
    share = 0.7 if "trabecular-thickening" in features else 0.25
    cloud = 1 + 0.25 * octaves(random, on, lesion.size_mm / 6, 0.6)
    return on.painted(thick * haze * (np.clip(cloud, 0.2, 2) + share * net), haze - EDGE)


def _haze(lesion: Lesion, projection: Projection, on: Canvas) -> Field:
    """1 at its thickest, 0.35 at half the size from the centre, uneven and without a rim."""
    shared = stream(lesion.seed, "form")
    random = stream(lesion.seed, "form", projection.family.value)
    aspect, way = shared.uniform(0.65, 0.95), shared.uniform(0, math.pi) + random.normal(0, 0.25)
    along = on.x * math.cos(way) + on.y * math.sin(way)
    aside = on.y * math.cos(way) - on.x * math.sin(way)
    share = np.hypot(along, aside / aspect) / (lesion.size_mm / 2)
    uneven = octaves(random, on, lesion.size_mm / 3, lesion.size_mm / 12)
    form = np.exp(math.log(EDGE) * share**2.4) * np.exp(0.28 * uneven)
    return np.asarray(np.minimum(form, 1 + 0.3 * np.tanh(form - 1)), np.float32)


def _net(lesion: Lesion, family: str, reach_mm: float) -> tuple[Line, ...]:
    """Trabeculae between the nodes of an uneven lattice, some of them missing; thickness 1 or less.

    Meshes are some 4 to 7 mm wide, more in a very large oedema.
    """
    random = stream(lesion.seed, "net", family)
    cell = max(random.uniform(3.8, 5.5), lesion.size_mm / 16)
    count = math.ceil(2 * reach_mm / cell)
    places = (np.arange(count) - (count - 1) / 2) * cell
    turn = random.uniform(0, math.pi / 2)
    x = places[None, :] + random.uniform(-0.45, 0.45, (count, count)) * cell
    y = places[:, None] + random.uniform(-0.45, 0.45, (count, count)) * cell
    x, y = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
    lines = []
    for down, right in ((0, 1), (1, 0), (1, 1)):
        ends = (slice(down, None), slice(right, None))
        starts = (slice(0, count - down), slice(0, count - right))
        ways = zip(
            x[starts].ravel(), y[starts].ravel(), x[ends].ravel(), y[ends].ravel(), strict=True
        )
        kept = 0.35 if down and right else 0.62
        lines += [_trabecula(random, way) for way in ways if random.uniform() < kept]
    return tuple(lines)


def _trabecula(random: np.random.Generator, way: tuple[float, float, float, float]) -> Line:
    x, y, end_x, end_y = way
    return Line(
        x=x,
        y=y,
        angle=math.atan2(end_y - y, end_x - x),
        length_mm=math.hypot(end_x - x, end_y - y) * random.uniform(0.9, 1.3),
        bend=random.normal(0, 0.16),
        width_mm=random.uniform(0.6, 1.8),
        thick_mm=random.uniform(0.2, 1.0),
        wave=random.uniform(0, 2 * math.pi),
        lasting=random.uniform(0.4, 1.0),
    )
