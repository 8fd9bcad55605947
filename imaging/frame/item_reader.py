"""Steps through the items of encapsulated Pixel Data (PS3.5 A.4), reading their headers only."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from domain.errors import PixelDataError
from domain.study import Flag
from imaging.frame.frame_file import PIXEL_DATA, UNDEFINED_LENGTH, PixelElement

_ITEM, _SEQUENCE_END = (0xFFFE, 0xE000), (0xFFFE, 0xE0DD)
_MAX_ITEMS = 1_000_000
_REMEDY = "Copy or export the file again"


@dataclass(frozen=True)
class Span:
    """A stretch of the stream: offset of its first byte, and length."""

    start: int
    length: int


class ItemReader:
    """Gives one item after the other; ``flags`` grows with what is odd about them."""

    def __init__(self, stream: BinaryIO, element: PixelElement, where: str) -> None:
        self._stream = stream
        self._where = where
        self._position = element.start
        self._end = stream.seek(0, 2)
        self._open_ended = element.length == UNDEFINED_LENGTH
        if not self._open_ended:
            self._end = min(self._end, element.start + element.length)
        self._count = 0
        self.flags: tuple[Flag, ...] = ()

    def next(self) -> Span | None:
        """The next item's content, or ``None`` at the end.

        Raises PixelDataError where an item reaches beyond the end of the file, or where there
        is no sequence of items at all.
        """
        self._stream.seek(self._position)
        head = self._stream.read(min(8, self._end - self._position))
        group, element, length = struct.unpack("<HHI", head.ljust(8, b"\0"))
        if (group, element) != _ITEM:
            if (group, element) != _SEQUENCE_END:
                self._note_missing_end()
            return None
        self._count += 1
        span = Span(self._position + 8, length)
        self._check(span)
        self._position = span.start + length
        return span

    def _note_missing_end(self) -> None:
        if self._count == 0:
            raise PixelDataError(
                f"{PIXEL_DATA} is no sequence of compressed frames",
                where=self._where,
                remedy=_REMEDY,
            )
        if self._open_ended:
            self.flags = (Flag("the compressed frames have no end mark", PIXEL_DATA),)

    def _check(self, span: Span) -> None:
        missing = span.start + span.length - self._end
        if span.length == UNDEFINED_LENGTH or self._count > _MAX_ITEMS:
            raise PixelDataError(
                f"{PIXEL_DATA} is damaged between its compressed frames",
                where=self._where,
                remedy=_REMEDY,
            )
        if missing > 0:
            raise PixelDataError(
                f"{PIXEL_DATA} is cut short: {span.length} bytes expected in a compressed frame,"
                f" {span.length - missing} found",
                where=self._where,
                remedy=_REMEDY,
            )
