"""The case that is read: its step, what the reader asked for, and how the step hangs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.presenters.case import Case, swapped, wanted_by, with_flags
from app.presenters.image_store import Wanted
from app.presenters.priors import InPlace
from app.presenters.screens import kept_where_touched, with_greys, with_habits
from app.presenters.shown import Shown
from app.presenters.stacks import Stacks
from app.presenters.study_images import StudyImages
from app.presenters.windows import ChosenWindows
from domain.geometry import ImageSize
from domain.study import ImageRef
from viewing.hanging.choosing import Chosen
from viewing.hanging.plan import plan_hanging
from viewing.opened import OpenedImage
from viewing.state.opening import screen_of
from viewing.state.roaming import at_end
from viewing.state.screen import GreyState, PaneState, ScreenState


@dataclass(frozen=True)
class Screen:
    """What is hung on. mm: size of a screen pixel, ``None`` where it isn't calibrated.

    second: of a second window, ``None`` for none.
    """

    size: ImageSize
    mm: float | None = None
    second: ImageSize | None = None

    @property
    def whole(self) -> ImageSize:
        """All the room there is, both windows side by side."""
        if self.second is None:
            return self.size
        rows = max(self.size.rows, self.second.rows)
        return ImageSize(rows, self.size.columns + self.second.columns)


@dataclass(eq=False)
class OpenCase:
    """number: differs for each opening. step: index into the case's steps.

    late: the step's images take long, so those that are there are shown. swaps: see ``case``.
    greys: what the reader set on any step. laid: the step as it was hung the last time.
    from_end: a step by quadrants begins with the last. in_place: older exams in place.
    """

    number: int
    case: Case
    step: int = 0
    late: bool = False
    swaps: dict[tuple[str, bool], int] = field(default_factory=dict)
    greys: dict[ImageRef, GreyState] = field(default_factory=dict)
    laid: ScreenState | None = None
    from_end: bool = False
    in_place: InPlace = field(default_factory=InPlace)

    def __post_init__(self) -> None:
        """Know by heart which images may be shown."""
        self._refs = self.case.refs()

    @property
    def chosen(self) -> Chosen:
        """The present step, with the exams and images that the reader asked for."""
        chosen = self.in_place.chosen(self.case.steps[self.step], self.case.slots, self.case.days)
        return swapped(chosen, self.swaps)

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The images of the present step."""
        return wanted_by(self.chosen) if self.case.steps else ()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows of panes, and panes in a row."""
        rows = self.case.steps[self.step].rows
        return len(rows), len(rows[0])

    def go_to(self, step: int, *, from_end: bool = False) -> None:
        """Show another step, or the same anew."""
        self.step, self.late, self.laid, self.from_end = step, False, None, from_end

    def turn_exam(self, state: ScreenState, seen: Mapping[ImageRef, OpenedImage]) -> bool:
        """Another exam in the place of the one in the active pane; False where there is none."""
        if not self.case.steps:
            return False
        turned = self.in_place.turn(self.case.steps[self.step], state, self.case.slots)
        if turned:
            self.in_place.keep(state, seen)
        return turned

    def is_whole(self, images: StudyImages) -> bool:
        """Whether each image of the step is open or has failed."""
        return all(images.settled(one) for one in self.wanted)

    def hung(
        self,
        images: StudyImages,
        screen: Screen,
        windows: ChosenWindows,
        now: ScreenState | None,
        seen: Mapping[ImageRef, OpenedImage],
    ) -> ScreenState:
        """The step laid out by what is open.

        now: what is on the screen, with seen, the images shown there: they stay as they lie if
        the reader has touched them.
        """
        opened = self._opened(images)
        laid = with_greys(with_habits(self._laid_out(opened, screen), now), self.greys)
        panes = (windows.applied(one, _of(one, opened), anew=False) for one in laid.panes)
        laid = replace(laid, panes=tuple(panes))
        laid = self.in_place.hung(laid, opened, whole=self.is_whole(images))
        before, self.laid = self.laid, laid
        if before is None or now is None:
            return laid
        return kept_where_touched(laid, before, now, seen)

    def remember(self, state: ScreenState) -> None:
        """Keep what the reader set for other steps that show the same images."""
        for pane in state.panes:
            if pane.plan.view is not None and (
                pane.grey != GreyState() or pane.plan.view.ref in self.greys
            ):
                self.greys[pane.plan.view.ref] = pane.grey

    def shown(
        self,
        images: StudyImages,
        stacks: Stacks,
        state: ScreenState | None,
        place: int | None,
        count: int,
    ) -> Shown:
        """Everything that the window shows, of this case alone."""
        state = state if self.case.steps else None
        on_screen = [] if state is None else frames_of(state)
        visible = on_screen if self.late or self.is_whole(images) else []
        opened = {one.view.ref: stacks.at_hand(one) for one in visible}
        failures = {one.view.ref: images.failure(one) for one in (*self.wanted, *on_screen)}
        return Shown(
            number=self.number,
            exams=self.case.exams,
            place=place,
            count=count,
            steps=self.case.steps,
            state=state,
            images={ref: one for ref, one in opened.items() if one and ref in self._refs},
            priors={one.view.ref: one for one in images.held(self.case.of_priors)},
            failures={ref: error for ref, error in failures.items() if error is not None},
            loading=frozenset(one.view.ref for one in self.wanted if not images.settled(one)),
            late=self.late,
            prior_in_place=bool(self.in_place.exams),
            message="" if self.case.steps else "No step of the protocol has an image to show",
        )

    def _opened(self, images: StudyImages) -> dict[ImageRef, OpenedImage]:
        """The step's images once all are there, so that none moves after it was shown."""
        if not self.late and not self.is_whole(images):
            return {}
        found = ((one.view.ref, images.get(one)) for one in self.wanted)
        return {ref: image for ref, image in found if image is not None}

    def _laid_out(self, opened: Mapping[ImageRef, OpenedImage], screen: Screen) -> ScreenState:
        evidence = {ref: image.evidence for ref, image in opened.items()}
        chosen = with_flags(self.chosen, opened)
        plan = plan_hanging(
            chosen.rows,
            screen.size,
            chosen.step.size,
            evidence,
            screen.mm,
            second=screen.second,
        )
        titles = [one.step.title for one in self.case.steps]
        state = screen_of(chosen, titles, self.step, plan, evidence)
        return at_end(state, state.active, last=self.from_end) if chosen.step.quadrants else state


def _of(pane: PaneState, opened: Mapping[ImageRef, OpenedImage]) -> OpenedImage | None:
    return opened.get(pane.plan.view.ref) if pane.plan.view is not None else None


def frames_of(state: ScreenState) -> list[Wanted]:
    """The frames that a screen asks for."""
    views = ((pane.plan.view, pane) for pane in state.panes)
    return [Wanted(view, pane.frame, pane.slab) for view, pane in views if view is not None]
