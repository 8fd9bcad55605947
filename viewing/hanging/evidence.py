"""What the pixels themselves say about how an image lies."""

from __future__ import annotations

from dataclasses import dataclass

from domain.geometry import Box
from domain.side import Side

CERTAIN = 0.8
"""Confidence from which pixels may contradict a tag."""

USABLE = 0.4
"""Confidence from which pixels may stand in for a missing tag."""


@dataclass(frozen=True)
class PixelEvidence:
    """What was measured on the stored image.

    chest_wall: the stored image's edge that cuts the breast, ``None`` where none was found.
    breast: box around the breast in stored-image pixels. confidence: 0 to 1, for both.
    """

    chest_wall: Side | None = None
    breast: Box | None = None
    confidence: float = 0.0

    @property
    def certain(self) -> bool:
        """Whether the chest wall is clear enough to contradict a tag."""
        return self.chest_wall is not None and self.confidence >= CERTAIN

    @property
    def usable(self) -> bool:
        """Whether the chest wall is clear enough to replace a missing tag."""
        return self.chest_wall is not None and self.confidence >= USABLE


NO_EVIDENCE = PixelEvidence()
