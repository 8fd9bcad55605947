"""What the pointer looks like over an image with a tool in the hand."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPainterPath, QPixmap

from viewing.tools.tool import ToolCursor
from widgets.pane.ink import draw_path
from widgets.pane.overlays import Ink, Stroke
from widgets.theme import THEME

_SIDE = 27
_MIDDLE = _SIDE // 2
_GAP, _ARM = 3.0, 11.0

_SHAPES = {
    ToolCursor.ARROW: Qt.CursorShape.ArrowCursor,
    ToolCursor.HIDDEN: Qt.CursorShape.BlankCursor,
    ToolCursor.MOVE: Qt.CursorShape.SizeAllCursor,
    ToolCursor.GRAB: Qt.CursorShape.OpenHandCursor,
}


@cache
def tool_cursor(cursor: ToolCursor) -> QCursor:
    """The system's own where it has a fitting one, else a drawn one with a dark halo."""
    if cursor is ToolCursor.CROSS:
        return QCursor(_drawn(_cross()), _MIDDLE, _MIDDLE)
    if cursor is ToolCursor.PEN:
        return QCursor(_drawn(_pen(), tip=QPointF(1.5, _SIDE - 2.5)), 1, _SIDE - 2)
    return QCursor(_SHAPES[cursor])


def _drawn(path: QPainterPath, tip: QPointF | None = None) -> QPixmap:
    pixmap = QPixmap(_SIDE, _SIDE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_path(painter, path, Stroke(Ink.PLAIN))
    if tip is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(THEME.text))
        painter.drawEllipse(tip, 1.2, 1.2)
    painter.end()
    return pixmap


def _cross() -> QPainterPath:
    """Open in the middle, where the tissue is looked at."""
    path = QPainterPath()
    centre = QPointF(_MIDDLE + 0.5, _MIDDLE + 0.5)
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        path.moveTo(centre + QPointF(x * _GAP, y * _GAP))
        path.lineTo(centre + QPointF(x * _ARM, y * _ARM))
    return path


def _pen() -> QPainterPath:
    """Its tip at the lower left."""
    path = QPainterPath(QPointF(1.5, _SIDE - 2.5))
    for x, y in ((4, -9), (14, -19), (19, -14), (9, -4)):
        path.lineTo(1.5 + x, _SIDE - 2.5 + y)
    path.closeSubpath()
    return path
