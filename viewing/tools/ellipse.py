"""An ellipse by two corners, which becomes a contour."""

from __future__ import annotations

import math

from domain.finding import FindingKind
from domain.geometry import Box, ImagePoint
from viewing.tools.box import CornersTool
from viewing.tools.finishing import Place, box_note, outlined
from viewing.tools.tool import Answer, Canvas, Drawn, Preview, ToolId

ELLIPSE_POINTS = 48


class EllipseTool(CornersTool):
    """Draws an ellipse that fills its box; with shift a circle in mm."""

    id = ToolId.OUTLINE_ELLIPSE

    def made(self, box: Box, canvas: Canvas, place: Place) -> Answer:
        """A mass, unless another kind is chosen, with a contour of 48 points."""
        return outlined(ellipse_points(box), canvas, place, FindingKind.MASS)

    def drawn(self, box: Box, canvas: Canvas) -> Preview:
        """The ellipse, uncut: what lies outside the image goes when it is finished."""
        line = Drawn(ellipse_points(box), closed=True)
        return Preview(lines=(line,), note=box_note(box, canvas.spacing), note_at=self._last.at)


def ellipse_points(box: Box) -> tuple[ImagePoint, ...]:
    """Points on the ellipse that touches a box's sides, evenly by angle, from the right."""
    centre = box.centre
    angles = [2 * math.pi * index / ELLIPSE_POINTS for index in range(ELLIPSE_POINTS)]
    return tuple(
        ImagePoint(
            centre.x + math.cos(angle) * box.width / 2,
            centre.y + math.sin(angle) * box.height / 2,
        )
        for angle in angles
    )
