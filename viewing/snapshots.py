"""Small pictures of an image for a report: the whole breast, or what lies around a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import cv2
import numpy as np

from annotations.shapes.contours import bounds_of
from domain.finding import Finding, Geometry
from domain.geometry import Box, ImagePoint, ImageSize
from domain.laterality import Laterality
from viewing.hanging.compose import Ornaments, compose, grey_of
from viewing.hanging.overlay import READER_COLOUR, Canvas, draw_findings
from viewing.hanging.placement import Placement
from viewing.hanging.plan import PanePlan, PaneRequest, plan_hanging
from viewing.hanging.protocol import SizeMode
from viewing.hanging.turning import decide_turn
from viewing.opened import OpenedImage

LEAST_MM, LEAST_PIXELS = 25.0, 300.0
"""So much of the image is shown at least; in stored pixels where there are no millimetres."""

_ROOM = 1.8
"""How much larger than the finding its picture is."""

_NUMBERS = READER_COLOUR
_NAMES = (0xD0, 0xD4, 0xDA)
_TEXT_PIXELS = 16
_ROOM_X, _ROOM_Y = 20.0, 16.0
"""What a number takes on the canvas."""


def overview(
    images: Sequence[tuple[str, OpenedImage | None]],
    findings: Sequence[Finding],
    numbers: Mapping[UUID, int],
    size: ImageSize,
) -> Canvas:
    """Images side by side as they hang, with findings and numbers: uint8 (rows, columns, 3).

    images: titles such as "RCC" from the left, ``None`` where there is no image.
    """
    opened = {one.view.ref: one for _, one in images if one is not None}
    requests = [PaneRequest(title, one.view if one is not None else None) for title, one in images]
    evidence = {ref: one.evidence for ref, one in opened.items()}
    plan = plan_hanging([requests], size, SizeMode.SAME, evidence)
    shown = tuple(_on_open_slices(one, opened.values()) for one in findings)
    ornaments = Ornaments(tuple(one for one in shown if one is not None), text=False)
    canvas = compose(plan, {ref: one.pane_image() for ref, one in opened.items()}, ornaments)
    for pane in plan.panes:
        rect = pane.rect
        part = canvas[:, rect.left : rect.left + rect.width]
        at_right = pane.title.startswith(Laterality.LEFT.value)
        left = rect.width - _width(pane.title) - 6 if at_right else 6
        _write(part, pane.title, ImagePoint(left, 20), _NAMES)
        _write_numbers(part, pane, ornaments.findings, numbers)
    return canvas


def _on_open_slices(finding: Finding, images: Iterable[OpenedImage]) -> Finding | None:
    marks = tuple(mark for one in images for mark in marks_on(finding, one))
    return replace(finding, geometries=marks) if marks else None


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


def _write_numbers(
    part: Canvas, pane: PanePlan, findings: Sequence[Finding], numbers: Mapping[UUID, int]
) -> None:
    """At the upper right corner of each mark, under a number that stands there already."""
    if pane.view is None or pane.placement is None:
        return
    taken: list[ImagePoint] = []
    for finding in findings:
        for mark in finding.geometries:
            around = bounds_of(mark) if mark.sop_instance_uid == pane.view.ref.uid else None
            if around is None or finding.id not in numbers:
                continue
            one = pane.placement.to_pane(ImagePoint(around.left, around.top))
            other = pane.placement.to_pane(ImagePoint(around.right, around.bottom))
            at = ImagePoint(max(one.x, other.x) + 4, min(one.y, other.y))
            while any(abs(at.x - by.x) < _ROOM_X and abs(at.y - by.y) < _ROOM_Y for by in taken):
                at = ImagePoint(at.x, at.y + _ROOM_Y)
            taken.append(at)
            _write(part, str(numbers[finding.id]), at, _NUMBERS)


def _write(canvas: Canvas, text: str, at: ImagePoint, colour: tuple[int, int, int]) -> None:
    rows, columns = canvas.shape[:2]
    x = min(max(at.x, 0.0), columns - _width(text) - 2)
    y = min(max(at.y, _TEXT_PIXELS), rows - 2)
    for shift, shade in ((1, (0, 0, 0)), (0, colour)):
        place = (round(x) + shift, round(y) + shift)
        cv2.putText(canvas, text, place, shade, cv2.FontFace("sans"), _TEXT_PIXELS, 600)


def _width(text: str) -> int:
    face = cv2.FontFace("sans")
    return int(cv2.getTextSize((0, 0), text, (0, 0), face, _TEXT_PIXELS, 600)[2])
