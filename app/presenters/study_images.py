"""Opens images in jobs for the presenter and holds them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.presenters.image_store import ImageStore, Wanted
from app.presenters.loading import Failure, Loading, Outcome
from app.presenters.slices import SliceLoading
from domain.errors import CancelledError, FourviewError
from domain.study import ImageRef
from imaging.image_cache import ImageCache
from viewing.opened import OpenedImage
from viewing.slabs import SlabKind

READING, AHEAD, SLICES, SLABS = "reading", "ahead", "slices", "slabs"
_AHEAD_THREADS = 2
_STOPPED = "Stopped; go to another step and back to open it"
_SLICE_THREADS = max(2, min(6, (os.cpu_count() or 2) - 1))
"""One processor is left to the window, where there are three or more."""

Got = Callable[[Wanted], None]


class StudyImages:
    """All images of the present case and its neighbours. Used on the window's thread."""

    def __init__(self, jobs: Jobs, budget: int) -> None:
        """budget: bytes; images of the present step are held even beyond it."""
        self._jobs = jobs
        self._store = ImageStore(budget)
        self._joining = ImageCache(budget=0)
        """Keeps nothing, but two jobs that want the same image share one decoding."""
        self._failures: dict[tuple[ImageRef, int], FourviewError] = {}
        self._needed: tuple[Wanted, ...] = ()
        self._slices: tuple[Wanted, ...] = ()
        """Of the stacks on the screen; they stay as long as their step is shown."""
        self._slice_loading: SliceLoading | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of opened images held."""
        return self._store.nbytes

    def get(self, wanted: Wanted) -> OpenedImage | None:
        """An image, if it is open."""
        return self._store.get(wanted)

    def held(self, wanted: Iterable[Wanted]) -> tuple[OpenedImage, ...]:
        """Those that are open; asking changes nothing about how long they stay."""
        return self._store.among(wanted)

    def put_again(self, image: OpenedImage) -> None:
        """Hold an image in place of the same one, of which more is known now."""
        if Wanted(image.view, image.frame) in self._store:
            self._store.put(image, self._kept)

    def failure(self, wanted: Wanted) -> FourviewError | None:
        """Why an image could not be opened."""
        return self._failures.get(wanted.key)

    def settled(self, wanted: Wanted) -> bool:
        """Whether an image is open or has failed."""
        return wanted in self._store or wanted.key in self._failures

    def turn_to(self, keep: Iterable[Wanted]) -> None:
        """Stop all work for the case before and let go of what is far from the new one."""
        for lane in (READING, AHEAD):
            self._jobs.cancel(lane)
        self.leave_slices()
        self._failures.clear()
        self._needed = ()
        self._store.retain(keep)

    def open(
        self,
        step: Sequence[Wanted],
        rest: Sequence[Wanted],
        *,
        got: Got,
        late: Callable[[], None],
        done: Callable[[], None],
    ) -> None:
        """Open a step's images first, then the rest as far as the budget goes.

        got: called with each that is open or has failed. done: after the last.
        """
        self._jobs.cancel(READING)
        self._needed = tuple(step)
        self._forget_stopped()
        missing = tuple(one for one in step if not self.settled(one))
        reserved = sum(one.estimate for one in missing)
        others = [one for one in rest if one not in missing and not self.settled(one)]
        wanted = (*missing, *self._store.affordable(others, reserved))
        if not wanted:
            done()
            return
        loading = Loading(wanted, self._taken(got), late)
        self._jobs.start(
            READING,
            "Opening images",
            self._work(loading),
            done=lambda _: done(),
            failed=lambda error: self._all_failed(wanted, error, got),
            stopped=lambda: self._all_failed(missing, CancelledError(_STOPPED), got),
        )

    def open_ahead(self, wanted: Sequence[Wanted]) -> None:
        """Open what comes next, as far as the budget goes; failures are told when it is read."""
        self._jobs.cancel(AHEAD)
        affordable = self._store.affordable(one for one in wanted if not self.settled(one))
        if not affordable:
            return

        def got(outcome: Outcome) -> None:
            if isinstance(outcome, OpenedImage):
                self._store.put(outcome, self._kept)

        loading = Loading(affordable, got, threads=_AHEAD_THREADS)

        def work(job: Job) -> None:
            job.let_paint()
            loading.work(job, self._joining)

        self._jobs.start(AHEAD, "Opening the next studies", work, quiet=True)

    def open_slices(self, wanted: Sequence[Wanted], *, got: Got, reserved: int = 0) -> None:
        """Open the slices of the stacks on the screen, as many as the budget holds beside the step.

        wanted: most wanted first; the first is opened in any case. reserved: bytes of the budget
        that are needed for something else. Work under way goes on in the new order.
        """
        self._slices = self._store.within(wanted, self._needed, reserved) or tuple(wanted[:1])
        missing = [one for one in self._slices if not self.settled(one)]
        under_way = self._slice_loading
        if (under_way is not None and under_way.reorder(missing)) or not missing:
            return
        refs = {one.view.ref for one in missing}
        known = [image for image in self._store.held() if image.view.ref in refs]
        loading = SliceLoading(missing, known, self._taken(got), _SLICE_THREADS)
        self._slice_loading = loading
        self._jobs.start(
            SLICES,
            "Opening slices",
            loading.work,
            failed=lambda error: self._all_failed(missing[:1], error, got),
            quiet=True,
        )

    def leave_slices(self) -> None:
        """Stop opening slices: their step is left. Those that are open may go."""
        for lane in (SLICES, SLABS):
            self._jobs.cancel(lane)
        self._slices, self._slice_loading = (), None

    def merge(
        self,
        centre: OpenedImage,
        parts: Sequence[OpenedImage],
        kind: SlabKind,
        done: Callable[[OpenedImage | None], None],
    ) -> None:
        """Merge slices to a slab. done: called with it, or with ``None`` where that failed."""

        def work(_job: Job) -> OpenedImage:
            from viewing.merging import merged  # noqa: PLC0415 - after the first paint

            return merged(centre, parts, kind)

        self._jobs.start(
            SLABS,
            "Merging slices",
            work,
            done=done,
            failed=lambda _: done(None),
            quiet=True,
        )

    @property
    def _kept(self) -> tuple[Wanted, ...]:
        return (*self._needed, *self._slices)

    def _work(self, loading: Loading) -> Callable[[Job], None]:
        return lambda job: loading.work(job, self._joining)

    def _taken(self, got: Got) -> Callable[[Outcome], None]:
        def take(outcome: Outcome) -> None:
            if isinstance(outcome, Failure):
                self._failures[outcome.wanted.key] = outcome.error
                got(outcome.wanted)
            else:
                self._store.put(outcome, self._kept)
                got(Wanted(outcome.view, outcome.frame))

        return take

    def _forget_stopped(self) -> None:
        """What the reader stopped is opened when it is asked for again."""
        stopped = [key for key, why in self._failures.items() if isinstance(why, CancelledError)]
        for key in stopped:
            del self._failures[key]

    def _all_failed(self, wanted: Sequence[Wanted], error: FourviewError, got: Got) -> None:
        for one in wanted:
            if not self.settled(one):
                self._failures[one.key] = error
                got(one)
