"""The mouse over a pane while two readings are compared: it chooses lines and draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from app.gui.annotating_hand import AnnotatingHand
from app.gui.services import Services
from domain.finding import Finding
from domain.geometry import ImagePoint
from viewing.tools.hits import hit
from viewing.tools.tool import REACH, ToolCursor


class ComparisonHand(AnnotatingHand):
    """Stands in for the hand that annotates, so that no reading is touched."""

    def __init__(
        self,
        services: Services,
        findings: Callable[[], tuple[Finding, ...]],
        chosen: Callable[[UUID], object],
    ) -> None:
        """findings: that are shown. chosen: told of the one that was clicked on."""
        super().__init__(services.annotating)
        self._services, self._findings, self._chosen = services, findings, chosen

    @property
    def holds_tool(self) -> bool:
        """A left drag is never an annotation tool's."""
        return False

    @property
    def cursor(self) -> ToolCursor:
        """The plain one."""
        return ToolCursor.ARROW

    def press(self, pane: int, at: ImagePoint, keys: object, *, again: bool = False) -> None:
        """Nothing is drawn."""

    def drag(self, at: ImagePoint, keys: object) -> None:
        """Nothing is drawn."""

    def release(self, at: ImagePoint, keys: object) -> None:
        """Nothing is drawn."""

    def hover(self, pane: int, at: ImagePoint | None) -> None:
        """No tool shows anything."""

    def choose(self, pane: int, at: ImagePoint, keys: object) -> None:
        """A click shows the line of the mark under it."""
        del keys
        shown = self._services.reading.shown
        state = shown.state
        if state is None or not 0 <= pane < len(state.panes):
            return
        placed = state.panes[pane]
        opened = shown.image_of(placed)
        if opened is None or placed.placement is None:
            return
        scale = min(placed.placement.x_scale, placed.placement.y_scale)
        point = placed.placement.to_stored(at)
        found = hit(self._findings(), opened.view.ref.uid, opened.frame, point, REACH / scale)
        if found is not None:
            self._chosen(found.finding)
