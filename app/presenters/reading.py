"""The reading of studies one after another: opens, hangs, steps, and looks ahead.

Whatever a job hands over belongs to the case that started it: opening another case cancels the
jobs of the one before, and what a cancelled job hands over is dropped (``app.jobs.job``). The
window is told everything in one frozen ``Shown``, so that a name and an image always come
together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from psygnal import Signal

from app.exams import Exams, exams_of
from app.jobs.jobs import Jobs
from app.presenters.case import Case, wanted_by
from app.presenters.image_store import DEFAULT_BUDGET, Wanted
from app.presenters.objections import with_objections
from app.presenters.open_case import OpenCase, Screen, frames_of
from app.presenters.priors import shown_layout
from app.presenters.shown import NOTHING, Shown
from app.presenters.stacks import Stacks
from app.presenters.study_images import StudyImages
from app.presenters.windows import ChosenWindows
from domain.geometry import ImagePoint, ImageSize
from domain.study import ImageRef, Study
from viewing.hanging.plan import grid
from viewing.hanging.protocol import PaneSelector, Protocol
from viewing.state.model import ScreenModel
from viewing.state.screen import EMPTY_SCREEN, ScreenState

if TYPE_CHECKING:
    from viewing.second_look import SecondLook

CASES_AHEAD = 2


class ReadingPresenter:
    """Holds the case that is read. All methods are called on the window's thread."""

    changed = Signal(Shown)

    def __init__(
        self, jobs: Jobs, model: ScreenModel, protocol: Protocol, *, budget: int = DEFAULT_BUDGET
    ) -> None:
        """budget: bytes of opened images; those of the present step are held even beyond it."""
        self._model = model
        self._protocol = protocol
        self._marks = False
        self._screen = Screen(ImageSize(rows=1200, columns=1600))
        self._cases: tuple[Study, ...] = ()
        self._studies: tuple[Study, ...] = ()
        self._images = StudyImages(jobs, budget)
        self._stacks = Stacks(self._images, self._publish)
        self._windows = ChosenWindows()
        self._number = 0
        self._open: OpenCase | None = None
        self._following: tuple[Case, ...] = ()
        self._putting = False
        self.nipples: Callable[[], Mapping[ImageRef, ImagePoint]] = dict
        """Where nipples were found by now; what is put in place lies by them."""
        self._shown = NOTHING
        model.changed.connect(self._touched)

    @property
    def shown(self) -> Shown:
        """What the window shows now."""
        return self._shown

    @property
    def nbytes(self) -> int:
        """Bytes of opened images held."""
        return self._images.nbytes

    @property
    def stacks(self) -> Stacks:
        """Which slices of the stacks on the screen are at hand."""
        return self._stacks

    # Which case.

    def set_list(self, cases: Sequence[Study], studies: Sequence[Study]) -> None:
        """Say what is read one after another, and all that is known, where priors come from.

        The case that is open stays open.
        """
        self._cases, self._studies = tuple(cases), tuple(studies)
        if self._open is not None:
            self._following = self._cases_after(self._open.case.exams.current)
            if self._open.is_whole(self._images):
                self._look_ahead()
            self._publish()

    def open_study(self, study: Study) -> None:
        """Read a study; the case before is left at once."""
        case = self._case_of(study)
        left = (self._open.case,) if self._open is not None else ()
        self._number += 1
        self._open = OpenCase(self._number, case)
        self._open.in_place.nipples = self.nipples
        self._following = self._cases_after(study)
        near = (case, *self._following, *left)
        self._images.turn_to(chain.from_iterable(one.wanted() for one in near))
        self._show_step(self._open, 0)

    def next_case(self) -> bool:
        """Read the next of the list; False where there is none."""
        return self._open_beside(1)

    def previous_case(self) -> bool:
        """Read the one before; False where there is none."""
        return self._open_beside(-1)

    def close_case(self) -> None:
        """Show nothing; all work is stopped and all images are let go."""
        self._images.turn_to(())
        self._stacks.forget()
        self._open, self._following = None, ()
        self._shown = NOTHING
        self._model.show(EMPTY_SCREEN)
        self.changed.emit(NOTHING)

    # Which step.

    @property
    def protocol(self) -> Protocol:
        """What cases are hung by."""
        return self._protocol

    def next_step(self) -> bool:
        """Go to the next quadrant or step of the protocol; False at the last."""
        current = self._open
        return current is not None and (self._roam(1) or self.go_to_step(current.step + 1))

    def previous_step(self) -> bool:
        """Go to the quadrant or step before; False at the first."""
        current = self._open
        if current is None:
            return False
        return self._roam(-1) or self.go_to_step(current.step - 1, from_end=True)

    def go_to_step(self, index: int, *, from_end: bool = False) -> bool:
        """Go to a step by its index; False where there is none.

        from_end: a step by quadrants begins with its last.
        """
        if self._open is None or not 0 <= index < len(self._open.case.steps):
            return False
        self._open.in_place.clear()
        self._show_step(self._open, index, from_end=from_end)
        return True

    def set_protocol(self, protocol: Protocol) -> None:
        """Hang by another protocol, beginning with its first step."""
        self._protocol = protocol
        if self._open is not None:
            self._open.case = self._open.case.laid_out(self._steps, self._screen.whole)
            self._open.in_place.clear()
            self._show_step(self._open, 0)

    def offer_marks(self, offered: bool) -> None:
        """Say whether a model package reads, so that steps for its marks make sense.

        The step that is shown stays.
        """
        if offered == self._marks:
            return
        self._marks = offered
        current = self._open
        if current is not None and current.case.steps:
            step_id = current.chosen.step.id
            current.case = current.case.laid_out(self._steps, self._screen.whole)
            current.step = current.case.step_like(step_id)
            self._publish()

    @property
    def _steps(self) -> Protocol:
        return self._protocol if self._marks else self._protocol.without_marks()

    def set_screen(
        self, size: ImageSize, mm: float | None = None, second: ImageSize | None = None
    ) -> None:
        """Hang on a screen of another size. mm: size of a screen pixel, if calibrated.

        second: of the second window that shows the right half of the panes.
        """
        screen = Screen(size, mm, second)
        if screen == self._screen or 0 in size.shape:
            return
        self._screen = screen
        current = self._open
        if current is None or not current.case.steps:
            return
        shape, step_id = current.shape, current.case.steps[current.step].step.id
        current.case = current.case.laid_out(self._steps, screen.whole)
        current.step = current.case.step_like(step_id)
        if current.shape == shape and current.is_whole(self._images):
            self._model.resize(grid(size, *shape, second))
            current.laid = self._model.state
        else:
            self._show_step(current, current.step)

    # What the panes show.

    def cycle(self, pane: int) -> None:
        """Show the next image of a pane's slot, where several want it."""
        if self._open is None or self._shown.state is None:
            return
        plan = self._shown.state.panes[pane].plan
        if plan.others:
            key = (plan.title, plan.prior)
            self._open.swaps[key] = self._open.swaps.get(key, 0) + 1
            self._show_step(self._open, self._open.step)

    def turn_exam(self) -> bool:
        """Show the prior of the active pane's slot in its place, and likewise in linked panes.

        Again: the prior before that, and after the oldest the pane's own exam. False where there
        is no other. Scale, place and window stay.
        """
        current, state = self._open, self._shown.state
        if current is None or state is None or not current.turn_exam(state, self._shown.images):
            return False
        self._show_step(current, current.step, from_end=current.from_end)
        self._stacks.follow(frames_of(self._model.state))
        return True

    @property
    def layout(self) -> tuple[tuple[PaneSelector, ...], ...]:
        """What the panes show now, as a protocol writes it; empty where no slots are shown."""
        if self._open is None or not self._open.case.steps:
            return ()
        return shown_layout(self._open.case.steps[self._open.step], self._open.in_place.exams)

    def choose_window(self, pane: int, name: str) -> None:
        """Show the images of a pane's device in their window of a name, in later cases as well.

        name: of a window, table or preset; empty for each image's own first choice.
        """
        state = self._shown.state
        view = state.panes[pane].plan.view if state is not None else None
        if state is None or view is None:
            return
        if not name:
            self._windows.forget(view)
            self._model.set_voi(pane, None)
            return
        self._windows.choose(view, name)
        panes = tuple(
            self._windows.applied(one, self._shown.image_of(one), anew=True) for one in state.panes
        )
        self._model.show(replace(state, panes=panes))

    def hear(self, seen: SecondLook) -> None:
        """Say what the pixels of a shown image object to; nothing moves."""
        if self._open is None:
            return
        if not seen.opened.slab.merges:
            self._images.put_again(seen.opened)
        ref, state = seen.opened.view.ref, self._model.state
        self._model.show(with_objections(state, ref, seen.objections))

    def exams_behind(self) -> Iterator[Exams]:
        """The cases that come after the open one, in the list's order."""
        for study in self._cases[self._place_of_open() + 1 :]:
            yield exams_of(study, self._studies)

    # How it comes about.

    def _case_of(self, study: Study) -> Case:
        known = self._studies or (study,)
        return Case.of(exams_of(study, known), self._steps, self._screen.whole)

    def _place(self, study: Study) -> int | None:
        return next((at for at, case in enumerate(self._cases) if case is study), None)

    def _open_beside(self, by: int) -> bool:
        place = self._place_of_open()
        if not 0 <= place + by < len(self._cases):
            return False
        self.open_study(self._cases[place + by])
        return True

    def _place_of_open(self) -> int:
        """Of an exam that isn't listed as a case: its patient's place, else before the first."""
        if self._open is None:
            return -1
        current = self._open.case.exams.current
        place, key = self._place(current), current.patient.key
        if place is not None:
            return place
        return next((at for at, case in enumerate(self._cases) if case.patient.key == key), -1)

    def _cases_after(self, study: Study) -> tuple[Case, ...]:
        place = self._place(study)
        if place is None:
            return ()
        return tuple(map(self._case_of, self._cases[place + 1 : place + 1 + CASES_AHEAD]))

    def _roam(self, by: int) -> bool:
        """Turn a step by quadrants to the next or previous; False past its end."""
        current, state = self._open, self._shown.state
        if current is None or state is None or not current.case.steps:
            return False
        if not current.chosen.step.quadrants or not self._shown.images:
            return False
        return self._model.roam(state.active, by)

    def _show_step(self, current: OpenCase, index: int, *, from_end: bool = False) -> None:
        current.go_to(index, from_end=from_end)
        self._stacks.forget()
        whole = current.is_whole(self._images)
        if whole:  # painted before other work takes the processors
            self._hang()
        self._images.open(
            current.wanted,
            current.case.wanted(index),
            got=self._got,
            late=self._lose_patience,
            done=self._all_open,
        )
        if not whole:  # the banner and empty panes are laid out while the first image is decoded
            self._hang()
        self._follow_stacks()

    def _got(self, opened: Wanted) -> None:
        current = self._open
        if current is None or opened.key not in {one.key for one in current.wanted}:
            return
        if current.late or current.is_whole(self._images):
            self._hang()
            self._follow_stacks()

    def _follow_stacks(self) -> None:
        """Open the slices of the step's stacks once the step itself is open."""
        if self._open is not None and self._open.is_whole(self._images):
            self._stacks.follow(frames_of(self._model.state))

    def _lose_patience(self) -> None:
        if self._open is not None and not self._open.is_whole(self._images):
            self._open.late = True
            self._hang()

    def _all_open(self) -> None:
        """All that the case needs: its priors can be looked at before they are asked for."""
        self._look_ahead()
        if self._open is not None and self._open.case.exams.priors:
            self._publish()

    def _look_ahead(self) -> None:
        firsts = [wanted_by(case.steps[0]) for case in self._following if case.steps]
        others = [case.wanted() for case in self._following]
        self._images.open_ahead(tuple(dict.fromkeys(chain.from_iterable((*firsts, *others)))))

    def _hang(self) -> None:
        """Lay the step out by what is open; what the reader did to shown images stays."""
        current = self._open
        if current is not None and current.case.steps:
            now, seen = self._model.state, self._shown.images
            state = current.hung(self._images, self._screen, self._windows, now, seen)
            self._putting = True
            try:
                self._model.show(state)
            finally:
                self._putting = False
        self._publish()

    def _touched(self, state: ScreenState) -> None:
        """The reader did something: gestures change the model, and the window is told."""
        if not self._putting and self._open is not None:
            self._open.remember(state)
            self._publish()
            self._stacks.follow(frames_of(state))

    def _publish(self) -> None:
        if self._open is None:
            return
        place = self._place(self._open.case.exams.current)
        state = self._model.state
        self._shown = self._open.shown(self._images, self._stacks, state, place, len(self._cases))
        self.changed.emit(self._shown)
