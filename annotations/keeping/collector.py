"""Python's garbage collector, left out while much is made that is no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Read a file's hundred thousand points in a quarter of the time.

    The collector would go through all of them again and again. It is on again afterwards, also
    where several threads do this at once.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
