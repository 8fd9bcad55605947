"""Which panes a gesture reaches, and which of them it reaches as in a mirror."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.geometry import ImagePoint
from domain.laterality import Laterality
from domain.study import View
from viewing.hanging.placement import PaneRect
from viewing.state.lying import middle, placement_of, rect_of
from viewing.state.screen import ScreenState


@dataclass(frozen=True)
class Reached:
    """A pane that moves with another. mirrored: about the chest wall, being of the other breast."""

    pane: int
    mirrored: bool = False


def seen_together(state: ScreenState, pane: int) -> tuple[int, ...]:
    """The panes with an image that share a zoom with this one, itself among them."""
    if placement_of(state, pane) is None:
        return ()
    if not state.linked or state.alone is not None:
        return (pane,)
    return tuple(index for index, one in enumerate(state.panes) if one.placement is not None)


def moved_together(state: ScreenState, pane: int) -> tuple[Reached, ...]:
    """The panes that are panned with this one: the same view of either breast, priors too."""
    for group in groups(state, seen_together(state, pane)):
        for one in group:
            if one.pane == pane:
                return tuple(Reached(other.pane, other.mirrored != one.mirrored) for other in group)
    return ()


def groups(state: ScreenState, panes: Iterable[int]) -> tuple[tuple[Reached, ...], ...]:
    """Panes sorted into those that belong together; mirrored is against the group's first.

    An image of unknown breast or view position belongs to nobody.
    """
    found: dict[object, list[int]] = {}
    for pane in panes:
        view = state.panes[pane].plan.view
        key = pane if view is None or not _known(view) else view.position
        found.setdefault(key, []).append(pane)
    return tuple(
        tuple(Reached(pane, _side(state, pane) is not _side(state, group[0])) for pane in group)
        for group in found.values()
    )


def same_device(state: ScreenState, pane: int) -> tuple[int, ...]:
    """The panes whose images come from the same device and modality; only itself if unlinked."""
    view = state.panes[pane].plan.view if 0 <= pane < len(state.panes) else None
    if view is None:
        return ()
    if not state.linked:
        return (pane,)
    wanted = _device(view)
    return tuple(
        index
        for index, one in enumerate(state.panes)
        if one.plan.view is not None and _device(one.plan.view) == wanted
    )


def counterpart(
    state: ScreenState, pane: int, at: ImagePoint, other: int, *, belongs: bool
) -> ImagePoint:
    """The pane pixel of another pane that corresponds to one of this pane.

    It is as far from the chest wall; where the panes belong together also as high, else halfway
    down. An image of no single breast counts from the left.
    """
    here, there = rect_of(state, pane), rect_of(state, other)
    depth = _depth(at.x, here, _side(state, pane))
    y = at.y + (there.height - here.height) / 2 if belongs else middle(there).y
    return ImagePoint(_depth(depth, there, _side(state, other)), y)


def _depth(x: float, rect: PaneRect, side: Laterality | None) -> float:
    """From a pane's x to the distance from its chest wall, and, alike, back."""
    return rect.width - 1 - x if side is Laterality.RIGHT else x


def _side(state: ScreenState, pane: int) -> Laterality | None:
    view = state.panes[pane].plan.view
    return view.laterality if view is not None else None


def _known(view: View) -> bool:
    return view.position is not None and view.laterality in (Laterality.RIGHT, Laterality.LEFT)


def _device(view: View) -> tuple[object, ...]:
    return (view.modality, view.vendor, view.model, view.kind, view.intent)
