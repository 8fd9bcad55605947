"""Draws overlays over a pane's image."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPolygonF

from domain.geometry import Box, ImagePoint
from viewing.hanging.placement import Placement
from widgets.pane.ink import colour, draw_path, draw_words, fill_path, mark_font, words_size
from widgets.pane.overlays import (
    Angle,
    Cross,
    Ellipse,
    Ink,
    Line,
    Note,
    Overlay,
    Rectangle,
    Ring,
    Ruler,
    Stroke,
)

TICK = 7.0
HANDLE = 6.0
_TEXT_GAP = 6.0
_END_TICK = 5.0
_CROSS_INNER, _CROSS_OUTER = 5.0, 14.0
_RING_RADIUS = 6.0
_MOST_HANDLES = 16
_ARC_RADIUS = 18.0


class OverlayPainter:
    """Draws the overlays of one pane.

    bounds: the pane, in device-independent pixels; text is kept inside it.
    """

    def __init__(self, painter: QPainter, placement: Placement, bounds: QRectF) -> None:
        self._painter = painter
        self._matrix = placement.matrix()
        self._bounds = bounds

    def draw(self, overlays: Iterable[Overlay]) -> None:
        """Draw in order, what is selected last, on top; nothing of what lies outside the pane."""
        self._painter.save()
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for overlay in sorted(overlays, key=lambda one: one.stroke.selected):
            self._draw(overlay)
        self._painter.restore()

    def _draw(self, overlay: Overlay) -> None:
        if not self._in_sight(overlay):
            return
        match overlay:
            case Line():
                self._line(overlay)
            case Rectangle():
                self._outline(self._points(_corners(overlay.box)), overlay.stroke)
            case Note():
                at = self._points([overlay.at])[0]
                self._words(at, overlay.text, overlay.stroke)
            case Cross():
                self._cross(overlay)
            case Ring():
                self._ring(overlay)
            case Ruler():
                self._ruler(overlay)
            case Angle():
                self._angle(overlay)
            case Ellipse():
                self._ellipse(overlay)

    def _in_sight(self, overlay: Overlay) -> bool:
        around = QPolygonF(self._points(_places(overlay))).boundingRect()
        return around.adjusted(-1, -1, 1, 1).intersects(self._bounds)

    def _points(self, points: Sequence[ImagePoint]) -> list[QPointF]:
        """Stored positions in Qt's coordinates, where a pixel's centre is at a half."""
        stored = np.array([(point.x, point.y) for point in points]).reshape(-1, 2)
        pane = stored @ self._matrix[:, :2].T + self._matrix[:, 2] + 0.5
        return [QPointF(x, y) for x, y in pane.tolist()]

    def _line(self, line: Line) -> None:
        points = self._points(line.points)
        if not points:
            return
        if line.filled:
            fill_path(self._painter, _path(points, closed=True), line.stroke)
        if line.closed:
            self._outline(points, line.stroke)
        else:
            draw_path(self._painter, _path(points), line.stroke)
            self._handles(points, line.stroke)

    def _outline(self, points: list[QPointF], stroke: Stroke) -> None:
        path = _path(points, closed=True)
        draw_path(self._painter, path, stroke)
        if stroke.ink is Ink.MODEL:
            corner = path.boundingRect().topLeft()
            tick = [corner + QPointF(-3, TICK - 3), corner + QPointF(-3, -3)]
            tick.append(corner + QPointF(TICK - 3, -3))
            draw_path(self._painter, _path(tick), stroke)
        self._handles(points, stroke)

    def _handles(self, points: list[QPointF], stroke: Stroke) -> None:
        if not stroke.selected or len(points) > _MOST_HANDLES:
            return
        for point in points:
            square = QRectF(0, 0, HANDLE, HANDLE)
            square.moveCenter(point)
            path = QPainterPath()
            path.addRect(square)
            draw_path(self._painter, path, stroke)
            self._painter.fillPath(path, colour(stroke))

    def _cross(self, cross: Cross) -> None:
        centre = self._points([cross.at])[0]
        path = QPainterPath()
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            path.moveTo(centre + QPointF(x * _CROSS_INNER, y * _CROSS_INNER))
            path.lineTo(centre + QPointF(x * _CROSS_OUTER, y * _CROSS_OUTER))
        draw_path(self._painter, path, cross.stroke)

    def _ring(self, ring: Ring) -> None:
        centre = self._points([ring.at])[0]
        path = QPainterPath()
        path.addEllipse(centre, _RING_RADIUS, _RING_RADIUS)
        draw_path(self._painter, path, ring.stroke)

    def _ruler(self, ruler: Ruler) -> None:
        start, end = self._points([ruler.start, ruler.end])
        path = _path([start, end])
        length = math.hypot(end.x() - start.x(), end.y() - start.y())
        if length > 0:
            across = QPointF(start.y() - end.y(), end.x() - start.x()) * (_END_TICK / length)
            for point in (start, end):
                path.moveTo(point - across)
                path.lineTo(point + across)
        draw_path(self._painter, path, ruler.stroke)
        self._handles([start, end], ruler.stroke)
        self._words(max(start, end, key=QPointF.x), ruler.text, ruler.stroke)

    def _angle(self, angle: Angle) -> None:
        first, apex, last = self._points([angle.first, angle.apex, angle.last])
        path = _path([first, apex, last])
        # Qt's angles run against the clock from three o'clock; y points down.
        begin, stop = (
            math.degrees(math.atan2(apex.y() - leg.y(), leg.x() - apex.x()))
            for leg in (first, last)
        )
        sweep = (stop - begin + 180) % 360 - 180
        around = QRectF(apex, QSizeF()).adjusted(*(sign * _ARC_RADIUS for sign in (-1, -1, 1, 1)))
        path.arcMoveTo(around, begin)
        path.arcTo(around, begin, sweep)
        draw_path(self._painter, path, angle.stroke)
        self._handles([first, apex, last], angle.stroke)
        self._words(apex, angle.text, angle.stroke)

    def _ellipse(self, ellipse: Ellipse) -> None:
        corners = self._points(_corners(ellipse.box))
        around = QRectF(corners[0], corners[2]).normalized()
        path = QPainterPath()
        path.addEllipse(around)
        draw_path(self._painter, path, ellipse.stroke)
        self._handles(corners, ellipse.stroke)
        self._words(QPointF(around.right(), around.bottom()), ellipse.text, ellipse.stroke)

    def _words(self, beside: QPointF, text: str, stroke: Stroke) -> None:
        """Text right of a position, or left of it where the pane ends."""
        if not text:
            return
        width, height = words_size(text)
        left = beside.x() + _TEXT_GAP
        if left + width > self._bounds.right():
            left = beside.x() - _TEXT_GAP - width
        left = max(self._bounds.left() + _TEXT_GAP, left)
        top = min(beside.y() + _TEXT_GAP, self._bounds.bottom() - _TEXT_GAP - height)
        top = max(self._bounds.top() + _TEXT_GAP, top)
        metrics = QFontMetricsF(mark_font())
        for number, line in enumerate(text.split("\n")):
            base = top + metrics.ascent() + number * metrics.height()
            draw_words(self._painter, QPointF(left, base), line, colour(stroke))


def _places(overlay: Overlay) -> Sequence[ImagePoint]:
    """Stored positions that an overlay lies between."""
    match overlay:
        case Line():
            return overlay.points
        case Rectangle() | Ellipse():
            return _corners(overlay.box)
        case Note() | Cross() | Ring():
            return [overlay.at]
        case Ruler():
            return [overlay.start, overlay.end]
        case Angle():
            return [overlay.first, overlay.apex, overlay.last]


def _corners(box: Box) -> list[ImagePoint]:
    return [
        ImagePoint(box.left, box.top),
        ImagePoint(box.right, box.top),
        ImagePoint(box.right, box.bottom),
        ImagePoint(box.left, box.bottom),
    ]


def _path(points: list[QPointF], *, closed: bool = False) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF(points))
    if closed:
        path.closeSubpath()
    return path
