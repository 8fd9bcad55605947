"""One exam with its priors, laid out in the steps of a protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain

from app.exams import Exams
from app.presenters.image_store import Wanted
from domain.geometry import ImageSize
from domain.study import ImageRef, Reason
from imaging.slots import SlotAssignment, assign_slots
from viewing.hanging.choosing import Chosen, usable_steps
from viewing.hanging.plan import PaneRequest, first_frame
from viewing.hanging.protocol import Protocol
from viewing.opened import OpenedImage

Swaps = Mapping[tuple[str, bool], int]
"""By a pane's title and whether it is a prior's: how many images of its slot were passed over."""


@dataclass(frozen=True, eq=False)
class Case:
    """An exam that is being read. steps: those that have something to show, in reading order."""

    exams: Exams
    slots: tuple[SlotAssignment, ...]
    steps: tuple[Chosen, ...]

    @classmethod
    def of(cls, exams: Exams, protocol: Protocol, screen: ImageSize) -> Case:
        """Sort the views of all exams into slots and choose the steps."""
        slots = tuple(assign_slots(study.views) for study in (exams.current, *exams.priors))
        return cls(exams, slots, ()).laid_out(protocol, screen)

    def laid_out(self, protocol: Protocol, screen: ImageSize) -> Case:
        """The same exam by another protocol or on another screen."""
        return replace(self, steps=usable_steps(protocol, self.slots, screen, days=self.days))

    @property
    def days(self) -> tuple[date | None, ...]:
        """When each exam was done, the current one first."""
        return tuple(study.studied for study in (self.exams.current, *self.exams.priors))

    def step_like(self, step_id: str) -> int:
        """Index of the step of an id; the first where there is none."""
        ids = [chosen.step.id for chosen in self.steps]
        return ids.index(step_id) if step_id in ids else 0

    def refs(self) -> frozenset[ImageRef]:
        """All images of this patient's exams: no other may be shown."""
        studies = (self.exams.current, *self.exams.priors)
        return frozenset(view.ref for study in studies for view in study.views)

    def wanted(self, first: int = 0) -> tuple[Wanted, ...]:
        """The images of all steps, beginning with one step's, then of all priors, each once."""
        order = (*self.steps[first:], *self.steps[:first])
        hung = chain.from_iterable(map(wanted_by, order))
        return tuple(dict.fromkeys((*hung, *self.of_priors)))

    @cached_property
    def of_priors(self) -> tuple[Wanted, ...]:
        """What older exams can show in the place of newer ones."""
        ranked = (views for slots in self.slots[1:] for views in slots.slots.values())
        best = (views[0].view for views in ranked if views)
        return tuple(Wanted(view, first_frame(view)) for view in best)


def wanted_by(chosen: Chosen) -> tuple[Wanted, ...]:
    """The images of a step, in reading order."""
    views = (request.view for row in chosen.rows for request in row)
    return tuple(Wanted(view, first_frame(view)) for view in views if view is not None)


def swapped(chosen: Chosen, swaps: Swaps) -> Chosen:
    """The step with other images of their slots where the reader asked for them."""
    return replace(chosen, rows=tuple(tuple(_swap(one, swaps) for one in r) for r in chosen.rows))


def _swap(request: PaneRequest, swaps: Swaps) -> PaneRequest:
    passed = swaps.get((request.title, request.prior), 0)
    if request.view is None or not request.others or not passed:
        return request
    views = (request.view, *request.others)
    start = passed % len(views)
    view, *others = (*views[start:], *views[:start])
    if start == 0:
        return request
    place = f"{start + 1} of {len(views)}, chosen by the reader"
    reasons = (Reason(f"hangs in {request.title}", "", place),)
    return replace(request, view=view, others=tuple(others), reasons=reasons)


def with_flags(chosen: Chosen, opened: Mapping[ImageRef, OpenedImage]) -> Chosen:
    """The step with what opening showed to be odd added to its views."""

    def told(request: PaneRequest) -> PaneRequest:
        if request.view is None or request.view.ref not in opened:
            return request
        return replace(request, view=opened[request.view.ref].view)

    return replace(chosen, rows=tuple(tuple(told(one) for one in row) for row in chosen.rows))
