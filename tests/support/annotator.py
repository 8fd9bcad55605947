"""An annotator's hands at the window: every press, movement and key is a real event of Qt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotations.shapes.outlines import mask_of
from app.gui.main_window import MainWindow
from app.presenters.annotating.annotating import AnnotatingPresenter
from domain.finding import Finding, Geometry
from domain.geometry import Box, ImagePoint, ImageSize
from widgets.pane.pane_widget import PaneWidget

Place = tuple[float, float]
"""Stored pixels of an image, x and y."""

PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Annotator:
    """Works on panes by the name of their view, at stored pixels of the image."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    @property
    def annotating(self) -> AnnotatingPresenter:
        return self.window.services.annotating

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.annotating.findings

    @property
    def newest(self) -> Finding:
        return self.findings[-1]

    @property
    def mark(self) -> Geometry:
        """Of the newest finding on its only image."""
        (mark,) = self.newest.geometries
        return mark

    @property
    def said(self) -> str:
        """What the status line says."""
        return self.window.status_line.said

    @property
    def ready(self) -> bool:
        """Four images hang, and the reading is open."""
        shown = [pane for pane in self.window.reading_page.panes if pane.isVisible()]
        hung = sum(pane.picture.image is not None for pane in shown)
        return hung == 4 and self.annotating.reading is not None

    def pane(self, view: str) -> PaneWidget:
        for pane in self.window.reading_page.panes:
            if pane.isVisible() and pane.picture.headline == (view,):
                return pane
        raise AssertionError(f"no pane shows {view}")

    # The mouse.

    def press(self, view: str, at: Place, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self._send(view, QEvent.Type.MouseButtonPress, at, _LEFT, _LEFT, keys)

    def hover(self, view: str, at: Place) -> None:
        self._send(view, QEvent.Type.MouseMove, at, _NONE, _NONE, PLAIN)

    def pull(self, view: str, at: Place, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self._send(view, QEvent.Type.MouseMove, at, _NONE, _LEFT, keys)

    def release(self, view: str, at: Place, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self._send(view, QEvent.Type.MouseButtonRelease, at, _LEFT, _NONE, keys)

    def wheel(self, view: str, at: Place, steps: int) -> None:
        """Zoom at a place."""
        pane = self.pane(view)
        assert pane.picture.placement is not None
        there = pane.picture.placement.to_pane(ImagePoint(*at))
        position, port = QPointF(there.x + 0.5, there.y + 0.5), pane.viewport()
        world = QPointF(port.mapToGlobal(QPoint(0, 0))) + position
        turned, phase = QPoint(0, 120 * steps), Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(position, world, QPoint(), turned, _NONE, PLAIN, phase, False)
        QApplication.sendEvent(port, event)
        QApplication.processEvents()

    def click(self, view: str, *places: Place, keys: Qt.KeyboardModifier = PLAIN) -> None:
        for at in places:
            self.hover(view, at)
            self.press(view, at, keys)
            self.release(view, at, keys)

    def double_click(self, view: str, at: Place) -> None:
        self.click(view, at)
        self._send(view, QEvent.Type.MouseButtonDblClick, at, _LEFT, _LEFT, PLAIN)
        self.release(view, at)

    def drag(self, view: str, *places: Place, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.hover(view, places[0])
        self.press(view, places[0], keys)
        for at in places[1:]:
            self.pull(view, at, keys)
        self.release(view, places[-1], keys)

    def _send(
        self,
        view: str,
        kind: QEvent.Type,
        at: Place,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        keys: Qt.KeyboardModifier,
    ) -> None:
        pane = self.pane(view)
        assert pane.picture.placement is not None
        there = pane.picture.placement.to_pane(ImagePoint(*at))
        position, port = QPointF(there.x + 0.5, there.y + 0.5), pane.viewport()
        world = QPointF(port.mapToGlobal(QPoint(0, 0))) + position
        QApplication.sendEvent(port, QMouseEvent(kind, position, world, button, held, keys))
        QApplication.processEvents()

    # The keyboard.

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN, times: int = 1) -> None:
        """To what has the keys, which without a focus is the window."""
        for _ in range(times):
            QTest.keyClick(QApplication.focusWidget() or self.window, key, keys)
            QApplication.processEvents()

    def type(self, words: str) -> None:
        for letter in words:
            QTest.keyClick(QApplication.focusWidget() or self.window, letter)
        QApplication.processEvents()

    # Shapes.

    def box(self, view: str, box: Box) -> None:
        self.key(Qt.Key.Key_B)
        middle = box.centre
        self.drag(view, (box.left, box.top), (middle.x, middle.y), (box.right, box.bottom))

    def wire(self, view: str, anchors: Sequence[Place]) -> None:
        """Outline with the live-wire, closed by Enter."""
        self.key(Qt.Key.Key_L)
        self.click(view, *anchors)
        self.key(Qt.Key.Key_Return)

    def select(self, view: str, at: Place, *, more: bool = False) -> None:
        """With the hand that edits."""
        self.key(Qt.Key.Key_E)
        self.click(view, at, keys=SHIFT if more else PLAIN)

    def undo_all(self) -> int:
        """How many steps there were."""
        return self._till_still(lambda: self.key(Qt.Key.Key_Z, CTRL))

    def redo_all(self) -> int:
        return self._till_still(lambda: self.key(Qt.Key.Key_Z, CTRL | SHIFT))

    def _till_still(self, turn: Callable[[], None]) -> int:
        for steps in range(200):
            before = self.annotating.document
            turn()
            if self.annotating.document is before:
                return steps
        raise AssertionError("no end of it")


class Lesion:
    """One lesion of a synthetic study on one image."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.box = Box(*record["box"])
        self.outline: list[Place] = [(x, y) for x, y in record["contour"]]

    @property
    def middle(self) -> Place:
        return self.box.centre.x, self.box.centre.y

    def dice(self, outline: tuple[ImagePoint, ...], size: ImageSize) -> float:
        """How well an outline covers it: 1 for exactly."""
        own = tuple(ImagePoint(x, y) for x, y in self.outline)
        one, other = (mask_of(points, size).pixels() > 0 for points in (own, outline))
        return float(2 * (one & other).sum() / (one.sum() + other.sum()))

    def anchors(self, count: int) -> list[Place]:
        """Places on the outline, evenly by number."""
        return [self.outline[len(self.outline) * place // count] for place in range(count)]

    def around(self, margin: float) -> Box:
        box = self.box
        return Box(box.left - margin, box.top - margin, box.right + margin, box.bottom + margin)


def lesions_in(study: Path) -> dict[tuple[str, int], Lesion]:
    """By view, such as ``LCC``, and number."""
    truth = json.loads((study / "truth.json").read_text(encoding="utf-8"))
    return {
        (image["laterality"] + image["view"], lesion["number"]): Lesion(lesion)
        for image in truth["images"]
        for lesion in image["lesions"]
    }


def rim(box: Box, steps: int = 6) -> list[Place]:
    """A way round a box, back to its start."""
    corners = [
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    ]
    return [*_between([*corners, corners[0]], steps), corners[0]]


def _between(corners: Sequence[Place], steps: int) -> Iterable[Place]:
    for (x, y), (to_x, to_y) in pairwise(corners):
        for step in range(steps):
            share = step / steps
            yield x + share * (to_x - x), y + share * (to_y - y)
