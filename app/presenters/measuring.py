"""Rulers, angles and ellipses that the reader draws; they last as long as the case is open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from psygnal import Signal

from domain.geometry import ImagePoint
from domain.study import ImageRef
from viewing.linking.breast_frame import BreastFrame
from viewing.measuring.angle import Angle
from viewing.measuring.ellipse import Ellipse, EllipseStatistics, measure_ellipse
from viewing.measuring.lengths import NippleDistance, Ruler
from viewing.opened import OpenedImage


class Tool(Enum):
    """What a left drag does; values are the ids of the actions."""

    PAN = "tool.pan"
    WINDOW = "tool.window"
    RULER = "tool.ruler"
    ANGLE = "tool.angle"
    ELLIPSE = "tool.ellipse"
    NIPPLE = "tool.nipple"

    @property
    def measures(self) -> bool:
        """Whether it leaves a measurement."""
        return self not in (Tool.PAN, Tool.WINDOW)


Measurement = Ruler | NippleDistance | Angle | EllipseStatistics


@dataclass(frozen=True)
class Measured:
    """A measurement and the image it was made on."""

    ref: ImageRef
    what: Measurement


class MeasuringPresenter:
    """Holds the tool and what was measured with it."""

    changed = Signal()

    def __init__(self) -> None:
        self._tool = Tool.PAN
        self._kept: list[Measured] = []
        self._live: Measured | None = None
        self._leg: tuple[ImageRef, ImagePoint, ImagePoint] | None = None

    @property
    def tool(self) -> Tool:
        """What a left drag does."""
        return self._tool

    @property
    def measured(self) -> tuple[Measured, ...]:
        """All measurements, the one being drawn last."""
        return (*self._kept, *([self._live] if self._live else []))

    def take(self, tool: Tool) -> None:
        """Choose a tool; half an angle is let go."""
        self._tool = tool
        self._leg = self._live = None
        self.changed.emit()

    def drag(
        self, opened: OpenedImage, frame: BreastFrame | None, start: ImagePoint, end: ImagePoint
    ) -> None:
        """Draw: preview only. start, end: stored-image positions."""
        what = self._make(opened, frame, start, end)
        self._live = Measured(opened.view.ref, what) if what is not None else None
        self.changed.emit()

    def finish(self, opened: OpenedImage, start: ImagePoint, end: ImagePoint) -> None:
        """Keep what was drawn. An angle's first drag is its first leg; the second starts there."""
        if self._tool is Tool.ANGLE and self._leg is None:
            self._leg = (opened.view.ref, start, end)
            return
        if self._live is not None:
            self._kept.append(self._live)
        self._leg = self._live = None
        self.changed.emit()

    def follow_nipple(self, ref: ImageRef, frame: BreastFrame) -> None:
        """Measure distances on an image from a nipple that was dragged."""

        def moved(one: Measured) -> Measured:
            if one.ref != ref or not isinstance(one.what, NippleDistance):
                return one
            return Measured(ref, NippleDistance.of(one.what.point, frame))

        self._kept = [moved(one) for one in self._kept]
        self.changed.emit()

    def clear(self) -> None:
        """Remove all measurements."""
        self._kept.clear()
        self._leg = self._live = None
        self.changed.emit()

    def _make(
        self, opened: OpenedImage, frame: BreastFrame | None, start: ImagePoint, end: ImagePoint
    ) -> Measurement | None:
        spacing = opened.view.spacing
        if self._tool is Tool.RULER:
            return Ruler(start, end, spacing)
        if self._tool is Tool.ELLIPSE:
            ellipse = Ellipse.between(start, end)
            pixels = opened.image.raster.pixels
            return measure_ellipse(ellipse, pixels, opened.image.grey, spacing)
        if self._tool is Tool.NIPPLE and frame is not None:
            return NippleDistance.of(end, frame)
        if self._tool is Tool.ANGLE:
            return self._angle(opened, start, end)
        return None

    def _angle(self, opened: OpenedImage, start: ImagePoint, end: ImagePoint) -> Measurement:
        spacing = opened.view.spacing
        if self._leg is None or self._leg[0] != opened.view.ref:
            self._leg = None
            return Ruler(start, end, spacing)
        _, first, vertex = self._leg
        return Angle(first, vertex, end, spacing)
