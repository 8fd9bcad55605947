"""Paints each lesion and decoy of a breast where it falls in one view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from domain.finding import FindingKind
from phantom.anatomy.lattice import Lattice
from phantom.anatomy.positioning import Position
from phantom.decoys.decoy import Decoy, DecoyKind
from phantom.decoys.paint import appears_in, paint_decoy
from phantom.lesions.calcium import paint_calcifications
from phantom.lesions.lesion import Lesion
from phantom.lesions.soft import paint_soft
from phantom.space.grid import Field, Grid
from phantom.space.points import BreastPoint, ViewPoint
from phantom.space.stamp import Painted
from phantom.space.streams import stream

Thing = TypeVar("Thing", Lesion, Decoy)
SCATTER_MM = 1.4
"""Deviation of a place in a view from where a linear compression puts it."""
_ON_THE_PICTURE = frozenset({DecoyKind.LETTERS, DecoyKind.LINE_ARTEFACT})


@dataclass(frozen=True)
class Placed(Generic[Thing]):
    """A lesion or decoy with its place in a view and what it adds there."""

    thing: Thing
    at: ViewPoint
    painted: Painted


@dataclass(frozen=True)
class Canvas:
    """Where things are painted: the view's position, depth below the skin, and grid."""

    position: Position
    depth: Lattice
    grid: Grid
    exposure: str


def place_lesions(lesions: tuple[Lesion, ...], canvas: Canvas) -> list[Placed[Lesion]]:
    """Every lesion that can be seen in this view."""
    placed = []
    for lesion in lesions:
        if canvas.position.projection.family in lesion.families:
            at = place(lesion.at, lesion.seed, lesion.size_mm, canvas)
            placed.append(Placed(lesion, at, _paint(lesion, at, canvas)))
    return placed


def place_decoys(decoys: tuple[Decoy, ...], canvas: Canvas) -> list[Placed[Decoy]]:
    """Every decoy in the breast; letters and lines are drawn on the finished picture."""
    placed = []
    family = canvas.position.projection.family
    for decoy in decoys:
        if decoy.kind not in _ON_THE_PICTURE and appears_in(decoy, family):
            at = place(decoy.at, decoy.seed, min(decoy.size_mm, 10.0), canvas)
            painted = paint_decoy(decoy, at, canvas.position.projection, canvas.grid)
            placed.append(Placed(decoy, at, painted))
    return placed


def _paint(lesion: Lesion, at: ViewPoint, canvas: Canvas) -> Painted:
    calcium = lesion.kind in (FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP)
    paint = paint_calcifications if calcium else paint_soft
    return paint(lesion, at, canvas.position.projection, canvas.grid)


def place(point: BreastPoint, seed: int, size_mm: float, canvas: Canvas) -> ViewPoint:
    """Where a place in the breast falls, with the scatter of real compression, inside the skin."""
    projection = canvas.position.projection
    exact = projection.point(point)
    scatter = stream(seed, "scatter", canvas.exposure).normal(0, SCATTER_MM, 2)
    u, v = exact.u + float(scatter[0]), exact.v + float(scatter[1])
    margin = min(0.5 * size_mm, 8.0) + 3.0
    for _ in range(12):
        if _depth_at(canvas.depth, u, v) >= margin:
            break
        u += 0.12 * (0.45 * canvas.position.nipple_u - u)
        v *= 0.88
    height = float(np.clip(exact.t, 3.0, projection.thickness_mm - 3.0))
    return ViewPoint(max(u, 2.0), v, height)


def _depth_at(depth: Lattice, u: float, v: float) -> float:
    one_u: Field = np.full((1, 1), u, np.float32)
    one_v: Field = np.full((1, 1), v, np.float32)
    return float(depth.at(one_u, one_v)[0, 0])
