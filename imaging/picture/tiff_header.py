"""Reads the first directory of a TIFF file (TIFF 6.0 section 2) as far as a mammogram needs it."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from domain.errors import HeaderError, PixelDataError
from imaging.picture.picture_format import PictureFormat

TIFF_MAGICS = frozenset({b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"})
_BIG_MAGICS = frozenset({b"II+\0", b"MM\0+"})
_WIDTH, _LENGTH, _BITS, _PHOTOMETRIC = 256, 257, 258, 262
_STRIPS, _SAMPLES, _STRIP_BYTES = 273, 277, 279
_TILES, _TILE_BYTES, _EXTRA, _SAMPLE_FORMAT = 324, 325, 338, 339
_TYPES = {1: "B", 3: "H", 4: "I"}  # BYTE, SHORT, LONG
_GREY_WHITE, _GREY_BLACK, _RGB, _YCBCR = 0, 1, 2, 6
_COLOURS = {_GREY_WHITE: 1, _GREY_BLACK: 1, _RGB: 3, _YCBCR: 3}
_MOST_VALUES = 1 << 20
_MOST_PAGES = 1000
_REMEDY = "Save the picture as grey PNG of 8 or 16 bits"

_Directory = dict[int, tuple[int, ...]]


def read_tiff(stream: BinaryIO, where: str) -> PictureFormat:
    """The first page's format. Raises as read_picture_format, and struct.error if damaged."""
    magic = stream.read(4)
    if magic in _BIG_MAGICS:
        raise HeaderError("BigTIFF pictures are not read", where=where, remedy=_REMEDY)
    order = "<" if magic[:2] == b"II" else ">"
    (start,) = struct.unpack(order + "I", stream.read(4))
    first, following = _read_directory(stream, order, start)
    _check_strips(stream, first, where)
    photometric = _one(first, _PHOTOMETRIC, _GREY_BLACK)
    channels = _one(first, _SAMPLES, 1)
    if photometric not in _COLOURS or _one(first, _SAMPLE_FORMAT, 1) != 1:
        raise HeaderError("the TIFF's pixels are neither grey nor RGB", where=where, remedy=_REMEDY)
    return PictureFormat(
        "TIFF",
        _one(first, _LENGTH, 0),
        _one(first, _WIDTH, 0),
        _one(first, _BITS, 1),
        channels,
        alpha=channels > _COLOURS[photometric],
        white_is_zero=photometric == _GREY_WHITE,
        pages=_count_pages(stream, order, start, following),
    )


def _one(directory: _Directory, tag: int, default: int) -> int:
    return directory.get(tag, (default,))[0]


def _read_directory(stream: BinaryIO, order: str, start: int) -> tuple[_Directory, int]:
    """The entries with whole numbers, and where the next directory begins, 0 for nowhere."""
    stream.seek(start)
    (count,) = struct.unpack(order + "H", stream.read(2))
    raw = stream.read(12 * count + 4)
    found: _Directory = {}
    for position in range(0, 12 * count, 12):
        tag, kind, length = struct.unpack_from(order + "HHI", raw, position)
        if kind in _TYPES and 0 < length <= _MOST_VALUES:
            found[tag] = _values(stream, order, raw[position + 8 : position + 12], kind, length)
    return found, struct.unpack_from(order + "I", raw, 12 * count)[0]


def _values(stream: BinaryIO, order: str, field: bytes, kind: int, length: int) -> tuple[int, ...]:
    form = f"{order}{length}{_TYPES[kind]}"
    size = struct.calcsize(form)
    if size > 4:
        stream.seek(struct.unpack(order + "I", field)[0])
        field = stream.read(size)
    return struct.unpack_from(form, field)


def _check_strips(stream: BinaryIO, directory: _Directory, where: str) -> None:
    size = stream.seek(0, io.SEEK_END)
    for starts, lengths in ((_STRIPS, _STRIP_BYTES), (_TILES, _TILE_BYTES)):
        pairs = zip(directory.get(starts, ()), directory.get(lengths, ()), strict=False)
        end = max((start + length for start, length in pairs), default=0)
        if end > size:
            raise PixelDataError(
                f"the picture is cut short: {end} bytes expected, {size} found",
                where=where,
                remedy="Copy or export the file again",
            )


def _count_pages(stream: BinaryIO, order: str, first: int, following: int) -> int:
    seen = {first}
    while following and following not in seen and len(seen) < _MOST_PAGES:
        seen.add(following)
        stream.seek(following)
        count = stream.read(2)
        if len(count) < 2:
            break
        stream.seek(12 * struct.unpack(order + "H", count)[0], io.SEEK_CUR)
        tail = stream.read(4)
        following = struct.unpack(order + "I", tail)[0] if len(tail) == 4 else 0
    return len(seen)
