"""Thicker and thinner slabs: pure functions from one state of the screen to the next."""

from __future__ import annotations

from dataclasses import replace

from viewing.slabs import Slab, SlabKind
from viewing.state.links import moved_together
from viewing.state.screen import ScreenState


def thicken_slab(state: ScreenState, pane: int, steps: int) -> ScreenState:
    """Merge a slice more at either side for each step, or fewer; linked stacks go along."""
    view = state.panes[pane].plan.view if 0 <= pane < len(state.panes) else None
    if view is None:
        return state
    return _with_slab(state, pane, state.panes[pane].slab.thicker(steps, view.frames))


def set_slab_kind(state: ScreenState, pane: int, kind: SlabKind) -> ScreenState:
    """Merge by another rule; linked stacks go along."""
    if not 0 <= pane < len(state.panes):
        return state
    return _with_slab(state, pane, replace(state.panes[pane].slab, kind=kind))


def _with_slab(state: ScreenState, pane: int, slab: Slab) -> ScreenState:
    panes = list(state.panes)
    for index in {pane, *(one.pane for one in moved_together(state, pane))}:
        view = panes[index].plan.view
        if view is not None and view.frames > 1:
            panes[index] = replace(panes[index], slab=slab.thicker(0, view.frames))
    return state if tuple(panes) == state.panes else replace(state, panes=tuple(panes))
