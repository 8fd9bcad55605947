"""Lets Python's garbage collector search less often while many lasting objects are made."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_FIRST_GENERATION = 200_000
_lock = threading.Lock()
_before: list[tuple[int, int, int]] = []


@contextmanager
def rare_collection() -> Iterator[None]:
    """Within this, collections are rare; several threads may be within it at once.

    A scan makes thirty objects a file and keeps them all, and Python would look through them
    over and over: that takes as long as making them.
    """
    with _lock:
        _before.append(gc.get_threshold())
        gc.set_threshold(_FIRST_GENERATION, *_before[0][1:])
    try:
        yield
    finally:
        with _lock:
            first = _before[0]
            _before.pop()
            if not _before:
                gc.set_threshold(*first)
