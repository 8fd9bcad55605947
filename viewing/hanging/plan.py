"""The hanging plan: which image goes where, turned how, at which scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.geometry import Box, ImageSize
from domain.laterality import Laterality
from domain.study import Flag, ImageRef, Reason, View
from domain.view_position import HangFamily
from viewing.hanging.evidence import NO_EVIDENCE, PixelEvidence
from viewing.hanging.placement import SECOND_WINDOW, PaneRect, Placement
from viewing.hanging.protocol import SizeMode
from viewing.hanging.scale import PANE_FILL, Subject, scales, subject
from viewing.hanging.turning import HungTurn, decide_turn


def first_frame(view: View) -> int:
    """The frame to begin with, from 0: of a stack the middle slice, where most tissue is."""
    return view.frames // 2


@dataclass(frozen=True)
class PaneRequest:
    """What one pane is to show. title names the slot, also where its image is missing.

    others: images of the same slot that the reader can cycle to. prior: an older exam's pane.
    interval: how long before the current exam, such as ``1 y 2 mo before``; empty if unknown.
    """

    title: str
    view: View | None = None
    reasons: tuple[Reason, ...] = ()
    others: tuple[View, ...] = ()
    prior: bool = False
    interval: str = ""


@dataclass(frozen=True)
class PanePlan:
    """One pane: its place on the screen and, unless its image is missing, how that lies.

    millimetres: mm of breast per screen pixel along y; ``None`` where spacing is unknown.
    """

    title: str
    rect: PaneRect
    view: View | None = None
    others: tuple[View, ...] = ()
    prior: bool = False
    placement: Placement | None = None
    millimetres: float | None = None
    reasons: tuple[Reason, ...] = ()
    flags: tuple[Flag, ...] = ()
    interval: str = ""

    @property
    def frame(self) -> int:
        """The frame shown, from 0."""
        return first_frame(self.view) if self.view is not None else 0


@dataclass(frozen=True)
class HangingPlan:
    """All panes of a step, row by row."""

    screen: ImageSize
    size_mode: SizeMode
    panes: tuple[PanePlan, ...]


def plan_hanging(
    rows: Sequence[Sequence[PaneRequest]],
    screen: ImageSize,
    size_mode: SizeMode,
    evidence: Mapping[ImageRef, PixelEvidence],
    screen_mm: float | None = None,
    *,
    second: ImageSize | None = None,
) -> HangingPlan:
    """Lay requests out in a grid that fills the screen, panes edge to edge.

    evidence: what the pixels say, by image; may lack any. screen_mm: mm of a screen pixel.
    second: a second window's size, see ``grid``.
    """
    requests = [request for row in rows for request in row]
    rects = grid(screen, len(rows), len(rows[0]), second)
    hung = [
        _hang(request, request.view, rect, evidence)
        for request, rect in zip(requests, rects, strict=True)
        if request.view is not None
    ]
    factors = scales(size_mode, [one.subject for one in hung], screen_mm)
    filled = iter([_pane(one, factor) for one, factor in zip(hung, factors, strict=True)])
    panes = tuple(
        PanePlan(request.title, rect, prior=request.prior) if request.view is None else next(filled)
        for request, rect in zip(requests, rects, strict=True)
    )
    return HangingPlan(screen, size_mode, panes)


def grid(
    screen: ImageSize, rows: int, columns: int, second: ImageSize | None = None
) -> tuple[PaneRect, ...]:
    """Split the screen into panes without gaps, row by row; sizes differ by a pixel at most.

    second: of a second window, which takes the right half of the columns, of a single column the
    lower half; its panes lie from ``SECOND_WINDOW`` on.
    """
    if second is None:
        return tuple(rect for row in _cells(screen, rows, columns) for rect in row)
    if columns == 1:
        upper, lower = (
            _cells(screen, (rows + 1) // 2, 1),
            _cells(second, rows // 2, 1, SECOND_WINDOW),
        )
        return tuple(rect for row in (*upper, *lower) for rect in row)
    here = _cells(screen, rows, (columns + 1) // 2)
    there = _cells(second, rows, columns // 2, SECOND_WINDOW)
    return tuple(rect for pair in zip(here, there, strict=True) for row in pair for rect in row)


def _cells(
    screen: ImageSize, rows: int, columns: int, start: int = 0
) -> tuple[tuple[PaneRect, ...], ...]:
    """Rows of panes; none where there is not one. start: the column of the first."""
    across = [start + screen.columns * index // max(columns, 1) for index in range(columns + 1)]
    down = [screen.rows * index // max(rows, 1) for index in range(rows + 1)]
    return tuple(
        tuple(PaneRect(left, top, right - left, bottom - top) for left, right in pairwise(across))
        for top, bottom in pairwise(down)
    )


def parted(pane: PanePlan, panes: Sequence[PanePlan]) -> bool:
    """Whether a line parts a pane from the one at its left; none where two chest walls meet.

    panes: all of the screen.
    """
    if pane.rect.left in (0, SECOND_WINDOW):
        return False
    if pane.view is None or pane.view.laterality is not Laterality.LEFT:
        return True
    before = [
        one.view
        for one in panes
        if one.rect.left + one.rect.width == pane.rect.left and one.rect.top == pane.rect.top
    ]
    return any(view is not None and view.laterality is Laterality.LEFT for view in before)


@dataclass(frozen=True)
class _Hung:
    """A request on its way into a pane."""

    request: PaneRequest
    turn: HungTurn
    subject: Subject
    emptiness: tuple[Flag, ...] = ()


def _hang(
    request: PaneRequest, view: View, rect: PaneRect, evidence: Mapping[ImageRef, PixelEvidence]
) -> _Hung:
    seen = evidence.get(view.ref, NO_EVIDENCE)
    hung = decide_turn(view, seen)
    empty = (Flag("no breast can be made out in the pixels"),) if seen.empty else ()
    return _Hung(request, hung, subject(view, hung.turn, rect, seen), empty)


def _pane(hung: _Hung, scale: tuple[float, float]) -> PanePlan:
    one, view = hung.subject, hung.subject.view
    x_scale, y_scale = scale
    placement = Placement(
        view.size,
        one.turn,
        x_scale,
        y_scale,
        left=_left(view, one.content, x_scale, one.rect.width),
        top=_top(view, one.content, y_scale, one.rect.height),
    )
    return PanePlan(
        hung.request.title,
        one.rect,
        view,
        hung.request.others,
        hung.request.prior,
        placement,
        millimetres=one.y_unit / y_scale if one.measured else None,
        reasons=(*hung.request.reasons, *view.reasons, *hung.turn.reasons),
        flags=(*view.flags, *hung.turn.flags, *hung.emptiness),
        interval=hung.request.interval,
    )


def _left(view: View, content: Box, scale: float, pane_width: int) -> float:
    """Justify to the chest wall; an image of no single breast is centred."""
    if view.laterality is Laterality.RIGHT:
        return pane_width - (content.right + 0.5) * scale
    if view.laterality is Laterality.LEFT:
        return -(content.left + 0.5) * scale
    return pane_width / 2 - (content.left + content.right + 1) / 2 * scale


def _top(view: View, content: Box, scale: float, pane_height: int) -> float:
    """Justify an MLO to the axilla at the top; centre everything else."""
    if view.position is not None and view.position.family is HangFamily.MLO:
        margin = (1 - PANE_FILL) / 2 * pane_height
        touches_edge = content.top <= 0
        return -(content.top + 0.5) * scale + (0.0 if touches_edge else margin)
    return pane_height / 2 - (content.top + content.bottom + 1) / 2 * scale
