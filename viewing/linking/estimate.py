"""Finds the breast's frame in the pixels: outline, and the nipple as far as it can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.side import Side
from domain.turn import Turn
from domain.view_position import HangFamily
from imaging.anatomy.breast import BreastRegion
from imaging.anatomy.nipple import NippleEstimate, find_nipple
from imaging.anatomy.pectoral import PectoralEdge, find_pectoral
from viewing.linking.breast_frame import SEEN_DOUBT_MM, BreastFrame, Nipple

_CLEAR_MUSCLE = 0.3
"""Confidence from which a pectoral edge may tell the nipple's direction (docs/anatomy.md)."""

_OUTLINE_STEP = 0.75
"""The outline may stray by so many pixels of the picture the breast was found in."""

UNSEEN_DOUBT_MM = 22.0
"""The same where no bump shows."""


@dataclass(frozen=True)
class HungImage:
    """How the stored image hangs. size, spacing: of the stored image."""

    size: ImageSize
    spacing: PixelSpacing
    laterality: Laterality
    family: HangFamily
    turn: Turn

    @property
    def chest_wall(self) -> Side:
        """The stored image's edge that hangs in the middle of the screen."""
        shown = Side.RIGHT if self.laterality is Laterality.RIGHT else Side.LEFT
        return shown.after(self.turn.inverse)

    @property
    def head(self) -> Side:
        """The stored image's edge that hangs at the top."""
        return Side.TOP.after(self.turn.inverse)


def estimate_frame(
    tissue: npt.NDArray[Any], region: BreastRegion, hung: HungImage, step: float = 1.0
) -> BreastFrame | None:
    """The breast's frame; ``None`` where no breast or no nipple can be made out.

    tissue: (rows, columns), any real dtype, tissue brighter than air; region: found in it.
    step: stored pixels per pixel of tissue, such as a pyramid's level.
    """
    wall, head = hung.chest_wall, hung.head
    muscle = _muscle(tissue, region, hung)
    nipple = find_nipple(tissue, region, wall, family=hung.family, head=head, pectoral=muscle)
    outline = _outline(region)
    if nipple is None or len(outline) < 3:
        return None
    return BreastFrame(
        size=hung.size,
        spacing=hung.spacing,
        chest_wall=wall,
        head=head,
        nipple=Nipple(_stored(nipple.point, step), _doubt_mm(nipple)),
        outline=tuple(_stored(point, step) for point in outline),
    )


def _muscle(tissue: npt.NDArray[Any], region: BreastRegion, hung: HungImage) -> PectoralEdge | None:
    if hung.family is not HangFamily.MLO:
        return None
    edge = find_pectoral(tissue, region, hung.chest_wall, hung.head)
    return edge if edge is not None and edge.confidence >= _CLEAR_MUSCLE else None


def _doubt_mm(nipple: NippleEstimate) -> float:
    return SEEN_DOUBT_MM if nipple.in_profile else UNSEEN_DOUBT_MM


def _outline(region: BreastRegion) -> list[ImagePoint]:
    """Around the largest part of the region, through its pixels' outer corners."""
    mask = region.reduced_mask.astype(np.uint8)
    # Doubled, so that the outline through pixel centres misses the corners by a quarter only.
    double = np.repeat(np.repeat(mask, 2, axis=0), 2, axis=1)
    found, _ = cv2.findContours(double, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not found:
        return []
    largest = max(found, key=cv2.contourArea)
    corners = cv2.approxPolyDP(largest, 2 * _OUTLINE_STEP, True).reshape(-1, 2)
    return [region.grid.to_stored((x - 0.5) / 2, (y - 0.5) / 2) for x, y in corners.tolist()]


def _stored(point: ImagePoint, step: float) -> ImagePoint:
    return ImagePoint((point.x + 0.5) * step - 0.5, (point.y + 0.5) * step - 0.5)
