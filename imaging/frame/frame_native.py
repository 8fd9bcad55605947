"""Uncompressed frames: their place in the file, and their bytes as pixel values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pydicom.uid import ExplicitVRBigEndian

from domain.errors import PixelDataError
from domain.study import Flag
from imaging.frame.frame_file import PIXEL_DATA, UNDEFINED_LENGTH, PixelFile
from imaging.frame.frame_header import PixelFormat
from imaging.frame.frame_values import native_values
from imaging.raster import StoredPixels
from imaging.source.shared_stream import SharedStream

_REMEDY = "Copy or export the file again"


class NativeFrames:
    """The frames of an uncompressed image; ``flags`` say what is odd about their storage."""

    def __init__(self, file: PixelFile, pixels: PixelFormat, where: str) -> None:
        """Compare the length demanded with what the file holds; PixelDataError if too short."""
        self._stream = SharedStream(file.stream)
        self._pixels = pixels
        self._where = where
        self._start = file.element.start
        self._big_endian = file.syntax == ExplicitVRBigEndian
        # 8-bit samples in OW are pairs in 16-bit words, which big endian swaps: PS3.5 A.3.
        self._swapped = self._big_endian and pixels.allocated == 8 and file.element.vr == "OW"
        self.flags = self._check_length(file)

    def _check_length(self, file: PixelFile) -> tuple[Flag, ...]:
        expected = self._pixels.frame_bytes * self._pixels.frames
        found = max(0, self._stream.size() - self._start)
        if file.element.length == UNDEFINED_LENGTH:
            raise PixelDataError(
                f"{PIXEL_DATA} is stored as compressed data are, without a length; the transfer"
                " syntax says it is not compressed",
                where=self._where,
                tag="Transfer Syntax UID (0002,0010)",
                remedy=_REMEDY,
            )
        found = min(found, file.element.length)
        if found < expected:
            raise self._too_short(expected, found)
        surplus = found - expected - expected % 2  # one byte of padding, PS3.5 8.1.1
        if surplus <= 0:
            return ()
        return (Flag(f"{surplus} bytes more than the header demands", PIXEL_DATA),)

    def _too_short(self, expected: int, found: int) -> PixelDataError:
        return PixelDataError(
            f"{PIXEL_DATA} is cut short: {expected} bytes expected, {found} found",
            where=self._where,
            remedy=_REMEDY,
        )

    def values(self, index: int) -> tuple[StoredPixels, tuple[Flag, ...]]:
        """Stored values of one frame, which alone is read."""
        length = self._pixels.frame_bytes
        read = self._swapped_bytes if self._swapped else self._bytes
        raw = read(index * length, length)
        return native_values(raw, self._pixels, big_endian=self._big_endian)

    def _swapped_bytes(self, start: int, length: int) -> npt.NDArray[np.uint8]:
        lead = start % 2
        words = self._bytes(start - lead, lead + length + (lead + length) % 2)
        return words.reshape(-1, 2)[:, ::-1].reshape(-1)[lead : lead + length].copy()

    def _bytes(self, start: int, length: int) -> npt.NDArray[np.uint8]:
        raw = np.empty(length, np.uint8)
        found = self._stream.fill(self._start + start, raw)
        if found < length:  # the file has shrunk since it was opened
            raise self._too_short(length, found)
        return raw
