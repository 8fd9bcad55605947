"""How large each image of a step is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.geometry import Box, ImageSize
from domain.side import Side
from domain.study import View
from domain.turn import Turn
from viewing.hanging.evidence import PixelEvidence
from viewing.hanging.placement import PaneRect, turned_box
from viewing.hanging.protocol import SizeMode

BREAST_MARGIN = 0.02
"""Share of the image's longer side that is kept around the breast's box: the skin is faint."""

WALL_MARGIN = 1 / 500
"""The same at a chest wall that lies well inside the picture; about the box's own precision."""

PANE_FILL = 0.98
"""Share of the pane that a fitted image takes, so that skin does not touch the edge."""


@dataclass(frozen=True)
class Subject:
    """An image about to be placed: its turn, its pane, and the part that must be seen whole.

    content: in shown-image pixels. x_unit, y_unit: mm of a shown pixel, or 1 each where spacing
    is unknown.
    """

    view: View
    turn: Turn
    rect: PaneRect
    content: Box
    x_unit: float
    y_unit: float

    @property
    def measured(self) -> bool:
        """Whether the units are millimetres."""
        return self.view.spacing.row_mm is not None

    @property
    def fit(self) -> float:
        """Screen pixels per unit at which the content just fills the pane."""
        return PANE_FILL * min(
            self.rect.width / (self.content.width * self.x_unit),
            self.rect.height / (self.content.height * self.y_unit),
        )


def subject(view: View, turn: Turn, rect: PaneRect, evidence: PixelEvidence) -> Subject:
    """Gather what scaling needs to know about one image."""
    vertical, horizontal = view.spacing.row_mm or 1.0, view.spacing.column_mm or 1.0
    if turn.transpose:
        vertical, horizontal = horizontal, vertical
    content = turned_box(_content(view.size, evidence), turn, view.size)
    return Subject(view, turn, rect, content, x_unit=horizontal, y_unit=vertical)


def _content(size: ImageSize, evidence: PixelEvidence) -> Box:
    whole = Box(-0.5, -0.5, size.columns - 0.5, size.rows - 0.5)
    if evidence.breast is None or evidence.breast.area == 0:
        return whole
    breast, longer = evidence.breast, max(size.shape)
    outward = {
        Side.LEFT: breast.left - whole.left,
        Side.RIGHT: whole.right - breast.right,
        Side.TOP: breast.top - whole.top,
        Side.BOTTOM: whole.bottom - breast.bottom,
    }
    margins = {side: min(gap, BREAST_MARGIN * longer) for side, gap in outward.items()}
    wall = evidence.chest_wall if evidence.usable else None
    if wall is not None and outward[wall] > BREAST_MARGIN * longer:
        # A letterboxed picture: chest walls shall meet, not their margins.
        margins[wall] = WALL_MARGIN * longer
    return Box(
        breast.left - margins[Side.LEFT],
        breast.top - margins[Side.TOP],
        breast.right + margins[Side.RIGHT],
        breast.bottom + margins[Side.BOTTOM],
    )


def scales(
    mode: SizeMode, subjects: Sequence[Subject], screen_mm: float | None
) -> tuple[tuple[float, float], ...]:
    """Screen pixels per shown pixel along x and y for each subject.

    screen_mm: size of a screen pixel, for true size. An image without spacing can be neither
    true nor same in millimetres: it is fitted, at the scale of its like.
    """
    return tuple(_scale(mode, one, subjects, screen_mm) for one in subjects)


def _scale(
    mode: SizeMode, one: Subject, subjects: Sequence[Subject], screen_mm: float | None
) -> tuple[float, float]:
    if mode is SizeMode.ACTUAL:
        return (1.0, 1.0)
    if mode is SizeMode.TRUE and screen_mm is not None and one.measured:
        per_unit = 1.0 / screen_mm
    elif mode is SizeMode.FIT:
        per_unit = one.fit
    else:
        per_unit = min(other.fit for other in subjects if other.measured == one.measured)
    return (per_unit * one.x_unit, per_unit * one.y_unit)
