"""Pens for marks: one width on the screen at any zoom, with a dark halo for white tissue."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from widgets.pane.overlays import Ink, Stroke
from widgets.theme import SMALL_TEXT_POINTS, THEME, text_font

LINE_WIDTH = 1.25
HALO_WIDTH = LINE_WIDTH + 2
FILL_STRENGTH = 0.25
REJECTED_STRENGTH = 0.35
_HALO = QColor(0, 0, 0, 200)
_BRIGHTER = 130
DASHES = (5.0, 4.0)

_COLOURS = {
    Ink.MODEL: THEME.ai,
    Ink.READER: THEME.reader,
    Ink.SECOND_READER: THEME.second_reader,
    Ink.ADJUDICATED: THEME.adjudicated,
    Ink.PLAIN: THEME.text,
    Ink.QUIET: THEME.dim,
}


def colour(stroke: Stroke) -> QColor:
    """The hue tells whose mark it is; selected and lit are brighter, rejected fainter."""
    hue = QColor(_COLOURS[stroke.ink])
    if stroke.selected or stroke.lit:
        hue = hue.lighter(_BRIGHTER)
    if stroke.rejected:
        hue.setAlphaF(REJECTED_STRENGTH)
    return hue


def halo(stroke: Stroke) -> QColor:
    """What lies beside a line, so that it shows on white tissue."""
    shade = QColor(_HALO)
    if stroke.rejected:
        shade.setAlphaF(shade.alphaF() * REJECTED_STRENGTH)
    return shade


def premultiplied(shade: QColor) -> tuple[int, int, int, int]:
    """Blue, green, red, alpha as a premultiplied picture keeps them."""
    alpha = shade.alphaF()
    parts = (shade.blue(), shade.green(), shade.red(), 255)
    blue, green, red, opaque = (round(part * alpha) for part in parts)
    return blue, green, red, opaque


def draw_path(painter: QPainter, path: QPainterPath, stroke: Stroke) -> None:
    """A line with its halo. path: in device-independent pixels of the pane."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, shade in ((HALO_WIDTH, halo(stroke)), (LINE_WIDTH, colour(stroke))):
        painter.setPen(_pen(shade, width, dashed=stroke.dashed or stroke.rejected))
        painter.drawPath(path)


def fill_path(painter: QPainter, path: QPainterPath, stroke: Stroke) -> None:
    """The inside of an outline at 25 %."""
    shade = colour(stroke)
    shade.setAlphaF(FILL_STRENGTH)
    painter.fillPath(path, shade)


def draw_words(
    painter: QPainter, at: QPointF, words: str, shade: QColor, font: QFont | None = None
) -> None:
    """One line of text with a halo. at: left end of its base line."""
    path = QPainterPath()
    path.addText(at, font or mark_font(), words)
    painter.strokePath(path, _pen(_HALO, 2.5))
    painter.fillPath(path, shade)


def mark_font() -> QFont:
    """Of text beside marks."""
    return text_font(SMALL_TEXT_POINTS)


def words_size(words: str) -> tuple[float, float]:
    """Width and height of lines of text beside a mark, in device-independent pixels."""
    metrics = QFontMetricsF(mark_font())
    lines = words.split("\n")
    return max(metrics.horizontalAdvance(line) for line in lines), metrics.height() * len(lines)


def _pen(shade: QColor, width: float, *, dashed: bool = False) -> QPen:
    pen = QPen(shade, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashed else Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:  # in pixels, so that halo and line fall on each other
        pen.setDashPattern([length / width * LINE_WIDTH for length in DASHES])
    return pen
