"""Where a mark lies in the breast, and how large it is, in words."""

from __future__ import annotations

import math
import weakref
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from annotations.shapes.contours import bounds_of
from domain.finding import Geometry, Location
from domain.geometry import Box, PixelSpacing
from domain.laterality import Laterality
from domain.mask import RleMask
from domain.study import View
from domain.view_position import HangFamily, ViewPosition
from viewing.linking.breast_frame import BreastFrame, Place

CENTRAL_MM = 12.0
"""Nearer than this to the line behind the nipple a mark is central, in no quadrant."""

MLO_ANGLE = math.radians(45)
"""Of the detector from the horizontal in an MLO. The real one, 30 to 60 degrees, is not asked."""

_CENTRAL_SHARE = 0.12
"""The same as a share of the breast's depth, where there are no millimetres."""

_SIDEWAYS = frozenset({ViewPosition.ML, ViewPosition.LM})
_ON_THE_AXIS = math.radians(15)
"""Within half an hour of the clock face a mark lies between two quadrants."""


_ANGLES = np.radians(np.arange(180))
_DIRECTIONS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)])
"""A degree apart: lengths are at most 0.004 % too short."""


class _Said(NamedTuple):
    mark: weakref.ref[Geometry]
    spacing: PixelSpacing
    text: str


_SAID: dict[int, _Said] = {}
"""By a mark's identity, as long as it lives: a list of 500 findings is told anew at each change."""


@dataclass(frozen=True)
class Marked:
    """A mark with its view and the breast's frame on that image, ``None`` where unknown."""

    mark: Geometry
    view: View
    frame: BreastFrame | None


def size_text(mark: Geometry, spacing: PixelSpacing) -> str:
    """The longest extent, such as "14 mm", or "120 px" where no millimetres are known.

    Under 5 mm with one decimal. Empty for a point, which has no size.
    """
    known = _SAID.get(id(mark))
    if known is not None and known.mark() is mark and known.spacing == spacing:
        return known.text
    text, key = _size_text(mark, spacing), id(mark)
    gone = weakref.ref(mark, lambda _: _SAID.pop(key, None))
    _SAID[key] = _Said(gone, spacing, text)
    return text


def _size_text(mark: Geometry, spacing: PixelSpacing) -> str:
    length = size_mm(mark, spacing)
    if length is None:
        pixels = _extent(mark, 1.0, 1.0)
        return f"{pixels:.0f} px" if pixels > 0 else ""
    if length <= 0:
        return ""
    return f"{length:.1f} mm" if length < 4.95 else f"{length:.0f} mm"


def size_mm(mark: Geometry, spacing: PixelSpacing) -> float | None:
    """The longest extent in mm; ``None`` where spacing is unknown.

    Of a mask or a contour between its two places farthest apart, of a box its longer side; 0 for
    a point. The most precise shape speaks.
    """
    if spacing.row_mm is None or spacing.column_mm is None:
        return None
    return _extent(mark, spacing.column_mm, spacing.row_mm)


def location_of(
    mark: Geometry, view: View, frame: BreastFrame | None, other: Marked | None = None
) -> Location | None:
    """Where a mark lies: quadrant, hour, third of the depth, distance from the nipple.

    other: the same finding in a view of the other family. With a CC and an MLO there are both
    quadrant and hour; a CC alone tells outer from inner, an MLO alone upper from lower. An MLO is
    read as turned by 45 degrees, as its lateral places appear too high. ``None`` without one side;
    without a frame the side alone.
    """
    if view.laterality is None or view.laterality is Laterality.BOTH:
        return None
    around = bounds_of(mark)
    if frame is None or around is None:
        return Location(view.laterality)
    place, deep = frame.place_of(around.centre), _depth(frame)
    limit = CENTRAL_MM if frame.in_mm else _CENTRAL_SHARE * deep
    quadrant, hour = _area(Marked(mark, view, frame), place, other, limit)
    share = place.behind / deep if deep > 0 else 0.0
    return Location(
        view.laterality,
        quadrant=quadrant,
        clock_face=hour,
        depth=("anterior", "middle", "posterior")[min(max(int(3 * share), 0), 2)],
        nipple_distance_mm=round(place.distance, 1) if frame.in_mm else None,
    )


