"""Pixels on their way to the worker: files of a private folder that it maps into memory.

The folder is held by a lock for as long as its window lives. What a killed window left behind is
swept by its worker, and by the next window. File names are random and never used twice.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import numpy as np
from filelock import FileLock, Timeout

from domain.errors import FourviewError
from domain.geometry import ImageSize
from imaging.raster import StoredPixels
from inference.pipeline.inputs import PixelRef

_LOCK = "held"
_ROOM = re.compile(r"window-[0-9a-f]{32}")
_TRIES = 3
_FORSAKEN_S = 3600.0
"""Seconds after which a folder without a lock is no longer one that is just being made."""


class PixelsError(FourviewError):
    """Pixels could not be handed to the worker; the message says whether room is lacking."""


class PixelFolder:
    """A folder of one window's pixel files (0700), gone when it closes. Safe for any thread."""

    def __init__(self, parent: Path) -> None:
        """Sweep what dead windows left in ``parent``; make a folder there. Raises PixelsError."""
        try:
            parent.mkdir(parents=True, exist_ok=True)
            sweep(parent)
            self.path, self._lock = _new_room(parent)
            self._closed = False
        except OSError as error:
            raise _error(error, parent) from None

    def write(self, pixels: StoredPixels, digest: str) -> PixelRef:
        """Put the pixels of one view down; (rows, columns), uint16 or int16.

        digest: of ``digest_of`` for these pixels. Raises PixelsError; no part of a file is left.
        """
        place = self.path / f"{uuid4().hex}.pixels"
        size = ImageSize(*pixels.shape)
        ref = PixelRef(str(place), size, signed=pixels.dtype.kind == "i", digest=digest)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(place, flags, 0o600)
            try:
                _write_all(handle, stored_bytes(pixels))
            finally:
                os.close(handle)
        except OSError as error:
            self.remove(ref)
            raise _error(error, self.path.parent) from None
        if self._closed:
            shutil.rmtree(self.path, ignore_errors=True)
        return ref

    def remove(self, ref: PixelRef) -> None:
        """Take a file away; never raises. One still held by the system goes with the folder."""
        with suppress(OSError):
            Path(ref.path).unlink(missing_ok=True)

    def close(self) -> None:
        """Take the folder away; never raises. What is being written then goes as well."""
        self._closed = True
        with suppress(OSError):
            self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)


def stored_bytes(pixels: StoredPixels) -> memoryview:
    """Stored values row by row, little-endian, 16 bits each; copied only where they lie otherwise.

    Raises ValueError for anything but (rows, columns) of uint16 or int16.
    """
    if pixels.ndim != 2 or pixels.dtype.newbyteorder("=") not in (np.uint16, np.int16):
        raise ValueError("a view's pixels are rows and columns of 16-bit whole numbers")
    little = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("<"))
    return little.reshape(-1).view(np.uint8).data


def digest_of(pixels: StoredPixels) -> str:
    """SHA-256 (hex) of the stored bytes; lets other threads run meanwhile."""
    return hashlib.sha256(stored_bytes(pixels)).hexdigest()


def drop_folder(folder: Path) -> None:
    """What the worker does with its window's folder once the window is dead; never raises."""
    if _ROOM.fullmatch(folder.name):
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove the folders of windows that live no more; never raises."""
    with suppress(OSError):
        for room in parent.glob("window-*"):
            if _ROOM.fullmatch(room.name) and not room.is_symlink():
                _remove_if_dead(room)


def _remove_if_dead(room: Path) -> None:
    if not (room / _LOCK).exists():  # it is being made just now
        if time.time() - room.stat().st_mtime > _FORSAKEN_S:
            shutil.rmtree(room, ignore_errors=True)
        return
    lock = FileLock(room / _LOCK)
    try:
        lock.acquire(timeout=0)
    except (OSError, Timeout):
        return
    shutil.rmtree(room, ignore_errors=True)  # while held, so that nobody takes it up
    with suppress(OSError):
        lock.release()
    shutil.rmtree(room, ignore_errors=True)  # Windows keeps the lock's file until then


def _new_room(parent: Path) -> tuple[Path, FileLock]:
    for _ in range(_TRIES):  # another window may sweep it in the moment before it is held
        path = parent / f"window-{uuid4().hex}"
        path.mkdir(mode=0o700)
        lock = FileLock(path / _LOCK, thread_local=False)
        with suppress(Timeout):
            lock.acquire(timeout=0)
            if (path / _LOCK).exists():
                return path, lock
    raise OSError(errno.EBUSY, "in use")


def _write_all(handle: int, data: memoryview) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _error(error: OSError, folder: Path) -> PixelsError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        what, remedy = "has no room left for the AI's working files", "Free some space"
    else:
        what = f"can't hold the AI's working files ({error.strerror or 'in use'})"
        remedy = "Check that the folder can be written to"
    return PixelsError(what, where=str(folder), remedy=remedy)
