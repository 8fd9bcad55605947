"""Screens as Qt knows them: what each is called, and how large its pixels are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QScreen

from app.settings.declaration import ScreenCalibration, Settings
from widgets.screen_notice import screen_notice

_USUAL_MM = 0.25
"""Of a device-independent pixel, where a screen tells nothing that can be."""

_ALIKE = 0.01
"""Share by which the pixels of two screens may differ and still show one true size."""

_ON_IT = 0.15
"""Share of the panes' width from which a window that reaches onto a screen is on it."""


def all_screens() -> list[QScreen]:
    """Those of the desktop."""
    return QGuiApplication.screens()


@dataclass(frozen=True)
class Halves:
    """The room for panes, where it lies on two screens side by side.

    left, right: what each screen shows of it, from its own upper left corner; they meet at the
    bezel. screens: of the two, by their place on the desktop's list.
    """

    left: QRect
    right: QRect
    screens: tuple[int, int]


def halves_of(room: QRect, screens: Sequence[QRect]) -> Halves | None:
    """Where the bezel parts a window; ``None`` where the window is on one screen, or on three.

    room: for panes, and screens, both in the desktop's pixels. What merely sticks out stays one.
    """
    parts = [room.intersected(screen) for screen in screens]
    least = _ON_IT * room.width()
    on = [index for index, part in enumerate(parts) if not part.isEmpty() and part.width() >= least]
    on.sort(key=lambda index: parts[index].left())
    if len(on) != 2 or parts[on[0]].right() >= parts[on[1]].left():
        return None
    left, right = (parts[index].translated(-room.topLeft()) for index in on)
    return Halves(left, right, (on[0], on[1]))


def key_of(screen: QScreen) -> str:
    """What a screen's calibration is kept under: its name and its own pixels."""
    width, height = own_pixels(screen)
    return f"{screen.name()} {width}x{height}"


def own_pixels(screen: QScreen) -> tuple[int, int]:
    """Width and height in the screen's own pixels, whatever the scaling of the desktop."""
    ratio = screen.devicePixelRatio()
    return round(screen.size().width() * ratio), round(screen.size().height() * ratio)


def millimetres(screen: QScreen, settings: Settings) -> float | None:
    """Of a device-independent pixel; ``None`` where the screen isn't calibrated."""
    kept = settings.screens.get(key_of(screen))
    return None if kept is None else kept.millimetres * screen.devicePixelRatio()


def common_millimetres(screens: list[QScreen], settings: Settings) -> float | None:
    """The same for several screens; ``None`` where they are not alike."""
    each = [millimetres(screen, settings) for screen in screens]
    known = [mm for mm in each if mm is not None]
    if len(known) < len(each) or max(known) > (1 + _ALIKE) * min(known):
        return None
    return known[0]


def first_guess(screen: QScreen) -> float:
    """Where to begin: what the screen says of itself, if that can be."""
    dots = screen.physicalDotsPerInch()
    mm = 25.4 / dots if dots > 0 else 0.0
    return mm if 0.05 < mm < 1.0 else _USUAL_MM


def calibrated(settings: Settings, screen: QScreen, mm: float) -> Settings:
    """Settings that know a screen. mm: of a device-independent pixel."""
    own = mm / screen.devicePixelRatio()
    day = datetime.now(UTC).date().isoformat()
    kept = ScreenCalibration(millimetres=own, checked=day)
    return settings.model_copy(update={"screens": {**settings.screens, key_of(screen): kept}})


def notice_of(screen: QScreen, settings: Settings) -> str:
    """What a reader must know of a screen; empty where nothing."""
    known = millimetres(screen, settings) is not None
    return screen_notice(*own_pixels(screen), calibrated=known)
