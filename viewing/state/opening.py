"""A step of a protocol as it is when it has just been hung."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.geometry import Box
from domain.study import ImageRef
from viewing.hanging.choosing import Chosen
from viewing.hanging.evidence import PixelEvidence
from viewing.hanging.plan import HangingPlan, PanePlan
from viewing.hanging.scale import subject
from viewing.state.screen import PaneState, ScreenState


def screen_of(
    chosen: Chosen,
    steps: Sequence[str],
    index: int,
    plan: HangingPlan,
    evidence: Mapping[ImageRef, PixelEvidence] | None = None,
) -> ScreenState:
    """The step on the screen, every image as it was laid; the first that hangs is active.

    steps: all steps' titles, of which ``chosen`` is number ``index``. evidence: what the plan was
    made with; without it fitting can't tell the breast from the air around it.
    """
    seen = evidence or {}
    panes = tuple(
        PaneState(pane, pane.placement, frame=pane.frame, content=_content(pane, seen))
        for pane in plan.panes
    )
    first = next((at for at, pane in enumerate(panes) if pane.placement is not None), 0)
    titles = tuple(steps) or (chosen.step.title,)
    return ScreenState(index, titles, plan.size_mode, panes, active=first)


def _content(pane: PanePlan, seen: Mapping[ImageRef, PixelEvidence]) -> Box | None:
    """The part that was laid so as to be seen whole, in pixels of the shown image."""
    if pane.view is None or pane.placement is None or pane.view.ref not in seen:
        return None
    return subject(pane.view, pane.placement.turn, pane.rect, seen[pane.view.ref]).content
