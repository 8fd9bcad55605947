"""An artery with calcified walls: benign, yet full of bright specks in line."""

from __future__ import annotations

import numpy as np

from phantom.decoys.decoy import Decoy
from phantom.lesions.calcium import paint_dots
from phantom.lesions.calcium_drawing import Numbers, Tube, averaged, sheet_of
from phantom.lesions.calcium_groups import Artery, draw_artery, tram_tracks
from phantom.space.grid import Grid
from phantom.space.points import BreastPoint, ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted, Stamp
from phantom.space.streams import stream


def paint_vessel_calcification(
    decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid
) -> Painted:
    """A tortuous artery with its middle at ``at``: a tube of tissue, flakes in its wall.

    Some arteries carry a few specks, others dense tracks. There is no patch: it is no lesion.
    """
    random = stream(decoy.seed, "artery")
    along = np.array([0.8, random.normal(0, 0.45), random.normal(0, 0.6)])
    artery = draw_artery(random, decoy.size_mm, along)
    dots = tram_tracks(artery, decoy.seed, random.uniform(0.12, 0.95), random.uniform(0.5, 1.0))
    walls = paint_dots(dots, at, projection, grid)
    return Painted(tissue=_tube(artery, at, projection, grid), calcium=walls.calcium)


def _tube(artery: Artery, at: ViewPoint, projection: Projection, grid: Grid) -> Stamp | None:
    moved = [projection.shift(BreastPoint(*(float(x) for x in place))) for place in artery.path]
    path = np.array([[by.u, by.v, by.t] for by in moved])
    reach = float(np.abs(path[:, :2]).max() + artery.radii.max())
    part, top, left = grid.around(at.u, at.v, reach + grid.pixel_mm)
    step = min(max(grid.pixel_mm, 0.05), float(artery.radii.max()) / 6)
    laid = averaged(
        sheet_of([Tube(path, artery.radii * _faded(len(path)))], np.eye(3), step), at.u, at.v, part
    )
    if laid is None:
        return None
    first_row, first_column, mm, _ = laid
    return Stamp(top + first_row, left + first_column, mm) if mm.any() else None


def _faded(count: int) -> Numbers:
    """Factors of the radius along a vessel: at both ends it leaves the sharp part of the tissue."""
    place = np.linspace(0, 1, count)
    faded: Numbers = np.clip(np.minimum(place, 1 - place) / 0.06, 0.15, 1) ** 0.5
    return faded
