"""Screens of hung views for tests of gestures; no pixels but a few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from domain.geometry import ImageSize
from domain.study import ImageRef, View
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import VoiFunction, WindowVoi
from imaging.loader import LoadedImage
from imaging.pyramid import build_pyramid
from imaging.raster import Raster
from viewing.hanging.choosing import Chosen
from viewing.hanging.compose import AirMask
from viewing.hanging.evidence import NO_EVIDENCE, PixelEvidence
from viewing.hanging.plan import PaneRequest, plan_hanging
from viewing.hanging.protocol import SizeMode, Step
from viewing.opened import OpenedImage
from viewing.state.opening import screen_of
from viewing.state.screen import ScreenState

FOUR = (("RCC", "LCC"), ("RMLO", "LMLO"))
SCREEN = ImageSize(rows=1600, columns=2560)


def a_screen(
    views: Sequence[View],
    rows: Sequence[Sequence[str]] = FOUR,
    mode: SizeMode = SizeMode.SAME,
    screen: ImageSize = SCREEN,
    evidence: Mapping[ImageRef, PixelEvidence] | None = None,
) -> ScreenState:
    """Views in panes that are named by their slots; ``RCC prior`` is taken from RCC@1's file."""
    by_title = {view.ref.path: view for view in views}
    requests = tuple(
        tuple(
            PaneRequest(title, by_title.get(f"/study/{title}.dcm"), prior=title.endswith("prior"))
            for title in row
        )
        for row in rows
    )
    seen = evidence or {}
    plan = plan_hanging(requests, screen, mode, seen)
    step = Step("step", "A step", mode, ())
    return screen_of(Chosen(step, requests), ("A step", "Another"), 0, plan, seen)


def opened(view: View, frame: int = 0, value: int = 500) -> OpenedImage:
    """A small even image in a window around its value, as if it were the view's."""
    pixels = np.full((8, 6), value, np.uint16)
    window = WindowVoi(value, 200, VoiFunction.LINEAR_EXACT, "NORMAL")
    grey = GreyDescription(bits_stored=12, vois=(window,))
    air = AirMask(np.zeros((8, 6), np.uint8), 1.0)
    image = LoadedImage(Raster(pixels), grey, build_pyramid(pixels))
    return OpenedImage(view, frame, image, NO_EVIDENCE, air)
