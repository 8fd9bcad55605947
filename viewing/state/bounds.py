"""How far a gesture may go: an image is never lost from sight, nor zoomed past use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from viewing.hanging.placement import PaneRect, Placement
from viewing.state.links import Reached, groups
from viewing.state.lying import rect_of, shifted, subject_of, zoom_of
from viewing.state.screen import PaneState, ScreenState

MOST_ZOOM = 20.0
"""Screen pixels per image pixel."""

LEAST_OF_FIT = 0.25
"""How small an image may get, as a share of the size at which it fits its pane."""

KEPT_SHARE, KEPT_PIXELS = 0.15, 40.0
"""How much of a pane stays covered along each axis: the larger, as far as image and pane go."""


@dataclass(frozen=True)
class Span:
    """From low to high, both included; empty where low is above high."""

    low: float
    high: float

    def nearest(self, value: float) -> float:
        """The value, or the end that is nearest to it."""
        return min(max(value, self.low), self.high)

    def around(self, value: float) -> Span:
        """Widened so that it holds the value: what is out of bounds may stay, not go farther."""
        return Span(min(self.low, value), max(self.high, value))

    def times(self, factor: float) -> Span:
        """Both ends multiplied; a negative factor makes them change places."""
        ends = (self.low * factor, self.high * factor)
        return Span(min(ends), max(ends))


def common(spans: Iterable[Span]) -> Span:
    """What lies in all of them; there is at least one."""
    held = tuple(spans)
    return Span(max(span.low for span in held), min(span.high for span in held))


def zoom_span(pane: PaneState, rect: PaneRect, zoom: float) -> Span:
    """The zooms that an image may be given from ``zoom``, which is among them."""
    one = subject_of(pane, rect)
    if one is None:
        return Span(zoom, zoom)
    fit = one.fit * max(one.x_unit, one.y_unit)
    # 1:1 is within reach of a small image, and fitting of one of few pixels.
    return Span(min(fit * LEAST_OF_FIT, 1.0), max(fit, MOST_ZOOM)).around(zoom)


def sight_spans(placement: Placement, rect: PaneRect) -> tuple[Span, Span]:
    """By how many screen pixels the image may move along x and y and still be in sight."""
    shown = placement.shown
    return (
        _along(placement.left, shown.columns * placement.x_scale, rect.width),
        _along(placement.top, shown.rows * placement.y_scale, rect.height),
    )


def _along(start: float, extent: float, pane: int) -> Span:
    kept = min(max(KEPT_SHARE * pane, KEPT_PIXELS), extent, pane)
    return Span(kept - extent - start, pane - kept - start)


def kept_in_sight(state: ScreenState, placements: Mapping[int, Placement]) -> dict[int, Placement]:
    """Placements moved back into sight; panes that belong together by the same way, mirrored."""
    kept: dict[int, Placement] = {}
    for group in groups(state, placements):
        kept.update(_group_in_sight(state, group, placements))
    return kept


def _group_in_sight(
    state: ScreenState, group: Sequence[Reached], placements: Mapping[int, Placement]
) -> dict[int, Placement]:
    spans = [sight_spans(placements[one.pane], rect_of(state, one.pane)) for one in group]
    across = common(
        x.times(-1 if one.mirrored else 1) for one, (x, _) in zip(group, spans, strict=True)
    )
    down = common(y for _, y in spans)
    moved = {}
    for one, (x, y) in zip(group, spans, strict=True):
        # Where no common way keeps all in sight, each goes its own.
        sign = -1 if one.mirrored else 1
        dx = sign * across.nearest(0) if across.low <= across.high else x.nearest(0)
        dy = down.nearest(0) if down.low <= down.high else y.nearest(0)
        moved[one.pane] = shifted(placements[one.pane], dx, dy)
    return moved


def common_zoom(
    state: ScreenState, ratios: Mapping[int, float], placements: Mapping[int, Placement]
) -> Span:
    """Factors that all panes may be zoomed by, each first brought to scale by its ratio."""
    spans = []
    for pane, ratio in ratios.items():
        zoom = zoom_of(placements[pane]) * ratio
        spans.append(zoom_span(state.panes[pane], rect_of(state, pane), zoom).times(1 / zoom))
    return common(spans).around(1)
