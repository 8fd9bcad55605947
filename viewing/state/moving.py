"""Zoom and pan, over all panes that are linked."""

from __future__ import annotations

import math
from collections.abc import Iterable

from domain.geometry import ImagePoint
from viewing.hanging.placement import Placement
from viewing.state.bounds import common, common_zoom, kept_in_sight, sight_spans
from viewing.state.links import counterpart, moved_together, seen_together
from viewing.state.lying import (
    millimetres,
    placement_of,
    rect_of,
    scaled,
    shifted,
    with_placements,
)
from viewing.state.screen import ScreenState


def zoom_at(state: ScreenState, pane: int, at: ImagePoint, factor: float) -> ScreenState:
    """Zoom so that what lies under the pane pixel ``at`` stays there, as far as it is in sight.

    Linked panes get the same mm per screen pixel. Those that belong to this one are zoomed at the
    same place, mirrored; the others at the same depth from the chest wall, halfway down.
    """
    panes = seen_together(state, pane)
    if not panes or not (math.isfinite(factor) and factor > 0):
        return state
    lying = placements(state, panes)
    ratios = to_scale(state, pane, panes)
    factor = common_zoom(state, ratios, lying).nearest(factor)
    belonging = {one.pane for one in moved_together(state, pane)}
    zoomed = {
        other: scaled(
            lying[other],
            ratio * factor,
            at
            if other == pane
            else counterpart(state, pane, at, other, belongs=other in belonging),
        )
        for other, ratio in ratios.items()
    }
    return with_placements(state, kept_in_sight(state, zoomed))


def pan_by(state: ScreenState, pane: int, dx: float, dy: float) -> ScreenState:
    """Move the image by screen pixels, and with it what belongs to it, by as many mm.

    The other breast moves mirrored about the chest wall. None moves farther than all can.
    """
    group = moved_together(state, pane)
    if not group or not (math.isfinite(dx) and math.isfinite(dy)):
        return state
    lying = placements(state, (one.pane for one in group))
    # Screen pixels of each pane for one of the pane under the hand.
    rates = {one.pane: 1 / to_scale(state, pane, (one.pane,))[one.pane] for one in group}
    signs = {one.pane: -1 if one.mirrored else 1 for one in group}
    spans = {
        other: [span.around(0) for span in sight_spans(lies, rect_of(state, other))]
        for other, lies in lying.items()
    }
    dx = common(spans[one][0].times(signs[one] / rates[one]) for one in lying).nearest(dx)
    dy = common(spans[one][1].times(1 / rates[one]) for one in lying).nearest(dy)
    moved = {
        other: shifted(lies, signs[other] * rates[other] * dx, rates[other] * dy)
        for other, lies in lying.items()
    }
    return with_placements(state, moved)


def placements(state: ScreenState, panes: Iterable[int]) -> dict[int, Placement]:
    """How the images of those panes lie; panes without one are left out."""
    found = ((pane, placement_of(state, pane)) for pane in panes)
    return {pane: placement for pane, placement in found if placement is not None}


def to_scale(state: ScreenState, pane: int, panes: Iterable[int]) -> dict[int, float]:
    """What each must be multiplied by to get this pane's mm per screen pixel; 1 if unknown."""
    wanted = millimetres(state.panes[pane])
    ratios = {}
    for other in panes:
        present = millimetres(state.panes[other])
        if wanted is None or present is None or other == pane:
            ratios[other] = 1.0
        else:
            ratios[other] = present / wanted
    return ratios
