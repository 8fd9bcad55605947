"""A small picture with its place: what one thing adds to a view."""

from __future__ import annotations

from dataclasses import dataclass, field

from phantom.space.grid import Field, Mask


@dataclass(frozen=True)
class Stamp:
    """Thickness of a material over a rectangle of a view's grid.

    mm: float32 (rows, columns), thickness along the beam in mm; negative takes away.
    top, left: the grid's pixel under its first one. The rectangle lies within the grid.
    """

    top: int
    left: int
    mm: Field = field(repr=False)


@dataclass(frozen=True)
class Patch:
    """Pixels that belong to something, over a rectangle of a view's grid (which holds it whole)."""

    top: int
    left: int
    pixels: Mask = field(repr=False)


@dataclass(frozen=True)
class Pull:
    """Tissue drawn in towards a place, as around a scar or a spiculated mass.

    u, v: the place in mm. radius_mm: reach of the effect. strength: 0 to 1, share of the
    distance that tissue at half the radius has moved inwards (0.3 is strong).
    """

    u: float
    v: float
    radius_mm: float
    strength: float


@dataclass(frozen=True)
class Painted:
    """What one lesion or decoy adds to one view, and which pixels are its truth.

    tissue: mm of material with glandular attenuation, times its relative density (so a mass of
    high density is "thicker" than it is); it takes the place of what was there. calcium: mm of
    calcification (hydroxyapatite). metal: mm of steel or titanium. skin: mm of skin added (moles,
    folds, thickening); like tissue, but lies on top and replaces nothing. patch: truth pixels;
    ``None`` for things without a truth of their own. pulls: distortions of the tissue around.
    """

    tissue: Stamp | None = None
    calcium: Stamp | None = None
    metal: Stamp | None = None
    skin: Stamp | None = None
    patch: Patch | None = None
    pulls: tuple[Pull, ...] = ()
