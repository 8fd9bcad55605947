"""Architectural distortion: straight lines through a small place, without a mass."""

from __future__ import annotations

import math

import numpy as np

from phantom.lesions.lesion import Lesion
from phantom.lesions.soft_canvas import Canvas, canvas, fading, smooth_step
from phantom.lesions.soft_texture import octaves
from phantom.lesions.spicules import Line, draw_lines
from phantom.space.grid import Field, Grid
from phantom.space.points import ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted, Pull
from phantom.space.streams import stream


def paint_distortion(lesion: Lesion, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """What a distortion adds to a view.

    Its patch is the region that a reader would outline, as long as the lesion's size; lines go on
    beyond it to 1.7 times its radius.
    """
    lines = _lines(lesion, projection)
    tips = [math.hypot(line.x, line.y) + line.length_mm for line in lines]
    on = canvas(at, max(tips) + 3, grid)
    near = _region(lesion, projection, on)
    random = stream(lesion.seed, "centre", projection.family.value)
    middle = _thick_mm(lesion) * random.uniform(0.3, 0.8)
    uneven = 1 + 0.5 * octaves(random, on, lesion.size_mm / 3, 0.5)
    core = np.exp(-((near / random.uniform(0.22, 0.34)) ** 2))
    haze = 0.3 * np.exp(-((near / 0.75) ** 2))
    veil = middle * (core + haze) * np.clip(uneven, 0, 2.5)
    pull = Pull(at.u, at.v, 0.5 * lesion.size_mm / 0.6 + 6, _strength(lesion))
    return on.painted(veil + draw_lines(lines, on), 1 - near, (pull,))


def _thick_mm(lesion: Lesion) -> float:
    """Thickness of the plainest line and of the centre."""
    own = stream(lesion.seed, "thickness").uniform(3.0, 5.0)
    return own * min(1.3, 0.5 + lesion.size_mm / 40) * fading(lesion.subtlety, 0.3)


def _strength(lesion: Lesion) -> float:
    return stream(lesion.seed, "pull").uniform(0.2, 0.35) - 0.05 * lesion.subtlety


def _lines(lesion: Lesion, projection: Projection) -> tuple[Line, ...]:
    """Lines that pass near the centre and end on either side of it; a third are lines of fat."""
    random = stream(lesion.seed, "lines", projection.family.value)
    count = int(random.integers(18, 34))
    reach = float(np.clip(lesion.size_mm / 2 / 0.6, 5, 22))
    thick = _thick_mm(lesion)
    gathered = random.uniform(0, 2 * math.pi)
    lines = []
    for number in range(count):
        angle = (number + random.uniform(-0.5, 0.5)) * 2 * math.pi / count
        angle += 0.5 * math.sin(2 * angle + gathered)
        start, aside = reach * random.uniform(-0.1, 0.4), random.normal(0, 0.07 * reach)
        fat = random.uniform() < 0.3
        lines.append(
            Line(
                x=start * math.cos(angle) - aside * math.sin(angle),
                y=start * math.sin(angle) + aside * math.cos(angle),
                angle=angle,
                length_mm=reach * random.uniform(0.35, 1.0),
                bend=random.normal(0, 0.03),
                width_mm=random.uniform(0.5, 1.1) if fat else random.uniform(0.25, 0.7),
                thick_mm=thick * (-0.45 if fat else 1.0) * random.uniform(0.25, 0.85),
                wave=random.uniform(0, 2 * math.pi),
                lasting=random.uniform(0.1, 0.6),
            )
        )
    return tuple(lines)


def _region(lesion: Lesion, projection: Projection, on: Canvas) -> Field:
    """Distance from the centre as a share of the radius of the effect's uneven region."""
    random = stream(lesion.seed, "region", projection.family.value)
    stretch, way = random.uniform(0.75, 0.95), random.uniform(0, math.pi)
    along = on.x * math.cos(way) + on.y * math.sin(way)
    aside = on.y * math.cos(way) - on.x * math.sin(way)
    share = np.hypot(along, aside / stretch) / (lesion.size_mm / 2)
    uneven = 0.1 * octaves(random, on, lesion.size_mm / 2.5, lesion.size_mm / 6)
    return np.asarray(share + uneven * smooth_step(share), np.float32)
