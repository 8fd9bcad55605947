"""What is asked of the outlining process, and what it answers: JSON, and bare pixels beside it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing, SpacingSource
from imaging.grey.grey_header import GreyDescription
from imaging.raster import StoredPixels
from inference.pipeline.grey_json import grey_from_json, grey_to_json
from inference.systems.contour import CLICK_SIDES_MM, LARGEST_GROWTH, contiguous, stored_mm
from inference.systems.system import Outlined, SeenView


@dataclass(frozen=True, eq=False)
class Question:
    """Where an outline is wanted: of what lies in a box, or under a point.

    pixels: (rows, columns), stored values of the whole image. box, at: in its pixels, one of them.
    """

    pixels: StoredPixels = field(repr=False)
    grey: GreyDescription = field(repr=False)
    spacing: PixelSpacing
    box: Box | None = None
    at: ImagePoint | None = None

    def __post_init__(self) -> None:
        if (self.box is None) == (self.at is None):
            raise ValueError("an outline is wanted in a box or at a point")


@dataclass(frozen=True)
class Outline:
    """What came of a question. points: in stored-image pixels, closed; empty where there is no
    sensible contour. score: 0 to 1. trouble: why nothing could be asked, for the reader.
    """

    points: tuple[ImagePoint, ...] = ()
    score: float = 0.0
    trouble: str = ""


@dataclass(frozen=True, eq=False)
class Part:
    """The part of an image that a question needs, whose first pixel is the image's (top, left)."""

    question: dict[str, Any]
    pixels: StoredPixels = field(repr=False)
    left: int
    top: int


def part_of(question: Question) -> Part | None:
    """What is sent; ``None`` where box or point lie beside the image."""
    size = ImageSize(*question.pixels.shape)
    pixel_mm = stored_mm(question.spacing, size)
    if question.box is not None:
        middle = question.box.centre
        side = max(question.box.width, question.box.height, 1.0)
    else:
        middle = question.at or ImagePoint(0, 0)
        side = CLICK_SIDES_MM[-1] / pixel_mm
    reach = side * LARGEST_GROWTH / 2 + 8
    left, top = max(0, math.floor(middle.x - reach)), max(0, math.floor(middle.y - reach))
    right = min(size.columns, math.ceil(middle.x + reach) + 1)
    bottom = min(size.rows, math.ceil(middle.y + reach) + 1)
    if left >= right or top >= bottom:
        return None
    pixels = contiguous(question.pixels[top:bottom, left:right])
    told = {
        "rows": pixels.shape[0],
        "columns": pixels.shape[1],
        "signed": pixels.dtype.kind == "i",
        "grey": grey_to_json(question.grey),
        "pixel_mm": pixel_mm,
        "at": _at(question, left, top),
    }
    return Part(told, pixels, left, top)


def _at(question: Question, left: int, top: int) -> list[float]:
    box, at = question.box, question.at
    if box is not None:
        return [box.left - left, box.top - top, box.right - left, box.bottom - top]
    return [at.x - left, at.y - top] if at is not None else []


def heard_part(told: dict[str, Any], data: bytes) -> tuple[SeenView, list[float]]:
    """The view and the place of a question. Raises KeyError, TypeError or ValueError."""
    shape = int(told["rows"]), int(told["columns"])
    dtype = np.dtype("<i2" if told["signed"] else "<u2")
    pixels: StoredPixels = np.frombuffer(data, dtype).reshape(shape)
    mm = float(told["pixel_mm"])
    # For the region's scale alone; what the image really says stays in the window.
    spacing = PixelSpacing(mm, mm, SpacingSource.SIDECAR)
    place = [float(one) for one in told["at"]]
    if len(place) not in (2, 4) or not all(math.isfinite(one) for one in place):
        raise ValueError("a place is a point or a box")
    return SeenView(pixels, grey_from_json(told["grey"]), spacing), place


def answer_bytes(found: Outlined | None) -> bytes:
    """An outline as JSON, in pixels of the part."""
    if found is None:
        return json.dumps({"points": [], "score": 0.0}).encode()
    points = [[round(one.x, 3), round(one.y, 3)] for one in found.contour.points]
    return json.dumps({"points": points, "score": found.score}).encode()


def heard_answer(data: bytes, part: Part) -> Outline:
    """The outline in pixels of the whole image. Raises KeyError, TypeError or ValueError."""
    told = json.loads(data)
    trouble = str(told.get("trouble", ""))
    if trouble:
        return Outline(trouble=trouble)
    places = [(float(x) + part.left, float(y) + part.top) for x, y in told["points"]]
    if not all(math.isfinite(x) and math.isfinite(y) for x, y in places):
        raise ValueError("an outline's points are finite")
    return Outline(tuple(ImagePoint(x, y) for x, y in places), float(told["score"]))
