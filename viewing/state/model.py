"""The one place where the screen's state changes; used on the window's thread only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psygnal import Signal

from domain.geometry import ImagePoint
from domain.study import ImageRef
from imaging.grey.voi import VoiChoice
from viewing.hanging.placement import PaneRect
from viewing.hanging.protocol import SizeMode
from viewing.slabs import SlabKind
from viewing.state import gestures
from viewing.state.gestures import GreyRange
from viewing.state.screen import EMPTY_SCREEN, Aids, ScreenState
from viewing.state.slabs import set_slab_kind, thicken_slab


class ScreenModel:
    """Holds what is on the screen. Each method is the gesture of that name."""

    changed = Signal(object)
    """Emits the new ScreenState; silent where a gesture changed nothing."""

    def __init__(self, state: ScreenState = EMPTY_SCREEN) -> None:
        """state: what is on the screen at first."""
        self._state = state

    @property
    def state(self) -> ScreenState:
        """What is on the screen."""
        return self._state

    def show(self, state: ScreenState) -> None:
        """Put another screen in its place."""
        if state is self._state or state == self._state:
            return
        self._state = state
        self.changed.emit(state)

    def zoom_at(self, pane: int, at: ImagePoint, factor: float) -> None:
        """Zoom about a pane pixel."""
        self.show(gestures.zoom_at(self._state, pane, at, factor))

    def pan_by(self, pane: int, dx: float, dy: float) -> None:
        """Move by screen pixels."""
        self.show(gestures.pan_by(self._state, pane, dx, dy))

    def set_voi(
        self,
        pane: int,
        voi: VoiChoice | None,
        choices: Mapping[ImageRef, Sequence[VoiChoice]] | None = None,
    ) -> None:
        """Choose a window or table."""
        self.show(gestures.set_voi(self._state, pane, voi, choices))

    def drag_window(
        self, pane: int, dx: float, dy: float, ranges: Mapping[ImageRef, GreyRange]
    ) -> None:
        """Change the window by a drag in screen pixels."""
        self.show(gestures.drag_window(self._state, pane, dx, dy, ranges))

    def invert(self, pane: int) -> None:
        """Invert, or take that back."""
        self.show(gestures.invert(self._state, pane))

    def set_aids(self, pane: int, aids: Aids) -> None:
        """Switch display aids."""
        self.show(gestures.set_aids(self._state, pane, aids))

    def resize(self, rects: Sequence[PaneRect]) -> None:
        """Give the panes other rectangles."""
        self.show(gestures.resize(self._state, rects))

    def set_size(self, mode: SizeMode, screen_mm: float | None = None) -> None:
        """Choose a size mode."""
        self.show(gestures.set_size(self._state, mode, screen_mm))

    def roam(self, pane: int, step: int) -> bool:
        """Go to the next or previous tile at 1:1; false past the end, where nothing changes."""
        roamed = gestures.roam(self._state, pane, step)
        moved = roamed is not self._state
        self.show(roamed)
        return moved

    def scroll_frames(self, pane: int, steps: int) -> None:
        """Go through a stack by frames."""
        self.show(gestures.scroll_frames(self._state, pane, steps))

    def set_frame(self, pane: int, frame: int) -> None:
        """Go to a frame of a stack."""
        self.show(gestures.set_frame(self._state, pane, frame))

    def thicken_slab(self, pane: int, steps: int) -> None:
        """Merge more or fewer slices of a stack."""
        self.show(thicken_slab(self._state, pane, steps))

    def set_slab_kind(self, pane: int, kind: SlabKind) -> None:
        """Merge slices by another rule."""
        self.show(set_slab_kind(self._state, pane, kind))

    def toggle_alone(self, pane: int) -> None:
        """One pane on the whole screen, and back."""
        self.show(gestures.toggle_alone(self._state, pane))

    def set_active(self, pane: int) -> None:
        """Give the keys to a pane."""
        self.show(gestures.set_active(self._state, pane))

    def set_linked(self, linked: bool) -> None:
        """Link or unlink panes."""
        self.show(gestures.set_linked(self._state, linked))

    def set_text(self, shown: bool) -> None:
        """Show or hide corner text."""
        self.show(gestures.set_text(self._state, shown))

    def set_overlays(self, shown: bool) -> None:
        """Show or hide findings and measurements."""
        self.show(gestures.set_overlays(self._state, shown))
