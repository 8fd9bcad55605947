"""Keeps decoded images within a budget of bytes; each is decoded once, however many ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Protocol, TypeVar

DEFAULT_BUDGET = 2 << 30


class Sized(Protocol):
    """Anything that knows its memory."""

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        ...


Image = TypeVar("Image", bound=Sized)


class ImageCache:
    """Least recently used images leave first. Safe to share between threads."""

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        """budget: bytes that are kept at most."""
        self._budget = budget
        self._held = 0
        self._kept: OrderedDict[Hashable, Sized] = OrderedDict()
        self._loading: dict[Hashable, Future[Sized]] = {}
        self._lock = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """Bytes kept now; never above the budget."""
        return self._held

    def get(self, key: Hashable, load: Callable[[], Image]) -> Image:
        """The image of a key, loaded by ``load`` if it isn't kept.

        Threads that ask for the same key at once wait for one load. An error of ``load`` reaches
        all of them and is not kept; an image larger than the budget is handed out, not kept.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[return-value]
            waiting = self._loading.get(key)
            if waiting is None:
                promise: Future[Sized] = Future()
                self._loading[key] = promise
        if waiting is not None:
            return waiting.result()  # type: ignore[return-value]
        return self._load(key, load, promise)

    def drop(self, key: Hashable) -> None:
        """Forget an image, if it is kept."""
        with self._lock:
            gone = self._kept.pop(key, None)
            self._held -= gone.nbytes if gone is not None else 0

    def _load(self, key: Hashable, load: Callable[[], Image], promise: Future[Sized]) -> Image:
        try:
            image = load()
            size = image.nbytes
        except BaseException as error:
            with self._lock:
                del self._loading[key]
            promise.set_exception(error)
            raise
        with self._lock:
            self._keep(key, image, size)
            del self._loading[key]
        promise.set_result(image)
        return image

    def _keep(self, key: Hashable, image: Sized, size: int) -> None:
        if size > self._budget:
            return
        # Room is made first: threads may ask for ``held_bytes`` at any moment.
        while self._held + size > self._budget:
            _, oldest = self._kept.popitem(last=False)
            self._held -= oldest.nbytes
        self._kept[key] = image
        self._held += size
