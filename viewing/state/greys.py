"""Window, inversion and display aids, over all panes that are linked.

Windows reach images of the same device. They are changed by as much, not set to the same numbers:
vendors give each image a window of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.study import ImageRef
from imaging.grey.full_range import full_range
from imaging.grey.presentation import default_voi
from imaging.grey.voi import LutVoi, VoiChoice, VoiFunction, WindowVoi
from viewing.state.bounds import Span
from viewing.state.links import same_device
from viewing.state.screen import Aids, GreyState, PaneState, ScreenState

if TYPE_CHECKING:
    from imaging.grey.grey_header import GreyDescription

WIDTH_STEP, CENTRE_STEP = 0.005, 0.003
"""A drag of one pixel changes the width by this share, and moves the centre by this share of it."""

NARROWEST = 2.0
"""Least width that a drag leads to, in values after the modality LUT, or less if it was less."""


@dataclass(frozen=True)
class GreyRange:
    """What dragging a window of an image needs to know of it.

    default: the image's own first choice. low, high: least and largest value it can hold after
    the modality LUT. inverted: larger values are dark.
    """

    default: VoiChoice
    low: float
    high: float
    inverted: bool = False

    @classmethod
    def of(cls, grey: GreyDescription) -> GreyRange:
        """Of an opened image."""
        whole = full_range(grey)
        low, high = whole.centre - whole.width / 2, whole.centre + whole.width / 2
        return cls(default_voi(grey), low, high, grey.inverted)


def set_voi(
    state: ScreenState,
    pane: int,
    voi: VoiChoice | None,
    choices: Mapping[ImageRef, Sequence[VoiChoice]] | None = None,
) -> ScreenState:
    """Show a pane's image with a VOI; ``None``: its own first choice.

    choices: what other images bring. Linked images take their own choice of the same name; where
    they have none they take a window as it is, while a table belongs to its image alone.
    """
    offered = choices or {}

    def chosen(index: int, one: PaneState) -> GreyState:
        if index == pane or voi is None:
            return replace(one.grey, voi=voi)
        own = offered.get(one.plan.view.ref, ()) if one.plan.view is not None else ()
        named = next((choice for choice in own if choice.name == voi.name), None)
        if named is None and isinstance(voi, LutVoi):
            return one.grey
        return replace(one.grey, voi=named or voi)

    return _with_greys(state, same_device(state, pane), chosen)


def drag_window(
    state: ScreenState, pane: int, dx: float, dy: float, ranges: Mapping[ImageRef, GreyRange]
) -> ScreenState:
    """Widen the window by dragging right, brighten by dragging up; dragging back undoes it.

    dx, dy: screen pixels. ranges: of the images that are open; others stay as they are.
    """
    if not (math.isfinite(dx) and math.isfinite(dy)):
        return state

    def dragged(index: int, one: PaneState) -> GreyState:  # noqa: ARG001 - as _with_greys calls it
        known = ranges.get(one.plan.view.ref) if one.plan.view is not None else None
        if known is None:
            return one.grey
        present = window_like(one.grey.voi or known.default)
        falls = known.inverted != one.grey.invert
        return replace(one.grey, voi=_dragged(present, dx, -dy if falls else dy, known))

    return _with_greys(state, same_device(state, pane), dragged)


def window_like(voi: VoiChoice) -> WindowVoi:
    """The window itself; for a table the one that spans its inputs."""
    if isinstance(voi, WindowVoi):
        return voi
    width = max(len(voi.table.entries) - 1, 1)
    return WindowVoi(voi.table.first + width / 2, width, VoiFunction.LINEAR_EXACT)


def _dragged(present: WindowVoi, dx: float, dy: float, known: GreyRange) -> WindowVoi:
    least = 1.0 if present.function is VoiFunction.LINEAR else 1e-6
    span = max(known.high - known.low, NARROWEST)
    widths = Span(max(min(NARROWEST, span / 2), least), 2 * span).around(present.width)
    centres = Span(known.low, known.high).around(present.centre)
    exponent = min(max(dx * WIDTH_STEP, -50.0), 50.0)
    width = widths.nearest(present.width * math.exp(exponent))
    # The mean of both widths: dragging back then moves the centre back exactly as far.
    centre = centres.nearest(present.centre + dy * CENTRE_STEP * math.sqrt(present.width * width))
    if (centre, width) == (present.centre, present.width):
        return present
    return WindowVoi(centre, width, present.function)


def invert(state: ScreenState, pane: int) -> ScreenState:
    """Invert the breast, or take that back; on all panes if linked."""
    return _with_greys(
        state, _all(state, pane), lambda _, one: replace(one.grey, invert=not one.grey.invert)
    )


def set_aids(state: ScreenState, pane: int, aids: Aids) -> ScreenState:
    """Switch display aids; on all panes if linked."""
    return _with_greys(state, _all(state, pane), lambda _, one: replace(one.grey, aids=aids))


def _all(state: ScreenState, pane: int) -> tuple[int, ...]:
    if not 0 <= pane < len(state.panes):
        return ()
    return tuple(range(len(state.panes))) if state.linked else (pane,)


def _with_greys(
    state: ScreenState, reached: Iterable[int], changed: Callable[[int, PaneState], GreyState]
) -> ScreenState:
    panes = list(state.panes)
    for index in reached:
        grey = changed(index, panes[index])
        if grey != panes[index].grey:
            panes[index] = replace(panes[index], grey=grey)
    return state if tuple(panes) == state.panes else replace(state, panes=tuple(panes))
