"""Composes a hanging plan into one picture: panes edge to edge, corner text, findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import Finding
from domain.laterality import Laterality
from domain.study import ImageRef
from imaging.raster import StoredPixels
from viewing.hanging.labels import corner_lines, text_at_bottom
from viewing.hanging.overlay import Canvas, draw_findings
from viewing.hanging.placement import Placement
from viewing.hanging.plan import HangingPlan, PanePlan, parted
from viewing.painting import covered_area, resample, resample_level

PANE_BACKGROUND = 0
TEXT_COLOUR = (0xA2, 0xA6, 0xAC)
WARNING_COLOUR = (0xE0, 0xB0, 0x50)
LINE_COLOUR = (0x2B, 0x30, 0x36)
TEXT_PIXELS = 14
LINE_HEIGHT = 18
TEXT_MARGIN = 10
_MOSTLY_AIR = 127


GreyMaker = Callable[[StoredPixels], npt.NDArray[np.uint8]]
"""Grey of resampled stored values, same shape."""


@dataclass(frozen=True, eq=False)
class AirMask:
    """pixels: uint8, 255 where only air is; each covers ``step`` x ``step`` stored pixels."""

    pixels: npt.NDArray[np.uint8]
    step: float


@dataclass(frozen=True, eq=False)
class PaneImage:
    """What is needed to paint one image.

    levels: the stored image and its halvings. grey: stored values to 8 bit. air: where only air
    is, ``None`` where that is unknown.
    """

    levels: Sequence[StoredPixels]
    grey: GreyMaker
    air: AirMask | None = None


@dataclass(frozen=True)
class Ornaments:
    """What is drawn over the images besides corner text.

    failures: why an image could not be opened. where_missing: what is said in a pane whose view
    is missing, such as that files could not be opened.
    """

    findings: tuple[Finding, ...] = ()
    text: bool = True
    failures: Mapping[ImageRef, str] = field(default_factory=dict)
    where_missing: str = ""


def compose(
    plan: HangingPlan, images: Mapping[ImageRef, PaneImage], ornaments: Ornaments | None = None
) -> Canvas:
    """Paint every pane. Returns uint8 (rows, columns, 3), red, green, blue.

    An image that is missing from ``images`` leaves its pane black, with the failure's reason.
    """
    ornaments = ornaments or Ornaments()
    canvas: Canvas = np.full((*plan.screen.shape, 3), PANE_BACKGROUND, np.uint8)
    for pane in plan.panes:
        rect = pane.rect
        part = canvas[rect.top : rect.top + rect.height, rect.left : rect.left + rect.width]
        _paint(part, pane, images, ornaments)
        _separate(part, pane, line_left=parted(pane, plan.panes))
    return canvas


def _paint(
    part: Canvas, pane: PanePlan, images: Mapping[ImageRef, PaneImage], ornaments: Ornaments
) -> None:
    lines = list(corner_lines(pane)) if ornaments.text else []
    if pane.view is not None and pane.placement is not None:
        image = images.get(pane.view.ref)
        if image is None:
            lines.append(ornaments.failures.get(pane.view.ref, "Not opened"))
        else:
            part[...] = pane_grey(image, pane)[..., None]
            uid = pane.view.ref.uid
            draw_findings(part, pane.placement, ornaments.findings, uid)
    elif pane.title and ornaments.text and ornaments.where_missing:
        lines.append(f"Check: {ornaments.where_missing}")
    _write(part, lines, at_right=_outer_is_right(pane), at_bottom=text_at_bottom(pane))


def pane_grey(image: PaneImage, pane: PanePlan) -> npt.NDArray[np.uint8]:
    """The pane without text: uint8 (height, width); outside the image, and in air, black."""
    if pane.placement is None:
        return np.zeros((pane.rect.height, pane.rect.width), np.uint8)
    return grey_of(image, pane.placement, pane.rect.width, pane.rect.height)


def grey_of(
    image: PaneImage, placement: Placement, width: int, height: int
) -> npt.NDArray[np.uint8]:
    """A placed image alone: uint8 (height, width); outside the image, and in air, black."""
    grey = np.zeros((height, width), np.uint8)
    area = covered_area(placement, width, height)
    if area is None:
        return grey
    shown = image.grey(resample(image.levels, placement, area))
    if image.air is not None:
        air = resample_level(image.air.pixels, image.air.step, placement, area)
        shown[air > _MOSTLY_AIR] = 0
    grey[area.slices] = shown
    return grey


def _outer_is_right(pane: PanePlan) -> bool:
    """Text stands away from the chest wall: at the right of a left breast."""
    if pane.view is not None:
        return pane.view.laterality is Laterality.LEFT
    return pane.title.startswith(Laterality.LEFT.value)


def _write(part: Canvas, lines: Sequence[str], *, at_right: bool, at_bottom: bool) -> None:
    face = cv2.FontFace("sans")
    below = part.shape[0] - LINE_HEIGHT * len(lines) - 3 * TEXT_MARGIN
    top = below if at_bottom else TEXT_MARGIN
    for number, line in enumerate(lines):
        colour = WARNING_COLOUR if line.startswith("Check") else TEXT_COLOUR
        weight = 600 if number == 0 else 400
        size = TEXT_PIXELS + 4 if number == 0 else TEXT_PIXELS
        x = TEXT_MARGIN
        if at_right:
            box = cv2.getTextSize((0, 0), line, (0, 0), face, size, weight)
            x = part.shape[1] - TEXT_MARGIN - box[2]
        y = top + LINE_HEIGHT * (number + 1)
        for shift, shade in ((1, (0, 0, 0)), (0, colour)):
            cv2.putText(part, line, (x + shift, y + shift), shade, face, size, weight)


def _separate(part: Canvas, pane: PanePlan, *, line_left: bool) -> None:
    """A line between panes, except where two chest walls meet."""
    if pane.rect.top > 0:
        part[0] = LINE_COLOUR
    if line_left:
        part[:, 0] = LINE_COLOUR
