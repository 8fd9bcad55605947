"""A hand with a tool in it: touches as a pane sends them, commands carried out at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from annotations.commands.history import History
from annotations.document.document import Document
from domain.finding import Finding, Geometry
from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing, SpacingSource
from viewing.tools.tool import Answer, Canvas, Tool, ToolKey, Touch

FIFTH_MM = PixelSpacing(0.2, 0.2, SpacingSource.IMAGER_OVER_ERMF)


def canvas_of(rows: int = 400, columns: int = 500, **changes: Any) -> Canvas:
    """A plain dark image of 0.2 mm pixels, one stored pixel a screen pixel."""
    size = ImageSize(rows, columns)
    pixels = np.zeros(size.shape, np.uint16)
    canvas = Canvas("1.2.3", size, FIFTH_MM, pixels, Document("1.2"), "reader")
    return replace(canvas, **changes)


class Hand:
    """Moves a tool over a canvas; ``history`` holds what came of it."""

    def __init__(self, tool: Tool, canvas: Canvas | None = None) -> None:
        self.tool = tool
        self.canvas = canvas or canvas_of()
        self.history = History(self.canvas.document)
        self.said: list[str] = []

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.history.document.findings

    @property
    def drawn(self) -> Geometry:
        """The geometry of the only finding."""
        (finding,) = self.findings
        (geometry,) = finding.geometries
        return geometry

    @property
    def outline(self) -> tuple[ImagePoint, ...]:
        """The contour of the only finding."""
        assert self.drawn.contour is not None
        return self.drawn.contour.points

    def press(self, x: float, y: float, **keys: bool) -> Answer:
        return self._take(self.tool.press(Touch(ImagePoint(x, y), **keys), self.canvas))

    def drag(self, x: float, y: float, **keys: bool) -> Answer:
        return self._take(self.tool.drag(Touch(ImagePoint(x, y), **keys), self.canvas))

    def release(self, x: float, y: float, **keys: bool) -> Answer:
        return self._take(self.tool.release(Touch(ImagePoint(x, y), **keys), self.canvas))

    def hover(self, x: float, y: float, **keys: bool) -> Answer:
        return self._take(self.tool.hover(Touch(ImagePoint(x, y), **keys), self.canvas))

    def key(self, key: ToolKey) -> Answer | None:
        answer = self.tool.key(key, self.canvas)
        return None if answer is None else self._take(answer)

    def click(self, *places: tuple[float, float], **keys: bool) -> None:
        for x, y in places:
            self.hover(x, y)
            self.press(x, y, **keys)
            self.release(x, y, **keys)

    def double(self, x: float, y: float) -> None:
        self.click((x, y))
        self.press(x, y, again=True)
        self.release(x, y)

    def stroke(self, *places: tuple[float, float], **keys: bool) -> None:
        """Press on the first place, drag over the others, let go on the last."""
        self.press(*places[0], **keys)
        for place in places[1:]:
            self.drag(*place, **keys)
        self.release(*places[-1], **keys)

    def _take(self, answer: Answer) -> Answer:
        if answer.message:
            self.said.append(answer.message)
        if answer.command is not None:
            before = self.history.document
            self.history.do(answer.command)
            after = self.history.document
            self.history.undo()
            assert self.history.document == before
            self.history.redo()
            assert self.history.document == after
            self.canvas = replace(self.canvas, document=after)
        if answer.select is not None:
            assert all(one in self.history.document.by_id for one in answer.select)
            self.canvas = replace(self.canvas, selected=answer.select)
        return answer


def box_of(points: tuple[ImagePoint, ...]) -> Box:
    xs, ys = [point.x for point in points], [point.y for point in points]
    return Box(min(xs), min(ys), max(xs), max(ys))
