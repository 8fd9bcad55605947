"""From a movement of the mouse until the pane is painted, while tools draw over many findings.

Real mouse events reach the pane; what lies between its signals and ``show_pane`` is what the
window does: the tool's event, overlays of the findings, overlays of the preview.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from annotations.commands.command import AddFindings
from annotations.document.document import Document
from annotations.keeping.kept_reading import KeptReading
from annotations.report.consistency import inconsistencies
from annotations.report.words import title_of
from app.gui.overlay_ink import live_overlays, overlays_of
from benchmarks.mammogram_file import SHAPE, mammogram_pixels
from benchmarks.panes import pane_image
from benchmarks.row import Row
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
)
from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing, SpacingSource
from domain.mask import RleMask
from domain.study import ImageRef
from domain.turn import Turn
from imaging.raster import StoredPixels
from viewing.hanging.compose import PaneImage
from viewing.hanging.placement import PaneRect, Placement
from viewing.placing import size_text
from viewing.state.resolve import PaneView
from viewing.tools.brush import BrushTool
from viewing.tools.edit import EditTool
from viewing.tools.tool import Canvas, Tool, Touch
from widgets.pane.pane_widget import PaneWidget
from widgets.pane.picture import PanePicture

SCREEN = ImageSize(1600, 1280)
"""Of the pane: half of a screen of 2560x1600."""

SIZE, SCALE = ImageSize(*SHAPE), 0.385
FINDINGS, MANY = 500, (10, 100, 500, 1000, 5000)
MOVES, ALLOWED, OPENINGS = 150, 16.0, 7
_POINTS, _READER = 40, "benchmark"
_LEFT = Qt.MouseButton.LeftButton
_SPACING = PixelSpacing(0.07, 0.07, SpacingSource.IMAGER)


def rows() -> list[Row]:
    """Brush and vertex with 500 findings; how a move and a zoom grow with findings."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication([])
    pixels = mammogram_pixels()
    image = pane_image(pixels)
    by_count = {count: Desk(app, image, pixels, count) for count in MANY}
    return [*_moves(by_count[FINDINGS]), *_growth(by_count), _opening(app, image, pixels)]


def _moves(desk: Desk) -> Iterator[Row]:
    where = f"with {FINDINGS} findings on a 4096x3328 image"
    for name, tool, start in _gestures(desk):
        taken = desk.gesture(tool, start, MOVES)
        yield Row(
            f"{name}: mouse move to repaint p95, {where}",
            _p95(taken[1:]),
            ALLOWED,
            "allowed",
            "ms",
            1.0,
        )
        yield Row(
            f"{name}: first move to repaint, {where}", taken[0] * 1000, 50.0, "allowed", "ms", 1.0
        )


def _gestures(desk: Desk) -> Iterator[tuple[str, Tool, ImagePoint]]:
    yield "brush of 2 mm", BrushTool(), ImagePoint(900.0, 2000.0)
    outline = desk.findings[0].geometries[0].contour
    if outline is None:
        raise AssertionError("the first finding is an outline")
    yield "vertex drag", EditTool(), outline.points[0]