def _area(own: Marked, place: Place, other: Marked | None, limit: float) -> tuple[str, int | None]:
    """Quadrant in words and hour; empty and ``None`` where they can't be known."""
    seen = _partner_place(own, other)
    position = own.view.position
    if position is None or own.frame is None:
        return "", None
    if seen is None or other is None:
        doubtful = own.frame.in_mm and abs(place.down) < own.frame.nipple.doubt_mm
        if abs(place.down) < limit:
            return ("" if own.frame.nipple.doubt_mm > CENTRAL_MM else "central"), None
        return ("" if doubtful else _half(position, place.down)), None
    cc, side = (place, seen) if position.family is HangFamily.CC else (seen, place)
    view = other.view if position.family is HangFamily.CC else own.view
    outwards, up = -cc.down, _height(-cc.down, -side.down, view.position)
    if math.hypot(outwards, up) < limit:
        return "central", None
    return _quadrant(outwards, up), _hour(outwards, up, own.view.laterality)


def _partner_place(own: Marked, other: Marked | None) -> Place | None:
    """Where the same finding lies in the other family's view, if that can be compared."""
    if other is None or other.frame is None or own.frame is None:
        return None
    around, positions = bounds_of(other.mark), (own.view.position, other.view.position)
    if around is None or not (own.frame.in_mm and other.frame.in_mm):
        return None
    families = {one.family for one in positions if one is not None}
    alike = own.view.laterality is not other.view.laterality or len(families) < 2
    return None if alike else other.frame.place_of(around.centre)


def _height(outwards: float, up: float, position: ViewPosition | None) -> float:
    """Height above the nipple of what lies ``up`` in an MLO and ``outwards`` in a CC."""
    if position in _SIDEWAYS:
        return up
    return (up - outwards * math.cos(MLO_ANGLE)) / math.sin(MLO_ANGLE)


def _half(position: ViewPosition, down: float) -> str:
    if position.family is HangFamily.CC:
        return "inner" if down > 0 else "outer"
    return "lower" if down > 0 else "upper"


def _quadrant(outwards: float, up: float) -> str:
    halves = ("upper" if up > 0 else "lower", "outer" if outwards > 0 else "inner")
    from_level = math.atan2(abs(up), abs(outwards))
    if from_level < _ON_THE_AXIS:
        return halves[1]
    return halves[0] if from_level > math.pi / 2 - _ON_THE_AXIS else " ".join(halves)


def _hour(outwards: float, up: float, laterality: Laterality | None) -> int:
    """For somebody who faces the patient: outwards is to the right for a left breast."""
    right = outwards if laterality is Laterality.LEFT else -outwards
    return round(math.degrees(math.atan2(right, up)) / 30) % 12 or 12


def _depth(frame: BreastFrame) -> float:
    """From the nipple to the chest wall."""
    return float(frame.outline_places[:, 0].max())


def _extent(mark: Geometry, x_unit: float, y_unit: float) -> float:
    if mark.mask is not None and not mark.mask.empty:
        return _farthest(_corners(mark.mask), x_unit, y_unit)
    if mark.contour is not None:
        points = np.array([(one.x, one.y) for one in mark.contour.points])
        return _farthest(points, x_unit, y_unit)
    if mark.box is not None:
        return _longer_side(mark.box, x_unit, y_unit)
    return 0.0


def _longer_side(box: Box, x_unit: float, y_unit: float) -> float:
    return max(box.width * x_unit, box.height * y_unit)


def _corners(mask: RleMask) -> npt.NDArray[np.float64]:
    """Outer corners of each row's first and last pixel, (n, 2) x and y."""
    ends = np.array(
        [(row[0], row[-1], y) for y, row in enumerate(mask.rows, mask.top) if row], np.float64
    )
    left, right, y = ends.T - 0.5
    return np.concatenate(
        [np.column_stack([x, y + below]) for x in (left, right) for below in (0.0, 1.0)]
    )


def _farthest(points: npt.NDArray[Any], x_unit: float, y_unit: float) -> float:
    """The largest width in any direction, which is the distance between the farthest two."""
    hull = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2)
    along = (hull * (x_unit, y_unit)) @ _DIRECTIONS
    return float((along.max(axis=0) - along.min(axis=0)).max())
