"""What the pixels themselves say about how an image lies."""

from __future__ import annotations

from dataclasses import dataclass

from domain.geometry import Box
from domain.side import Side
from imaging.anatomy.breast import BreastRegion

CERTAIN = 0.8
"""Confidence from which pixels may contradict a tag."""

USABLE = 0.4
"""Confidence from which pixels may stand in for a missing tag, or frame the breast."""


@dataclass(frozen=True)
class PixelEvidence:
    """What was measured on the stored image.

    chest_wall: the stored image's edge that cuts the breast, ``None`` where none was found.
    wall_confidence: 0 to 1. breast: box around the breast in stored-image pixels, ``None`` where
    none was found or the box can't be relied on.
    """

    chest_wall: Side | None = None
    wall_confidence: float = 0.0
    breast: Box | None = None

    @property
    def certain(self) -> bool:
        """Whether the chest wall is clear enough to contradict a tag."""
        return self.chest_wall is not None and self.wall_confidence >= CERTAIN

    @property
    def usable(self) -> bool:
        """Whether the chest wall is clear enough to replace a missing tag."""
        return self.chest_wall is not None and self.wall_confidence >= USABLE


NO_EVIDENCE = PixelEvidence()


def evidence_of(region: BreastRegion, step: float = 1.0) -> PixelEvidence:
    """What hanging needs of a breast that was found.

    step: stored pixels per pixel of the picture it was found in, such as a pyramid's level.
    """
    breast = None
    if region.box is not None and region.confidence >= USABLE:
        left, top, right, bottom = (
            (edge + 0.5) * step - 0.5
            for edge in (region.box.left, region.box.top, region.box.right, region.box.bottom)
        )
        breast = Box(left, top, right, bottom)
    return PixelEvidence(region.chest_wall, region.chest_wall_confidence, breast)
