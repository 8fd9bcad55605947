"""The window's icons: line drawings in the theme's colours, sharp at any pixel ratio."""

from __future__ import annotations

import math
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from PySide6.QtCore import QByteArray, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from widgets.theme import THEME

ICON_SIZE = 20
_LEAST_RATIO = 2
"""Drawn for at least, as a screen may be plugged in later; one of more shows these, enlarged."""


@cache
def icon(name: str, colour: str = THEME.text, lit: str = "") -> QIcon:
    """An icon by its file's name, without the ending.

    colour: of the lines. lit: their colour while a tool is switched on, empty for the same.
    Raises FileNotFoundError where there is no such drawing. Needs a QGuiApplication.
    """
    made = QIcon()
    for ratio in _ratios():
        plain, idle = _tinted(name, colour, ratio), _tinted(name, THEME.focus, ratio)
        made.addPixmap(plain, QIcon.Mode.Normal)
        made.addPixmap(idle, QIcon.Mode.Disabled)
        if lit:  # without, a switched-on tool looks as one that is off
            made.addPixmap(_tinted(name, lit, ratio), QIcon.Mode.Normal, QIcon.State.On)
            made.addPixmap(idle, QIcon.Mode.Disabled, QIcon.State.On)
    return made


def icon_names() -> tuple[str, ...]:
    """All drawings there are."""
    files = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".svg") for name in files if name.endswith(".svg")))


@cache
def _tinted(name: str, colour: str, ratio: int) -> QPixmap:
    pixmap = QPixmap(_shapes(name)[ratio])
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(QRect(0, 0, ICON_SIZE, ICON_SIZE), QColor(colour))
    painter.end()
    return pixmap


@cache
def _shapes(name: str) -> dict[int, QPixmap]:
    """The drawing at each pixel ratio, in any one colour: reading and drawing it costs most."""
    renderer = QSvgRenderer(QByteArray(_folder().joinpath(f"{name}.svg").read_bytes()))
    return {ratio: _drawn(renderer, ratio) for ratio in _ratios()}


@cache
def _ratios() -> range:
    """The pixel ratios of all screens, up to the next whole number."""
    largest = max(screen.devicePixelRatio() for screen in QGuiApplication.screens())
    return range(1, max(math.ceil(largest), _LEAST_RATIO) + 1)


@cache
def _folder() -> Traversable:
    return resources.files("resources.icons")


def _drawn(renderer: QSvgRenderer, ratio: int) -> QPixmap:
    pixmap = QPixmap(ICON_SIZE * ratio, ICON_SIZE * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
