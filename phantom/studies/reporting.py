"""From a drawn view to the stored image with its truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.geometry import ImagePoint
from domain.laterality import Laterality
from domain.view_position import HangFamily
from phantom.decoys.decoy import Decoy
from phantom.lesions.lesion import Lesion
from phantom.recipe import Composition
from phantom.space.grid import Field, Grid
from phantom.space.stamp import Patch
from phantom.studies.image import SyntheticImage
from phantom.studies.painting import Placed
from phantom.studies.view import Drawn, Laid, Shot
from phantom.truth.measure import measure, mirrored, painted_box
from phantom.truth.truth import DecoyTruth, LesionTruth, ViewTruth


def stored_image(drawn: Drawn, shot: Shot, density: Composition) -> SyntheticImage:
    """The image as the unit stores it; a right breast is turned to hang with its nipple left."""
    brightness = drawn.brightness
    if shot.exposure.laterality is Laterality.RIGHT:
        brightness = np.ascontiguousarray(brightness[:, ::-1])
    grid = drawn.laid.whole
    return SyntheticImage(
        exposure=shot.exposure,
        unit=shot.unit,
        density=density,
        pixels=shot.unit.stored(brightness),
        pixel_mm=grid.pixel_mm,
        spacing_mm=grid.pixel_mm * shot.unit.magnification,
        thickness_mm=drawn.laid.position.projection.thickness_mm,
        truth=_truth(drawn, shot),
    )


def _truth(drawn: Drawn, shot: Shot) -> ViewTruth:
    right = shot.exposure.laterality is Laterality.RIGHT
    laid = drawn.laid
    nipple = _point(laid.whole, laid.position.nipple_u, 0.0, right=right)
    lesions = [_lesion(one, drawn, nipple, right=right) for one in laid.lesions]
    decoys = [_decoy(one, laid, right=right) for one in (*laid.decoys, *drawn.letters)]
    return ViewTruth(
        size=shot.size,
        family=shot.exposure.position.family,
        lesions=tuple(one for one in lesions if one),
        decoys=tuple(one for one in decoys if one),
        nipple=nipple,
        pectoral=_pectoral(laid, right=right),
    )


def _point(grid: Grid, u: float, v: float, *, right: bool) -> ImagePoint:
    x = grid.column_of(u)
    return ImagePoint(grid.columns - 1 - x if right else x, grid.row_of(v))


def _lesion(
    placed: Placed[Lesion], drawn: Drawn, nipple: ImagePoint, *, right: bool
) -> LesionTruth | None:
    patch = placed.painted.patch
    if patch is None:
        return None
    grid = drawn.laid.whole
    seen = _within_breast(patch, drawn.depth)
    if right:
        seen = mirrored(seen, grid.columns)
    return measure(placed.thing, seen, nipple, grid.pixel_mm, placed.at.t)


def _within_breast(patch: Patch, depth: Field) -> Patch:
    rows, columns = patch.pixels.shape
    under = depth[patch.top : patch.top + rows, patch.left : patch.left + columns]
    return Patch(patch.top, patch.left, patch.pixels & (under > 0))


def _decoy(placed: Placed[Decoy], laid: Laid, *, right: bool) -> DecoyTruth | None:
    box = painted_box(placed.painted)
    if box is None:
        return None
    if right:
        last = laid.whole.columns - 1
        box = replace(box, left=last - box.right, right=last - box.left)
    return DecoyTruth(placed.thing, box)


def _pectoral(laid: Laid, *, right: bool) -> tuple[ImagePoint, ...]:
    """The muscle's edge within the picture, head to foot, every 5 mm."""
    muscle, grid = laid.position.muscle, laid.whole
    if muscle is None or laid.position.projection.family is not HangFamily.MLO:
        return ()
    heights = np.arange(grid.v0, muscle.foot_v, 5.0)
    edge = [(muscle.edge_u(float(v)), float(v)) for v in heights]
    return tuple(_point(grid, u, v, right=right) for u, v in edge if u > 0)
