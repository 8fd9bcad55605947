"""What pixels object to after an image was hung by its tags: said beside it, nothing moves."""

from __future__ import annotations

from dataclasses import replace

from domain.study import Flag, ImageRef
from viewing.state.screen import PaneState, ScreenState


def with_objections(state: ScreenState, ref: ImageRef, objections: tuple[Flag, ...]) -> ScreenState:
    """The screen with further flags on the panes that show an image."""

    def told(pane: PaneState) -> PaneState:
        if pane.plan.view is None or pane.plan.view.ref != ref:
            return pane
        flags = tuple(dict.fromkeys((*pane.plan.flags, *objections)))
        return replace(pane, plan=replace(pane.plan, flags=flags))

    return replace(state, panes=tuple(told(pane) for pane in state.panes))
