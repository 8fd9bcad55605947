"""Draws findings over a composed pane: the reader's in amber, a model's in cyan.

Line width stays the same on the screen at any scale, with a dark halo so that lines show on
white tissue; nothing is filled.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import Finding, FindingStatus, Geometry, ModelProvenance
from domain.geometry import Box, ImagePoint
from domain.mask import RleMask
from viewing.hanging.placement import Placement

Canvas = npt.NDArray[np.uint8]
"""(rows, columns, 3), red, green, blue."""

MODEL_COLOUR = (0x35, 0xCF, 0xE0)
READER_COLOUR = (0xFF, 0xC0, 0x4D)
REJECTED_STRENGTH = 0.35
HALO_PIXELS, LINE_PIXELS = 3, 1
POINT_RADIUS = 6
DASH_PIXELS = 5.0


def draw_findings(
    canvas: Canvas, placement: Placement, findings: tuple[Finding, ...], sop_instance_uid: str
) -> None:
    """Draw every geometry that lies on the image into the pane's canvas, in place."""
    for finding in findings:
        colour = _colour(finding)
        for geometry in finding.geometries:
            if geometry.sop_instance_uid == sop_instance_uid:
                dashed = finding.status is FindingStatus.REJECTED
                for outline in outlines(geometry):
                    _draw(canvas, _lines(placement, outline, dashed=dashed), colour)
                if geometry.point is not None:
                    _draw_point(canvas, placement, geometry.point, colour)


def outlines(geometry: Geometry) -> Iterator[npt.NDArray[np.float64]]:
    """Closed outlines of a geometry, (points, 2) as x and y in stored-image pixels.

    The most precise shape speaks: mask, else contour, else box.
    """
    if geometry.mask is not None:
        yield from _mask_outlines(geometry.mask)
    elif geometry.contour is not None:
        yield np.array([(point.x, point.y) for point in geometry.contour.points])
    elif geometry.box is not None:
        yield _box_corners(geometry.box)


def _mask_outlines(mask: RleMask) -> Iterator[npt.NDArray[np.float64]]:
    box = mask.box
    if box is None:
        return
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    part = mask.window(left, top, round(box.width), round(box.height))
    found, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    corner = np.array([left, top], np.float64)
    for outline in found:
        yield outline.reshape(-1, 2).astype(np.float64) + corner


def _box_corners(box: Box) -> npt.NDArray[np.float64]:
    return np.array(
        [
            (box.left, box.top),
            (box.right, box.top),
            (box.right, box.bottom),
            (box.left, box.bottom),
        ]
    )


def _colour(finding: Finding) -> tuple[int, int, int]:
    model = isinstance(finding.provenance, ModelProvenance)
    red, green, blue = MODEL_COLOUR if model else READER_COLOUR
    if finding.status is FindingStatus.REJECTED:
        share = REJECTED_STRENGTH
        return int(red * share), int(green * share), int(blue * share)
    return red, green, blue


def _lines(
    placement: Placement, outline: npt.NDArray[np.float64], *, dashed: bool
) -> list[npt.NDArray[np.float64]]:
    """The closed outline in pane pixels, whole or cut into dashes."""
    matrix = placement.matrix()
    pane = outline @ matrix[:, :2].T + matrix[:, 2]
    closed = np.vstack([pane, pane[:1]])
    if not dashed:
        return [closed]
    lengths = np.hypot(*np.diff(closed, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    marks = np.arange(0.0, along[-1], DASH_PIXELS)
    at = np.column_stack([np.interp(marks, along, closed[:, axis]) for axis in (0, 1)])
    return [at[start : start + 2] for start in range(0, len(at) - 1, 2)]


def _draw(
    canvas: Canvas, lines: list[npt.NDArray[np.float64]], colour: tuple[int, int, int]
) -> None:
    # Whole screen pixels: a thin line between two pixels would be drawn at half its strength.
    points = [np.round(line).astype(np.int32).reshape(-1, 1, 2) for line in lines]
    for width, shade in ((HALO_PIXELS, (0, 0, 0)), (LINE_PIXELS, colour)):
        cv2.polylines(canvas, points, False, shade, width, cv2.LINE_AA)


def _draw_point(
    canvas: Canvas, placement: Placement, point: ImagePoint, colour: tuple[int, int, int]
) -> None:
    pane = placement.to_pane(point)
    centre = (round(pane.x), round(pane.y))
    for width, shade in ((HALO_PIXELS, (0, 0, 0)), (LINE_PIXELS, colour)):
        cv2.circle(canvas, centre, POINT_RADIUS, shade, width, cv2.LINE_AA)
