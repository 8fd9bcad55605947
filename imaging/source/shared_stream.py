"""A stream that several threads read from, each at its own place."""

from __future__ import annotations

import io
import threading
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt


class SharedStream:
    """Reads at given offsets; only seeking and reading hold the lock, decoding does not."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def bytes_at(self, start: int, length: int) -> bytes:
        """Up to ``length`` bytes from offset ``start``; fewer at the end of the stream."""
        with self._lock:
            self._stream.seek(start)
            return self._stream.read(length)

    def fill(self, start: int, out: npt.NDArray[np.uint8]) -> int:
        """Read into a flat array from offset ``start``; how many bytes there were."""
        view, filled = out.data, 0
        source = cast("io.BufferedIOBase", self._stream)
        with self._lock:
            source.seek(start)
            while filled < out.size and (count := source.readinto(view[filled:])):
                filled += count
        return filled

    def size(self) -> int:
        """Length of the stream in bytes."""
        with self._lock:
            return self._stream.seek(0, io.SEEK_END)

    def close(self) -> None:
        """Close the stream once nobody is reading."""
        with self._lock:
            self._stream.close()
