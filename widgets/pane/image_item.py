"""Paints what a pane shows; keeps the resampled values until the image or its placement changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from domain.side import Side
from imaging.raster import StoredPixels
from viewing.hanging.compose import AirMask, GreyMaker, PaneImage
from viewing.hanging.placement import Placement
from viewing.painting import PaneArea
from widgets.pane.corner_text import CornerText, draw_message
from widgets.pane.drawing import OverlayPainter
from widgets.pane.layers import OverlayLayer
from widgets.pane.picture import EMPTY, PanePicture
from widgets.pane.sampling import Sample, enlarged, take_sample
from widgets.pane.shifting import shift_colours, shift_sample
from widgets.theme import THEME

LENS_DIAMETER = 260.0
LENS_FACTOR = 2.0


@dataclass(frozen=True, eq=False)
class _Asked:
    """What a sample was taken of."""

    levels: Sequence[StoredPixels]
    air: AirMask | None
    placement: Placement
    width: int
    height: int
    exact: bool

    def same(self, other: _Asked | None) -> bool:
        """Whether a sample of the other is one of this."""
        return (
            other is not None
            and self.same_pixels(other)
            and (self.placement, self.exact) == (other.placement, other.exact)
        )

    def same_pixels(self, other: _Asked | None) -> bool:
        """Whether both are of the same image on a pane of the same size."""
        return (
            other is not None
            and self.levels is other.levels
            and self.air is other.air
            and (self.width, self.height) == (other.width, other.height)
        )


@dataclass(frozen=True, eq=False)
class _Frame:
    """Blue, green, red and nothing for the device's pixels, and the maker of their grey."""

    pixels: npt.NDArray[np.uint8]
    area: PaneArea
    maker: GreyMaker


