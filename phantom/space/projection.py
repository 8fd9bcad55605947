"""How a view's compression and beam lay the breast flat."""

from __future__ import annotations

import math
from dataclasses import dataclass

from domain.view_position import HangFamily
from phantom.space.points import BreastPoint, ViewPoint


@dataclass(frozen=True)
class Projection:
    """A linear map from the breast's frame to a view's.

    angle: of the beam's plane in degrees: 0 for CC (beam from head to foot), 45 to 60 for MLO
    (beam from upper inner to lower outer), 90 for ML. spread: in-plane stretch by compression, 1 or
    more. thickness_mm: distance of the plates. uncompressed_mm: the breast's extent along the beam.
    stretch_u: how much longer the compressed breast is from chest wall to nipple, 1 or more.
    """

    family: HangFamily
    angle: float
    spread: float
    stretch_u: float
    thickness_mm: float
    uncompressed_mm: float

    def shift(self, by: BreastPoint) -> ViewPoint:
        """The view's displacement, in mm, for a displacement in the breast, in mm."""
        angle = math.radians(self.angle)
        up = by.lateral * math.cos(angle) + by.head * math.sin(angle)
        along = by.head * math.cos(angle) - by.lateral * math.sin(angle)
        squeeze = self.thickness_mm / self.uncompressed_mm
        return ViewPoint(by.depth * self.stretch_u, -up * self.spread, along * squeeze)

    def point(self, place: BreastPoint) -> ViewPoint:
        """The place in the view; heights are counted from the detector's cover."""
        shifted = self.shift(place)
        return ViewPoint(shifted.u, shifted.v, self.thickness_mm / 2 + shifted.t)
