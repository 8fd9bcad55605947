"""Keeps decoded images within a budget of bytes; each is decoded once, however many ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from domain.errors import CancelledError

DEFAULT_BUDGET = 2 << 30


class Sized(Protocol):
    """Anything that knows its memory."""

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        ...


Image = TypeVar("Image", bound=Sized)


@dataclass(frozen=True)
class CacheStatistics:
    """How often an image was asked for: hits needed no load of their own, misses began one."""

    hits: int = 0
    misses: int = 0


class ImageCache:
    """Least recently used images leave first. Safe to share between threads."""

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        """budget: bytes that are kept at most."""
        self._budget = budget
        self._held = 0
        self._kept: OrderedDict[Hashable, Sized] = OrderedDict()
        self._loading: dict[Hashable, Future[Sized]] = {}
        self._hits = self._misses = 0
        self._lock = threading.Lock()

    @property
    def statistics(self) -> CacheStatistics:
        """Since the cache was made."""
        with self._lock:
            return CacheStatistics(self._hits, self._misses)

    @property
    def held_bytes(self) -> int:
        """Bytes kept now; never above the budget."""
        return self._held

    def get(self, key: Hashable, load: Callable[[], Image]) -> Image:
        """The image of a key, loaded by ``load`` if it isn't kept.

        Threads that ask for the same key at once wait for one load. An error of ``load`` reaches
        all of them and is not kept, but whoever stops a load stops it for itself alone: another
        that waited loads then. An image larger than the budget is handed out, not kept.
        """
        while True:
            with self._lock:
                if key in self._kept:
                    self._hits += 1
                    self._kept.move_to_end(key)
                    return self._kept[key]  # type: ignore[return-value]
                waiting = self._loading.get(key)
                if waiting is None:
                    self._misses += 1
                    promise: Future[Sized] = Future()
                    self._loading[key] = promise
            if waiting is None:
                return self._load(key, load, promise)
            shared = self._shared(waiting)
            if shared is not None:
                return shared  # type: ignore[return-value]

    def _shared(self, waiting: Future[Sized]) -> Sized | None:
        """What another thread has loaded; None where that thread was stopped."""
        error = waiting.exception()
        if isinstance(error, CancelledError) or not isinstance(error, Exception | None):
            return None
        with self._lock:
            self._hits += 1
        return waiting.result()

    def drop(self, key: Hashable) -> None:
        """Forget an image; one that is being loaded is handed out and then not kept."""
        with self._lock:
            self._loading.pop(key, None)
            gone = self._kept.pop(key, None)
            self._held -= gone.nbytes if gone is not None else 0

    def _load(self, key: Hashable, load: Callable[[], Image], promise: Future[Sized]) -> Image:
        try:
            image = load()
            size = image.nbytes
        except BaseException as error:
            with self._lock:
                self._end(key, promise)
            promise.set_exception(error)
            raise
        with self._lock:
            if self._end(key, promise):
                self._keep(key, image, size)
        promise.set_result(image)
        return image

    def _end(self, key: Hashable, promise: Future[Sized]) -> bool:
        """Take a load from those under way; False where ``drop`` has done so."""
        current = self._loading.get(key) is promise
        if current:
            del self._loading[key]
        return current

    def _keep(self, key: Hashable, image: Sized, size: int) -> None:
        if size > self._budget:
            return
        # Room is made first: threads may ask for ``held_bytes`` at any moment.
        while self._held + size > self._budget:
            _, oldest = self._kept.popitem(last=False)
            self._held -= oldest.nbytes
        self._kept[key] = image
        self._held += size
