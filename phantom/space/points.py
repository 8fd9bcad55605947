"""Two frames in millimetres: the breast's own, and that of one compressed view."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BreastPoint:
    """A place in the breast, alike for left and right, in mm from the chest wall behind the nipple.

    depth: from the chest wall towards the nipple. lateral: away from the body's midline.
    head: upwards.
    """

    depth: float
    lateral: float
    head: float


@dataclass(frozen=True)
class ViewPoint:
    """A place in a compressed view, drawn with the chest wall at the left edge, in mm.

    u: from the chest-wall edge of the picture, to the right. v: down from the nipple's level
    (so the nipple has v = 0). t: height above the detector's cover, 0 to the view's thickness.
    """

    u: float
    v: float
    t: float = 0.0
