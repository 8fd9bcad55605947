"""Puts lesions and decoys into a view's tissue and adds up what the beam loses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from phantom.anatomy.tissue import Tissue
from phantom.detector.exposure import (
    CALCIUM_PER_MM,
    FAT_PER_MM,
    GLAND_PER_MM,
    METAL_PER_MM,
    SILICONE_PER_MM,
)
from phantom.space.grid import Field
from phantom.space.stamp import Painted, Stamp

_SKIN_SHOWN = 0.15
"""Units equalise the breast's edge, so skin seen edge on is shown weaker than it absorbs."""

_PUSHED_ASIDE = 1.6
"""A mass takes the place of more gland than its own thickness: what it pushes aside is gone too."""


@dataclass(frozen=True)
class Layers:
    """Materials of one view: float32 (rows, columns), mm along the beam."""

    tissue: Tissue
    gland: Field = field(repr=False)
    skin: Field = field(repr=False)
    calcium: Field = field(repr=False)
    metal: Field = field(repr=False)

    def attenuation(self) -> Field:
        """Sum of coefficient times thickness along each ray."""
        dense = self.gland + self.tissue.muscle
        fat = np.clip(self.tissue.thickness - dense, 0, None)
        total = FAT_PER_MM * fat + GLAND_PER_MM * (dense + _SKIN_SHOWN * self.skin)
        total += (SILICONE_PER_MM - FAT_PER_MM) * self.tissue.implant
        total += CALCIUM_PER_MM * self.calcium + METAL_PER_MM * self.metal
        return np.asarray(total, np.float32)


def with_painted(tissue: Tissue, painted: Iterable[Painted]) -> Layers:
    """A view's tissue with everything that was painted for it.

    Tissue that was painted takes the place of what was there; all else is added.
    """
    layers = Layers(
        tissue=tissue,
        gland=tissue.gland.copy(),
        skin=tissue.skin.copy(),
        calcium=np.zeros_like(tissue.gland),
        metal=np.zeros_like(tissue.gland),
    )
    for one in painted:
        _replace(layers.gland, tissue.thickness, one.tissue)
        _add(layers.skin, one.skin)
        _add(layers.calcium, one.calcium)
        _add(layers.metal, one.metal)
    np.clip(layers.skin, -0.2 * tissue.thickness, None, out=layers.skin)
    layers.skin[tissue.depth <= 0] = 0
    layers.calcium[tissue.depth <= 0] = 0
    return layers


def _replace(gland: Field, thickness: Field, stamp: Stamp | None) -> None:
    if stamp is None:
        return
    there, whole = _under(gland, stamp), _under(thickness, stamp)
    taken = np.clip(_PUSHED_ASIDE * np.abs(stamp.mm) / np.maximum(whole, 1.0), 0, 1)
    there *= 1 - taken
    there += np.minimum(stamp.mm, whole)
    np.clip(there, 0, whole, out=there)


def _add(layer: Field, stamp: Stamp | None) -> None:
    if stamp is not None:
        under = _under(layer, stamp)
        under += stamp.mm


def _under(layer: Field, stamp: Stamp) -> Field:
    rows, columns = stamp.mm.shape
    return layer[stamp.top : stamp.top + rows, stamp.left : stamp.left + columns]
