"""The picture that ``fourview analyze`` writes of a view: as it hangs, with its marks."""

from __future__ import annotations

import cv2
import numpy as np

from app.cli.findings_json import NOTICE
from domain.geometry import ImagePoint
from domain.study import View
from imaging.anatomy.breast import find_breast
from imaging.grey.presentation import default_presentation
from imaging.grey.tissue import dark_padding
from imaging.loader import LoadedImage
from inference.pipeline.results import Proposal, ViewResult
from viewing.hanging.evidence import evidence_of
from viewing.hanging.overlay import MODEL_COLOUR, Canvas, draw_findings
from viewing.hanging.placement import Placement
from viewing.hanging.turning import decide_turn

LONGEST = 1400
"""Longest side of the picture in pixels."""

_FONT, _LETTERS = cv2.FONT_HERSHEY_SIMPLEX, 0.5
_LINE = 18


def overlay_png(view: View, image: LoadedImage, result: ViewResult) -> bytes:
    """PNG of the whole view, turned as it hangs, in its default presentation.

    Marks at or above the threshold with their scores, and a classifier's assessments; name, status
    and reasons stand above them.
    """
    region = find_breast(dark_padding(image.grey, image.raster.pixels))
    size = image.raster.size
    scale = min(1.0, LONGEST / max(size.shape))
    turn = decide_turn(view, evidence_of(region)).turn
    placement = Placement(size, turn, scale, scale, 0.0, 0.0)
    canvas = _canvas(image, placement)
    shown = [one for one in result.proposals if one.reaches()]
    draw_findings(canvas, placement, tuple(one.finding for one in shown), result.uid)
    for one in shown:
        _score(canvas, placement, one)
    _write(canvas, [f"{result.name}  AI: {result.status.value}", *result.reasons], _LINE)
    _write(canvas, [NOTICE], canvas.shape[0] - 6)
    _, encoded = cv2.imencode(".png", cv2.cvtColor(canvas, cv2.COLOR_RGB2BGR))
    return encoded.tobytes()


def _canvas(image: LoadedImage, placement: Placement) -> Canvas:
    shown = default_presentation(image.raster.pixels, image.grey)
    turned = np.ascontiguousarray(placement.turn.apply(shown))
    height = round(placement.shown.rows * placement.y_scale)
    width = round(placement.shown.columns * placement.x_scale)
    grey = cv2.resize(turned, (width, height), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


def _score(canvas: Canvas, placement: Placement, one: Proposal) -> None:
    """Beside the box's right upper corner as shown; inside the picture in any case."""
    box = one.finding.geometries[0].box
    if box is None:
        return
    corners = [
        placement.to_pane(ImagePoint(x, y))
        for x in (box.left, box.right)
        for y in (box.top, box.bottom)
    ]
    room = 40 if one.finding.assessment is None else 130
    x = min(round(max(corner.x for corner in corners)) + 4, canvas.shape[1] - room)
    y = max(round(min(corner.y for corner in corners)) + 10, 12)
    said = one.finding.assessment
    _letters(canvas, f"{one.score:.2f}" + (f" BI-RADS {said.value}" if said else ""), x, y)


def _write(canvas: Canvas, lines: list[str], first: int) -> None:
    for number, line in enumerate(lines):
        _letters(canvas, line, 6, first + number * _LINE)


def _letters(canvas: Canvas, text: str, x: int, y: int) -> None:
    plain = text.encode("ascii", "replace").decode()  # OpenCV's letters are these alone
    for colour, width in (((0, 0, 0), 3), (MODEL_COLOUR, 1)):
        cv2.putText(canvas, plain, (x, y), _FONT, _LETTERS, colour, width, cv2.LINE_AA)
