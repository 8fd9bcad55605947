"""Size modes, a screen of another size, and one pane on all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from viewing.hanging.placement import PaneRect, Placement
from viewing.hanging.protocol import SizeMode
from viewing.state.bounds import kept_in_sight
from viewing.state.laying import FITTING, alike, carried, laid
from viewing.state.lying import (
    middle,
    placement_of,
    rect_of,
    scaled,
    subject_of,
    window_rect,
    with_placements,
)
from viewing.state.screen import AmongOthers, PaneState, ScreenState


def set_size(state: ScreenState, mode: SizeMode, screen_mm: float | None = None) -> ScreenState:
    """Draw all images that are shown at a size mode.

    Fit and same size hang them anew, whole breasts in sight; true and actual size keep what is
    in the middle of each pane. screen_mm: mm of a screen pixel; without it true size is same size.
    """
    if mode is SizeMode.TRUE and screen_mm is None:
        mode = SizeMode.SAME
    shown = _shown(state)
    rects = {index: rect_of(state, index) for index in shown}
    if mode in FITTING:
        placements = laid(shown, rects, mode)
    else:
        placements = kept_in_sight(state, _about_middle(shown, rects, mode, screen_mm))
    return with_placements(replace(state, size_mode=mode), placements)


def _about_middle(
    panes: Mapping[int, PaneState],
    rects: Mapping[int, PaneRect],
    mode: SizeMode,
    screen_mm: float | None,
) -> dict[int, Placement]:
    sized = {}
    for index, placement in laid(panes, rects, mode, screen_mm).items():
        present = panes[index].placement
        if present is not None:
            zoomed = scaled(present, placement.y_scale / present.y_scale, middle(rects[index]))
            sized[index] = _stretched(zoomed, placement.x_scale, rects[index])
    return sized


def _stretched(placement: Placement, x_scale: float, rect: PaneRect) -> Placement:
    """Its x scale alone changed, about the middle: pixels that aren't square, shown 1:1."""
    half = rect.width / 2
    left = half - (half - placement.left) * (x_scale / placement.x_scale)
    return replace(placement, x_scale=x_scale, left=left)


def resize(state: ScreenState, rects: Sequence[PaneRect]) -> ScreenState:
    """Give each pane, in order, its rectangle on a screen of another size.

    Images that lie as they were hung are hung anew; once zoomed or panned they keep what is in
    the middle, and grow with their panes. ValueError where there is not one for each pane.
    """
    if len(rects) != len(state.panes):
        raise ValueError(f"{len(state.panes)} panes need as many rectangles, not {len(rects)}")
    new = {index: _at_least_a_pixel(rect) for index, rect in enumerate(rects)}
    old = {index: pane.plan.rect for index, pane in enumerate(state.panes)}
    if new == old:
        return state
    resting = _among_others(state)
    mode = state.among_others.size_mode if state.among_others else state.size_mode
    panes = {index: pane for index, pane in enumerate(resting.panes) if pane.placement is not None}
    resized = _over(_with_rects(resting, new), panes, old, new, mode)
    return resized if state.alone is None else _alone_again(state, resized)


def _with_rects(state: ScreenState, rects: Mapping[int, PaneRect]) -> ScreenState:
    panes = tuple(
        replace(pane, plan=replace(pane.plan, rect=rects[index]))
        for index, pane in enumerate(state.panes)
    )
    return replace(state, panes=panes)


def _over(
    state: ScreenState,
    panes: Mapping[int, PaneState],
    old: Mapping[int, PaneRect],
    new: Mapping[int, PaneRect],
    mode: SizeMode,
) -> ScreenState:
    """The state, whose panes have their new rectangles, with images brought there from the old.

    Panes that share a scale keep sharing it: all grow by the least that any of them may.
    """
    if mode in FITTING and _untouched(panes, old, mode):
        return with_placements(state, laid(panes, new, mode))
    growths = [_growth(panes[index], old[index], new[index], mode) for index in panes]
    moved = {
        index: carried(pane, pane.placement, old[index], new[index], min(growths))
        for index, pane in panes.items()
        if pane.placement is not None
    }
    return with_placements(state, kept_in_sight(state, moved))


def _untouched(
    panes: Mapping[int, PaneState], rects: Mapping[int, PaneRect], mode: SizeMode
) -> bool:
    """Whether all images lie as they were hung."""
    hung = laid(panes, rects, mode)
    return all(
        pane.placement is None or alike(pane.placement, hung[index])
        for index, pane in panes.items()
    )


def _growth(pane: PaneState, old: PaneRect, new: PaneRect, mode: SizeMode) -> float:
    before, after = subject_of(pane, old), subject_of(pane, new)
    if mode not in FITTING or before is None or after is None:
        return 1.0
    return after.fit / before.fit


def toggle_alone(state: ScreenState, pane: int) -> ScreenState:
    """Let one pane fill the screen, or put the one that does back as it lay among the others."""
    if state.alone is not None:
        return _among_others(state)
    placement = placement_of(state, pane)
    if placement is None:
        return state
    before = AmongOthers(placement, state.size_mode)
    entered = replace(state, alone=pane, active=pane, among_others=before)
    whole = window_rect(state, pane)
    shown = _shown(state)
    rects = {index: rect_of(state, index) for index in shown}
    if state.size_mode in FITTING:
        hung = laid(shown, rects, state.size_mode)[pane]
        if alike(placement, hung):
            filled = laid({pane: shown[pane]}, {pane: whole}, SizeMode.FIT)
            return with_placements(entered, filled)
    factor = _growth(shown[pane], rects[pane], whole, state.size_mode)
    filled = {pane: carried(shown[pane], placement, rects[pane], whole, factor)}
    return with_placements(entered, kept_in_sight(entered, filled))


def _alone_again(before: ScreenState, resized: ScreenState) -> ScreenState:
    """The pane that filled the screen of ``before`` fills the one it was resized to."""
    index = before.alone
    if index is None:
        return resized
    entered = replace(
        resized,
        alone=index,
        size_mode=before.size_mode,
        among_others=AmongOthers(placement_of(resized, index), resized.size_mode),
    )
    old, new = {index: window_rect(before, index)}, {index: window_rect(resized, index)}
    return _over(entered, {index: before.panes[index]}, old, new, before.size_mode)


def _among_others(state: ScreenState) -> ScreenState:
    """No pane alone."""
    if state.alone is None:
        return state
    before = state.among_others
    left = replace(state, alone=None, among_others=None)
    if before is None or before.placement is None:
        shown = _shown(left)
        rects = {index: rect_of(left, index) for index in shown}
        anew = laid(shown, rects, state.size_mode)
        return with_placements(left, {i: lies for i, lies in anew.items() if i == state.alone})
    return with_placements(
        replace(left, size_mode=before.size_mode), {state.alone: before.placement}
    )


def _shown(state: ScreenState) -> dict[int, PaneState]:
    """The panes with an image that can be seen now."""
    return {
        index: pane
        for index, pane in enumerate(state.panes)
        if pane.placement is not None and state.alone in (None, index)
    }


def _at_least_a_pixel(rect: PaneRect) -> PaneRect:
    """A window that is being folded away must not divide by zero."""
    return replace(rect, width=max(rect.width, 1), height=max(rect.height, 1))
