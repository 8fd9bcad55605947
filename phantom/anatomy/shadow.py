"""The shadow that a breast's gland casts in a view, whole or of a slab."""

from __future__ import annotations

import cv2
import numpy as np

from phantom.anatomy.breast import Breast
from phantom.anatomy.lattice import Lattice
from phantom.anatomy.positioning import Position
from phantom.anatomy.volume import ACROSS, REACH

_FINER = 4
_MARGIN = 400


def gland_shadow(
    breast: Breast, position: Position, *, slab_mm: tuple[float, float] | None = None
) -> Lattice:
    """Mean share of gland along the beam, 0 to 1, over the view's places.

    slab_mm: heights above the detector's cover between which gland is counted; all without it.
    """
    projection = position.projection
    span = (0.0, 1.0)
    if slab_mm is not None:
        span = (slab_mm[0] / projection.thickness_mm, slab_mm[1] / projection.thickness_mm)
    shadow = breast.volume.projected(projection.angle, span)
    height = 2 * REACH * breast.half_width_mm * projection.spread
    width = breast.depth_mm * projection.stretch_u
    square = height / ACROSS
    resized = cv2.resize(
        shadow[::-1], (round(width / square), ACROSS), interpolation=cv2.INTER_CUBIC
    )
    fine = cv2.resize(resized, None, fx=_FINER, fy=_FINER, interpolation=cv2.INTER_CUBIC)
    padded = cv2.copyMakeBorder(fine, _MARGIN, _MARGIN, 0, _MARGIN, cv2.BORDER_CONSTANT, value=0.0)
    step = square / _FINER
    return Lattice(0.0, -height / 2 - _MARGIN * step, step, np.clip(padded, 0, 1))
