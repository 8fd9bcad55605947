"""The spot view: a small paddle pressed on what was seen in the full view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from phantom.anatomy.positioning import Position
from phantom.lesions.lesion import Lesion
from phantom.space.grid import Field, Grid
from phantom.space.points import ViewPoint
from phantom.studies.painting import Placed

PADDLE_MM = 42.0
_EDGE_MM = 0.9
_EDGE_BRIGHTNESS = 0.12
_OUTSIDE = 0.88


def centred_on(lesions: Sequence[Lesion], position: Position, field_mm: float) -> Position:
    """The breast shifted so that the first lesion that is seen lies halfway down the field."""
    seen = [one for one in lesions if position.projection.family in one.families]
    if not seen:
        return position
    v = position.projection.point(seen[0].at).v
    return replace(position, nipple_row=float(np.clip(0.5 - v / field_mm, 0.15, 0.85)))


def with_paddle(brightness: Field, grid: Grid, lesions: Sequence[Placed[Lesion]]) -> Field:
    """The picture with the edge of a round paddle, darker where nothing presses.

    Without a lesion the paddle lies behind the nipple.
    """
    at = lesions[0].at if lesions else ViewPoint(grid.u0 + grid.columns * grid.pixel_mm / 2, 0.0)
    away = np.hypot(grid.u() - np.float32(at.u), grid.v() - np.float32(at.v)) - PADDLE_MM
    edge = np.exp(-((away / _EDGE_MM) ** 2)) * (brightness > 0)
    pressed = np.where(away > 0, np.float32(_OUTSIDE), np.float32(1.0))
    return np.asarray(brightness * pressed + _EDGE_BRIGHTNESS * edge, np.float32)
