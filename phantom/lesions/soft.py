"""Soft-tissue lesions: which of them a lesion is, and what it adds to a view."""

from __future__ import annotations

from domain.finding import FindingKind
from phantom.lesions.asymmetry import paint_asymmetry
from phantom.lesions.diffuse import paint_diffuse_mass, paint_oedema
from phantom.lesions.distortion import paint_distortion
from phantom.lesions.lesion import Lesion
from phantom.lesions.mass import paint_mass
from phantom.space.grid import Grid
from phantom.space.points import ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted

_PAINTERS = {
    FindingKind.MASS: paint_mass,
    FindingKind.ASYMMETRY: paint_asymmetry,
    FindingKind.ARCHITECTURAL_DISTORTION: paint_distortion,
    FindingKind.OTHER: paint_oedema,
}


def paint_soft(lesion: Lesion, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """What a mass, an asymmetry, a distortion or oedema adds to a view.

    at: where the lesion's centre lies. Gives tissue in mm of glandular equivalent, the truth's
    pixels and pulls. A lesion beyond the grid leaves at least one pixel's stamp and an empty
    patch. The same lesion, family and place give the same tissue whatever the size of the pixels.

    Raises ValueError for calcifications.
    """
    painter = _PAINTERS.get(lesion.kind)
    if painter is None:
        raise ValueError(f"{lesion.kind.value} is no soft-tissue lesion")
    if lesion.kind is FindingKind.MASS and lesion.diffuse:
        return paint_diffuse_mass(lesion, at, projection, grid)
    return painter(lesion, at, projection, grid)