class PaneItem(pg.GraphicsObject):  # type: ignore[misc]
    """Image, overlays, text, lines and lens of one pane, in device-independent pixels.

    exact: set by the pane once a gesture has settled. lens: where the lens is, if shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.picture: PanePicture = EMPTY
        self.exact = True
        self.lens: QPointF | None = None
        self._bounds = QRectF()
        self._asked: _Asked | None = None
        self._sample: Sample | None = None
        self._frame: _Frame | None = None
        self._corner = CornerText()
        self._marks, self._tool_marks = OverlayLayer(), OverlayLayer()

    def resize(self, width: float, height: float) -> None:
        """Follow the pane's size."""
        self.prepareGeometryChange()
        self._bounds = QRectF(0, 0, width, height)

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The whole pane."""
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint everything; called by Qt."""
        picture, bounds = self.picture, self._bounds
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        ratio = _device_ratio(painter)
        self._paint_image(painter, ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for layer, marks in ((self._marks, picture.overlays), (self._tool_marks, picture.live)):
            layer.paint(painter, marks, picture.placement, bounds, ratio, exact=self.exact)
        text_end = self._corner.draw(painter, picture, bounds, ratio)
        if picture.message:
            draw_message(painter, picture, bounds, text_end)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._paint_lines(painter)
        if picture.magnifier and self.lens is not None:
            self._paint_lens(painter, self.lens)

    def _paint_image(self, painter: QPainter, ratio: float) -> None:
        frame = self._current_frame(ratio)
        width, height = self._device_size(ratio)
        if frame is None or frame.pixels.shape[:2] != (height, width):
            painter.fillRect(self._bounds, QColor(THEME.pane))
        if frame is not None:
            _draw(painter, frame.pixels, frame.area, ratio, QPointF())

    def _current_frame(self, ratio: float) -> _Frame | None:
        image, placement = self.picture.image, self.picture.placement
        if image is None or placement is None:
            self._asked = self._sample = self._frame = None
            return None
        asked = _Asked(
            image.levels,
            image.air,
            enlarged(placement, ratio),
            *self._device_size(ratio),
            self.exact,
        )
        if not asked.same(self._asked):
            if not self._shift(image, asked):
                where, width, height = asked.placement, asked.width, asked.height
                self._sample = take_sample(image, where, width, height, exact=asked.exact)
                self._frame = None
            self._asked = asked
        if self._sample is None:
            return None
        if self._frame is None or self._frame.maker != image.grey:
            pixels = _coloured(self._sample, image.grey)
            self._frame = _Frame(pixels, self._sample.area, image.grey)
        return self._frame

    def _shift(self, image: PaneImage, asked: _Asked) -> bool:
        """Move what was sampled and painted, in a pan; False where that isn't enough."""
        before, frame = self._sample, self._frame
        if asked.exact or before is None or not asked.same_pixels(self._asked):
            return False
        after = shift_sample(before, image, asked.placement, asked.width, asked.height)
        if after is None:
            return False
        self._sample, self._frame = after, None
        if frame is not None and frame.maker == image.grey:
            colours = partial(_coloured, maker=image.grey)
            pixels = shift_colours(frame.pixels, before, after, colours)
            self._frame = _Frame(pixels, after.area, image.grey)
        return True

    def _device_size(self, ratio: float) -> tuple[int, int]:
        return round(self._bounds.width() * ratio), round(self._bounds.height() * ratio)

    def _paint_lines(self, painter: QPainter) -> None:
        last_x, last_y = self._bounds.right() - 1, self._bounds.bottom() - 1
        line = QColor(THEME.line)
        if self.picture.line_left:
            painter.fillRect(QRectF(0, 0, 1, last_y + 1), line)
        if self.picture.line_top:
            painter.fillRect(QRectF(0, 0, last_x + 1, 1), line)
        if self.picture.active:
            edges = {
                Side.TOP: QRectF(0, 0, last_x + 1, 1),
                Side.BOTTOM: QRectF(0, last_y, last_x + 1, 1),
                Side.LEFT: QRectF(0, 0, 1, last_y + 1),
                Side.RIGHT: QRectF(last_x, 0, 1, last_y + 1),
            }
            for side, edge in edges.items():
                if side is not self.picture.wall:
                    painter.fillRect(edge, QColor(THEME.dim))

    def _paint_lens(self, painter: QPainter, at: QPointF) -> None:
        """The present picture, twice as large, in a circle around the cursor."""
        picture = self.picture
        if picture.image is None or picture.placement is None:
            return
        rect = QRectF(0, 0, LENS_DIAMETER, LENS_DIAMETER)
        rect.moveCenter(QPointF(round(at.x()), round(at.y())))
        inside = _magnified(picture.placement, at, rect)
        circle = QPainterPath()
        circle.addEllipse(rect)
        painter.save()
        painter.setClipPath(circle)
        painter.fillRect(rect, QColor(THEME.pane))
        self._paint_magnified(painter, picture.image, inside, rect.topLeft())
        painter.translate(rect.topLeft())
        OverlayPainter(painter, inside, QRectF(0, 0, LENS_DIAMETER, LENS_DIAMETER)).draw(
            (*picture.overlays, *picture.live)
        )
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(THEME.focus), 1.5))
        painter.drawEllipse(rect)

    def _paint_magnified(
        self, painter: QPainter, image: PaneImage, placement: Placement, corner: QPointF
    ) -> None:
        ratio = _device_ratio(painter)
        side = round(LENS_DIAMETER * ratio)
        sample = take_sample(image, enlarged(placement, ratio), side, side, exact=True)
        if sample is not None:
            pixels = _coloured(sample, image.grey)
            _draw(painter, pixels, sample.area, ratio, corner)


def _magnified(placement: Placement, at: QPointF, rect: QRectF) -> Placement:
    """The placement inside the lens: what lies under the cursor stays there."""
    return replace(
        placement,
        x_scale=placement.x_scale * LENS_FACTOR,
        y_scale=placement.y_scale * LENS_FACTOR,
        left=at.x() - (at.x() - placement.left) * LENS_FACTOR - rect.left(),
        top=at.y() - (at.y() - placement.top) * LENS_FACTOR - rect.top(),
    )


def _coloured(sample: Sample, maker: GreyMaker) -> npt.NDArray[np.uint8]:
    """In the screen's own format, which Qt copies without a look: faster than 8-bit grey."""
    return cv2.cvtColor(sample.grey(maker), cv2.COLOR_GRAY2BGRA)  # type: ignore[return-value]


def _draw(
    painter: QPainter, pixels: npt.NDArray[np.uint8], area: PaneArea, ratio: float, corner: QPointF
) -> None:
    """Device pixels onto device pixels: nothing is resampled here."""
    rows, columns = pixels.shape[:2]
    picture = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    painter.drawImage(corner + QPointF(area.left / ratio, area.top / ratio), picture)


def _device_ratio(painter: QPainter) -> float:
    """Device pixels per pixel that ``painter`` counts in."""
    return float(painter.device().devicePixelRatio())
