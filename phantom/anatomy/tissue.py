"""All tissue of one view as thickness: gland, strands, skin, muscle and implant."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from phantom.anatomy.breast import Breast
from phantom.anatomy.implant import draw_implant
from phantom.anatomy.lattice import Lattice
from phantom.anatomy.muscle import draw_muscle
from phantom.anatomy.parenchyma import Site, gland_share
from phantom.anatomy.positioning import Position
from phantom.anatomy.shadow import gland_shadow
from phantom.anatomy.strand_plan import ducts, ligaments, vessels
from phantom.anatomy.strands import draw_strands
from phantom.space.grid import Field, Grid, Mask
from phantom.space.stamp import Pull
from phantom.space.streams import stream

_MOST = 0.5
"""Share of the thickness that gland takes up at most: there is always fat before and behind it."""
_NIPPLE_MM = 22.0
_UNDER_SKIN_MM = 9.0
"""Depth over which gland sets in below the skin."""


@dataclass(frozen=True)
class Tissue:
    """What the beam passes at each pixel of a grid; float32 arrays of its shape, in mm.

    depth: distance inside the skin's line, negative outside. thickness: of the whole breast.
    gland: glandular-equivalent thickness, muscle apart. muscle, skin, implant: likewise.
    """

    depth: Field = field(repr=False)
    thickness: Field = field(repr=False)
    gland: Field = field(repr=False)
    muscle: Field = field(repr=False)
    skin: Field = field(repr=False)
    implant: Field = field(repr=False)

    @property
    def metered(self) -> Mask:
        """Breast that a unit sets its brightness by: not over an implant, if there is else any."""
        breast = (self.thickness > 0) & (self.implant <= 0)
        return breast if breast.any() else np.ones_like(breast)


@dataclass(frozen=True)
class Bed:
    """A breast on the detector and the pixels to draw.

    depth: below the skin's line, for places. name: of the layer of texture, for its numbers.
    """

    breast: Breast
    position: Position
    grid: Grid
    depth: Lattice = field(repr=False)
    name: str


def draw_tissue(bed: Bed, pulls: tuple[Pull, ...] = ()) -> Tissue:
    """Draw a view's tissue, drawn in towards some places."""
    breast, position = bed.breast, bed.position
    depth, site = places(bed, pulls)
    base = gland_shadow(breast, position).at(site.u, site.v) * under_skin(depth)
    share = gland_share(breast, site, base) + strand_share(bed, depth)
    thickness = compressed_thickness(depth, position.projection.thickness_mm)
    muscle = np.zeros_like(depth)
    if position.muscle is not None:
        random = stream(breast.seed, "muscle", bed.name)
        muscle = draw_muscle(position.muscle, site.u, site.v, random, finest_mm=site.finest_mm)
        muscle *= np.clip(depth / 6.0, 0, 1)
    return Tissue(
        depth=depth,
        thickness=thickness,
        gland=limited(share) * thickness,
        muscle=muscle,
        skin=_skin(breast, position, site),
        implant=draw_implant(position.implant, site.u, site.v, thickness),
    )


def places(bed: Bed, pulls: tuple[Pull, ...]) -> tuple[Field, Site]:
    """Depth below the skin at each pixel, and where its tissue comes from."""
    grid = bed.grid
    u = np.ascontiguousarray(np.broadcast_to(grid.u(), grid.shape))
    v = np.ascontiguousarray(np.broadcast_to(grid.v(), grid.shape))
    depth = bed.depth.at(u, v)
    u, v = _pulled(u, v, pulls)
    finest = max(2 * grid.pixel_mm, 0.14)
    return depth, Site(u, v, depth, bed.position.nipple_u, finest, bed.name)


def under_skin(depth: Field) -> Field:
    """0 at the skin, 1 where gland may begin."""
    return np.asarray(np.clip((depth - 1.5) / np.float32(_UNDER_SKIN_MM), 0, 1), np.float32)


def limited(share: Field) -> Field:
    """A share of the gland's own extent as a share of the whole thickness."""
    return np.asarray(_MOST * np.tanh(share / np.float32(0.92)), np.float32)


def compressed_thickness(depth: Field, plates_mm: float) -> Field:
    """Thickness in mm at a distance inside the skin: round at the edge, then between the plates."""
    radius = plates_mm / 2
    rest = np.clip(1 - depth / np.float32(radius), 0, 1)
    round_edge: Field = np.sqrt(1 - rest * rest) * (depth > 0)
    return np.asarray(plates_mm * round_edge, np.float32)


def _pulled(u: Field, v: Field, pulls: tuple[Pull, ...]) -> tuple[Field, Field]:
    """Where the tissue seen at each place comes from, once it is drawn in towards places."""
    for pull in pulls:
        du, dv = u - np.float32(pull.u), v - np.float32(pull.v)
        near = np.exp(-(du * du + dv * dv) / np.float32(2 * (pull.radius_mm / 2) ** 2))
        stretch = 1 + np.float32(pull.strength) * near
        u, v = np.float32(pull.u) + du * stretch, np.float32(pull.v) + dv * stretch
    return u, v


def strand_share(bed: Bed, depth: Field) -> Field:
    """Ligaments, ducts and vessels as share of the thickness."""
    breast, position, grid = bed.breast, bed.position, bed.grid
    random = stream(breast.seed, "strands", bed.name)
    thin = draw_strands(ligaments(breast, position, random), grid, blur_mm=0.12)
    thin += draw_strands(ducts(position, random), grid, blur_mm=0.3)
    thin += draw_strands(vessels(breast, position, random), grid, blur_mm=0.35)
    plates = np.float32(position.projection.thickness_mm)
    return np.asarray(thin / plates * np.clip(depth / 3, 0, 1), np.float32)


def _skin(breast: Breast, position: Position, site: Site) -> Field:
    """Skin seen edge on along the outline, thicker around the nipple, and the nipple itself."""
    u, v, depth = site.u, site.v, site.depth
    near = np.exp(-((u - position.nipple_u) ** 2 + v * v) / np.float32(2 * 11.0**2))
    skin = np.float32(breast.skin_mm) * (1 + 0.8 * near)
    radius = np.float32(position.projection.thickness_mm / 2)
    outer = np.sqrt(np.clip(depth * (2 * radius - depth), 0, None))
    inner = np.sqrt(np.clip((radius - skin) ** 2 - (radius - depth) ** 2, 0, None))
    through = np.where(depth < radius, 2 * (outer - inner), 2 * skin)
    tip = np.exp(-(((u - position.nipple_u + 3) / 5) ** 2) - (v / 5) ** 2)
    through = np.maximum(through, _NIPPLE_MM * tip)
    return np.asarray(np.where(depth > 0, through, 0), np.float32)
