"""Text in a pane: which view it is, in an outer corner, and what is wrong, in the middle."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from widgets.pane.ink import draw_words
from widgets.pane.picture import PanePicture
from widgets.theme import SMALL_TEXT_POINTS, TEXT_POINTS, THEME, text_font

MARGIN = 10.0
STRENGTH = 0.8
MESSAGE_SHARE = 0.8
"""Of the pane's width, at most, for a message."""

_NOTEWORTHY = "Check"
_HALO = 3.0
"""Room around a line for its halo, in device-independent pixels."""


class CornerText:
    """Headline and further lines, drawn once and then kept: letters with halos take long."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._drawn: QImage | None = None
        self._size = QSizeF()

    def draw(self, painter: QPainter, picture: PanePicture, bounds: QRectF, ratio: float) -> float:
        """Draw the lines; returns where room for a message begins, in pixels from the top."""
        key = (picture.headline, picture.more, picture.at_right, bounds.width(), ratio)
        if key != self._key:
            self._key, (self._drawn, self._size) = key, _drawn(picture, bounds.width(), ratio)
        if self._drawn is None:
            return MARGIN
        left = bounds.right() - self._size.width() if picture.at_right else bounds.left()
        top = bounds.top()
        if picture.at_bottom:
            top = bounds.bottom() - self._size.height() - MARGIN
        at = QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio)
        painter.drawImage(at, self._drawn)
        return MARGIN if picture.at_bottom else self._size.height()


def _drawn(picture: PanePicture, room: float, ratio: float) -> tuple[QImage | None, QSizeF]:
    """The lines with their margins, on nothing."""
    lines = [(line, _headline_font()) for line in picture.headline]
    lines += [(line, text_font(SMALL_TEXT_POINTS)) for line in picture.more]
    inner = room - 2 * MARGIN
    if not lines or inner < 1:
        return None, QSizeF()
    metrics = [QFontMetricsF(font) for _, font in lines]
    shown = [
        measure.elidedText(line, Qt.TextElideMode.ElideRight, inner)
        for (line, _), measure in zip(lines, metrics, strict=True)
    ]
    widths = [measure.horizontalAdvance(line) for line, measure in zip(shown, metrics, strict=True)]
    size = QSizeF(
        math.ceil(max(widths) + 2 * MARGIN),
        math.ceil(sum(measure.height() for measure in metrics) + MARGIN),
    )
    image = _nothing(size, ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = MARGIN
    for number, (line, width, measure) in enumerate(zip(shown, widths, metrics, strict=True)):
        left = size.width() - MARGIN - width if picture.at_right else MARGIN
        at = QPointF(round((left - _HALO) * ratio) / ratio, round((top - _HALO) * ratio) / ratio)
        painter.drawImage(at, _drawn_line(line, number < len(picture.headline), ratio))
        top += measure.height()
    painter.end()
    return image, size


@lru_cache(maxsize=128)
def _drawn_line(line: str, headline: bool, ratio: float) -> QImage:
    """One line with its halo; going through slices changes one line of several."""
    font = _headline_font() if headline else text_font(SMALL_TEXT_POINTS)
    measure = QFontMetricsF(font)
    width = measure.horizontalAdvance(line)
    image = _nothing(QSizeF(width + 2 * _HALO, measure.height() + 2 * _HALO), ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_words(painter, QPointF(_HALO, _HALO + measure.ascent()), line, _shade(line), font)
    painter.end()
    return image


def _nothing(size: QSizeF, ratio: float) -> QImage:
    image = QImage(
        math.ceil(size.width() * ratio),
        math.ceil(size.height() * ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def draw_message(painter: QPainter, picture: PanePicture, bounds: QRectF, text_end: float) -> None:
    """Say what is wrong: in the middle of an empty pane, else below the corner text."""
    font = text_font(TEXT_POINTS)
    flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignHCenter)
    room = QRectF(0, 0, bounds.width() * MESSAGE_SHARE, bounds.height())
    needed = QFontMetricsF(font).boundingRect(room, flags, picture.message)
    if picture.image is None:
        needed.moveCenter(bounds.center())
    else:
        side = bounds.right() - MARGIN - needed.width() if picture.at_right else MARGIN
        needed.moveTopLeft(QPointF(side, text_end + MARGIN))
        plate = needed.adjusted(-MARGIN / 2, -MARGIN / 2, MARGIN / 2, MARGIN / 2)
        painter.fillRect(plate, QColor(THEME.base))  # red is never read against tissue
    painter.setFont(font)
    painter.setPen(QColor(THEME.error if picture.failed else THEME.dim))
    painter.drawText(needed, flags, picture.message)


def _headline_font() -> QFont:
    font = text_font(SMALL_TEXT_POINTS + 2)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _shade(line: str) -> QColor:
    shade = QColor(THEME.text)
    shade.setAlphaF(1.0 if line.startswith(_NOTEWORTHY) else STRENGTH)
    return shade
