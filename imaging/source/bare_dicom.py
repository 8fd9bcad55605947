"""Gives data sets that were stored without a preamble the form of a DICOM file.

Older archives and some research sets write only the data set (PS3.10 7.1 demands 128 bytes and
"DICM" before it). Everything that reads images here expects those, so they are put in front.
"""

from __future__ import annotations

import io
from typing import BinaryIO, cast

_FRONT = bytes(128) + b"DICM"
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_PEEK = 16


def looks_bare(data: bytes) -> bool:
    """Whether a data set may begin with these bytes, of which there should be 16.

    Its first element is of group 2 or 8 with a short value: PS3.3 has nothing before that.
    """
    if len(data) < _PEEK or data[0] not in (0x02, 0x08) or data[1] or data[3]:
        return False
    if looks_explicit(data):
        return data[6] < 128 and data[7] == 0
    return data[0] == 0x08 and data[4] < 128 and data[5:8] == b"\0\0\0"


def looks_explicit(data: bytes) -> bool:
    """Whether the element that these bytes begin with names its VR (PS3.5 7.1.2)."""
    return len(data) >= 6 and data[4] in _LETTERS and data[5] in _LETTERS


def with_front(stream: BinaryIO) -> BinaryIO:
    """The stream itself, or where it is a bare data set one that begins as a DICOM file does.

    stream: seekable, at its start.
    """
    head = stream.read(_PEEK)
    stream.seek(0)
    if not looks_bare(head):
        return stream
    return cast("BinaryIO", io.BufferedReader(_Fronted(stream)))


def has_front_added(stream: BinaryIO) -> bool:
    """Whether ``with_front`` put the front there."""
    return isinstance(getattr(stream, "raw", None), _Fronted)


class _Fronted(io.RawIOBase):
    name = ""  # which pydicom asks every buffered stream for

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset += self._position
        elif whence == io.SEEK_END:
            offset += self._stream.seek(0, io.SEEK_END) + len(_FRONT)
        if offset < 0:
            raise ValueError("the position lies before the start")
        self._position = offset
        return offset

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        if self._position < len(_FRONT):
            part = _FRONT[self._position : self._position + len(target)]
        else:
            self._stream.seek(self._position - len(_FRONT))
            part = self._stream.read(len(target))
        target[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        self._stream.close()
        super().close()
