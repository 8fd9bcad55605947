"""Four panes on one screen: window/level, pan and zoom, against pyqtgraph's ImageItem.

Both in one window and in turn. An update is everything from the new state until it is painted:
display tables, resampling, Qt. The image fills each pane, so that every screen pixel is paid for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget

from benchmarks.mammogram_file import BITS, SHAPE, mammogram_pixels
from benchmarks.row import Row
from domain.geometry import ImageSize
from domain.turn import Turn
from imaging.grey.display_table import display_table
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from imaging.pyramid import build_pyramid
from imaging.raster import StoredPixels
from viewing.hanging.compose import AirMask, PaneImage
from viewing.hanging.placement import Placement
from viewing.hanging.plan import grid
from widgets.pane.pane_widget import PaneWidget
from widgets.pane.picture import PanePicture

SCREEN, LARGE_SCREEN = ImageSize(1600, 2560), ImageSize(2800, 4200)
SCALE = 0.45
_UPDATES, _IN_TURN = 120, 12
_GREY = GreyDescription(bits_stored=BITS)
_SIZE = ImageSize(*SHAPE)
_TOMO_SIZE = ImageSize(2457, 1890)
_AIR_LEVEL = 2

Seconds = list[float]


@dataclass(frozen=True)
class Moment:
    """What an update asks of all panes."""

    centre: float = 1800.0
    width: float = 2400.0
    scale: float = SCALE
    shift: float = 0.0


def _window(count: int) -> list[Moment]:
    return [Moment(centre=1500 + 11.3 * n, width=2000 + 17.7 * n) for n in range(count)]


def _pan(count: int) -> list[Moment]:
    return [Moment(shift=-3.7 * n) for n in range(count)]


def _zoom(count: int) -> list[Moment]:
    return [Moment(scale=SCALE * 1.0125**n) for n in range(count)]


OPERATIONS: dict[str, tuple[Callable[[int], list[Moment]], float, float]] = {
    "window/level": (_window, 12.0, 0.25),
    "pan": (_pan, 12.0, 1.0),
    "zoom": (_zoom, 14.0, 1.0),
}
"""Moments, ms allowed at p95, share of the stock item's time allowed."""


def rows() -> list[Row]:
    """Stock item and allowed milliseconds at 2560x1600, the latter at 4200x2800, and a stack."""
    app = _application()
    pixels = mammogram_pixels()
    images = [pixels, np.ascontiguousarray(pixels[:, ::-1])] * 2
    return [*_beside_stock(app, images), *_large(app, images), _stack(app)]


def _beside_stock(app: QApplication, images: Sequence[StoredPixels]) -> Iterator[Row]:
    window = _shown_window(SCREEN)
    ours, stock = OurPanes(window, images), StockPanes(window, images)
    for name, (moments, allowed, share) in OPERATIONS.items():
        taken: tuple[Seconds, Seconds] = ([], [])
        wanted = moments(_UPDATES)
        for first in range(0, _UPDATES, _IN_TURN):  # a busy moment hits both alike
            few = wanted[first : first + _IN_TURN]
            taken[0].extend(_measured(app, ours, few))
            taken[1].extend(_measured(app, stock, few))
        fast, slow = _p95(taken[0]), _p95(taken[1])
        what = f"{name} p95, four panes of 13.6 Mpx at 2560x1600"
        yield Row(what, fast, slow, "pyqtgraph ImageItem", "ms", share)
        yield Row(what, fast, allowed, "allowed", "ms", 1.0)
    window.close()


def _large(app: QApplication, images: Sequence[StoredPixels]) -> Iterator[Row]:
    window = _shown_window(LARGE_SCREEN)
    panes = OurPanes(window, images)
    for name, (moments, _, _) in OPERATIONS.items():
        larger = [replace(moment, scale=moment.scale * 1.7) for moment in moments(_UPDATES)]
        taken = _p95(_measured(app, panes, larger))
        what = f"{name} p95, four panes of 13.6 Mpx at 4200x2800"
        yield Row(what, taken, 33.0, "allowed", "ms", 1.0)
    window.close()


def _stack(app: QApplication) -> Row:
    """Scroll 60 slices through one pane that fills the screen; ten arrays take turns."""
    window = _shown_window(SCREEN)
    pane = PaneWidget(window)
    pane.setGeometry(0, 0, SCREEN.columns, SCREEN.rows)
    pane.show()
    drawn = np.random.default_rng(3).integers(0, 1 << BITS, (10, *_TOMO_SIZE.shape), np.uint16)
    grey = display_table(_GREY, WindowVoi(1800, 2400)).grey
    slices = [PaneImage(build_pyramid(one).levels, grey) for one in drawn]
    scale = SCREEN.columns / _TOMO_SIZE.columns
    placement = Placement(_TOMO_SIZE, Turn(), scale, scale, 0.0, -300.0)
    taken = []
    for one in islice(cycle(slices), 60):
        start = time.perf_counter()
        pane.show_pane(PanePicture(one, placement, ("RCC",), moving=True))
        app.processEvents()
        taken.append(time.perf_counter() - start)
    window.close()
    name = "60 slices of 2457x1890 through one pane of 2560x1600"
    return Row(name, len(taken) / sum(taken), 20.0, "wanted", "slices/s", 1.0, at_least=True)


