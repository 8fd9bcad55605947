"""Small pictures of an image for a report: the whole breast, or what lies around a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import cv2
import numpy as np

from annotations.shapes.contours import bounds_of
from domain.finding import Finding, Geometry
from domain.geometry import Box, ImagePoint, ImageSize
from viewing.hanging.compose import grey_of
from viewing.hanging.overlay import Canvas, draw_findings
from viewing.hanging.placement import Placement
from viewing.hanging.turning import decide_turn
from viewing.opened import OpenedImage

LEAST_MM, LEAST_PIXELS = 25.0, 300.0
"""So much of the image is shown at least; in stored pixels where there are no millimetres."""

_ROOM = 1.8
"""How much larger than the finding its picture is."""

_NUMBER_COLOUR = (0xFF, 0xC0, 0x4D)
_NUMBER_PIXELS = 15


def overview(
    opened: OpenedImage,
    findings: Sequence[Finding],
    numbers: Mapping[UUID, int],
    size: ImageSize,
) -> Canvas:
    """The whole image as it hangs, with findings and their numbers: uint8 (rows, columns, 3)."""
    stored = opened.view.size
    placement = _placement(opened, Box(-0.5, -0.5, stored.columns - 0.5, stored.rows - 0.5), size)
    canvas = _painted(opened, placement, size)
    for finding in findings:
        marks = marks_on(finding, opened)
        if marks:
            uid = opened.view.ref.uid
            draw_findings(canvas, placement, (replace(finding, geometries=marks),), uid)
            _write_number(canvas, placement, marks[0], numbers.get(finding.id, 0))
    return canvas


def close_up(opened: OpenedImage, finding: Finding, size: ImageSize) -> Canvas | None:
    """What lies around a finding, outlined, as the image hangs: uint8 (rows, columns, 3).

    ``None`` where the finding has no mark on this image and slice.
    """
    marks = marks_on(finding, opened)
    around = bounds_of(marks[0]) if marks else None
    if around is None:
        return None
    placement = _placement(opened, _with_room(opened, around), size)
    canvas = _painted(opened, placement, size)
    draw_findings(canvas, placement, (replace(finding, geometries=marks),), opened.view.ref.uid)
    return canvas


def marks_on(finding: Finding, opened: OpenedImage) -> tuple[Geometry, ...]:
    """The finding's marks on the slice that is open."""
    return tuple(
        mark
        for mark in finding.geometries
        if mark.sop_instance_uid == opened.view.ref.uid
        and mark.frame <= opened.frame <= mark.last_frame
    )


def _with_room(opened: OpenedImage, around: Box) -> Box:
    unit = opened.view.spacing.column_mm
    least = LEAST_MM / unit if unit else LEAST_PIXELS
    half = max(least, _ROOM * max(around.width, around.height)) / 2
    at = around.centre
    return Box(at.x - half, at.y - half, at.x + half, at.y + half)


def _placement(opened: OpenedImage, part: Box, size: ImageSize) -> Placement:
    """A part of the stored image, whole and in the middle of a picture of a size."""
    turn = decide_turn(opened.view, opened.evidence).turn
    placed = Placement(opened.view.size, turn, 1.0, 1.0, 0.0, 0.0)
    one = placed.to_pane(ImagePoint(part.left, part.top))
    other = placed.to_pane(ImagePoint(part.right, part.bottom))
    left, right = sorted((one.x + 0.5, other.x + 0.5))
    top, bottom = sorted((one.y + 0.5, other.y + 0.5))
    scale = min(size.columns / (right - left), size.rows / (bottom - top))
    return Placement(
        opened.view.size,
        turn,
        scale,
        scale,
        size.columns / 2 - scale * (left + right) / 2,
        size.rows / 2 - scale * (top + bottom) / 2,
    )


def _painted(opened: OpenedImage, placement: Placement, size: ImageSize) -> Canvas:
    grey = grey_of(opened.pane_image(), placement, size.columns, size.rows)
    return np.ascontiguousarray(np.broadcast_to(grey[..., None], (*grey.shape, 3)))


def _write_number(canvas: Canvas, placement: Placement, mark: Geometry, number: int) -> None:
    around = bounds_of(mark)
    if around is None or not number:
        return
    corners = [
        placement.to_pane(ImagePoint(x, y))
        for x in (around.left, around.right)
        for y in (around.top, around.bottom)
    ]
    rows, columns = canvas.shape[:2]
    face, text = cv2.FontFace("sans"), str(number)
    width = cv2.getTextSize((0, 0), text, (0, 0), face, _NUMBER_PIXELS, 600)[2]
    x = min(max(corner.x for corner in corners) + 4, columns - width - 2)
    y = min(max(min(corner.y for corner in corners), _NUMBER_PIXELS), rows - 2)
    for shift, shade in ((1, (0, 0, 0)), (0, _NUMBER_COLOUR)):
        at = (round(x) + shift, round(y) + shift)
        cv2.putText(canvas, text, at, shade, face, _NUMBER_PIXELS, 600)