def _growth(desks: dict[int, Desk]) -> Iterator[Row]:
    """Exponents over the number of findings: 0 is independent of it, 1 in proportion to it."""
    moves, paints = [], []
    for desk in desks.values():
        desk.gesture(BrushTool(), ImagePoint(900.0, 2000.0), 20)
        taken = desk.gesture(BrushTool(), ImagePoint(900.0, 2000.0), MOVES // 2)
        moves.append(_p95(taken[1:]))
        paints.append(1000 * min(desk.repaint_all() for _ in range(3)))
    for name, times in (("brush move to repaint p95", moves), ("zoom, all painted anew", paints)):
        listed = ", ".join(
            f"{count}: {took:.1f} ms" for count, took in zip(desks, times, strict=True)
        )
        slope = float(np.polyfit(np.log(list(desks)), np.log(times), 1)[0])
        what = f"{name}, exponent from 10 to 5,000 findings ({listed})"
        yield Row(what, slope, 1.0, "in proportion", "exponent", 1.1)


def _opening(app: QApplication, image: PaneImage, pixels: StoredPixels) -> Row:
    """From the files of a reading to its findings painted, checked and named; images are there."""
    taken, findings = [], tuple(_findings(FINDINGS))
    bare = Desk(app, image, pixels, 0)
    image_alone = min(bare.repaint_all() for _ in range(OPENINGS))
    with TemporaryDirectory() as folder:
        reading = KeptReading.open(Path(folder), "1.2.3", _READER, post=lambda _call: None)
        reading.do(AddFindings(findings))
        reading.close()
        for _ in range(OPENINGS):
            begun = time.perf_counter()
            again = KeptReading.open(Path(folder), "1.2.3", _READER, post=lambda _call: None)
            document = again.document
            inconsistencies(document)
            for finding in document.live:
                title_of(finding)
                size_text(finding.geometries[0], _SPACING)
            taken.append(time.perf_counter() - begun)
            again.close()
            desk = Desk(app, image, pixels, 0, document.live)
            taken[-1] += desk.overlays() + max(0.0, desk.repaint_all() - image_alone)
    name = f"opening a reading with {FINDINGS} findings beyond the images"
    return Row(f"{name}, quickest of {OPENINGS}", 1000 * min(taken), 200.0, "allowed", "ms", 1.0)


class Desk:
    """A pane with an image and findings, and a hand that moves a tool over it."""

    def __init__(
        self,
        app: QApplication,
        image: PaneImage,
        pixels: StoredPixels,
        count: int,
        findings: tuple[Finding, ...] = (),
    ) -> None:
        """count: of findings that are made up where none are given."""
        self._app, self._image, self._pixels = app, image, pixels
        self.findings = findings or tuple(_findings(count))
        self._document = Document("1.2.3", self.findings)
        left = SCREEN.columns / 2 - SIZE.columns / 2 * SCALE
        top = SCREEN.rows / 2 - SIZE.rows / 2 * SCALE
        self._placement = Placement(SIZE, Turn(), SCALE, SCALE, left, top)
        rect = PaneRect(0, 0, SCREEN.columns, SCREEN.rows)
        ref = ImageRef("image")
        self._uid = ref.uid
        self._view = PaneView(rect, ref=ref, placement=self._placement, findings=self.findings)
        self._numbers = {finding.id: place for place, finding in enumerate(self.findings, 1)}
        self._tool: Tool | None = None
        self.pane = self._made_pane()

    def _made_pane(self) -> PaneWidget:
        pane = PaneWidget()
        pane.drag_from = 0.0
        pane.resize(SCREEN.columns, SCREEN.rows)
        pane.pressed.connect(lambda _b, at, _m: self._tell("press", at))
        pane.dragged.connect(lambda _b, _s, at, _m: self._tell("drag", at))
        pane.drag_finished.connect(lambda _b, _s, at, _m: self._tell("release", at))
        return pane

    def gesture(self, tool: Tool, start: ImagePoint, moves: int) -> list[float]:
        """Seconds of each move from the event to the painted pane; the press left out."""
        self._tool = tool
        self._show()
        self.pane.show()
        self._app.processEvents()
        at = self._placement.to_pane(start)
        self._send(QEvent.Type.MouseButtonPress, at)
        self._app.processEvents()
        taken = []
        for number in range(1, moves + 1):
            turned = number / 9
            to = ImagePoint(at.x + number * 0.9 * math.cos(turned), at.y + 40 * math.sin(turned))
            begun = time.perf_counter()
            self._send(QEvent.Type.MouseMove, to)
            self._app.processEvents()
            taken.append(time.perf_counter() - begun)
        if not tool.unfinished:
            raise AssertionError("the gesture took hold of nothing")
        self._send(QEvent.Type.MouseButtonRelease, at)
        self._tool = None
        self.pane.hide()
        return taken

    def overlays(self) -> float:
        """Seconds of making all overlays for the first time."""
        begun = time.perf_counter()
        self._picture(self._placement)
        return time.perf_counter() - begun

    def repaint_all(self) -> float:
        """Seconds of showing everything at another scale."""
        self.pane.show()
        self._show()
        self._app.processEvents()
        larger = SCALE * 1.01
        moved = Placement(SIZE, Turn(), larger, larger, 3.0, self._placement.top)
        begun = time.perf_counter()
        self.pane.show_pane(self._picture(moved))
        self._app.processEvents()
        taken = time.perf_counter() - begun
        self.pane.hide()
        return taken

    def _tell(self, what: str, at: ImagePoint) -> None:
        if self._tool is None:
            return
        getattr(self._tool, what)(Touch(self._placement.to_stored(at)), self._canvas())
        self._show()

    def _canvas(self) -> Canvas:
        first = (self.findings[0].id,) if isinstance(self._tool, EditTool) else ()
        return Canvas(
            self._uid,
            SIZE,
            _SPACING,
            self._pixels,
            self._document,
            _READER,
            screen=1 / SCALE,
            selected=first,
        )

    def _show(self) -> None:
        self.pane.show_pane(self._picture(self._placement))

    def _picture(self, placement: Placement) -> PanePicture:
        if self._tool is None:
            shown = overlays_of(self._view, (), numbers=self._numbers)
            return PanePicture(self._image, placement, ("RCC",), overlays=shown)
        preview = self._tool.preview
        shown = overlays_of(
            self._view,
            (),
            selected=frozenset(self._canvas().selected),
            hidden=preview.hidden,
            numbers=self._numbers,
        )
        live = live_overlays(preview)
        return PanePicture(self._image, placement, ("RCC",), overlays=shown, live=live)

    def _send(self, kind: QEvent.Type, at: ImagePoint) -> None:
        position = QPointF(at.x + 0.5, at.y + 0.5)
        port = self.pane.viewport()
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else _LEFT
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else _LEFT
        there = QPointF(port.mapToGlobal(QPoint(0, 0))) + position
        keys = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(port, QMouseEvent(kind, position, there, button, held, keys))


@dataclass(frozen=True)
class _Spot:
    """Where a finding lies, and how large it is, in stored pixels."""

    x: float
    y: float
    radius: float


def _findings(count: int) -> Iterator[Finding]:
    """Outlines of 40 points, boxes of a model and masks, most of them 5 to 20 mm large."""
    random = Random(5)
    uid = ImageRef("image").uid
    for number in range(count):
        radius = random.uniform(35, 140)
        spot = _Spot(random.uniform(150, 2400), random.uniform(200, 3900), radius)
        model = number % 4 == 1
        provenance = ModelProvenance("m", "1", 0.5, "default") if model else None
        yield Finding(
            UUID(int=random.getrandbits(128)),
            FindingKind.MASS,
            (_geometry(number, uid, spot, random),),
            provenance or ReaderProvenance(_READER),
            FindingStatus.PROPOSED if model else FindingStatus.ACCEPTED,
        )


def _geometry(number: int, uid: str, spot: _Spot, random: Random) -> Geometry:
    if number % 4 == 1:
        reach = spot.radius
        return Geometry(
            uid, box=Box(spot.x - reach, spot.y - reach, spot.x + reach, spot.y + reach)
        )
    if number % 4 == 3:
        y, x = np.ogrid[: 2 * int(spot.radius), : 2 * int(spot.radius)]
        disc = (y - spot.radius) ** 2 + (x - spot.radius) ** 2 < spot.radius**2
        return Geometry(uid, mask=RleMask.of(disc, SIZE, int(spot.x), int(spot.y)))
    points = []
    for step in range(_POINTS):
        turned, far = 2 * math.pi * step / _POINTS, spot.radius * random.uniform(0.85, 1.1)
        points.append(ImagePoint(spot.x + far * math.cos(turned), spot.y + far * math.sin(turned)))
    return Geometry(uid, contour=Contour(tuple(points)))


def _p95(times: list[float]) -> float:
    return float(np.quantile(times, 0.95)) * 1000
