"""What is drawn over an image, as frozen data; every position is in stored-image pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

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
    band of uncertainty.
    """

    ink: Ink = Ink.READER
    selected: bool = False
    rejected: bool = False
    dashed: bool = False


@dataclass(frozen=True)
class Line:
    """A line through points, or an outline. filled: a mask at 25 %, while a key is held."""

    points: tuple[ImagePoint, ...]
    stroke: Stroke = Stroke()
    closed: bool = False
    filled: bool = False


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


Overlay = Line | Rectangle | Note | Cross | Ring | Ruler | Angle | Ellipse
