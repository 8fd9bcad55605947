"""Where the place under the cursor lies in the other panes."""

from __future__ import annotations

from dataclasses import dataclass

from psygnal import Signal

from app.presenters.breasts import Breasts
from app.presenters.shown import NOTHING, Shown
from domain.geometry import ImagePoint
from viewing.linking.arc import DistanceArc
from viewing.linking.breast_frame import BreastFrame, Nipple
from viewing.linking.relation import LinkedImage, Relation, followed, relation
from viewing.opened import OpenedImage


@dataclass(frozen=True)
class Cursor:
    """The place under the pointer. at: stored-image position. value: after the modality LUT.

    breast: ``None`` where none was made out, or none yet.
    """

    pane: int
    at: ImagePoint
    opened: OpenedImage
    breast: BreastFrame | None = None


@dataclass(frozen=True)
class Followed:
    """What is drawn on one pane. nipple: only while it is of use."""

    place: ImagePoint | DistanceArc | None = None
    nipple: Nipple | None = None


NOTHING_FOLLOWED = Followed()


class FollowingPresenter:
    """Follows the pointer from pane to pane.

    The mirrored cursor is shown while panes are linked, the arc and the nipples while asked for.
    """

    changed = Signal()

    def __init__(self, breasts: Breasts) -> None:
        self.breasts = breasts
        self._shown: Shown = NOTHING
        self._pointer: tuple[int, ImagePoint] | None = None
        self._mirrored, self._arc_held, self._nipple_tool = True, False, False
        self._pinned: tuple[str, ImagePoint] | None = None
        self.cursor: Cursor | None = None
        self.places: dict[int, ImagePoint | DistanceArc] = {}
        self.nipples: dict[int, Nipple] = {}
        breasts.changed.connect(self._refresh)

    @property
    def arcs(self) -> bool:
        """Whether arcs and nipples are shown."""
        return self._arc_held or self._nipple_tool or self._pinned is not None

    def show(self, shown: Shown) -> None:
        """Another case or step."""
        if _lying(shown) != _lying(self._shown):
            self._pointer = None
            self._set(None, {}, {})
        self._shown = shown
        self.breasts.show(shown)
        self._nipples_anew()

    def want(
        self,
        *,
        mirrored: bool | None = None,
        arc_held: bool | None = None,
        nipple_tool: bool | None = None,
    ) -> None:
        """Say what is followed; ``None`` leaves it. nipple_tool: it is in the hand."""
        before = (self._mirrored, self._arc_held, self._nipple_tool)
        self._mirrored = self._mirrored if mirrored is None else mirrored
        self._arc_held = self._arc_held if arc_held is None else arc_held
        self._nipple_tool = self._nipple_tool if nipple_tool is None else nipple_tool
        if before != (self._mirrored, self._arc_held, self._nipple_tool):
            self._refresh()

    def pin(self, uid: str, at: ImagePoint | None) -> None:
        """Follow a place of an image, whatever the pointer does; ``None`` lets it go.

        uid: what marks know the image by. at: stored-image position.
        """
        pinned = None if at is None else (uid, at)
        if pinned != self._pinned:
            self._pinned = pinned
            self._refresh()

    def hover(self, pane: int, at: ImagePoint | None) -> None:
        """The pointer is over a pane pixel, or has left."""
        self._pointer = None if at is None else (pane, at)
        self._refresh()

    def on_pane(self, pane: int) -> Followed:
        """What is drawn on one pane."""
        place, nipple = self.places.get(pane), self.nipples.get(pane)
        return Followed(place, nipple) if place or nipple else NOTHING_FOLLOWED

    def _refresh(self) -> None:
        cursor = self._cursor()
        self._set(cursor, self._places(self._pin() or cursor), self._nipples())

    def _nipples_anew(self) -> None:
        """Told by whoever shows the case, who paints afterwards."""
        self.nipples = self._nipples()

    def _cursor(self) -> Cursor | None:
        state = self._shown.state
        if state is None or self._pointer is None or self._pointer[0] >= len(state.panes):
            return None
        pane, at = self._pointer
        placed = state.panes[pane]
        opened = self._shown.image_of(placed)
        if opened is None or placed.placement is None:
            return None
        point = placed.placement.to_stored(at)
        if not placed.placement.stored.contains(point.pixel()):
            return None
        return Cursor(pane, point, opened, self.breasts.of(opened))

    def _pin(self) -> Cursor | None:
        """The pinned place as a cursor, where its image is on the screen."""
        state = self._shown.state
        if state is None or self._pinned is None:
            return None
        uid, at = self._pinned
        for index, pane in enumerate(state.panes):
            opened = self._shown.image_of(pane)
            if opened is not None and opened.view.ref.uid == uid:
                return Cursor(index, at, opened, self.breasts.of(opened))
        return None

    def _places(self, cursor: Cursor | None) -> dict[int, ImagePoint | DistanceArc]:
        state = self._shown.state
        if cursor is None or state is None or cursor.breast is None:
            return {}
        wanted = {
            Relation.SAME_VIEW: self._mirrored and state.linked,
            Relation.OTHER_VIEW: self.arcs,
        }
        source = LinkedImage(cursor.opened.view, cursor.breast)
        places = {}
        for index, pane in enumerate(state.panes):
            other = self._shown.image_of(pane)
            if index == cursor.pane or other is None:
                continue
            related = relation(source.view, other.view)
            if related is not None and wanted[related]:
                linked = LinkedImage(other.view, self.breasts.of(other))
                found = followed(cursor.at, source, linked)
                if found is not None:
                    places[index] = found
        return places

    def _nipples(self) -> dict[int, Nipple]:
        state = self._shown.state
        if state is None or not self.arcs:
            return {}
        images = ((index, self._shown.image_of(pane)) for index, pane in enumerate(state.panes))
        frames = ((index, self.breasts.of(one)) for index, one in images if one is not None)
        return {index: frame.nipple for index, frame in frames if frame is not None}

    def _set(
        self,
        cursor: Cursor | None,
        places: dict[int, ImagePoint | DistanceArc],
        nipples: dict[int, Nipple],
    ) -> None:
        changed = (cursor, places, nipples) != (self.cursor, self.places, self.nipples)
        self.cursor, self.places, self.nipples = cursor, places, nipples
        if changed:
            self.changed.emit()


def _lying(shown: Shown) -> tuple[int, int]:
    return shown.number, shown.state.step if shown.state is not None else -1
