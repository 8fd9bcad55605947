"""What a tool works on, made from the pane that it is held over."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from annotations.document.document import Document
from domain.finding import FindingKind
from domain.geometry import ImagePoint
from domain.turn import Turn
from viewing.opened import OpenedImage
from viewing.state.lying import middle, rect_of
from viewing.state.screen import PaneState, ScreenState
from viewing.tools.tool import Canvas


@dataclass(frozen=True)
class Wishes:
    """What the reader chose for what is drawn next. brush_mm: radius."""

    kind: FindingKind | None = None
    brush_mm: float = 2.0


def canvas_of(
    pane: PaneState,
    opened: OpenedImage,
    document: Document,
    *,
    reader: str,
    selected: tuple[UUID, ...],
    wishes: Wishes,
) -> Canvas:
    """The image of a pane. The pane has a placement."""
    placement = pane.placement
    scale = min(placement.x_scale, placement.y_scale) if placement is not None else 1.0
    frames = opened.slab.frames_around(opened.frame, opened.view.frames)
    return Canvas(
        uid=opened.view.ref.uid,
        size=opened.view.size,
        spacing=opened.view.spacing,
        pixels=opened.image.raster.pixels,
        document=document,
        reader=reader,
        screen=1 / scale,
        frame=frames[0],
        last_frame=frames[-1],
        bright=opened.image.grey.tissue_is_bright,
        selected=selected,
        kind=wishes.kind,
        brush_mm=wishes.brush_mm,
        turn=placement.turn if placement is not None else Turn(),
    )


def middle_of(state: ScreenState) -> ImagePoint:
    """What of the active pane's image lies in the middle of the pane, in stored pixels."""
    placement = state.panes[state.active].placement
    at = middle(rect_of(state, state.active))
    return placement.to_stored(at) if placement is not None else at
