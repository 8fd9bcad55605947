"""What tomosynthesis stacks can do: slabs, cine, slider."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.gui.cine import Cine
from app.gui.facts import active_pane
from app.gui.main_window import MainWindow
from app.presenters.shown import Shown
from viewing.slabs import SlabKind
from viewing.state.screen import PaneState
from widgets.pane.slice_bar import SliceBar, SlicePosition

if TYPE_CHECKING:  # pyqtgraph takes its time, and the first paint doesn't need it
    from widgets.pane.pane_widget import PaneWidget


class StackHands(QObject):
    """Keeps the slice bars of all panes, and the cine."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.cine = Cine(window.services, self)
        self.cine.stopped.connect(partial(window.actions_of.check, "slice.cine", False))
        window.actions_of.triggered.connect(self._acted)
        window.actions_of.toggled.connect(self._acted)
        window.services.reading.changed.connect(self._show)
        window.services.reading.stacks.opened.connect(self._show_bars)

    def thicken(self, steps: int) -> None:
        """Make the active pane's slab thicker, or thinner by negative steps."""
        model = self._window.services.model
        model.thicken_slab(model.state.active, steps)
        pane = active_pane(model.state)
        if pane is not None:
            said = pane.slab.text or self._window.tr("Single slices")
            self._window.status_line.show_message(said)

    def set_maximum(self, on: bool) -> None:
        """Merge by the maximum, or by the mean again."""
        model = self._window.services.model
        model.set_slab_kind(model.state.active, SlabKind.MAXIMUM if on else SlabKind.MEAN)

    def set_cine(self, on: bool) -> None:
        """Start or stop."""
        if on:
            self.cine.start()
        else:
            self.cine.stop()
        self._window.actions_of.check("slice.cine", self.cine.running)

    def _acted(self, action_id: str, _on: bool = True) -> None:
        """A key is a gesture too; shortcuts reach actions before any event is seen."""
        if action_id != "slice.cine":
            self.cine.stop()

    def _show(self, shown: Shown) -> None:
        pane = active_pane(shown.state)
        if pane is not None:
            on = pane.slab.kind is SlabKind.MAXIMUM
            self._window.actions_of.check("slice.maximum", on)
        self._show_bars()

    def _show_bars(self) -> None:
        shown = self._window.services.reading.shown
        panes = shown.state.panes if shown.state is not None else ()
        second = self._window.displays.second
        for page in (self._window.reading_page, *(() if second is None else (second.page,))):
            for index, widget in enumerate(page.panes):
                state = panes[index] if index < len(panes) else None
                self._show_bar(index, widget, state)

    def _show_bar(self, index: int, widget: PaneWidget, pane: PaneState | None) -> None:
        view = pane.plan.view if pane is not None else None
        if pane is None or view is None or view.frames < 2 or widget.picture.image is None:
            bar = _bar_on(widget)
            if bar is not None:
                bar.show_position(None, at_right=False)
            return
        around = pane.slab.frames_around(pane.frame, view.frames)
        opened = self._window.services.reading.stacks.opened_of(view)
        position = SlicePosition(pane.frame, around[0], around[-1], opened)
        bar = _bar_on(widget) or self._new_bar(index, widget)
        bar.show_position(position, at_right=widget.picture.at_right)

    def _new_bar(self, index: int, widget: PaneWidget) -> SliceBar:
        bar = SliceBar(widget.viewport())
        bar.asked.connect(partial(self._go_to, index))
        bar.dragging.connect(self._window.hands.moving)
        return bar

    def _go_to(self, index: int, frame: int) -> None:
        model = self._window.services.model
        model.set_active(index)
        model.set_frame(index, frame)


def _bar_on(widget: PaneWidget) -> SliceBar | None:
    bar: SliceBar | None = widget.viewport().findChild(SliceBar)
    return bar


def _hands_of(window: MainWindow) -> StackHands:
    return window.findChild(StackHands) or StackHands(window)


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    hands = _hands_of(window)
    return {
        "slice.thicker": partial(hands.thicken, 1),
        "slice.thinner": partial(hands.thicken, -1),
    }


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """Handlers of actions that are on or off, by id."""
    hands = _hands_of(window)
    return {"slice.maximum": hands.set_maximum, "slice.cine": hands.set_cine}
