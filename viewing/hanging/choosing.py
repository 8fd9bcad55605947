"""Picks the images of a step from the slots of the current and the prior exams."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from domain.geometry import ImageSize
from domain.study import Reason
from imaging.slots import FourViewSlot, RankedView, SlotAssignment
from viewing.hanging.plan import PaneRequest
from viewing.hanging.protocol import PaneSelector, Protocol, Step


@dataclass(frozen=True)
class Chosen:
    """A step with its rows of panes filled in; rows is empty where the step has nothing to show."""

    step: Step
    rows: tuple[tuple[PaneRequest, ...], ...]

    @property
    def has_images(self) -> bool:
        """Whether any pane shows something of the current exam."""
        return any(request.view and not request.prior for row in self.rows for request in row)


def choose_step(
    protocol: Protocol, step: Step, exams: Sequence[SlotAssignment], screen: ImageSize
) -> Chosen:
    """Fill a step's panes. exams: the current one first, then priors from the newest.

    A view that is missing leaves its pane empty, so that the others stay where they belong.
    """
    if not step.shows_extras:
        rows = tuple(tuple(_request(pane, exams) for pane in row) for row in step.layout)
        return Chosen(step, rows)
    current = exams[0]
    extras = current.extras
    if protocol.shows_displaced:
        extras = (*current.additional, *current.apart)
    return Chosen(step, _rows_of_extras(extras, screen))


def usable_steps(
    protocol: Protocol, exams: Sequence[SlotAssignment], screen: ImageSize
) -> tuple[Chosen, ...]:
    """The protocol's steps that have something to show, in reading order."""
    chosen = (choose_step(protocol, step, exams, screen) for step in protocol.steps)
    return tuple(one for one in chosen if one.has_images and _priors_met(one))


def _priors_met(chosen: Chosen) -> bool:
    """A step made for priors is skipped where there are none."""
    priors = [request for row in chosen.rows for request in row if request.prior]
    return not priors or any(request.view for request in priors)


def _request(pane: PaneSelector, exams: Sequence[SlotAssignment]) -> PaneRequest:
    prior = pane.exam > 0
    if pane.exam >= len(exams):
        return PaneRequest(str(pane), prior=prior)
    exam = exams[pane.exam]
    ranked = (exam.implant_displaced if pane.displaced else exam.slots)[FourViewSlot(pane.slot)]
    if not ranked:
        return PaneRequest(str(pane), prior=prior)
    best = ranked[0]
    others = tuple(one.view for one in ranked[1:])
    return PaneRequest(str(pane), best.view, _reasons(best, pane.slot), others, prior=prior)


def _reasons(ranked: RankedView, slot: str) -> tuple[Reason, ...]:
    return (Reason(f"hangs in {slot}", "rank", ranked.reason),)


def _rows_of_extras(
    extras: Sequence[RankedView], screen: ImageSize
) -> tuple[tuple[PaneRequest, ...], ...]:
    """A grid about as wide as the screen; left over panes stay empty."""
    if not extras:
        return ()
    across = math.ceil(math.sqrt(len(extras) * screen.columns / screen.rows))
    across = min(max(across, 1), len(extras))
    requests = [
        PaneRequest(one.view.name, one.view, (Reason("fills no slot", "rank", one.reason),))
        for one in extras
    ]
    requests += [PaneRequest("")] * (-len(requests) % across)
    return tuple(
        tuple(requests[start : start + across]) for start in range(0, len(requests), across)
    )
