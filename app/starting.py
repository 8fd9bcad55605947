"""What makes the start of the window quick, and what that asks of the work that comes after."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

_loading = threading.Lock()


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no garbage meanwhile, nor ever again through what is made meanwhile.

    Nearly all that a start makes stays until the end; looking through it takes a tenth of the
    start, and later would hold the window for a moment each time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def load_dicom() -> None:
    """Import pydicom, which the first paint does without; on whatever thread, before other work.

    Its modules import each other: two threads that began at once would see them half made.
    """
    with _loading:
        import_module("pydicom.pixels")
