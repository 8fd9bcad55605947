"""What all annotation tools have in common: what they are told, and what they answer.

A tool lives as long as it is in the hand. It changes nothing itself: a finished gesture gives one
command; everything before is preview. All positions are stored-image pixels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

import numpy.typing as npt

from annotations.commands.command import Command
from annotations.document.document import Document
from domain.finding import FindingKind
from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing
from domain.mask import RleMask
from domain.turn import Turn


class ToolId(Enum):
    """The annotation tools; values are the ids of their actions."""

    BOX = "tool.box"
    CONTOUR = "tool.contour"
    LIVEWIRE = "tool.livewire"
    AI_CONTOUR = "tool.ai_contour"
    OUTLINE_ELLIPSE = "tool.outline_ellipse"
    POINT = "tool.point"
    DOTS = "tool.dots"
    ALL_DOTS = "tool.all_dots"
    EDIT = "tool.edit"
    PUSH = "tool.push"
    REDRAW = "tool.redraw"
    BRUSH = "tool.brush"
    ERASER = "tool.eraser"
    THRESHOLD_BRUSH = "tool.threshold_brush"


class ToolKey(Enum):
    """Keys that a tool itself understands while it is in the hand."""

    FINISH = "finish"
    CANCEL = "cancel"
    BACK = "back"
    LARGER = "larger"
    SMALLER = "smaller"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    FAR_LEFT = "far left"
    FAR_RIGHT = "far right"
    FAR_UP = "far up"
    FAR_DOWN = "far down"


class ToolCursor(Enum):
    """What the pointer looks like over an image."""

    ARROW = "arrow"
    CROSS = "cross"
    PEN = "pen"
    HIDDEN = "hidden"
    MOVE = "move"
    GRAB = "grab"


AS_STORED = Turn()
"""Shown as it is stored, neither turned nor mirrored."""


@dataclass(frozen=True)
class Touch:
    """Where the pointer is, and which keys are down. again: the press of a double click."""

    at: ImagePoint
    shift: bool = False
    ctrl: bool = False
    alt: bool = False
    again: bool = False


@dataclass(frozen=True, eq=False)
class Canvas:
    """The image that a tool works on, and what it needs to know beside.

    uid: what marks know the image by. frame: the one shown; last_frame: of a new finding in a
    stack (equal to ``frame`` on a plain image). pixels: stored values (rows, columns); bright:
    whether larger values are shown brighter. screen: stored pixels per screen pixel, for what is
    to be of one size on the screen. selected: ids of selected findings, the first leading.
    kind: of what is drawn next; ``None`` for what the tool's shape suggests. reader: whose marks
    they are. brush_mm: radius of the brush. turn: how the image is shown, so that arrow keys go
    the way they point.
    """

    uid: str
    size: ImageSize
    spacing: PixelSpacing
    pixels: npt.NDArray[Any]
    document: Document
    reader: str
    screen: float = 1.0
    frame: int = 0
    last_frame: int = 0
    bright: bool = True
    selected: tuple[UUID, ...] = ()
    kind: FindingKind | None = None
    brush_mm: float = 2.0
    turn: Turn = AS_STORED

    @property
    def reach(self) -> float:
        """How far from a line or handle, in stored pixels, a press still means it."""
        return REACH * self.screen

    @property
    def brush_pixels(self) -> float:
        """The brush's radius in stored pixels; 0.1 mm a pixel where spacing is unknown."""
        spacing = self.spacing.column_mm or UNKNOWN_PIXEL_MM
        return max(0.5, self.brush_mm / spacing)


REACH = 8.0
"""Screen pixels."""

UNKNOWN_PIXEL_MM = 0.1
"""Only for the size of a brush where no millimetres are known; nothing is measured by it."""


@dataclass(frozen=True)
class Drawn:
    """A line of a preview. closed: an outline. quiet: an aid, not the shape itself."""

    points: tuple[ImagePoint, ...]
    closed: bool = False
    quiet: bool = False


@dataclass(frozen=True, eq=False)
class Painted:
    """A part of a mask that is being painted: uint8 (rows, columns) of 0 and 1 at left, top."""

    pixels: npt.NDArray[Any]
    left: int
    top: int


@dataclass(frozen=True)
class BrushRing:
    """The brush's edge; radius in stored pixels."""

    at: ImagePoint
    radius: float


@dataclass(frozen=True, eq=False)
class Preview:
    """What a tool shows before its gesture is finished.

    boxes, lines: of the shape. handles: squares of one size on the screen. dots: crosses. note:
    words beside ``note_at``. painted: shown as a light fill with its edge. hidden: findings that
    the preview stands for.
    """

    lines: tuple[Drawn, ...] = ()
    boxes: tuple[Box, ...] = ()
    handles: tuple[ImagePoint, ...] = ()
    dots: tuple[ImagePoint, ...] = ()
    ring: BrushRing | None = None
    painted: Painted | None = None
    masks: tuple[RleMask, ...] = ()
    note: str = ""
    note_at: ImagePoint | None = None
    hidden: frozenset[UUID] = field(default_factory=frozenset)


NOTHING_SHOWN = Preview()
"""No preview."""


@dataclass(frozen=True)
class Answer:
    """What comes of an event. select: findings to select from now on, ``None`` to leave that.

    message: why nothing came of it, or what to do next, for the status line. brush_mm: radius of
    the brush from now on, ``None`` to leave that.
    """

    command: Command | None = None
    select: tuple[UUID, ...] | None = None
    message: str = ""
    brush_mm: float | None = None


NOTHING = Answer()
"""Nothing came of it."""


class Tool(ABC):
    """A tool in the hand. ``preview`` is asked for after every event.

    A press is followed by ``release`` (no drag: at the same place), with ``drag`` between.
    ``hover`` tells of the pointer while no button is down; ``leave`` that it left the image, or
    that another image is worked on: what is unfinished there is let go.
    """

    id: ToolId
    cursor: ToolCursor = ToolCursor.CROSS

    @property
    def preview(self) -> Preview:
        """What to show now; the same object as long as nothing changes."""
        return NOTHING_SHOWN

    @property
    def unfinished(self) -> bool:
        """Whether something is begun that Escape would let go."""
        return False

    @abstractmethod
    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        """A button goes down."""

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        """The pointer moves with the button down."""
        del touch, canvas
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        """The button goes up."""
        del touch, canvas
        return NOTHING

    def hover(self, touch: Touch, canvas: Canvas) -> Answer:
        """The pointer moves with no button down."""
        del touch, canvas
        return NOTHING

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        """A key for the tool; ``None`` where it means nothing now, and the window may have it."""
        del key, canvas
        return None

    @abstractmethod
    def leave(self) -> None:
        """Let go of what is unfinished."""
