"""Where the place under the cursor lies in the other panes."""

from __future__ import annotations

from dataclasses import dataclass

from psygnal import Signal

from app.presenters.shown import NOTHING, Shown
from domain.geometry import ImagePoint
from viewing.linking.arc import DistanceArc
from viewing.linking.relation import LinkedImage, followed
from viewing.opened import OpenedImage


@dataclass(frozen=True)
class Cursor:
    """The place under the pointer. at: stored-image position. value: after the modality LUT."""

    pane: int
    at: ImagePoint
    opened: OpenedImage


class FollowingPresenter:
    """Follows the pointer from pane to pane while panes are linked."""

    changed = Signal()

    def __init__(self) -> None:
        self._shown: Shown = NOTHING
        self.cursor: Cursor | None = None
        self.places: dict[int, ImagePoint | DistanceArc] = {}

    def show(self, shown: Shown) -> None:
        """Another case or step."""
        if shown.number != self._shown.number:
            self._set(None, {})
        self._shown = shown

    def hover(self, pane: int, at: ImagePoint | None) -> None:
        """The pointer is over a pane pixel, or has left."""
        cursor = self._cursor(pane, at)
        self._set(cursor, self._places(cursor))

    def _cursor(self, pane: int, at: ImagePoint | None) -> Cursor | None:
        state = self._shown.state
        if state is None or at is None or not 0 <= pane < len(state.panes):
            return None
        placed = state.panes[pane]
        opened = self._shown.image_of(placed)
        if opened is None or placed.placement is None:
            return None
        point = placed.placement.to_stored(at)
        if not placed.placement.stored.contains(point.pixel()):
            return None
        return Cursor(pane, point, opened)

    def _places(self, cursor: Cursor | None) -> dict[int, ImagePoint | DistanceArc]:
        state = self._shown.state
        if cursor is None or state is None or not state.linked:
            return {}
        source = LinkedImage(cursor.opened.view, cursor.opened.breast)
        places = {}
        for index, pane in enumerate(state.panes):
            other = self._shown.image_of(pane)
            if index != cursor.pane and other is not None:
                found = followed(cursor.at, source, LinkedImage(other.view, other.breast))
                if found is not None:
                    places[index] = found
        return places

    def _set(self, cursor: Cursor | None, places: dict[int, ImagePoint | DistanceArc]) -> None:
        changed = (cursor, places) != (self.cursor, self.places)
        self.cursor, self.places = cursor, places
        if changed:
            self.changed.emit()
