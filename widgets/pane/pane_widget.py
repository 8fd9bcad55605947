"""One pane: paints a ``PanePicture`` and tells what the hand wants; changes nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from domain.geometry import ImagePoint
from viewing.tools.tool import ToolCursor
from widgets.pane.cursors import tool_cursor
from widgets.pane.image_item import PaneItem
from widgets.pane.layers import change_of
from widgets.pane.picture import PanePicture
from widgets.theme import THEME

SETTLE_MS = 120
"""After this long without a change of placement, the image is resampled exactly."""

DRAG_FROM = 3.0
"""Device-independent pixels that a pressed pointer may tremble before it drags."""

_STEP_OF_WHEEL = 120


@dataclass
class _Press:
    """A button that is down: where it went down, where the pointer is, whether it drags."""

    button: Qt.MouseButton
    start: QPointF
    last: QPointF
    modifiers: Qt.KeyboardModifier
    dragging: bool = False


class PaneWidget(pg.GraphicsView):  # type: ignore[misc]
    """A pane of the screen.

    Positions in signals are ``ImagePoint`` in device-independent pixels of the pane, centres at
    integers, as ``Placement.to_stored`` takes them. A drag's first position is where the button
    went down; modifiers are those of the moment.

    wheel(at, steps, ctrl): steps up are positive. pressed and clicked(button, at, modifiers): a
    click is a press without a drag. drag_started, dragged, drag_finished(button, from, to,
    modifiers). double_clicked(at): the second press of two. hovered(at or None): ``None`` when
    the pointer leaves.

    drag_from: device-independent pixels that a pressed pointer may tremble before it drags; 0
    for a tool that draws from the first pixel.
    """

    wheel = Signal(object, float, bool)
    pressed = Signal(object, object, object)
    clicked = Signal(object, object, object)
    drag_started = Signal(object, object, object, object)
    dragged = Signal(object, object, object, object)
    drag_finished = Signal(object, object, object, object)
    double_clicked = Signal(object)
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=None)
        self.drag_from = DRAG_FROM
        self._press: _Press | None = None
        self._item = PaneItem()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._settled)
        self._save_painting()
        self.addItem(self._item)
        self.resizeEvent(None)

    def _save_painting(self) -> None:
        # With anything less than full updates each pane paints twice.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setCentralItem(None)
        viewport = self.viewport()
        viewport.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        palette = viewport.palette()
        palette.setColor(viewport.backgroundRole(), QColor(THEME.pane))
        viewport.setPalette(palette)

    @property
    def picture(self) -> PanePicture:
        """What is shown."""
        return self._item.picture

    @property
    def settled(self) -> bool:
        """Whether the image is resampled exactly, not merely quickly."""
        return self._item.exact

    def show_pane(self, view: PanePicture) -> None:
        """Show this from the next paint on; paints nothing where it is what is shown."""
        before = self._item.picture
        if view == before:
            return
        if view.overlays == before.overlays:  # the layer tells by identity
            view = replace(view, overlays=before.overlays)
        self._item.picture = view
        if self._shows_only_live_anew(before, view):
            return
        same_image = (
            view.image is not None
            and before.image is not None
            and view.image.levels is before.image.levels
        )
        if (same_image and view.placement != before.placement) or (view.moving and not same_image):
            self._item.exact = False
            self._settle.start()
        elif not same_image or (before.moving and not view.moving):
            self._item.exact = True
            self._settle.stop()
        self.viewport().update()

    def _shows_only_live_anew(self, before: PanePicture, view: PanePicture) -> bool:
        """Whether no more than the tool's preview changed; paints that part alone."""
        if view.placement is None or view.magnifier or replace(before, live=view.live) != view:
            return False
        bounds = QRectF(0, 0, self.width(), self.height())
        changed = change_of(before.live, view.live, view.placement, bounds)
        self.viewport().update(changed.toAlignedRect())
        return True

    def set_tool_cursor(self, cursor: ToolCursor) -> None:
        """What the pointer looks like over this pane from now on."""
        self.viewport().setCursor(tool_cursor(cursor))

    def _settled(self) -> None:
        self._item.exact = True
        self.viewport().update()

    def close(self) -> bool:
        """Close as any widget; pyqtgraph's way takes the viewport from under Qt, and crashes."""
        return QGraphicsView.close(self)

    # Qt's events. pyqtgraph's own handling of the mouse and of keys stays out of a pane.

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Keep the item as large as the pane."""
        super().resizeEvent(event)
        item: PaneItem | None = getattr(self, "_item", None)
        if item is not None:
            item.resize(self.width(), self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a press; a second button during a press is ignored."""
        event.accept()
        if self._press is not None:
            return
        at = event.position()
        self._press = _Press(event.button(), at, at, event.modifiers())
        self.pressed.emit(event.button(), _pane_point(at), event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell where the pointer is, and drag."""
        event.accept()
        at, press = event.position(), self._press
        self._point_at(at)
        if press is None:
            return
        if not event.buttons() & press.button:  # released where no event reached us
            self._end_press()
            return
        if not press.dragging and (at - press.start).manhattanLength() < self.drag_from:
            return
        press.last, press.modifiers = at, event.modifiers()
        if not press.dragging:
            press.dragging = True
            self._tell(self.drag_started, press)
        self._tell(self.dragged, press)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End a drag, or make a click."""
        event.accept()
        press = self._press
        if press is None or event.button() != press.button:
            return
        if press.dragging:
            press.last, press.modifiers = event.position(), event.modifiers()
            self._end_press()
            return
        self._press = None
        self.clicked.emit(press.button, _pane_point(press.start), event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The left button's second press."""
        event.accept()
        if event.button() is Qt.MouseButton.LeftButton:
            self.double_clicked.emit(_pane_point(event.position()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Tell steps; fine wheels and touch pads give parts of a step."""
        event.accept()
        turned = event.angleDelta()
        steps = (turned.y() or turned.x()) / _STEP_OF_WHEEL  # Alt turns the wheel sideways
        if steps:
            ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.wheel.emit(_pane_point(event.position()), steps, ctrl)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """The pointer comes in."""
        self._point_at(event.position())

    def leaveEvent(self, _event: QEvent) -> None:  # noqa: N802
        """The pointer goes: no cursor, no lens."""
        self._point_at(None)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """A drag doesn't outlive its pane."""
        self._end_press()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys belong to the window."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys belong to the window."""
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """The right button sets the window; there is no menu."""
        event.accept()

    def _point_at(self, at: QPointF | None) -> None:
        self._item.lens = at
        if self.picture.magnifier:
            self.viewport().update()
        self.hovered.emit(None if at is None else _pane_point(at))

    def _end_press(self) -> None:
        press, self._press = self._press, None
        if press is not None and press.dragging:
            self._tell(self.drag_finished, press)

    def _tell(self, signal: SignalInstance, press: _Press) -> None:
        signal.emit(
            press.button, _pane_point(press.start), _pane_point(press.last), press.modifiers
        )


def _pane_point(at: QPointF) -> ImagePoint:
    """Qt counts from a pixel's corner, a placement from its centre."""
    return ImagePoint(at.x() - 0.5, at.y() - 0.5)
