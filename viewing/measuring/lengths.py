"""Lengths between two places: ruler and distance from the nipple."""

from __future__ import annotations

import math
from dataclasses import dataclass

from domain.geometry import ImagePoint, PixelSpacing
from viewing.linking.breast_frame import BreastFrame, Nipple, NippleSource


@dataclass(frozen=True)
class Ruler:
    """A straight line between two stored-image positions."""

    start: ImagePoint
    end: ImagePoint
    spacing: PixelSpacing

    @property
    def length_mm(self) -> float | None:
        """In the plane of the breast; ``None`` where spacing is unknown."""
        return self.spacing.length_mm(self.start, self.end)

    @property
    def length_px(self) -> float:
        """In pixels of the stored image."""
        return math.hypot(self.end.x - self.start.x, self.end.y - self.start.y)

    def text(self) -> str:
        """The length with its spacing's source, such as ``12.4 mm (PixelSpacing)``, or pixels."""
        return f"{length_text(self.length_mm, self.length_px)}{source_text(self.spacing)}"


@dataclass(frozen=True)
class NippleDistance:
    """From the nipple to a stored-image position of the same image."""

    point: ImagePoint
    nipple: Nipple
    spacing: PixelSpacing

    @classmethod
    def of(cls, point: ImagePoint, frame: BreastFrame) -> NippleDistance:
        """The distance from a breast's nipple."""
        return cls(point, frame.nipple, frame.spacing)

    @property
    def ruler(self) -> Ruler:
        """The line that is measured, from the nipple on."""
        return Ruler(self.nipple.at, self.point, self.spacing)

    def text(self) -> str:
        """The length, whether the nipple is only estimated, and the spacing's source."""
        ruler = self.ruler
        length = length_text(ruler.length_mm, ruler.length_px)
        estimated = self.nipple.source is NippleSource.ESTIMATED
        whose = "the estimated nipple" if estimated else "the nipple"
        return f"{length} from {whose}{source_text(self.spacing)}"


def length_text(length_mm: float | None, length_px: float) -> str:
    """Millimetres to a tenth, or whole pixels where there are no millimetres."""
    return f"{length_px:.0f} px" if length_mm is None else f"{length_mm:.1f} mm"


def source_text(spacing: PixelSpacing) -> str:
    """The spacing's source in brackets after a blank; empty where there are no millimetres."""
    return "" if spacing.row_mm is None else f" ({spacing.source.value})"
