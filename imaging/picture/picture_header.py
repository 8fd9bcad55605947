"""Reads how large a PNG, JPEG or TIFF picture is, and whether it is whole, without decoding it."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from domain.errors import ForeignFileError, HeaderError, PixelDataError
from imaging.codec.codestream import CodestreamError, read_jpeg
from imaging.picture.picture_format import PictureFormat, checked
from imaging.picture.tiff_header import TIFF_MAGICS, read_tiff

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_PNG_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}  # by colour type, ISO/IEC 15948 11.2.2
_MOST_CHUNKS = 1_000_000
_JPEG_MAGIC = b"\xff\xd8\xff"
_JPEG_HEAD = 1 << 20
_JPEG_TAIL = 1 << 16
_REMEDY = "Copy or export the file again"


def read_picture_format(stream: BinaryIO, where: str) -> PictureFormat:
    """Size, bits and channels of a picture. stream: seekable, at its start.

    Raises ForeignFileError where it is no picture of these sorts, HeaderError where its size is
    absurd or its bits are of another kind than 8 or 16, PixelDataError where it is cut short.
    """
    magic = stream.read(8)
    stream.seek(0)
    try:
        if magic == _PNG_MAGIC:
            found = _read_png(stream, where)
        elif magic[:3] == _JPEG_MAGIC:
            found = _read_jpeg(stream, where)
        elif magic[:4] in TIFF_MAGICS:
            found = read_tiff(stream, where)
        else:
            raise ForeignFileError("is no PNG, JPEG or TIFF picture", where=where)
    except (CodestreamError, struct.error, IndexError) as error:
        raise HeaderError("the picture's header is damaged", where=where, remedy=_REMEDY) from error
    return checked(found, where)


def _read_png(stream: BinaryIO, where: str) -> PictureFormat:
    stream.seek(8)
    length, kind = struct.unpack(">I4s", stream.read(8))
    if kind != b"IHDR" or length != 13:
        raise HeaderError("the picture's header is damaged", where=where, remedy=_REMEDY)
    columns, rows, bits, colour = struct.unpack_from(">IIBB", stream.read(length))
    _walk_chunks(stream, where)
    channels = _PNG_CHANNELS.get(colour, 0)
    return PictureFormat("PNG", rows, columns, max(8, bits), channels, alpha=channels in (2, 4))


def _walk_chunks(stream: BinaryIO, where: str) -> None:
    """Step from chunk to chunk as far as IEND: a picture without it is cut short."""
    size = stream.seek(0, io.SEEK_END)
    position = 8
    for _ in range(_MOST_CHUNKS):
        stream.seek(position)
        head = stream.read(8)
        if len(head) < 8 or position + 12 > size:
            break
        length, kind = struct.unpack(">I4s", head)
        position += 12 + length
        if kind == b"IEND":
            return
    missing = f": {position} bytes expected, {size} found" if position > size else ""
    raise PixelDataError(f"the picture is cut short{missing}", where=where, remedy=_REMEDY)


def _read_jpeg(stream: BinaryIO, where: str) -> PictureFormat:
    own = read_jpeg(stream.read(_JPEG_HEAD))
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _JPEG_TAIL))
    if b"\xff\xd9" not in stream.read():  # EOI, ISO/IEC 10918-1 B.1.1.3
        raise PixelDataError(
            "the picture is cut short: its end mark is missing", where=where, remedy=_REMEDY
        )
    bits = 8 if own.precision <= 8 else 16
    return PictureFormat("JPEG", own.rows, own.columns, bits, own.components)
