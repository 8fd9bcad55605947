"""Keeps what the reader did to a screen when the screen is laid out anew."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from domain.study import ImageRef
from viewing.state.screen import GreyState, PaneState, ScreenState


def with_habits(state: ScreenState, before: ScreenState | None) -> ScreenState:
    """What holds from step to step and case to case: linking, text, overlays."""
    if before is None:
        return state
    return replace(state, linked=before.linked, text=before.text, overlays=before.overlays)


def with_greys(state: ScreenState, greys: Mapping[ImageRef, GreyState]) -> ScreenState:
    """Images in the grey that the reader gave them on another step."""

    def grey(pane: PaneState) -> PaneState:
        view = pane.plan.view
        return replace(pane, grey=greys[view.ref]) if view and view.ref in greys else pane

    return replace(state, panes=tuple(grey(pane) for pane in state.panes))


def kept_where_touched(
    laid: ScreenState, before: ScreenState, now: ScreenState, seen: Container[ImageRef]
) -> ScreenState:
    """A step laid out anew, with those panes kept as they are that the reader has touched.

    laid: the new one. before: as the same step was laid the last time. now: what the reader made
    of that. seen: the images that were shown; a gesture over an empty pane counts for nothing.
    """
    if not len(laid.panes) == len(before.panes) == len(now.panes):
        return laid
    panes = tuple(
        _kept(new, old, touched, seen)
        for new, old, touched in zip(laid.panes, before.panes, now.panes, strict=True)
    )
    state = replace(laid, panes=panes, active=now.active)
    if now.alone is None or panes[now.alone].placement is not now.panes[now.alone].placement:
        return state
    return replace(state, alone=now.alone, size_mode=now.size_mode, among_others=now.among_others)


def _kept(
    new: PaneState, old: PaneState, touched: PaneState, seen: Container[ImageRef]
) -> PaneState:
    view = new.plan.view
    if view is None or view.ref not in seen or touched == old:
        return new
    if touched.plan.view is None or touched.plan.view.ref != view.ref:
        return new
    kept = replace(new, grey=touched.grey, frame=touched.frame, slab=touched.slab)
    if touched.placement == old.placement or new.plan.rect != touched.plan.rect:
        return kept
    return replace(kept, placement=touched.placement)
