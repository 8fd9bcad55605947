"""From the mouse over a pane to gestures on the screen's state."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from app.gui.annotating_hand import AnnotatingHand
from app.gui.nipple_hand import NippleHand
from app.presenters.annotating.annotating import AnnotatingPresenter
from app.presenters.following import FollowingPresenter
from app.presenters.measuring import MeasuringPresenter, Tool
from app.presenters.reading import ReadingPresenter
from app.settings.declaration import HandSettings
from domain.geometry import ImagePoint
from domain.study import ImageRef
from viewing.opened import OpenedImage
from viewing.state.greys import GreyRange
from viewing.state.model import ScreenModel
from viewing.state.screen import PaneState

if TYPE_CHECKING:  # pyqtgraph takes its time, and the first paint doesn't need it
    from widgets.pane.pane_widget import PaneWidget

DRAG_FROM = 3.0
"""Device-independent pixels that a hand may tremble; an annotation tool feels each of them."""

HOVER_MS = 16
"""The pointer is followed from pane to pane once a frame, however often a mouse tells its place."""


class Hands(QObject):
    """moving(bool): a drag is under way, so panes may paint quickly rather than exactly."""

    moving = Signal(bool)

    def __init__(
        self,
        model: ScreenModel,
        reading: ReadingPresenter,
        measuring: MeasuringPresenter,
        following: FollowingPresenter,
        annotating: AnnotatingPresenter,
    ) -> None:
        super().__init__()
        self._model, self._reading = model, reading
        self._measuring, self._following = measuring, following
        self._nipple = NippleHand(following, measuring)
        self.annotating = AnnotatingHand(annotating)
        self._panes: list[PaneWidget] = []
        self._hovered: tuple[int, ImagePoint | None] | None = None
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(HOVER_MS)
        self._frame.timeout.connect(self._follow)
        self._last: ImagePoint | None = None
        self._turned = 0.0
        self.settings = HandSettings()
        self.space_down = False

    def attach(self, index: int, pane: PaneWidget) -> None:
        """Listen to a pane."""
        self._panes.append(pane)
        self._show_tool(pane)
        pane.wheel.connect(partial(self._wheel, index))
        pane.pressed.connect(partial(self._pressed, index))
        pane.clicked.connect(partial(self._clicked, index))
        pane.drag_started.connect(partial(self._drag_started, index))
        pane.dragged.connect(partial(self._dragged, index))
        pane.drag_finished.connect(partial(self._drag_finished, index))
        pane.double_clicked.connect(partial(self._double_clicked, index))
        pane.hovered.connect(partial(self._hover, index))

    def show_tool(self) -> None:
        """Another tool is in the hand: the pointer looks like it."""
        self._panes = [pane for pane in self._panes if isValid(pane)]  # a second window may close
        for pane in self._panes:
            self._show_tool(pane)

    def _show_tool(self, pane: PaneWidget) -> None:
        pane.set_tool_cursor(self.annotating.cursor)
        pane.drag_from = 0.0 if self.annotating.holds_tool else DRAG_FROM

    def _hover(self, index: int, at: ImagePoint | None) -> None:
        """Follow at once, and what comes before the frame is over at its end."""
        self._hovered = (index, at)
        if not self._frame.isActive():
            self._follow()

    def _follow(self) -> None:
        if self._hovered is not None:
            hovered, self._hovered = self._hovered, None
            self._frame.start()
            self._following.hover(*hovered)
            self.annotating.hover(*hovered)

    def _wheel(self, index: int, at: ImagePoint, steps: float, ctrl: bool) -> None:
        pane = self._pane(index)
        if pane is None:
            return
        view = pane.plan.view
        if view is not None and view.frames > 1 and not ctrl:
            self._turned += steps
            whole = int(self._turned)
            self._turned -= whole
            if whole:
                self._model.scroll_frames(index, -whole)
            return
        self._model.zoom_at(index, at, self.settings.zoom_step**steps)
        self._following.hover(index, at)

    def _pressed(self, index: int, button: Qt.MouseButton, at: ImagePoint, keys: object) -> None:
        self._model.set_active(index)
        if self._annotates(button):
            self.annotating.press(index, at, keys)

    def _clicked(self, index: int, button: Qt.MouseButton, at: ImagePoint, keys: object) -> None:
        if self.annotating.down:
            self.annotating.release(at, keys)
        elif button is Qt.MouseButton.LeftButton and not self.space_down:
            self.annotating.choose(index, at, keys)

    def _double_clicked(self, index: int, at: ImagePoint) -> None:
        if not self.annotating.holds_tool:
            self._model.toggle_alone(index)
            return
        keys = QGuiApplication.keyboardModifiers()
        self.annotating.press(index, at, keys, again=True)
        self.annotating.release(at, keys)

    def _annotates(self, button: object) -> bool:
        left = button is Qt.MouseButton.LeftButton
        return left and not self.space_down and self.annotating.holds_tool

    def _drag_started(
        self, index: int, button: object, start: ImagePoint, _at: ImagePoint, _keys: object
    ) -> None:
        self._last = start
        if self.annotating.down:
            return
        pane = self._pane(index)
        if pane is not None and button is Qt.MouseButton.LeftButton and not self.space_down:
            self._nipple.grasp(pane, self._reading.shown.image_of(pane), start)
        self.moving.emit(True)

    def _dragged(
        self, index: int, button: Qt.MouseButton, start: ImagePoint, at: ImagePoint, keys: object
    ) -> None:
        last, self._last = self._last or start, at
        if self.annotating.down:
            self.annotating.drag(at, keys)
            return
        dx, dy = at.x - last.x, at.y - last.y
        tool, pane = self._tool_of(button), self._pane(index)
        if self._nipple.holds and pane is not None:
            self._nipple.move(pane, at)
        elif tool is Tool.PAN:
            self._model.pan_by(index, dx, dy)
        elif tool is Tool.WINDOW:
            speed = self.settings.window_speed
            self._model.drag_window(index, speed * dx, speed * dy, self._ranges())
        elif tool is not None:
            self._measure(index, start, at)

    def _drag_finished(
        self, index: int, button: Qt.MouseButton, start: ImagePoint, at: ImagePoint, keys: object
    ) -> None:
        self._last = None
        if self.annotating.down:
            self.annotating.release(at, keys)
            return
        self.moving.emit(False)
        tool = self._tool_of(button)
        if self._nipple.holds:
            self._nipple.drop()
        elif tool is not None and tool.measures:
            self._measure(index, start, at)
            opened, first, last = self._stored(index, start, at)
            if opened is not None and first is not None and last is not None:
                self._measuring.finish(opened, first, last)

    def _tool_of(self, button: Qt.MouseButton) -> Tool | None:
        if button is Qt.MouseButton.RightButton:
            return Tool.WINDOW
        if button is Qt.MouseButton.MiddleButton:
            return Tool.PAN
        if button is Qt.MouseButton.LeftButton:
            return Tool.PAN if self.space_down else self._measuring.tool
        return None

    def _measure(self, index: int, start: ImagePoint, at: ImagePoint) -> None:
        opened, first, last = self._stored(index, start, at)
        if opened is not None and first is not None and last is not None:
            self._measuring.drag(opened, self._following.breasts.of(opened), first, last)

    def _stored(
        self, index: int, start: ImagePoint, at: ImagePoint
    ) -> tuple[OpenedImage | None, ImagePoint | None, ImagePoint | None]:
        pane = self._pane(index)
        if pane is None or pane.placement is None:
            return None, None, None
        opened = self._reading.shown.image_of(pane)
        return opened, pane.placement.to_stored(start), pane.placement.to_stored(at)

    def _pane(self, index: int) -> PaneState | None:
        panes = self._model.state.panes
        return panes[index] if index < len(panes) else None

    def _ranges(self) -> dict[ImageRef, GreyRange]:
        images = self._reading.shown.images
        return {ref: GreyRange.of(opened.image.grey) for ref, opened in images.items()}
