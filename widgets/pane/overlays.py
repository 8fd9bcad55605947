"""What is drawn over an image, as frozen data; every position is in stored-image pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.geometry import Box, ImagePoint


class Ink(Enum):
    """Whose mark it is; each has a colour of its own that means nothing else."""

    MODEL = "model"
    READER = "reader"
    SECOND_READER = "second reader"
    ADJUDICATED = "adjudicated"
    PLAIN = "plain"
    QUIET = "quiet"


@dataclass(frozen=True)
class Stroke:
    """How a mark is drawn.

    selected: brighter, with handles. rejected: at 35 %, dashed. dashed: such as the rim of a
    band of uncertainty. lit: as bright as the selected one
    that it corresponds to, with a tick at each corner.
    """

    ink: Ink = Ink.READER
    selected: bool = False
    rejected: bool = False
    dashed: bool = False
    lit: bool = False


@dataclass(frozen=True)
class Line:
    """A line through points, or an outline. filled: a mask at 25 %, while a key is held."""

    points: tuple[ImagePoint, ...]
    stroke: Stroke = Stroke()
    closed: bool = False
    filled: bool = False

    @cached_property
    def array(self) -> npt.NDArray[np.float64]:
        """The points as (count, 2) of x, y."""
        return np.array([(point.x, point.y) for point in self.points], float).reshape(-1, 2)

    @cached_property
    def around(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the points; left > right where there are none."""
        if not self.points:
            return math.inf, math.inf, -math.inf, -math.inf
        left, top = self.array.min(axis=0).tolist()
        right, bottom = self.array.max(axis=0).tolist()
        return left, top, right, bottom


@dataclass(frozen=True)
class Rectangle:
    """A box."""

    box: Box
    stroke: Stroke = Stroke()


@dataclass(frozen=True)
class Note:
    """Words beside a position."""

    at: ImagePoint
    text: str
    stroke: Stroke = Stroke()


@dataclass(frozen=True)
class Cross:
    """A position, such as the mirrored cursor's; the position itself stays free."""

    at: ImagePoint
    stroke: Stroke = Stroke(Ink.PLAIN)


@dataclass(frozen=True)
class Ring:
    """A small circle around a position, of one size on the screen, such as a nipple's."""

    at: ImagePoint
    stroke: Stroke = Stroke(Ink.PLAIN)


@dataclass(frozen=True)
class Ruler:
    """A distance, with its text beside its middle."""

    start: ImagePoint
    end: ImagePoint
    text: str = ""
    stroke: Stroke = Stroke()


@dataclass(frozen=True)
class Angle:
    """The angle at ``apex`` between two legs, with its text beside the apex."""

    first: ImagePoint
    apex: ImagePoint
    last: ImagePoint
    text: str = ""
    stroke: Stroke = Stroke()


@dataclass(frozen=True)
class Ellipse:
    """The ellipse that fills a box, with its text below; lines of text are parted by newlines."""

    box: Box
    text: str = ""
    stroke: Stroke = Stroke()


@dataclass(frozen=True)
class Label:
    """A finding's number, and a score behind it, at the top right of its box, small.

    linked: with a link's sign.
    """

    box: Box
    text: str
    stroke: Stroke = Stroke()
    linked: bool = False


@dataclass(frozen=True)
class Handle:
    """A filled square of one size on the screen, for a vertex or corner that can be dragged.

    small: of a shape so small on the screen that a full one would hide its edge.
    """

    at: ImagePoint
    stroke: Stroke = Stroke(selected=True)
    small: bool = False


@dataclass(frozen=True)
class Disc:
    """A circle in the image, such as a brush's edge. radius: in stored pixels."""

    at: ImagePoint
    radius: float
    stroke: Stroke = Stroke(Ink.PLAIN)


@dataclass(frozen=True, eq=False)
class Patch:
    """A mask, or a part of one: its edge along pixels' edges, and its inside where filled.

    pixels: (rows, columns) uint8, not zero inside; the first is the image's (top, left).
    """

    pixels: npt.NDArray[Any]
    left: int
    top: int
    stroke: Stroke = Stroke()
    filled: bool = False

    @property
    def box(self) -> Box:
        """Around the array, edges included."""
        rows, columns = self.pixels.shape
        left, top = self.left - 0.5, self.top - 0.5
        return Box(left, top, left + columns, top + rows)


Overlay = (
    Line | Rectangle | Note | Cross | Ring | Ruler | Angle | Ellipse | Label | Handle | Disc | Patch
)
