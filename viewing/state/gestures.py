"""What a hand or a key does to the screen: pure functions from one state to the next.

A gesture that changes nothing, or names a pane that isn't there, gives back the same object.
"""

from __future__ import annotations

from dataclasses import replace

from viewing.state.greys import GreyRange, drag_window, invert, set_aids, set_voi
from viewing.state.links import moved_together
from viewing.state.moving import pan_by, zoom_at
from viewing.state.roaming import roam
from viewing.state.screen import ScreenState
from viewing.state.sizing import resize, set_size, toggle_alone

__all__ = [
    "GreyRange",
    "drag_window",
    "invert",
    "pan_by",
    "resize",
    "roam",
    "scroll_frames",
    "set_active",
    "set_aids",
    "set_frame",
    "set_linked",
    "set_overlays",
    "set_size",
    "set_text",
    "set_voi",
    "toggle_alone",
    "zoom_at",
]


def scroll_frames(state: ScreenState, pane: int, steps: int) -> ScreenState:
    """Go through a stack by frames; linked stacks of the same view go along, each to its ends."""
    return _with_frames(
        state,
        {one.pane: state.panes[one.pane].frame + steps for one in moved_together(state, pane)},
    )


def set_frame(state: ScreenState, pane: int, frame: int) -> ScreenState:
    """Go to a frame of a stack, counted from 0; linked ones go as far."""
    if not 0 <= pane < len(state.panes):
        return state
    view = state.panes[pane].plan.view
    last = view.frames - 1 if view is not None else 0
    return scroll_frames(state, pane, min(max(frame, 0), max(last, 0)) - state.panes[pane].frame)


def _with_frames(state: ScreenState, frames: dict[int, int]) -> ScreenState:
    panes = list(state.panes)
    for index, frame in frames.items():
        view = panes[index].plan.view
        last = max(view.frames - 1, 0) if view is not None else 0
        panes[index] = replace(panes[index], frame=min(max(frame, 0), last))
    return state if tuple(panes) == state.panes else replace(state, panes=tuple(panes))


def set_active(state: ScreenState, pane: int) -> ScreenState:
    """Give the keys to a pane; where one fills the screen, the other takes its place."""
    if not 0 <= pane < len(state.panes) or pane == state.active:
        return state
    if state.alone is None:
        return replace(state, active=pane)
    return replace(toggle_alone(toggle_alone(state, pane), pane), active=pane)


def set_linked(state: ScreenState, linked: bool) -> ScreenState:
    """Whether gestures reach the panes that belong together."""
    return state if state.linked == linked else replace(state, linked=linked)


def set_text(state: ScreenState, shown: bool) -> ScreenState:
    """Whether corner text is shown."""
    return state if state.text == shown else replace(state, text=shown)


def set_overlays(state: ScreenState, shown: bool) -> ScreenState:
    """Whether findings and measurements are shown."""
    return state if state.overlays == shown else replace(state, overlays=shown)
