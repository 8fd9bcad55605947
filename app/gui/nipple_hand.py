"""Drags the nipple's mark where it is shown."""

from __future__ import annotations

import math

from app.presenters.following import FollowingPresenter
from app.presenters.measuring import MeasuringPresenter
from domain.geometry import ImagePoint
from viewing.opened import OpenedImage
from viewing.state.screen import PaneState

GRASP = 14.0
"""Device-independent pixels from the mark within which a press takes hold of it."""


class NippleHand:
    """Holds a nipple between a press on its mark and the release."""

    def __init__(self, following: FollowingPresenter, measuring: MeasuringPresenter) -> None:
        self._following, self._measuring = following, measuring
        self._held: OpenedImage | None = None
        self._off = (0.0, 0.0)

    @property
    def holds(self) -> bool:
        """Whether the drag under way is a nipple's."""
        return self._held is not None

    def grasp(self, pane: PaneState, opened: OpenedImage | None, at: ImagePoint) -> None:
        """Take hold of the mark if it is shown there. at: in pixels of the pane."""
        self._held = None
        frame = self._following.breasts.of(opened) if opened is not None else None
        if frame is None or pane.placement is None or not self._following.arcs:
            return
        mark = pane.placement.to_pane(frame.nipple.at)
        if math.hypot(mark.x - at.x, mark.y - at.y) <= GRASP:
            self._held = opened
            self._off = (mark.x - at.x, mark.y - at.y)

    def move(self, pane: PaneState, at: ImagePoint) -> None:
        """Put the nipple under the pointer; what was measured from it follows."""
        if self._held is None or pane.placement is None:
            return
        mark = ImagePoint(at.x + self._off[0], at.y + self._off[1])
        moved = self._following.breasts.drag(self._held, pane.placement.to_stored(mark))
        if moved is not None:
            self._measuring.follow_nipple(self._held.view.ref, moved)

    def drop(self) -> None:
        """Let go."""
        self._held = None
