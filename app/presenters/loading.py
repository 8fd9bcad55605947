"""The work of a loading job: decode, measure, hand over one by one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from app.jobs.job import Job
from app.presenters.image_store import Wanted
from domain.errors import FourviewError, PixelDataError
from domain.study import ImageRef
from imaging.image_cache import ImageCache
from viewing.opened import OpenedImage

if TYPE_CHECKING:
    from imaging.loader import LoadedImage

_log = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds after which what has come is shown without waiting for the rest of the step."""


@dataclass(frozen=True)
class Failure:
    """A frame that could not be opened, and why."""

    wanted: Wanted
    error: FourviewError


Outcome = OpenedImage | Failure


@dataclass(frozen=True)
class Loading:
    """What a loading job does. got and late are handed over to the window's thread.

    late: called once where the images take longer than PATIENCE. threads: decoded at once.
    """

    wanted: Sequence[Wanted]
    got: Callable[[Outcome], None]
    late: Callable[[], None] = lambda: None
    threads: int = 4

    def work(self, job: Job, cache: ImageCache) -> None:
        """Open all frames; one that fails stops no other. Raises CancelledError.

        cache: shared by all jobs, so that none decodes what another is decoding.
        """
        count = _Count(job, len(self.wanted))

        def measure(wanted: Wanted, image: LoadedImage) -> None:
            if not job.cancelled:
                tell(measured(wanted, image))

        def tell(outcome: Outcome) -> None:
            job.hand(partial(self.got, outcome))
            count.up()

        for wanted, error in self._failed(measure, cache, self._stopping(job)):
            tell(Failure(wanted, error))
        job.stop_if_cancelled()

    def _failed(
        self,
        opened: Callable[[Wanted, LoadedImage], None],
        cache: ImageCache,
        cancelled: Callable[[], bool],
    ) -> Iterator[tuple[Wanted, FourviewError]]:
        """Decode all; yields what can't be.

        opened: called on the decoding thread, so that no image waits for another's to be measured.
        ``load_study`` takes one frame of a file at a time; frames of one stack come in turn.
        """
        from imaging.loader import load_study  # noqa: PLC0415 - after the first paint

        left = list(self.wanted)
        while left:
            batch = {one.view.ref: one for one in reversed(left)}
            left = [one for one in left if batch[one.view.ref] is not one]
            outcomes = load_study(
                [one.view.ref for one in self.wanted if batch.get(one.view.ref) is one],
                frames={ref: one.frame for ref, one in batch.items()},
                cache=cache,
                cancelled=cancelled,
                threads=self.threads,
                then=partial(_open_of, batch, opened),
            )
            for ref, outcome in outcomes:
                if isinstance(outcome, FourviewError):
                    yield batch[ref], outcome
                del outcome

    def _stopping(self, job: Job) -> Callable[[], bool]:
        """Asked several times a second, so it sees when patience ends."""
        until = time.monotonic() + PATIENCE
        told = False

        def stopping() -> bool:
            nonlocal told
            if not told and time.monotonic() > until:
                told = True
                job.hand(self.late)
            return job.cancelled

        return stopping


class _Count:
    """Counts from several threads how many are done."""

    def __init__(self, job: Job, total: int) -> None:
        self._job = job
        self._total = total
        self._done = 0
        self._lock = threading.Lock()

    def up(self) -> None:
        with self._lock:
            self._done += 1
            self._job.report(self._done, self._total)


def _open_of(
    batch: Mapping[ImageRef, Wanted],
    opened: Callable[[Wanted, LoadedImage], None],
    ref: ImageRef,
    image: LoadedImage,
) -> None:
    opened(batch[ref], image)


def measured(wanted: Wanted, image: LoadedImage) -> Outcome:
    """What measuring a decoded frame came to; it never raises."""
    from viewing.first_look import look_at  # noqa: PLC0415 - after the first paint

    try:
        return look_at(wanted.view, wanted.frame, image)
    except FourviewError as error:
        return Failure(wanted, error)
    except Exception as error:  # noqa: BLE001 - one odd image must not cost the others
        _log.error("measuring an image ended by %s", type(error).__name__)
        what = f"can't be made ready to be shown ({type(error).__name__})"
        return Failure(wanted, PixelDataError(what, where=wanted.view.ref.where))
