"""The work of opening a stack's slices: several at once, the most wanted first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from app.jobs.job import Job
from app.presenters.image_store import Wanted
from app.presenters.loading import Failure, Outcome, measured
from domain.errors import FourviewError
from domain.study import ImageRef
from viewing.opened import OpenedImage

if TYPE_CHECKING:
    from imaging.loader import LoadedImage


class SliceLoading:
    """Opens slices in the order of a list that may change meanwhile.

    Breast and air are measured on one slice of a stack and hold for all of them: all slices are of
    one breast that is held still, and measuring takes longer than decoding. They share the grey
    scale too, so that a stack whose file brings no window doesn't flicker.
    """

    def __init__(
        self,
        wanted: Sequence[Wanted],
        known: Iterable[OpenedImage],
        got: Callable[[Outcome], None],
        threads: int,
    ) -> None:
        """known: slices opened before, of which each stack needs one at most. threads: at once."""
        self._left = list(wanted)
        self._begun: set[tuple[ImageRef, int]] = set()
        self._ended = False
        self._lock = threading.Lock()
        self._models = {one.view.ref: one for one in known}
        self._measuring: dict[ImageRef, threading.Lock] = {}
        self._got = got
        self._threads = threads

    def reorder(self, wanted: Sequence[Wanted]) -> bool:
        """Open these next instead of what was left; False where the work is over."""
        with self._lock:
            if not self._ended:
                self._left = [one for one in wanted if one.key not in self._begun]
            return not self._ended

    def work(self, job: Job) -> None:
        """Open all; one that fails stops no other. Raises CancelledError."""
        pool = ThreadPoolExecutor(self._threads, thread_name_prefix="slices")
        try:
            for future in [pool.submit(self._open_all, job) for _ in range(self._threads)]:
                future.result()
        finally:
            with self._lock:
                self._ended = True
            pool.shutdown(wait=True, cancel_futures=job.cancelled)
        job.stop_if_cancelled()

    def _open_all(self, job: Job) -> None:
        while not job.cancelled:
            wanted = self._next()
            if wanted is None:
                return
            job.hand(partial(self._got, self._open(wanted)))

    def _next(self) -> Wanted | None:
        with self._lock:
            if not self._left:
                self._ended = True
                return None
            wanted = self._left.pop(0)
            self._begun.add(wanted.key)
            return wanted

    def _open(self, wanted: Wanted) -> Outcome:
        try:
            image = load_image(wanted.view.ref, wanted.frame)
        except FourviewError as error:
            return Failure(wanted, error)
        with self._lock:
            measuring = self._measuring.setdefault(wanted.view.ref, threading.Lock())
        with measuring:
            model = self._models.get(wanted.view.ref)
            if model is None or model.image.raster.size != image.raster.size:
                outcome = measured(wanted, image)
                if isinstance(outcome, OpenedImage):
                    self._models.setdefault(wanted.view.ref, outcome)
                return outcome
        return _like(model, wanted.frame, image)


def load_image(ref: ImageRef, frame: int) -> LoadedImage:
    """As ``imaging.loader.load_image``, which is loaded when the first slice is."""
    from imaging.loader import load_image as load  # noqa: PLC0415 - after the first paint

    return load(ref, frame)


def _like(model: OpenedImage, frame: int, image: LoadedImage) -> OpenedImage:
    """Another slice with what was measured on the model."""
    flags = tuple(dict.fromkeys((*model.view.flags, *image.flags)))
    view = model.view if flags == model.view.flags else replace(model.view, flags=flags)
    return replace(model, view=view, frame=frame, image=replace(image, grey=model.image.grey))
