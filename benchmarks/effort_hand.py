"""A hand that marks with the real tools, and what that costs it by a model.

The seconds are a model, not a stopwatch: a click 1.1 s, a key 0.28 s, a drag 1.1 s and a second
for each 250 screen pixels of its way. The hand misses what it aims at by a screen pixel or so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from annotations.commands.history import History
from annotations.document.document import Document
from domain.geometry import ImagePoint, PixelSpacing, SpacingSource
from imaging.raster import StoredPixels
from phantom.studies.image import SyntheticImage
from viewing.tools.tool import Answer, Canvas, Tool, ToolKey, Touch

CLICK_S, KEY_S, DRAG_S, DRAG_PX_A_S = 1.1, 0.28, 1.1, 250.0
MM_A_PX = 1 / 12
"""Of the screen: a mass of 13 mm is 160 pixels high, as a reader zooms for outlining."""

MISS_PX = 1.2
"""Standard deviation in x and in y of where the hand presses."""


@dataclass
class Effort:
    """What a hand did. way: screen pixels of all drags together."""

    clicks: int = 0
    keys: int = 0
    drags: int = 0
    way: float = 0.0

    @property
    def seconds(self) -> float:
        """By the model."""
        drags = self.drags * DRAG_S + self.way / DRAG_PX_A_S
        return self.clicks * CLICK_S + self.keys * KEY_S + drags

    def __str__(self) -> str:
        parts = ((self.clicks, "click"), (self.drags, "drag"), (self.keys, "key"))
        said = [f"{count} {name}{'s' * (count > 1)}" for count, name in parts if count]
        return ", ".join(said)


class Hand:
    """A tool over an image at the reader's zoom; counts what it does, and misses a little."""

    def __init__(self, tool: Tool, image: SyntheticImage, pixels: StoredPixels, seed: int) -> None:
        self.tool = tool
        self.effort = Effort(keys=1)  # the key that takes the tool
        self.screen = MM_A_PX / image.pixel_mm
        self._random = Random(seed)
        self._history = History(Document("1.2.3"))
        spacing = PixelSpacing(image.pixel_mm, image.pixel_mm, SpacingSource.IMAGER_OVER_ERMF)
        self._canvas = Canvas(
            "image",
            image.truth.size,
            spacing,
            pixels,
            self._history.document,
            "benchmark",
            screen=self.screen,
        )

    @property
    def document(self) -> Document:
        """What came of it."""
        return self._history.document

    def click(self, at: ImagePoint, *, ctrl: bool = False, alt: bool = False) -> None:
        """One press, a little beside the place."""
        touch = Touch(self._missed(at), ctrl=ctrl, alt=alt)
        self.effort.clicks += 1
        self.effort.keys += ctrl or alt
        self.tool.hover(touch, self._canvas)
        self._do(self.tool.press, touch)
        self._do(self.tool.release, touch)

    def drag(self, way: Sequence[ImagePoint]) -> None:
        """Along a way."""
        places = [self._missed(at) for at in way]
        self.effort.drags += 1
        self.effort.way += length_of(places) / self.screen
        self._do(self.tool.press, Touch(places[0]))
        for at in places[1:]:
            self._do(self.tool.drag, Touch(at))
        self._do(self.tool.release, Touch(places[-1]))

    def key(self, key: ToolKey) -> None:
        """A key of the tool's own."""
        self.effort.keys += 1
        answer = self.tool.key(key, self._canvas)
        if answer is not None:
            self.take(answer)

    def _missed(self, at: ImagePoint) -> ImagePoint:
        off = MISS_PX * self.screen
        return ImagePoint(at.x + self._random.gauss(0, off), at.y + self._random.gauss(0, off))

    def _do(self, event: Callable[[Touch, Canvas], Answer], touch: Touch) -> None:
        self.take(event(touch, self._canvas))

    def take(self, answer: Answer) -> None:
        """What a tool answered, such as one that had to wait for it."""
        if answer.command is not None:
            self._history.do(answer.command)
        selected = self._canvas.selected if answer.select is None else answer.select
        self._canvas = replace(self._canvas, document=self._history.document, selected=selected)


def length_of(places: Sequence[ImagePoint]) -> float:
    pairs = pairwise(places)
    return sum(math.hypot(to.x - at.x, to.y - at.y) for at, to in pairs)
