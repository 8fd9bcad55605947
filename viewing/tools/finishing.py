"""What tools that draw have in common: sizes in words, tidy outlines, the finding they give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotations.commands.command import AddFindings
from annotations.intents.revising import new_finding
from annotations.shapes.contours import area, clipped, crosses_itself, length, untangled
from domain.finding import Contour, FindingKind, Geometry
from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing
from viewing.measuring.lengths import length_text, source_text
from viewing.tools.tool import Answer, Canvas

TREMBLE = 4.0
"""Screen pixels that a hand may move in a click without meaning a drag."""

SMALLEST = 3.0
"""Stored pixels that a shape has at least, across and down."""

TOO_SMALL = "Nothing drawn: a shape is at least three pixels wide and high"
OUTSIDE = "Nothing drawn: the shape lies outside the image"
CROSSED = "The outline crossed itself: its largest part was kept"


@dataclass(frozen=True)
class Place:
    """The image and frames that a shape was begun on."""

    uid: str
    frame: int
    last_frame: int

    @classmethod
    def of(cls, canvas: Canvas) -> Place:
        """What is shown now."""
        return cls(canvas.uid, canvas.frame, max(canvas.frame, canvas.last_frame))


def marked(canvas: Canvas, geometry: Geometry, kind: FindingKind, message: str = "") -> Answer:
    """Add a reader's finding and select it. kind: unless the canvas wants another."""
    finding = new_finding(canvas.kind or kind, geometry, canvas.reader)
    command = AddFindings((finding,), title=f"add {finding.kind.value}")
    return Answer(command, (finding.id,), message)


def outlined(
    points: Sequence[ImagePoint], canvas: Canvas, place: Place, kind: FindingKind
) -> Answer:
    """Add a finding with a tidy outline: one loop, inside the image.

    points: stored pixels, closed by itself. Gives a message and no command where nothing is left.
    """
    crossed, outline = tidied(points, canvas.size)
    if len(outline) < 3:
        beside = len(points) >= 3 and not touches(box_around(points), canvas.size)
        return Answer(message=OUTSIDE if beside else TOO_SMALL)
    box = box_around(outline)
    if not large_enough(box) or area(outline) < SMALLEST:
        return Answer(message=TOO_SMALL)
    geometry = Geometry(place.uid, place.frame, place.last_frame, contour=Contour(tuple(outline)))
    return marked(canvas, geometry, kind, CROSSED if crossed else "")


def tidied(points: Sequence[ImagePoint], size: ImageSize) -> tuple[bool, tuple[ImagePoint, ...]]:
    """Whether an outline crossed itself, and its largest loop inside the image; may be empty.

    What overlaps where a hand closes an outline goes without a word.
    """
    outline = without_doubles(points)
    if len(outline) < 3:
        return False, ()
    crossed = crosses_itself(outline) is not None
    if crossed:
        simple = untangled(outline)
        crossed = len(simple) < 3 or length(simple) < _UNNOTICED * length(outline)
        outline = simple
    outline = without_doubles(clipped(outline, size)) if len(outline) >= 3 else ()
    return crossed, outline if len(outline) >= 3 else ()


def without_doubles(points: Sequence[ImagePoint]) -> tuple[ImagePoint, ...]:
    """An outline in which no point follows itself, the first and last included."""
    kept: list[ImagePoint] = []
    for point in points:
        if not kept or apart(kept[-1], point) > _SAME:
            kept.append(point)
    while len(kept) > 1 and apart(kept[0], kept[-1]) <= _SAME:
        kept.pop()
    return tuple(kept)


_SAME = 1e-6

_UNNOTICED = 0.97
"""Share of an outline's length that stays where a crossing is too small to tell of."""


def box_around(points: Sequence[ImagePoint]) -> Box:
    """The smallest box around at least one point."""
    xs, ys = [point.x for point in points], [point.y for point in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def box_between(one: ImagePoint, other: ImagePoint) -> Box:
    """The box of two opposite corners, in any order."""
    return box_around((one, other))


def image_box(size: ImageSize) -> Box:
    """An image's outer edges as positions."""
    return Box(-0.5, -0.5, size.columns - 0.5, size.rows - 0.5)


def touches(box: Box, size: ImageSize) -> bool:
    """Whether any of a box lies inside the image."""
    edge = image_box(size)
    across = box.left < edge.right and box.right > edge.left
    return across and box.top < edge.bottom and box.bottom > edge.top


def into(point: ImagePoint, size: ImageSize) -> ImagePoint:
    """The nearest position inside the image."""
    edge = image_box(size)
    return ImagePoint(
        min(max(point.x, edge.left), edge.right), min(max(point.y, edge.top), edge.bottom)
    )


def box_into(box: Box, size: ImageSize) -> Box:
    """The part of a box inside the image; without area where there is none."""
    first, last = into(corner(box), size), into(ImagePoint(box.right, box.bottom), size)
    return Box(first.x, first.y, last.x, last.y)


def corner(box: Box) -> ImagePoint:
    """Top left."""
    return ImagePoint(box.left, box.top)


def large_enough(box: Box) -> bool:
    """Whether a shape in this box is one, and not a slip of the hand."""
    return box.width >= SMALLEST and box.height >= SMALLEST


def apart(one: ImagePoint, other: ImagePoint) -> float:
    """Stored pixels between two positions."""
    return math.hypot(one.x - other.x, one.y - other.y)


def moved_on(canvas: Canvas, start: ImagePoint, at: ImagePoint) -> bool:
    """Whether the pointer went further than a hand trembles."""
    return apart(start, at) > TREMBLE * canvas.screen


def box_note(box: Box, spacing: PixelSpacing) -> str:
    """Width and height in words."""
    x_mm, y_mm = spacing.column_mm or 1.0, spacing.row_mm or 1.0
    return _words(box.width * x_mm, box.height * y_mm, spacing)


def outline_note(points: Sequence[ImagePoint], spacing: PixelSpacing) -> str:
    """The longest diameter and the one across it in words; of two points how far apart they are."""
    if len(points) == 2:
        length_mm = spacing.length_mm(points[0], points[1])
        return f"{length_text(length_mm, apart(points[0], points[1]))}{source_text(spacing)}"
    x_mm, y_mm = spacing.column_mm or 1.0, spacing.row_mm or 1.0
    places = np.array([(point.x * x_mm, point.y * y_mm) for point in points], np.float64)
    along = places @ _DIRECTIONS
    ends = along.argmin(axis=0), along.argmax(axis=0)
    far = places[ends[1]] - places[ends[0]]
    lengths = np.hypot(far[:, 0], far[:, 1])
    longest = int(lengths.argmax())
    if lengths[longest] <= 0:
        return _words(0.0, 0.0, spacing)
    over = places @ np.array((-far[longest, 1], far[longest, 0])) / lengths[longest]
    return _words(float(lengths[longest]), float(np.ptp(over)), spacing)


_TURNS = 180
_DIRECTIONS = np.array(
    [
        [math.cos(math.pi * turn / _TURNS) for turn in range(_TURNS)],
        [math.sin(math.pi * turn / _TURNS) for turn in range(_TURNS)],
    ]
)
"""Half a circle by degrees: the longest diameter lies within half of one of them."""


def _words(one: float, other: float, spacing: PixelSpacing) -> str:
    if spacing.row_mm is None:
        return f"{one:.0f} x {other:.0f} px"
    return f"{one:.1f} x {other:.1f} mm{source_text(spacing)}"