def _application() -> QApplication:
    running = QApplication.instance()
    return running if isinstance(running, QApplication) else QApplication([])


class OurPanes:
    """Four PaneWidgets."""

    def __init__(self, window: QWidget, images: Sequence[StoredPixels]) -> None:
        self._rects = grid(ImageSize(window.height(), window.width()), 2, 2)
        self._panes = [PaneWidget(window) for _ in self._rects]
        self._images = [pane_image(pixels) for pixels in images]
        for pane, rect in zip(self._panes, self._rects, strict=True):
            pane.setGeometry(rect.left, rect.top, rect.width, rect.height)

    def show(self, *, shown: bool) -> None:
        """Show or hide all of them."""
        for pane in self._panes:
            pane.setVisible(shown)

    def update(self, moment: Moment) -> None:
        """Ask for a new picture of each pane."""
        panes = zip(self._panes, self._images, self._rects, strict=True)
        for number, (pane, image, rect) in enumerate(panes):
            # No two images share a table: an exam of two machines is the worst case.
            voi = WindowVoi(moment.centre + number / 8, moment.width)
            placement = Placement(
                _SIZE,
                Turn(flip_columns=number % 2 == 1),
                moment.scale,
                moment.scale,
                rect.width / 2 - _SIZE.columns / 2 * moment.scale + moment.shift,
                rect.height / 2 - _SIZE.rows / 2 * moment.scale + moment.shift,
            )
            shown = replace(image, grey=display_table(_GREY, voi).grey)
            pane.show_pane(
                PanePicture(shown, placement, ("RCC",), ("28 kVp  70 mAs",), moving=True)
            )


class StockPanes:
    """Four ImageItems, tuned so that each update paints once."""

    def __init__(self, window: QWidget, images: Sequence[StoredPixels]) -> None:
        self._rects = grid(ImageSize(window.height(), window.width()), 2, 2)
        self._views, self._boxes, self._items = [], [], []
        for pixels, rect in zip(images, self._rects, strict=True):
            view, box = pg.GraphicsView(window), pg.ViewBox(invertY=True, enableMouse=False)
            view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
            view.setCentralItem(box)
            view.setGeometry(rect.left, rect.top, rect.width, rect.height)
            item = pg.ImageItem(pixels, axisOrder="row-major", levels=(600, 3000))
            box.addItem(item)
            self._views.append(view)
            self._boxes.append(box)
            self._items.append(item)

    def show(self, *, shown: bool) -> None:
        """Show or hide all of them."""
        for view in self._views:
            view.setVisible(shown)

    def update(self, moment: Moment) -> None:
        """Set levels and ranges, each where it changes."""
        levels = (moment.centre - moment.width / 2, moment.centre + moment.width / 2)
        for box, item, rect in zip(self._boxes, self._items, self._rects, strict=True):
            if tuple(item.getLevels()) != levels:
                item.setLevels(levels)
            width, height = rect.width / moment.scale, rect.height / moment.scale
            left = (_SIZE.columns - width) / 2 - moment.shift / moment.scale
            top = (_SIZE.rows - height) / 2 - moment.shift / moment.scale
            wanted = QRectF(left, top, width, height)
            if box.viewRect() != wanted:
                box.setRange(wanted, padding=0)
                box.updateMatrix()


def pane_image(pixels: StoredPixels) -> PaneImage:
    """Ready to paint, with its air."""
    levels = build_pyramid(pixels).levels
    air = (levels[_AIR_LEVEL] == 0).astype(np.uint8) * 255
    table = display_table(_GREY, WindowVoi(1800, 2400))
    return PaneImage(levels, table.grey, AirMask(air, 2.0**_AIR_LEVEL))


def _shown_window(size: ImageSize) -> QWidget:
    window = QWidget()
    window.resize(size.columns, size.rows)
    window.show()
    return window


def _measured(
    app: QApplication, panes: OurPanes | StockPanes, moments: Sequence[Moment]
) -> Seconds:
    """Seconds of each update, the first two left out, with nothing else shown in the window."""
    panes.show(shown=True)
    app.processEvents()
    times = [_timed(app, partial(panes.update, moment)) for moment in moments]
    panes.show(shown=False)
    return times[2:]


def _timed(app: QApplication, update: Callable[[], None]) -> float:
    start = time.perf_counter()
    update()
    app.processEvents()
    return time.perf_counter() - start


def _p95(times: Seconds) -> float:
    return float(np.quantile(times, 0.95)) * 1000
