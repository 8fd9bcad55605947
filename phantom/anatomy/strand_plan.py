"""Where ligaments, ducts and vessels run in one view."""

from __future__ import annotations

import math

import numpy as np

from phantom.anatomy.breast import Breast
from phantom.anatomy.positioning import Position
from phantom.anatomy.strands import Strand, wandering


def ligaments(breast: Breast, position: Position, random: np.random.Generator) -> list[Strand]:
    """Cooper's ligaments: thin bent lines, most of them towards the nipple."""
    count = round(random.uniform(110, 240) * breast.habit.net)
    width = breast.half_width_mm * position.projection.spread
    strands = []
    for _ in range(count):
        v = random.uniform(-1.5, 1.0) * width
        skin = position.outline.skin_u(v)
        u = random.uniform(0.02, 0.95) * max(skin, 20)
        aim = math.atan2(-v, position.nipple_u - u + 15)
        angle = aim + random.normal(0, 0.35) + (math.pi if random.random() < 0.5 else 0)
        path = wandering(
            random, (u, v), angle, random.gamma(2.2, 17.0), turning=0.7, bend=random.normal(0, 0.5)
        )
        strands.append(Strand(path, random.uniform(0.3, 0.8), random.gamma(1.6, 1.6)))
    return strands


def ducts(position: Position, random: np.random.Generator) -> list[Strand]:
    """Ducts behind the nipple: they leave it side by side and branch."""
    strands: list[Strand] = []
    for _ in range(round(random.uniform(5, 11))):
        angle = math.pi + random.normal(0, 0.5)
        length = random.uniform(14, 45)
        path = wandering(
            random, (position.nipple_u - 3, random.normal(0, 2.0)), angle, length, turning=0.7
        )
        width = random.uniform(0.7, 1.9)
        strands.append(Strand(path, width, random.uniform(0.4, 1.1)))
        for _ in range(random.integers(1, 4)):
            at = int(random.integers(3, len(path) - 2))
            start = (float(path[at, 0]), float(path[at, 1]))
            branch = wandering(
                random, start, angle + random.normal(0, 0.6), length * 0.6, turning=0.9
            )
            strands.append(Strand(branch, width * 0.7, random.uniform(0.3, 0.8)))
    return strands


def vessels(breast: Breast, position: Position, random: np.random.Generator) -> list[Strand]:
    """Veins and arteries: long, smoothly winding, wider than ligaments, from the chest wall."""
    width = breast.half_width_mm * position.projection.spread
    strands: list[Strand] = []
    for _ in range(round(random.uniform(2, 7))):
        v = random.uniform(-1.2, 0.6) * width
        aim = math.atan2(-0.6 * v, position.nipple_u)
        length = random.uniform(45, 110)
        path = wandering(
            random, (0.0, v), aim + random.normal(0, 0.3), length, turning=1.3, points=40
        )
        calibre = random.uniform(0.9, 2.4)
        strands.append(Strand(path, calibre, 0.55 * calibre))
        for _ in range(random.integers(0, 3)):
            at = int(random.integers(8, 34))
            start = (float(path[at, 0]), float(path[at, 1]))
            branch = wandering(
                random, start, aim + random.normal(0, 0.7), length * 0.5, turning=1.3, points=24
            )
            strands.append(Strand(branch, 0.6 * calibre, 0.35 * calibre))
    return strands
