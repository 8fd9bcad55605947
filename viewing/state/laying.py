"""Lays images into panes anew: as a plan hangs them, or carried over to another rectangle."""

from __future__ import annotations

import math
from collections.abc import Mapping

from domain.geometry import ImagePoint
from domain.laterality import Laterality
from domain.view_position import HangFamily
from viewing.hanging.placement import PaneRect, Placement
from viewing.hanging.protocol import SizeMode
from viewing.hanging.scale import PANE_FILL, Subject, scales
from viewing.state.lying import middle, scaled, shifted, subject_of
from viewing.state.screen import PaneState

FITTING = (SizeMode.FIT, SizeMode.SAME)
"""The modes whose sizes follow from the panes."""

_NEAR = 1e-3
"""Screen pixels that rounding may move an image by."""


def laid(
    panes: Mapping[int, PaneState],
    rects: Mapping[int, PaneRect],
    mode: SizeMode,
    screen_mm: float | None = None,
) -> dict[int, Placement]:
    """Images placed as a hanging plan would, by pane; panes without one are left out."""
    subjects = {}
    for index, pane in panes.items():
        one = subject_of(pane, rects[index])
        if one is not None:
            subjects[index] = one
    factors = scales(mode, tuple(subjects.values()), screen_mm)
    return {
        index: justified(one, *factor)
        for (index, one), factor in zip(subjects.items(), factors, strict=True)
    }


def justified(one: Subject, x_scale: float, y_scale: float) -> Placement:
    """At the chest wall; an MLO also at the axilla, everything else centred."""
    return Placement(
        one.view.size,
        one.turn,
        x_scale,
        y_scale,
        left=_left(one, x_scale),
        top=_top(one, y_scale),
    )


def _left(one: Subject, scale: float) -> float:
    content, width = one.content, one.rect.width
    if one.view.laterality is Laterality.RIGHT:
        return width - (content.right + 0.5) * scale
    if one.view.laterality is Laterality.LEFT:
        return -(content.left + 0.5) * scale
    return width / 2 - (content.left + content.right + 1) / 2 * scale


def _top(one: Subject, scale: float) -> float:
    content, height = one.content, one.rect.height
    if one.view.position is not None and one.view.position.family is HangFamily.MLO:
        margin = 0.0 if content.top <= 0 else (1 - PANE_FILL) / 2 * height
        return margin - (content.top + 0.5) * scale
    return height / 2 - (content.top + content.bottom + 1) / 2 * scale


def alike(one: Placement, other: Placement) -> bool:
    """Whether two placements show the same, but for rounding."""
    return (
        one.turn == other.turn
        and math.isclose(one.x_scale, other.x_scale, rel_tol=1e-6)
        and math.isclose(one.y_scale, other.y_scale, rel_tol=1e-6)
        and math.isclose(one.left, other.left, rel_tol=1e-6, abs_tol=_NEAR)
        and math.isclose(one.top, other.top, rel_tol=1e-6, abs_tol=_NEAR)
    )


def carried(
    pane: PaneState, placement: Placement, old: PaneRect, new: PaneRect, factor: float
) -> Placement:
    """The image taken from one rectangle into another, ``factor`` times as large.

    What lay in the middle stays there; a chest wall that was in sight stays as far from its edge.
    """
    before, after = _anchor(pane, placement, old), _anchor(pane, placement, old, new)
    moved = shifted(placement, after.x - before.x, after.y - before.y)
    return scaled(moved, factor, after)


def _anchor(
    pane: PaneState, placement: Placement, old: PaneRect, new: PaneRect | None = None
) -> ImagePoint:
    """The pane pixel that is held fast in ``old``, or where it goes to in ``new``."""
    rect, centre = new or old, middle(new or old)
    side = pane.plan.view.laterality if pane.plan.view is not None else None
    if side is Laterality.LEFT and placement.left >= -1:
        return ImagePoint(-0.5, centre.y)
    end = placement.left + placement.shown.columns * placement.x_scale
    if side is Laterality.RIGHT and end <= old.width + 1:
        return ImagePoint(rect.width - 0.5, centre.y)
    return centre
