"""Picks the images of a step from the slots of the current and the prior exams."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.geometry import ImageSize
from domain.study import ImageRef, Reason
from imaging.slots import FourViewSlot, RankedView, SlotAssignment
from viewing.hanging.labels import interval_text
from viewing.hanging.plan import PaneRequest
from viewing.hanging.protocol import PaneSelector, Protocol, Step


@dataclass(frozen=True)
class Chosen:
    """A step with its rows of panes filled in; rows is empty where the step has nothing to show."""

    step: Step
    rows: tuple[tuple[PaneRequest, ...], ...]

    @property
    def has_images(self) -> bool:
        """Whether any pane shows something of the current exam, or of priors if made for them."""
        requests = [request for row in self.rows for request in row]
        current = [request for request in requests if not request.prior]
        return any(request.view for request in current or requests)


Days = Sequence[date | None]
"""When each exam was done, the current one first, as far as it is known."""


def choose_step(
    protocol: Protocol,
    step: Step,
    exams: Sequence[SlotAssignment],
    screen: ImageSize,
    *,
    days: Days = (),
) -> Chosen:
    """Fill a step's panes. exams: the current one first, then priors from the newest.

    days: of the exams; those of their images stand in. A view that is missing leaves its pane
    empty, so that the others stay where they belong.
    """
    if not step.shows_extras:
        rows = tuple(tuple(pane_request(pane, exams, days) for pane in row) for row in step.layout)
        return Chosen(step, rows)
    current = exams[0]
    extras = current.extras
    if protocol.shows_displaced:
        extras = (*current.additional, *current.apart)
    return Chosen(step, _rows_of_extras(extras, screen))


def usable_steps(
    protocol: Protocol,
    exams: Sequence[SlotAssignment],
    screen: ImageSize,
    *,
    days: Days = (),
) -> tuple[Chosen, ...]:
    """The protocol's steps that have something to show, in reading order."""
    chosen = (choose_step(protocol, step, exams, screen, days=days) for step in protocol.steps)
    usable = [one for one in chosen if one.has_images and _priors_met(one)]
    return tuple(one for one in usable if not _told_already(one, usable))


def _priors_met(chosen: Chosen) -> bool:
    """A step made for priors is skipped where there are none."""
    priors = [request for row in chosen.rows for request in row if request.prior]
    return not priors or any(request.view for request in priors)


def _told_already(chosen: Chosen, others: Sequence[Chosen]) -> bool:
    """A step for several priors of which one is missing, where another step shows all its images.

    Of two such steps neither goes in favour of the other.
    """
    if not _lacks_exam(chosen):
        return False
    images = _images(chosen)
    return any(images <= _images(one) for one in others if not _lacks_exam(one))


def _lacks_exam(chosen: Chosen) -> bool:
    """Whether of some exam that the step asks for there is no image at all."""
    asked = [pane.exam for row in chosen.step.layout for pane in row]
    requests = [request for row in chosen.rows for request in row]
    there = {exam for exam, one in zip(asked, requests, strict=False) if one.view is not None}
    return bool(set(asked) - there)


def _images(chosen: Chosen) -> set[ImageRef]:
    return {request.view.ref for row in chosen.rows for request in row if request.view is not None}


def pane_request(
    pane: PaneSelector, exams: Sequence[SlotAssignment], days: Days = ()
) -> PaneRequest:
    """What a pane is to show. exams, days: as ``choose_step`` takes them."""
    prior = pane.exam > 0
    if pane.exam >= len(exams):
        return PaneRequest(str(pane), prior=prior)
    exam = exams[pane.exam]
    ranked = (exam.implant_displaced if pane.displaced else exam.slots)[FourViewSlot(pane.slot)]
    if not ranked:
        return PaneRequest(str(pane), prior=prior)
    best = ranked[0]
    others = tuple(one.view for one in ranked[1:])
    return PaneRequest(
        str(pane),
        best.view,
        _reasons(best, pane.slot),
        others,
        prior=prior,
        interval=_interval(pane.exam, exams, days) if prior else "",
    )


def _interval(prior: int, exams: Sequence[SlotAssignment], days: Days) -> str:
    told = dict(enumerate(days))
    older = told.get(prior) or _day_of_images(exams[prior])
    newer = told.get(0) or _day_of_images(exams[0])
    return interval_text(older, newer) if older and newer else ""


def _day_of_images(exam: SlotAssignment) -> date | None:
    ranked = [one for slot in exam.slots.values() for one in slot]
    ranked += [one for slot in exam.implant_displaced.values() for one in slot]
    return min((one.view.acquired.date() for one in ranked if one.view.acquired), default=None)


def _reasons(ranked: RankedView, slot: str) -> tuple[Reason, ...]:
    return (Reason(f"hangs in {slot}", "", ranked.reason),)


def _rows_of_extras(
    extras: Sequence[RankedView], screen: ImageSize
) -> tuple[tuple[PaneRequest, ...], ...]:
    """A grid about as wide as the screen; left over panes stay empty."""
    if not extras:
        return ()
    across = math.ceil(math.sqrt(len(extras) * screen.columns / screen.rows))
    across = min(max(across, 1), len(extras))
    requests = [
        PaneRequest(one.view.name, one.view, (Reason("fills no slot", "", one.reason),))
        for one in extras
    ]
    requests += [PaneRequest("")] * (-len(requests) % across)
    return tuple(
        tuple(requests[start : start + across]) for start in range(0, len(requests), across)
    )
