"""Bringing a place of an image into sight, where it lies outside its pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.finding import Finding, Geometry
from domain.geometry import Box, ImagePoint
from viewing.hanging.placement import PaneRect, Placement
from viewing.state.gestures import set_frame
from viewing.state.lying import middle, rect_of, shifted, with_placements
from viewing.state.screen import ScreenState

_MARGIN = 24.0
"""Screen pixels around a mark that should be seen with it."""


def bring_into_sight(state: ScreenState, findings: Sequence[Finding]) -> tuple[ScreenState, bool]:
    """The state with each finding's marks in sight, and whether any pane shows one of them.

    Panes that show the whole mark already stay as they are; others are moved so that it lies in
    the middle. A stack turns to the mark's first slice where it shows none of them.
    """
    found = False
    for index, pane in enumerate(state.panes):
        view = pane.plan.view
        if view is None or pane.placement is None:
            continue
        marks = [
            mark
            for finding in findings
            for mark in finding.geometries
            if mark.sop_instance_uid == view.ref.uid
        ]
        if not marks:
            continue
        found = True
        if view.frames > 1 and not marks[0].frame <= pane.frame <= marks[0].last_frame:
            state = set_frame(state, index, marks[0].frame)
        moved = _moved(pane.placement, rect_of(state, index), box_of(marks[0]))
        state = with_placements(state, {index: moved})
    return state, found


def box_of(mark: Geometry) -> Box:
    """Around a mark, in stored-image pixels."""
    if mark.box is not None:
        return mark.box
    if mark.contour is not None:
        xs = [point.x for point in mark.contour.points]
        ys = [point.y for point in mark.contour.points]
        return Box(min(xs), min(ys), max(xs), max(ys))
    if mark.mask is not None and mark.mask.box is not None:
        return mark.mask.box
    at = mark.point or ImagePoint(0, 0)
    return Box(at.x, at.y, at.x, at.y)


def activated(state: ScreenState, uid: str) -> ScreenState:
    """The state with the keys in a pane that shows an image, if any does."""
    for index, pane in enumerate(state.panes):
        if pane.plan.view is not None and pane.plan.view.ref.uid == uid:
            return replace(state, active=index)
    return state


def _moved(placement: Placement, rect: PaneRect, box: Box) -> Placement:
    one = placement.to_pane(ImagePoint(box.left, box.top))
    other = placement.to_pane(ImagePoint(box.right, box.bottom))
    left, right = sorted((one.x, other.x))
    top, bottom = sorted((one.y, other.y))
    if (
        left >= min(_MARGIN, rect.width / 4)
        and top >= min(_MARGIN, rect.height / 4)
        and right <= rect.width - min(_MARGIN, rect.width / 4)
        and bottom <= rect.height - min(_MARGIN, rect.height / 4)
    ):
        return placement
    centre = middle(rect)
    return shifted(placement, centre.x - (left + right) / 2, centre.y - (top + bottom) / 2)
