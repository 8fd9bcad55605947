"""Which panes show an older exam in the place of the one that the protocol hangs there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from domain.geometry import ImagePoint
from domain.study import ImageRef
from imaging.slots import SlotAssignment
from viewing.hanging.choosing import Chosen, Days, pane_request
from viewing.hanging.protocol import PaneSelector
from viewing.state.in_place import Images, common_heights, put_in_place
from viewing.state.screen import ScreenState


@dataclass(eq=False)
class InPlace:
    """exams: which exam a pane shows instead of its own, by what the protocol asks for.

    before: the screen as it was when the exams were changed, until the step is hung whole again;
    images: those shown then. nipples: of images, as far as they were found by now; stored-image
    positions. heights: what lies at one height from exam to exam.
    """

    exams: dict[PaneSelector, int] = field(default_factory=dict)
    before: ScreenState | None = None
    images: Images = field(default_factory=dict)
    nipples: Callable[[], Mapping[ImageRef, ImagePoint]] = dict
    heights: dict[ImageRef, float] = field(default_factory=dict)

    def clear(self) -> None:
        """All panes as the protocol hangs them."""
        self.exams.clear()
        self.heights.clear()
        self.before, self.images = None, {}

    def turn(self, chosen: Chosen, state: ScreenState, exams: Sequence[SlotAssignment]) -> bool:
        """The active pane, and those linked to it, go one exam back; from the oldest to their own.

        chosen: as the protocol hangs it. False where there is no other exam to show.
        """
        panes = _reached(chosen, state)
        if not panes:
            return False
        own = panes[0].exam
        shown = self.exams.get(panes[0], own)
        offered = [at for at in range(own, len(exams)) if at == own or _any(panes, at, exams)]
        if len(offered) == 1:
            return False
        place = offered.index(shown) if shown in offered else 0
        wanted = offered[(place + 1) % len(offered)]
        for pane in panes:
            self.exams.pop(pane, None)
            if wanted != own:
                self.exams[pane] = wanted
        return True

    def keep(self, state: ScreenState, images: Images) -> None:
        """Remember how the screen was before the exams change."""
        if self.before is None:
            self.before, self.images = state, images

    def chosen(self, chosen: Chosen, exams: Sequence[SlotAssignment], days: Days) -> Chosen:
        """The step with the exams that the reader asked for. exams, days: the current one first."""
        if not self.exams or chosen.step.shows_extras:
            return chosen
        rows = tuple(
            tuple(
                pane_request(replace(pane, exam=self.exams[pane]), exams, days)
                if pane in self.exams
                else request
                for pane, request in zip(panes, requests, strict=True)
            )
            for panes, requests in zip(chosen.step.layout, chosen.rows, strict=True)
        )
        return replace(chosen, rows=rows)

    def hung(self, laid: ScreenState, opened: Images, *, whole: bool) -> ScreenState:
        """The step laid anew as it lay before. whole: nothing of it is to be laid once more."""
        if self.before is None:
            return laid
        heights = common_heights(laid, self.before, self.heights, self.nipples())
        state = put_in_place(laid, self.before, {**self.images, **opened}, heights)
        if whole:
            self.heights = heights
            self.before, self.images = None, {}
        return state


def shown_layout(
    chosen: Chosen, exams: Mapping[PaneSelector, int]
) -> tuple[tuple[PaneSelector, ...], ...]:
    """What the panes of a step show, older exams in place included."""
    return tuple(
        tuple(replace(pane, exam=exams.get(pane, pane.exam)) for pane in row)
        for row in chosen.step.layout
    )


def _reached(chosen: Chosen, state: ScreenState) -> tuple[PaneSelector, ...]:
    """The active pane's first; linked ones are those that the protocol hangs of the same exam."""
    panes = tuple(chain.from_iterable(chosen.step.layout))
    if not 0 <= state.active < len(panes):
        return ()
    active = panes[state.active]
    if not state.linked or state.alone is not None:
        return (active,)
    return (active, *(pane for pane in panes if pane.exam == active.exam and pane != active))


def _any(panes: Iterable[PaneSelector], exam: int, exams: Sequence[SlotAssignment]) -> bool:
    return any(pane_request(replace(pane, exam=exam), exams).view for pane in panes)
