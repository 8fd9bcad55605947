"""One outline and a middle for a place, where a format can carry no more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotations.shapes.contours import bounds_of
from annotations.shapes.outlines import outline_of
from domain.finding import Contour, Geometry
from domain.geometry import Box, ImagePoint

HALF = 0.5
"""DICOM's positions run from the image's outer corner, PS3.3 C.18.6.1.1."""
Pairs = list[tuple[float, float]]


def outline_pairs(geometry: Geometry) -> Pairs:
    """The largest outline of the mask, the outline, or the box: closed; empty for a point alone."""
    if geometry.mask is not None and not geometry.mask.empty:
        return closed(outline_of(geometry.mask)[0])
    if geometry.contour is not None:
        return closed(geometry.contour.points)
    return box_pairs(geometry.box) if geometry.box is not None else []


def middle_pair(geometry: Geometry) -> tuple[float, float]:
    """The point, or the middle of all shapes."""
    if geometry.point is not None:
        return (geometry.point.x + HALF, geometry.point.y + HALF)
    around = bounds_of(geometry)
    middle = around.centre if around else ImagePoint(0.0, 0.0)
    return (middle.x + HALF, middle.y + HALF)


def box_pairs(box: Box) -> Pairs:
    """The four corners, the first again at the end."""
    left, top = box.left + HALF, box.top + HALF
    right, bottom = box.right + HALF, box.bottom + HALF
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def closed(points: Sequence[ImagePoint]) -> Pairs:
    """Positions from the outer corner, the first again at the end."""
    pairs = [(one.x + HALF, one.y + HALF) for one in points]
    return [*pairs, pairs[0]]


def pairs_of(numbers: Sequence[float]) -> Pairs:
    """Pairs from GraphicData. Raises ValueError for an odd count or numbers that are none."""
    flat = [float(one) for one in numbers]
    if len(flat) % 2 or not flat or not np.isfinite(flat).all():
        raise ValueError("graphic data are pairs of numbers")
    return list(zip(flat[::2], flat[1::2], strict=True))


def shape_of(pairs: Pairs) -> Box | Contour:
    """A box where pairs are the corners of one, an outline else. Raises ValueError for a line."""
    points = [ImagePoint(x - HALF, y - HALF) for x, y in pairs]
    if len(points) > 1 and points[0] == points[-1]:
        points = points[:-1]
    across, down = sorted({one.x for one in points}), sorted({one.y for one in points})
    if len(points) == 4 and len(across) == 2 and len(down) == 2 and len(set(points)) == 4:
        return Box(across[0], down[0], across[1], down[1])
    return Contour(tuple(points))


def ellipse(kind: str, pairs: Pairs) -> Pairs:
    """A circle (middle, a point on it) or ellipse (ends of both axes) as an outline."""
    if kind == "CIRCLE" and len(pairs) == 2:
        middle = np.array(pairs[0])
        radius = float(np.hypot(*(np.array(pairs[1]) - middle)))
        axes = np.array([[radius, 0.0], [0.0, radius]])
    elif kind == "ELLIPSE" and len(pairs) == 4:
        ends = np.array(pairs)
        middle = ends[:2].mean(axis=0)
        axes = np.array([(ends[1] - ends[0]) / 2, (ends[3] - ends[2]) / 2])
    else:
        raise ValueError(f"a {kind.lower()} has other points")
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)[:, None]
    around = middle + np.cos(turn) * axes[0] + np.sin(turn) * axes[1]
    pairs = [(float(x), float(y)) for x, y in around]
    return [*pairs, pairs[0]]
