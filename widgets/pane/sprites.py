"""Small pictures that are drawn many times: made once, as letters with halos take their time."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath

from widgets.pane.ink import colour, draw_path, halo, mark_font, premultiplied, words_size
from widgets.pane.overlays import Stroke

WORDS_EDGE = 2.0
_LINK_RADIUS = 2.75
_LINK_ROOM = 5 * _LINK_RADIUS


@lru_cache(maxsize=512)
def words_picture(words: str, stroke: Stroke, ratio: float) -> QImage:
    """Lines of text beside a mark with their halo, ``WORDS_EDGE`` all around.

    A stroked outline of the letters would take milliseconds, and a tool's words change with each
    movement.
    """
    width, height = words_size(words)
    picture = _empty(width + 2 * WORDS_EDGE, height + 2 * WORDS_EDGE, ratio)
    painter = QPainter(picture)
    painter.setFont(mark_font())
    painter.setPen(QColor(255, 255, 255))
    metrics = QFontMetricsF(mark_font())
    for number, line in enumerate(words.split("\n")):
        base = WORDS_EDGE + metrics.ascent() + number * metrics.height()
        painter.drawText(QPointF(WORDS_EDGE, base), line)
    painter.end()
    pixels = np.frombuffer(picture.bits(), np.uint8).reshape(picture.height(), -1, 4)
    letters = pixels[..., 3].copy()
    reach = 2 * round(ratio) + 1
    round_tip = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    pixels[...] = _over(letters, cv2.dilate(letters, round_tip), stroke)
    return picture


def _over(
    letters: npt.NDArray[np.uint8], around: npt.NDArray[Any], stroke: Stroke
) -> npt.NDArray[np.uint8]:
    """Letters in their ink over what lies around them in the halo's. Both 0 to 255."""
    inked = letters[..., None] / 255 * np.array(premultiplied(colour(stroke)))
    shaded = around[..., None] / 255 * np.array(premultiplied(halo(stroke)))
    mixed: npt.NDArray[np.uint8] = np.rint(inked + shaded * (1 - inked[..., 3:] / 255)).astype(
        np.uint8
    )
    return mixed


def _empty(width: float, height: float, ratio: float) -> QImage:
    size = max(1, math.ceil(width * ratio)), max(1, math.ceil(height * ratio))
    picture = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


@lru_cache(maxsize=4096)
def label_picture(text: str, stroke: Stroke, *, linked: bool, ratio: float) -> QImage:
    """A finding's number, and where it is linked the sign of a link: two rings in one another."""
    words = words_picture(text, stroke, ratio)
    if not linked:
        return words
    width, height = words.width() / ratio, words.height() / ratio
    picture = _empty(width + _LINK_ROOM, height, ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawImage(QPointF(), words)
    _draw_link(painter, QPointF(width, height / 2), stroke)
    painter.end()
    return picture


def _draw_link(painter: QPainter, left: QPointF, stroke: Stroke) -> None:
    path = QPainterPath()
    for step in (1.0, 2.2):
        centre = left + QPointF(step * _LINK_RADIUS, 0)
        path.addEllipse(centre, 1.2 * _LINK_RADIUS, _LINK_RADIUS)
    draw_path(painter, path, stroke)


def picture_of(pixels: npt.NDArray[np.uint8], ratio: float) -> QImage:
    """A view on (rows, columns, 4) premultiplied pixels, which must outlive it."""
    rows, columns = pixels.shape[:2]
    form = QImage.Format.Format_ARGB32_Premultiplied
    picture = QImage(pixels.data, columns, rows, pixels.strides[0], form)
    picture.setDevicePixelRatio(ratio)
    return picture
