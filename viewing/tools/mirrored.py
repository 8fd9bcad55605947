"""A mark carried over to the other breast's image of the same view."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from annotations.errors import CommandError
from annotations.shapes.contours import clipped
from annotations.shapes.outlines import mask_of, mask_of_all, outline_of
from annotations.shapes.strokes import painted
from domain.finding import Contour, Geometry
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from viewing.tools.bending import Points
from viewing.tools.finishing import box_around, box_into, into, large_enough, touches

ToOther = Callable[[ImagePoint], ImagePoint | None]
"""From a stored-image position to the same place of the other image; ``None``: not on it."""


def mirrored_geometry(
    geometry: Geometry,
    to_other: ToOther,
    uid: str,
    size: ImageSize,
    frames: tuple[int, int] = (0, 0),
) -> Geometry:
    """A mark where it would lie on another image.

    to_other: such as ``viewing.linking.registration.same_place`` with both frames. uid, size: of
    the other image. frames: first and last there. Shapes go point by point and stay inside the
    image; points that have no place there, as beyond the skin, follow the others. A shape of which
    less than half has a place is left out. Raises CommandError where no shape is left.
    """
    box = _box(geometry.box, to_other, size) if geometry.box is not None else None
    contour = _contour(geometry.contour, to_other, size) if geometry.contour is not None else None
    mask = _mask(geometry.mask, to_other, size) if geometry.mask is not None else None
    point = _point(geometry.point, to_other, size) if geometry.point is not None else None
    if all(shape is None for shape in (box, contour, mask, point)):
        raise CommandError(
            "the mark has no place on the other breast's image", remedy="Draw it there by hand"
        )
    return Geometry(uid, *frames, box=box, contour=contour, mask=mask, point=point)


def _mapped(points: Points, to_other: ToOther) -> Points | None:
    """Each point's place; those without one by the affine map that fits the others best."""
    places = [to_other(point) for point in points]
    known = [(one, place) for one, place in zip(points, places, strict=True) if place is not None]
    if len(known) == len(points):
        return tuple(place for _, place in known)
    if len(known) < 3 or 2 * len(known) < len(points):
        return None
    here = np.array([(one.x, one.y, 1.0) for one, _ in known])
    there = np.array([(place.x, place.y) for _, place in known])
    affine, _, rank, _ = np.linalg.lstsq(here, there, rcond=None)
    if rank < 3:
        return None
    fitted = np.array([(one.x, one.y, 1.0) for one in points]) @ affine
    return tuple(
        ImagePoint(*nearby) if place is None else place
        for place, nearby in zip(places, fitted.tolist(), strict=True)
    )


def _point(point: ImagePoint, to_other: ToOther, size: ImageSize) -> ImagePoint | None:
    place = to_other(point)
    return place if place is not None and place == into(place, size) else None


def _box(box: Box, to_other: ToOther, size: ImageSize) -> Box | None:
    """Around the middles of the sides: corners would make a turned box grow."""
    middle = box.centre
    sides = (
        ImagePoint(box.left, middle.y),
        ImagePoint(box.right, middle.y),
        ImagePoint(middle.x, box.top),
        ImagePoint(middle.x, box.bottom),
    )
    places = _mapped(sides, to_other)
    if places is None or not touches(box_around(places), size):
        return None
    there = box_into(box_around(places), size)
    return there if large_enough(there) else None


def _contour(contour: Contour, to_other: ToOther, size: ImageSize) -> Contour | None:
    places = _mapped(contour.points, to_other)
    if places is None:
        return None
    inside = clipped(places, size)
    if len(inside) < 3 or not large_enough(box_around(inside)):
        return None
    return Contour(tuple(inside))


def _mask(mask: RleMask, to_other: ToOther, size: ImageSize) -> RleMask | None:
    """Outline by outline, holes included; a dot between pixel centres takes the nearest pixel.

    Outlines are mapped together, so that small ones near the skin have others to follow.
    """
    loops = outline_of(mask)
    places = _mapped(tuple(point for loop in loops for point in loop), to_other)
    if not places:
        return None
    ends = np.cumsum([len(loop) for loop in loops]).tolist()
    there = [places[end - len(loop) : end] for loop, end in zip(loops, ends, strict=True)]
    found = mask_of_all(there, size)
    for loop in there:
        around = box_around(loop)
        if max(around.width, around.height) < _TINY and mask_of(loop, size).empty:
            at = around.centre.pixel()
            found = painted(found, RleMask.of(_PIXEL, size, at.column, at.row))
    return None if found.empty else found


_TINY = 2.0
"""Pixels; only shapes smaller than that can fall between pixel centres."""

_PIXEL = np.ones((1, 1), np.uint8)
