"""What an outline costs a hand that asks the installed contour network first, then corrects it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.effort_hand import Effort, Hand
from domain.errors import FourviewError
from domain.geometry import Box, ImagePoint, PixelSpacing, SpacingSource
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.packages.manifest import Stage
from inference.packages.registry import Registry
from inference.systems.contour import ContourUnetSystem
from inference.systems.system import SeenView
from phantom.studies.image import SyntheticImage
from viewing.tools.asked import AskedOutlineTool
from viewing.tools.redraw import RedrawTool

Points = npt.NDArray[np.float64]

MOST_STROKES = 6
"""Corrections; a hand that needs more draws the outline itself."""
_OFF_PX = 2.0
"""Screen pixels: where the contour is farther from the true one, a hand sees it."""
_PLACES = 360


class Asker:
    """The installed package that draws contours, on two threads."""

    def __init__(self) -> None:
        """Raises FourviewError where none is installed."""
        package = Registry().active(Stage.CONTOUR)
        if package is None:
            raise FourviewError("no package that draws contours is installed")
        self._system = ContourUnetSystem(package)
        self._run = SessionPool(Choice(Provider.CPU, "for the benchmark", 2)).runner()

    def outline(
        self, image: SyntheticImage, truth: Sequence[ImagePoint], *, by_click: bool, seed: int
    ) -> Hand:
        """A box around the mass, or a click on it, with the answer taken."""
        tool = AskedOutlineTool()
        hand = Hand(tool, image, image.pixels, seed)
        xs, ys = [one.x for one in truth], [one.y for one in truth]
        first, last = ImagePoint(min(xs), min(ys)), ImagePoint(max(xs), max(ys))
        if by_click:
            hand.click(ImagePoint((first.x + last.x) / 2, (first.y + last.y) / 2))
        else:
            hand.drag([first, last])
        wanted = tool.wanted
        if wanted is None:
            raise AssertionError("the tool wants no outline")
        points = self.points(image, wanted.box, wanted.at)
        hand.take(tool.heard(wanted, points))
        return hand

    def points(
        self, image: SyntheticImage, box: Box | None, at: ImagePoint | None
    ) -> tuple[ImagePoint, ...]:
        """The network's outline in a box or under a click; empty where it has none."""
        view = seen(image)
        if box is not None:
            found = self._system.contour(view, box, self._run)
        elif at is not None:
            found = self._system.contour_at(view, at.x, at.y, self._run)
        else:
            found = None
        return found.contour.points if found is not None else ()


def corrected(hand: Hand, truth: Sequence[ImagePoint], enough: Callable[[Hand], bool]) -> bool:
    """Draw anew, stroke by stroke, what is farthest off, until it is enough; whether it became so.

    truth: the true outline, closed.
    """
    for stroke in range(MOST_STROKES + 1):
        if enough(hand):
            return True
        way = _worst(hand, truth)
        if stroke == MOST_STROKES or not way:
            break
        if not isinstance(hand.tool, RedrawTool):
            hand.tool = RedrawTool()
            hand.effort.keys += 1
        hand.drag(way)
    return False


def cheapest(
    asker: Asker,
    image: SyntheticImage,
    truth: Sequence[ImagePoint],
    enough: Callable[[Hand], bool],
    seeds: Sequence[int],
) -> Effort | None:
    """By box or by click, whichever costs less in the median try; ``None`` if neither will do."""
    found: list[Effort] = []
    for by_click in (False, True):
        tries = [asker.outline(image, truth, by_click=by_click, seed=seed) for seed in seeds]
        done = [hand.effort for hand in tries if corrected(hand, truth, enough)]
        if 2 * len(done) > len(tries):
            found.append(sorted(done, key=_seconds)[len(tries) // 2])
    return min(found, key=_seconds, default=None)


def _seconds(effort: Effort) -> float:
    return effort.seconds


def _worst(hand: Hand, truth: Sequence[ImagePoint]) -> list[ImagePoint]:
    """The stretch of the true outline along which most area lies between it and the drawn one."""
    findings = hand.document.live
    if not findings or findings[0].geometries[0].contour is None:
        return []
    drawn = np.array([(one.x, one.y) for one in findings[0].geometries[0].contour.points])
    places = _places(truth)
    line = drawn.astype(np.float32)[:, None]
    away = np.array([abs(cv2.pointPolygonTest(line, (x, y), True)) for x, y in places.tolist()])
    off = away > _OFF_PX * hand.screen
    if not off.any() or off.all():
        return []
    start = int(np.flatnonzero(~off)[0])
    off, away, places = (np.roll(one, -start, 0) for one in (off, away, places))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], off.astype(int), [0]))))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    begin, end = max(runs, key=lambda run: float(away[run[0] : run[1]].sum()))
    some = np.arange(begin - 2, end + 2) % len(places)
    return [ImagePoint(x, y) for x, y in places[some].tolist()]


def _places(outline: Sequence[ImagePoint]) -> Points:
    """Equally far apart along a closed outline; (n, 2), x and y."""
    points = np.array([(one.x, one.y) for one in (*outline, outline[0])])
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    at = np.arange(_PLACES) / _PLACES * along[-1]
    return np.column_stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)])


def seen(image: SyntheticImage) -> SeenView:
    """A synthetic image as the pipeline hands it to systems."""
    window = image.unit.windows[0]
    grey = GreyDescription(
        bits_stored=image.unit.bits,
        padding=None if image.unit.padding is None else (image.unit.padding,) * 2,
        vois=(WindowVoi(window.centre, window.width),),
    )
    side = image.pixel_mm
    return SeenView(image.pixels, grey, PixelSpacing(side, side, SpacingSource.IMAGER_OVER_ERMF))
