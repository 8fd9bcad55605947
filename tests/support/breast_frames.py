"""Breasts of simple shape as linking sees them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from domain.geometry import ImagePoint, ImageSize, PixelSpacing, SpacingSource
from domain.side import Side
from domain.turn import Turn
from viewing.linking.breast_frame import BreastFrame, Nipple

SIZE = ImageSize(1000, 800)


def spacing(row_mm: float = 0.2, column_mm: float = 0.2) -> PixelSpacing:
    return PixelSpacing(row_mm, column_mm, SpacingSource.IMAGER_OVER_ERMF)


def half_ellipse(
    reach: float = 500.0,
    half: float = 400.0,
    middle: float = 500.0,
    *,
    mm: PixelSpacing | None = None,
    doubt_mm: float = 0.0,
) -> BreastFrame:
    """Chest wall left, nipple at the tip, in pixels of an image of ``SIZE``; 0.2 mm a pixel."""
    angles = np.linspace(-np.pi / 2, np.pi / 2, 91)
    outline = [
        ImagePoint(-0.5 + reach * float(np.cos(one)), middle + half * float(np.sin(one)))
        for one in angles
    ]
    nipple = Nipple(ImagePoint(reach - 0.5, middle), doubt_mm)
    return BreastFrame(SIZE, mm or spacing(), Side.LEFT, Side.TOP, nipple, tuple(outline))


def turned(frame: BreastFrame, turn: Turn) -> BreastFrame:
    """The same breast in an image that was stored turned."""

    def moved(point: ImagePoint) -> ImagePoint:
        return turn.to_shown(point, frame.size)

    mm = frame.spacing
    if turn.transpose:
        mm = PixelSpacing(mm.column_mm, mm.row_mm, mm.source)
    return BreastFrame(
        turn.size(frame.size),
        mm,
        frame.chest_wall.after(turn),
        frame.head.after(turn),
        replace(frame.nipple, at=moved(frame.nipple.at)),
        tuple(moved(point) for point in frame.outline),
    )
