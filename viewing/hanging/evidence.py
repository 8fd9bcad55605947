"""What the pixels themselves say about how an image lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from domain.geometry import Box
from domain.side import Side

if TYPE_CHECKING:
    from imaging.anatomy.breast import BreastRegion

CERTAIN = 0.8
"""Confidence from which pixels may contradict a tag."""

USABLE = 0.4
"""Confidence from which pixels may stand in for a missing tag, or frame the breast."""

MUSCLE_SEEN, MUSCLE_CLEARER = 0.7, 0.2
"""Confidence of a pectoral edge, and its lead over the other end, from which the head is known.

On the 136 MLO of CDD-CESM's train and validation splits: 43 right, none wrong, the rest unsaid.
"""


@dataclass(frozen=True)
class PixelEvidence:
    """What was measured on the stored image.

    chest_wall: the stored image's edge that cuts the breast, ``None`` where none was found.
    wall_confidence: 0 to 1. breast: box around the breast in stored-image pixels, ``None`` where
    none was found or the box can't be relied on. head: the edge at which the pectoral muscle of
    an MLO lies, ``None`` where it isn't clear. empty: no breast could be made out at all.
    """

    chest_wall: Side | None = None
    wall_confidence: float = 0.0
    breast: Box | None = None
    head: Side | None = None
    empty: bool = False

    @property
    def certain(self) -> bool:
        """Whether the chest wall is clear enough to contradict a tag."""
        return self.chest_wall is not None and self.wall_confidence >= CERTAIN

    @property
    def usable(self) -> bool:
        """Whether the chest wall is clear enough to replace a missing tag."""
        return self.chest_wall is not None and self.wall_confidence >= USABLE


NO_EVIDENCE = PixelEvidence()


def evidence_of(region: BreastRegion, step: float = 1.0, head: Side | None = None) -> PixelEvidence:
    """What hanging needs of a breast that was found.

    step: stored pixels per pixel of the picture it was found in, such as a pyramid's level.
    head: from ``find_head``, for views that show the pectoral muscle.
    """
    breast = None
    if region.box is not None and region.confidence >= USABLE:
        left, top, right, bottom = (
            (edge + 0.5) * step - 0.5
            for edge in (region.box.left, region.box.top, region.box.right, region.box.bottom)
        )
        breast = Box(left, top, right, bottom)
    wall = region.chest_wall
    empty = region.confidence == 0
    return PixelEvidence(wall, region.chest_wall_confidence, breast, head, empty)


def find_head(tissue: npt.NDArray[Any], region: BreastRegion) -> Side | None:
    """The edge that the pectoral muscle of an MLO fills, where one end shows it and not the other.

    tissue: (rows, columns), brighter than air; region: found in it.
    """
    from imaging.anatomy.pectoral import find_pectoral  # noqa: PLC0415 - after the first paint

    wall = region.chest_wall
    if wall is None or region.chest_wall_confidence < USABLE:
        return None
    ends = (Side.TOP, Side.BOTTOM) if wall in (Side.LEFT, Side.RIGHT) else (Side.LEFT, Side.RIGHT)
    edges = [find_pectoral(tissue, region, wall, end) for end in ends]
    first, second = (edge.confidence if edge else 0.0 for edge in edges)
    if max(first, second) < MUSCLE_SEEN or abs(first - second) < MUSCLE_CLEARER:
        return None
    return ends[0] if first > second else ends[1]
