"""An outline that clings to the edges in the image from press to press."""

from __future__ import annotations

from domain.geometry import ImagePoint
from imaging.edges.live_wire import LiveWire
from viewing.tools.contour import OutlineTool
from viewing.tools.tool import Canvas, ToolId


class LivewireTool(OutlineTool):
    """Presses set anchors; the wire between them follows the edge, straight while alt is down.

    A drag draws freehand, where the edge can't be followed. Closing follows the edge as well.
    """

    id = ToolId.LIVEWIRE

    def __init__(self) -> None:
        super().__init__()
        self._wire: LiveWire | None = None
        self._along: Canvas | None = None
        self._anchor: tuple[ImagePoint, float] | None = None
        self._way: tuple[ImagePoint, ...] = ()

    @property
    def closable(self) -> bool:
        """Whether there is more than the way from one anchor to itself."""
        return super().closable and self.points[0] != self.points[-1]

    def leave(self) -> None:
        """Let the outline go, and the image with it."""
        super().leave()
        self._wire = self._along = self._anchor = None
        self._way = ()

    def settled(self, at: ImagePoint, canvas: Canvas) -> ImagePoint:
        """Inside the image: there is no edge to follow outside."""
        return ImagePoint(
            min(max(at.x, 0.0), canvas.size.columns - 1.0),
            min(max(at.y, 0.0), canvas.size.rows - 1.0),
        )

    def led(self, at: ImagePoint, canvas: Canvas, *, straight: bool) -> tuple[ImagePoint, ...]:
        """Along the edge; what was shown last for the same end is what comes of a press."""
        start = self.points[-1]
        if straight or at == start:
            return (at,)
        wire = self._laid(canvas)
        if self._anchor != (start, canvas.screen):
            wire.begin(start, canvas.screen)
            self._anchor, self._way = (start, canvas.screen), ()
        if not self._way or self._way[-1] != at:
            self._way = (*wire.path_to(at)[1:-1], at)
        return self._way

    def _laid(self, canvas: Canvas) -> LiveWire:
        known = self._along
        if (
            self._wire is None
            or known is None
            or known.pixels is not canvas.pixels
            or known.bright is not canvas.bright
        ):
            self._wire = LiveWire(canvas.pixels, bright=canvas.bright)
            self._anchor = None
        self._along = canvas
        return self._wire
