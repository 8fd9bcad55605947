"""The window's icons: line drawings in the theme's colours, sharp at any pixel ratio."""

from __future__ import annotations

from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from widgets.theme import THEME

ICON_SIZE = 20
_PIXEL_RATIOS = (1, 2, 3)


@cache
def icon(name: str, colour: str = THEME.text, lit: str = "") -> QIcon:
    """An icon by its file's name, without the ending.

    colour: of the lines. lit: their colour while a tool is switched on, empty for the same.
    Raises FileNotFoundError where there is no such drawing. Needs a QGuiApplication.
    """
    drawing = resources.files("resources.icons").joinpath(f"{name}.svg").read_text("utf-8")
    made = QIcon()
    for mode, state, tint in (
        (QIcon.Mode.Normal, QIcon.State.Off, colour),
        (QIcon.Mode.Normal, QIcon.State.On, lit or colour),
        (QIcon.Mode.Disabled, QIcon.State.Off, THEME.focus),
        (QIcon.Mode.Disabled, QIcon.State.On, THEME.focus),
    ):
        for ratio in _PIXEL_RATIOS:
            made.addPixmap(_drawn(drawing, tint, ratio), mode, state)
    return made


def icon_names() -> tuple[str, ...]:
    """All drawings there are."""
    files = (entry.name for entry in resources.files("resources.icons").iterdir())
    return tuple(sorted(name.removesuffix(".svg") for name in files if name.endswith(".svg")))


@cache
def _drawn(drawing: str, colour: str, ratio: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    pixmap = QPixmap(ICON_SIZE * ratio, ICON_SIZE * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
