"""Walks through a breast at 1:1, tile by tile in reading order."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from domain.laterality import Laterality
from viewing.hanging.placement import Placement
from viewing.hanging.protocol import SizeMode
from viewing.hanging.scale import Subject
from viewing.state.bounds import kept_in_sight
from viewing.state.links import counterpart, moved_together, seen_together
from viewing.state.lying import middle, rect_of, scaled, subject_of, with_placements
from viewing.state.moving import placements, to_scale
from viewing.state.screen import ScreenState

OVERLAP = 0.05
"""Least share of a pane that is seen again in the next tile."""

_ON_TILE = 1.0
"""Screen pixels that an image may be away from a tile and still count as being on it."""


@dataclass(frozen=True)
class _Tiles:
    """Rows from the head downwards, each from the chest wall outwards."""

    across: int
    down: int

    @property
    def count(self) -> int:
        return self.across * self.down


def roam(state: ScreenState, pane: int, step: int) -> ScreenState:
    """Go to the next (1) or previous (-1) tile at 1:1, beginning with the first or last.

    Linked panes show the same mm per screen pixel; those that belong to this one go through their
    own breast alongside. Past the end the same state object is returned.
    """
    if not seen_together(state, pane) or not step:
        return state
    sized = _full_scale(state, pane)
    group = [one.pane for one in moved_together(sized, pane)]
    tiles = _tiles_of_all(sized, group)
    number = _next_tile(state, sized, pane, tiles, step)
    return state if number is None else _turned_to(sized, group, tiles, number)


def at_end(state: ScreenState, pane: int, *, last: bool = False) -> ScreenState:
    """The pane at 1:1 on its first tile, or on its last."""
    if not seen_together(state, pane):
        return state
    sized = _full_scale(state, pane)
    group = [one.pane for one in moved_together(sized, pane)]
    tiles = _tiles_of_all(sized, group)
    return _turned_to(sized, group, tiles, tiles.count - 1 if last else 0)


def tile_of(state: ScreenState, pane: int) -> tuple[int, int] | None:
    """The tile that a pane shows, from 0, and how many there are; ``None`` beside any tile."""
    placement = state.panes[pane].placement if 0 <= pane < len(state.panes) else None
    if placement is None or not math.isclose(placement.y_scale, 1.0, rel_tol=1e-6):
        return None
    one = subject_of(state.panes[pane], rect_of(state, pane))
    tiles = _tiles_of_all(state, [other.pane for other in moved_together(state, pane)])
    number, away = _nearest(one, placement, tiles)
    return None if away > _ON_TILE else (number, tiles.count)


def _turned_to(sized: ScreenState, group: list[int], tiles: _Tiles, number: int) -> ScreenState:
    lying = placements(sized, group)
    moved = {
        one: _on_tile(subject_of(sized.panes[one], rect_of(sized, one)), lies, tiles, number)
        for one, lies in lying.items()
    }
    roamed = with_placements(sized, moved)
    return replace(
        with_placements(
            roamed, kept_in_sight(roamed, placements(roamed, range(len(roamed.panes))))
        ),
        size_mode=SizeMode.ACTUAL,
    )


def _full_scale(state: ScreenState, pane: int) -> ScreenState:
    """The pane at 1:1 about its middle, and what is linked at the same mm."""
    panes = seen_together(state, pane)
    lying, ratios = placements(state, panes), to_scale(state, pane, panes)
    centre = middle(rect_of(state, pane))
    factor = 1 / lying[pane].y_scale
    sized = {}
    for other, lies in lying.items():
        about = counterpart(state, pane, centre, other, belongs=True)
        sized[other] = scaled(lies, factor * ratios[other], about)
    exact = sized[pane]
    sized[pane] = replace(exact, x_scale=exact.x_scale / exact.y_scale, y_scale=1.0)
    return with_placements(state, sized)


def _tiles_of_all(state: ScreenState, group: list[int]) -> _Tiles:
    """As many as the largest breast needs, so that all panes are done at the same time."""
    across = down = 1
    for pane in group:
        placement, one = (
            state.panes[pane].placement,
            subject_of(state.panes[pane], rect_of(state, pane)),
        )
        if placement is not None and one is not None:
            across = max(across, _needed(one.content.width * placement.x_scale, one.rect.width))
            down = max(down, _needed(one.content.height * placement.y_scale, one.rect.height))
    return _Tiles(across, down)


def _needed(extent: float, pane: int) -> int:
    if extent <= pane:
        return 1
    return math.ceil((extent - OVERLAP * pane) / ((1 - OVERLAP) * pane))


def _next_tile(
    before: ScreenState, sized: ScreenState, pane: int, tiles: _Tiles, step: int
) -> int | None:
    """The tile's number, from 0; ``None`` past either end."""
    placement, lies = before.panes[pane].placement, sized.panes[pane].placement
    one = subject_of(sized.panes[pane], rect_of(sized, pane))
    if placement is None or lies is None or one is None:
        return None
    under_way = before.size_mode is SizeMode.ACTUAL
    if not under_way and not math.isclose(placement.y_scale, 1.0, rel_tol=1e-6):
        return 0 if step > 0 else tiles.count - 1
    nearest, away = _nearest(one, lies, tiles)
    # Who has zoomed in on the way goes back to that tile, so that none is passed over.
    if away > _ON_TILE or not math.isclose(placement.y_scale, 1.0, rel_tol=1e-6):
        return nearest
    number = nearest + (1 if step > 0 else -1)
    return number if 0 <= number < tiles.count else None


def _nearest(one: Subject | None, lies: Placement, tiles: _Tiles) -> tuple[int, float]:
    """The tile that an image is nearest to, and how many screen pixels away."""
    tried = [_on_tile(one, lies, tiles, number) for number in range(tiles.count)]
    away = [math.hypot(tile.left - lies.left, tile.top - lies.top) for tile in tried]
    nearest = min(range(tiles.count), key=lambda number: away[number])
    return nearest, away[nearest]


def _on_tile(one: Subject | None, placement: Placement, tiles: _Tiles, number: int) -> Placement:
    if one is None:
        return placement
    row, column = divmod(number, tiles.across)
    wide, high = one.content.width * placement.x_scale, one.content.height * placement.y_scale
    outwards = _start(wide, one.rect.width, column, tiles.across, centred=not _walled(one))
    from_right = one.view.laterality is Laterality.RIGHT
    left = one.rect.width - outwards - wide if from_right else outwards
    top = _start(high, one.rect.height, row, tiles.down, centred=True)
    return replace(
        placement,
        left=left - (one.content.left + 0.5) * placement.x_scale,
        top=top - (one.content.top + 0.5) * placement.y_scale,
    )


def _walled(one: Subject) -> bool:
    return one.view.laterality in (Laterality.LEFT, Laterality.RIGHT)


def _start(extent: float, pane: int, number: int, count: int, *, centred: bool) -> float:
    """Where the breast begins in the pane; one that fits does not move."""
    if extent <= pane or count == 1:
        return (pane - extent) / 2 if centred else 0.0
    return -(extent - pane) * number / (count - 1)
