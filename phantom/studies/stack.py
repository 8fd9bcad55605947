"""Draws a tomosynthesis stack: slabs of tissue in focus, and the rest as a faint shadow."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from domain.laterality import Laterality
from phantom.anatomy.parenchyma import gland_share
from phantom.anatomy.shadow import gland_shadow
from phantom.anatomy.tissue import Tissue, draw_tissue, limited, places, strand_share, under_skin
from phantom.decoys.decoy import Decoy
from phantom.detector.exposure import Beam, expose
from phantom.detector.processing import Look, Signal, develop, span_of
from phantom.lesions.lesion import Lesion
from phantom.space.grid import Field
from phantom.space.stamp import Painted, Pull, Stamp
from phantom.space.streams import stream
from phantom.studies.layers import with_painted
from phantom.studies.painting import Placed
from phantom.studies.patient import SyntheticPatient
from phantom.studies.view import Laid, Shot, lay

SLAB_MM = 9.0
"""Tissue is drawn anew at this distance and blended in between."""
_LEFT_OVER = 0.25
"""Share of everything outside a slice that limited angles leave in it."""
_REACH_MM = 1.5
"""A thing is seen this far above and below itself."""
_FILLED = 0.55
"""Share of the slab that a mass in it takes up along the beam, about what gland may."""
_STRANDS = 0.5
_BEAM = Beam(quanta=2.0e6, scatter=0.3)


@dataclass(frozen=True)
class _Slabs:
    """Gland in mm at several heights: each float32 of the bed's shape."""

    heights: tuple[float, ...]
    gland: tuple[Field, ...] = field(repr=False)

    def at(self, height: float) -> Field:
        """Blend of the two slabs around a height in mm."""
        index = int(np.clip(np.searchsorted(self.heights, height), 1, len(self.heights) - 1))
        low, high = self.heights[index - 1], self.heights[index]
        share = np.float32(np.clip((height - low) / (high - low), 0, 1))
        return self.gland[index - 1] * (1 - share) + self.gland[index] * share


def draw_stack(patient: SyntheticPatient, shot: Shot) -> npt.NDArray[np.uint16]:
    """uint16 (slices, rows, columns), from the detector upwards, about 1 mm apart."""
    laid = lay(patient, shot)
    grid, whole = laid.bed.grid, laid.whole
    flat = draw_tissue(laid.bed, _pulls(laid))
    slabs = _slabs(laid, flat)
    count = max(2, round(laid.position.projection.thickness_mm))
    slices = np.zeros((count, *whole.shape), np.uint16)
    brightness = np.zeros(whole.shape, np.float32)
    span = span_of(_signal(laid, flat, slabs, count / 2, shot), Look())
    for index in range(count):
        signal = _signal(laid, flat, slabs, index + 0.5, shot)
        brightness[:, : grid.columns] = develop(signal, Look(), span)
        stored = shot.unit.stored(brightness)
        mirrored = shot.exposure.laterality is Laterality.RIGHT
        slices[index] = stored[:, ::-1] if mirrored else stored
    return slices


def _slabs(laid: Laid, flat: Tissue) -> _Slabs:
    plates = laid.position.projection.thickness_mm
    count = max(2, math.ceil(plates / SLAB_MM))
    heights = tuple((index + 0.5) * plates / count for index in range(count))
    return _Slabs(heights, tuple(_slab(laid, flat, height, plates / count) for height in heights))


def _slab(laid: Laid, flat: Tissue, height: float, thick: float) -> Field:
    bed = replace(laid.bed, name=f"{laid.bed.name} slab {round(height)}")
    depth, site = places(bed, _pulls(laid))
    span = (height - thick / 2, height + thick / 2)
    shadow = gland_shadow(bed.breast, bed.position, slab_mm=span).at(site.u, site.v)
    share = gland_share(bed.breast, site, shadow * under_skin(depth))
    share = limited(share + np.float32(_STRANDS) * strand_share(bed, depth))
    return np.asarray(share * flat.thickness, np.float32)


def _signal(laid: Laid, flat: Tissue, slabs: _Slabs, height: float, shot: Shot) -> Signal:
    focus = np.float32(1 - _LEFT_OVER)
    gland = focus * slabs.at(height) + np.float32(_LEFT_OVER) * flat.gland
    seen = replace(flat, gland=gland)
    plates = laid.position.projection.thickness_mm
    painted = [_in_focus(one, height, plates) for one in laid.lesions]
    painted += [_in_focus(one, height, plates) for one in laid.decoys]
    attenuation = with_painted(seen, painted).attenuation()
    random = stream(laid.bed.breast.seed, "quanta", shot.name, "slice", round(height * 2))
    logs = expose(attenuation, laid.bed.grid.pixel_mm, _BEAM, random)
    return Signal(logs, flat.thickness, flat.metered, laid.bed.grid.pixel_mm)


def _in_focus(placed: Placed[Lesion] | Placed[Decoy], height: float, plates: float) -> Painted:
    """What is seen of a thing in a slice: in focus it fills the slab, elsewhere a shadow is left.

    A slab's gland is drawn as if it went through the whole breast; so is what lies in it.
    """
    size = max(placed.thing.size_mm, _REACH_MM)
    weight = math.exp(-(((height - placed.at.t) / (0.3 * size + _REACH_MM)) ** 2))
    tissue = _LEFT_OVER + (1 - _LEFT_OVER) * weight * max(1.0, _FILLED * plates / size)
    solid = max(weight, 0.05)
    whole = placed.painted
    return Painted(
        tissue=_faded(whole.tissue, tissue),
        calcium=_faded(whole.calcium, solid),
        metal=_faded(whole.metal, solid),
        skin=_faded(whole.skin, _LEFT_OVER),
    )


def _pulls(laid: Laid) -> tuple[Pull, ...]:
    painted = [one.painted for one in laid.lesions] + [one.painted for one in laid.decoys]
    return tuple(pull for one in painted for pull in one.pulls)


def _faded(stamp: Stamp | None, weight: float) -> Stamp | None:
    return None if stamp is None else replace(stamp, mm=stamp.mm * np.float32(weight))
