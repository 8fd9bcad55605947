"""Opens images in jobs for the presenter and holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.presenters.image_store import ImageStore, Wanted
from app.presenters.loading import Failure, Loading, Outcome
from domain.errors import FourviewError
from domain.study import ImageRef
from imaging.image_cache import ImageCache
from viewing.opened import OpenedImage

READING, AHEAD, SLICES = "reading", "ahead", "slices"
_AHEAD_THREADS = 2

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

    @property
    def nbytes(self) -> int:
        """Bytes of opened images held."""
        return self._store.nbytes

    def get(self, wanted: Wanted) -> OpenedImage | None:
        """An image, if it is open."""
        return self._store.get(wanted)

    def failure(self, wanted: Wanted) -> FourviewError | None:
        """Why an image could not be opened."""
        return self._failures.get(wanted.key)

    def settled(self, wanted: Wanted) -> bool:
        """Whether an image is open or has failed."""
        return wanted in self._store or wanted.key in self._failures

    def turn_to(self, keep: Iterable[Wanted]) -> None:
        """Stop all work for the case before and let go of what is far from the new one."""
        for lane in (READING, AHEAD, SLICES):
            self._jobs.cancel(lane)
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
        )

    def open_ahead(self, wanted: Sequence[Wanted]) -> None:
        """Open what comes next, as far as the budget goes; failures are told when it is read."""
        self._jobs.cancel(AHEAD)
        affordable = self._store.affordable(one for one in wanted if not self.settled(one))
        if not affordable:
            return

        def got(outcome: Outcome) -> None:
            if isinstance(outcome, OpenedImage):
                self._store.put(outcome, self._needed)

        loading = Loading(affordable, got, threads=_AHEAD_THREADS)
        self._jobs.start(AHEAD, "Opening the next studies", self._work(loading), quiet=True)

    def open_slices(self, wanted: Sequence[Wanted], *, got: Got, done: Callable[[], None]) -> None:
        """Open slices of a stack, the first of them in any case."""
        self._jobs.cancel(SLICES)
        first, others = wanted[0], wanted[1:]
        affordable = self._store.affordable(others, first.estimate)
        self._jobs.start(
            SLICES,
            "Opening slices",
            self._work(Loading((first, *affordable), self._taken(got))),
            done=lambda _: done(),
            failed=lambda error: self._all_failed((first,), error, got),
            quiet=True,
        )

    def _work(self, loading: Loading) -> Callable[[Job], None]:
        return lambda job: loading.work(job, self._joining)

    def _taken(self, got: Got) -> Callable[[Outcome], None]:
        def take(outcome: Outcome) -> None:
            if isinstance(outcome, Failure):
                self._failures[outcome.wanted.key] = outcome.error
                got(outcome.wanted)
            else:
                self._store.put(outcome, self._needed)
                got(Wanted(outcome.view, outcome.frame))

        return take

    def _all_failed(self, wanted: Sequence[Wanted], error: FourviewError, got: Got) -> None:
        for one in wanted:
            if not self.settled(one):
                self._failures[one.key] = error
                got(one)
