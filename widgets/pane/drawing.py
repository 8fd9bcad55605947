"""Draws overlays over a pane's image."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from domain.geometry import Box, ImagePoint
from viewing.hanging.placement import Placement
from widgets.pane.extents import extents
from widgets.pane.ink import colour, draw_path, fill_path, words_size
from widgets.pane.overlays import (
    Angle,
    Cross,
    Disc,
    Ellipse,
    Handle,
    Ink,
    Label,
    Line,
    Note,
    Overlay,
    Patch,
    Rectangle,
    Ring,
    Ruler,
    Stroke,
)
from widgets.pane.patches import patch_pixels
from widgets.pane.sampling import enlarged
from widgets.pane.sprites import WORDS_EDGE, label_picture, picture_of, words_picture

TICK = 7.0
HANDLE = 6.0
SMALL_HANDLE = 4.0
_SMALL, _TINY = 64.0, 26.0
"""Of a small shape handles are small, of a tiny one they are left out: they would hide its edge."""
_TEXT_GAP = 6.0
_END_TICK = 5.0
_CROSS_INNER, _CROSS_OUTER = 5.0, 14.0
_RING_RADIUS = 6.0
_HANDLES_APART = 14.0
_ARC_RADIUS = 18.0
_LABEL_GAP = 4.0


class OverlayPainter:
    """Draws the overlays of one pane.

    bounds: the pane, in device-independent pixels; text is kept inside it.
    """

    def __init__(self, painter: QPainter, placement: Placement, bounds: QRectF) -> None:
        self._painter = painter
        self._placement = placement
        self._matrix = placement.matrix()
        self._bounds = bounds

    def draw(self, overlays: Iterable[Overlay]) -> None:
        """Draw in order, what is selected last, on top; nothing of what lies outside the pane."""
        wanted = list(overlays)
        reach = extents(wanted, self._placement)
        low, high = self._bounds.topLeft(), self._bounds.bottomRight()
        seen = (reach[:, 0] <= high.x()) & (reach[:, 1] <= high.y())
        seen &= (reach[:, 2] >= low.x()) & (reach[:, 3] >= low.y())
        shown = [one for one, here in zip(wanted, seen.tolist(), strict=True) if here]
        self._painter.save()
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for overlay in sorted(shown, key=_height):
            self._draw(overlay)
        self._painter.restore()

    def _draw(self, overlay: Overlay) -> None:
        match overlay:
            case Patch() | Label() | Handle() | Disc():
                self._draw_mark(overlay)
            case Line():
                self._line(overlay)
            case Rectangle():
                self._outline(self._points(_corners(overlay.box)), overlay.stroke)
            case Cross():
                self._cross(overlay)
            case Ring():
                self._ring(overlay)
            case _:
                self._draw_worded(overlay)

    def _draw_mark(self, overlay: Patch | Label | Handle | Disc) -> None:
        match overlay:
            case Patch():
                self._patch(overlay)
            case Label():
                self._label(overlay)
            case Handle():
                tip = SMALL_HANDLE if overlay.small else HANDLE
                self._square(self._points([overlay.at])[0], overlay.stroke, tip)
            case Disc():
                self._disc(overlay)

    def _draw_worded(self, overlay: Note | Ruler | Angle | Ellipse) -> None:
        match overlay:
            case Note():
                at = self._points([overlay.at])[0]
                self._words(at, overlay.text, overlay.stroke)
            case Ruler():
                self._ruler(overlay)
            case Angle():
                self._angle(overlay)
            case Ellipse():
                self._ellipse(overlay)

    def _points(self, points: Sequence[ImagePoint]) -> list[QPointF]:
        """Stored positions in Qt's coordinates, where a pixel's centre is at a half."""
        return self._mapped(np.array([(point.x, point.y) for point in points]).reshape(-1, 2))

    def _mapped(self, stored: npt.NDArray[np.float64]) -> list[QPointF]:
        pane = stored @ self._matrix[:, :2].T + self._matrix[:, 2] + 0.5
        return [QPointF(x, y) for x, y in pane.tolist()]

    def _line(self, line: Line) -> None:
        if not len(line.array):
            return
        points = self._mapped(line.array)
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
        if stroke.lit:
            self._ticks(path.boundingRect(), stroke)
        elif stroke.ink is Ink.MODEL:
            corner = path.boundingRect().topLeft()
            tick = [corner + QPointF(-3, TICK - 3), corner + QPointF(-3, -3)]
            tick.append(corner + QPointF(TICK - 3, -3))
            draw_path(self._painter, _path(tick), stroke)
        self._handles(points, stroke)

    def _ticks(self, around: QRectF, stroke: Stroke) -> None:
        """At all four corners: what is lit has no handles to tell it by."""
        frame, path = around.adjusted(-3, -3, 3, 3), QPainterPath()
        for corner, x, y in (
            (frame.topLeft(), TICK, TICK),
            (frame.topRight(), -TICK, TICK),
            (frame.bottomRight(), -TICK, -TICK),
            (frame.bottomLeft(), TICK, -TICK),
        ):
            path.moveTo(corner + QPointF(0, y))
            path.lineTo(corner)
            path.lineTo(corner + QPointF(x, 0))
        draw_path(self._painter, path, stroke)

    def _handles(self, points: list[QPointF], stroke: Stroke) -> None:
        tip = _tip(points) if stroke.selected else 0.0
        if not tip:
            return
        last: QPointF | None = None
        for point in points:
            off = point - last if last is not None else None
            if off is None or math.hypot(off.x(), off.y()) >= _HANDLES_APART:
                self._square(point, stroke, tip)
                last = point

    def _square(self, centre: QPointF, stroke: Stroke, tip: float) -> None:
        square = QRectF(0, 0, tip, tip)
        square.moveCenter(centre)
        path = QPainterPath()
        path.addRect(square)
        draw_path(self._painter, path, stroke)
        self._painter.fillPath(path, colour(stroke))

    def _disc(self, disc: Disc) -> None:
        """As the image is shown: an ellipse where its pixels are not square on the screen."""
        centre = self._points([disc.at])[0]
        across, down = np.abs(self._matrix[:, :2]).sum(axis=1) * disc.radius
        path = QPainterPath()
        path.addEllipse(centre, float(across), float(down))
        draw_path(self._painter, path, disc.stroke)

    def _patch(self, patch: Patch) -> None:
        ratio = float(self._painter.device().devicePixelRatio())
        low = self._bounds.topLeft()
        moved = replace(
            self._placement, left=self._placement.left - low.x(), top=self._placement.top - low.y()
        )
        size = round(self._bounds.width() * ratio), round(self._bounds.height() * ratio)
        seen = patch_pixels(patch, enlarged(moved, ratio), *size, max(1, round(ratio)))
        if seen is None:
            return
        corner = low + QPointF(seen.area.left / ratio, seen.area.top / ratio)
        self._painter.drawImage(corner, picture_of(seen.pixels, ratio))
        if patch.stroke.lit:
            around = QPolygonF(self._points(_corners(patch.box))).boundingRect()
            self._ticks(around, patch.stroke)

    def _label(self, label: Label) -> None:
        ratio = float(self._painter.device().devicePixelRatio())
        corners = self._points(_corners(label.box))
        left, right = min(point.x() for point in corners), max(point.x() for point in corners)
        top = min(point.y() for point in corners)
        sprite = label_picture(label.text, label.stroke, linked=label.linked, ratio=ratio)
        width, edge = math.ceil(sprite.width() / ratio), math.floor(self._bounds.right())
        # On whole pixels, where its letters stay sharp.
        beside = round(right) + _LABEL_GAP
        if beside + width > edge and left < edge:  # the pane ends there: left of it
            beside = round(left) - _LABEL_GAP - width
            if beside < self._bounds.left():
                beside = edge - width
        at = QPointF(beside, round(top) - sprite.height() / ratio / 2)
        self._painter.drawImage(at, sprite)

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
        if not text:
            return
        ratio = float(self._painter.device().devicePixelRatio())
        at = self._words_room(beside, text).topLeft() - QPointF(WORDS_EDGE, WORDS_EDGE)
        # On whole pixels, where its letters stay sharp.
        at = QPointF(round(at.x() * ratio) / ratio, round(at.y() * ratio) / ratio)
        self._painter.drawImage(at, words_picture(text, stroke, ratio))

    def _words_room(self, beside: QPointF, text: str) -> QRectF:
        """Right of a position, or left of it where the pane ends; inside the pane."""
        width, height = words_size(text)
        left = beside.x() + _TEXT_GAP
        if left + width > self._bounds.right():
            left = beside.x() - _TEXT_GAP - width
        left = max(self._bounds.left() + _TEXT_GAP, left)
        top = min(beside.y() + _TEXT_GAP, self._bounds.bottom() - _TEXT_GAP - height)
        top = max(self._bounds.top() + _TEXT_GAP, top)
        return QRectF(left, top, width, height)


def _tip(points: list[QPointF]) -> float:
    """How large handles are at these positions; 0 where there is no room for any."""
    xs, ys = [point.x() for point in points], [point.y() for point in points]
    spread = max(max(xs) - min(xs), max(ys) - min(ys))
    if spread < _TINY:
        return 0.0
    return HANDLE if spread >= _SMALL else SMALL_HANDLE


def _height(overlay: Overlay) -> int:
    """Masks below, handles on top; what is selected above what is not."""
    if isinstance(overlay, Patch):
        return 0
    return 1 + (overlay.stroke.selected or overlay.stroke.lit)


def has_words(overlay: Overlay) -> bool:
    """Whether it has words that are kept inside the pane."""
    return isinstance(overlay, Note | Ruler | Angle | Ellipse) and bool(overlay.text)


def reach_of(
    overlays: Sequence[Overlay], placement: Placement, bounds: QRectF
) -> npt.NDArray[np.float64]:
    """(count, 4) left, top, right, bottom in pixels of the pane that each one's paint keeps to.

    Words are kept inside the pane, so what has words may reach anywhere in it.
    """
    reach = extents(overlays, placement)
    for index, overlay in enumerate(overlays):
        text = overlay.text if isinstance(overlay, Note | Ruler | Angle | Ellipse) else ""
        if text:
            width, height = (size + 2 * _TEXT_GAP for size in words_size(text))
            left, top, right, bottom = reach[index]
            low_x, low_y = bounds.right() - width, bounds.bottom() - height
            reach[index] = (
                min(left - width, low_x) if right > low_x else left - width,
                min(top, low_y),
                max(right + width, bounds.left() + width),
                max(bottom + height, bounds.top() + height),
            )
    return reach


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
