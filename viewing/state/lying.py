"""How a pane's image lies now: its rectangle, its millimetres, and the same image moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from domain.geometry import ImagePoint
from viewing.hanging.evidence import NO_EVIDENCE
from viewing.hanging.placement import SECOND_WINDOW, PaneRect, Placement
from viewing.hanging.scale import Subject, subject
from viewing.state.screen import PaneState, ScreenState


def window_rect(state: ScreenState, pane: int) -> PaneRect:
    """What a pane's window covers: all panes of it together, in screen pixels."""
    second = state.panes[pane].plan.rect.left >= SECOND_WINDOW
    everywhere = (one.plan.rect for one in state.panes)
    rects = [rect for rect in everywhere if (rect.left >= SECOND_WINDOW) == second]
    left, top = min(rect.left for rect in rects), min(rect.top for rect in rects)
    right = max(rect.left + rect.width for rect in rects)
    bottom = max(rect.top + rect.height for rect in rects)
    return PaneRect(left, top, right - left, bottom - top)


def rect_of(state: ScreenState, pane: int) -> PaneRect:
    """Where a pane is on the screen now: its whole window for the one that is shown alone."""
    return window_rect(state, pane) if state.alone == pane else state.panes[pane].plan.rect


def placement_of(state: ScreenState, pane: int) -> Placement | None:
    """How the pane's image lies; ``None`` where nothing hangs or there is no such pane."""
    return state.panes[pane].placement if 0 <= pane < len(state.panes) else None


def subject_of(pane: PaneState, rect: PaneRect) -> Subject | None:
    """What scaling needs to know of the pane's image in a rectangle; ``None`` where none hangs."""
    if pane.plan.view is None or pane.placement is None:
        return None
    whole = subject(pane.plan.view, pane.placement.turn, rect, NO_EVIDENCE)
    return whole if pane.content is None else replace(whole, content=pane.content)


def millimetres(pane: PaneState) -> float | None:
    """Millimetres of breast per screen pixel along y, ``None`` where unknown."""
    one = subject_of(pane, pane.plan.rect)
    if one is None or pane.placement is None or not one.measured:
        return None
    return one.y_unit / pane.placement.y_scale


def zoom_of(placement: Placement) -> float:
    """Screen pixels per pixel of the image, along the axis that is drawn larger."""
    return max(placement.x_scale, placement.y_scale)


def scaled(placement: Placement, factor: float, about: ImagePoint) -> Placement:
    """The image ``factor`` times as large; what lies at the pane pixel ``about`` stays there."""
    if factor == 1:
        return placement
    x, y = about.x + 0.5, about.y + 0.5
    return replace(
        placement,
        x_scale=placement.x_scale * factor,
        y_scale=placement.y_scale * factor,
        left=x - (x - placement.left) * factor,
        top=y - (y - placement.top) * factor,
    )


def shifted(placement: Placement, dx: float, dy: float) -> Placement:
    """The image moved by so many screen pixels."""
    return replace(placement, left=placement.left + dx, top=placement.top + dy)


def middle(rect: PaneRect) -> ImagePoint:
    """The pane pixel position at the centre of a pane."""
    return ImagePoint(rect.width / 2 - 0.5, rect.height / 2 - 0.5)


def with_placements(state: ScreenState, placements: Mapping[int, Placement]) -> ScreenState:
    """The state with some images lying differently; the same object where none does."""
    panes = tuple(
        replace(pane, placement=placements[index])
        if placements.get(index, pane.placement) != pane.placement
        else pane
        for index, pane in enumerate(state.panes)
    )
    return state if panes == state.panes else replace(state, panes=panes)
