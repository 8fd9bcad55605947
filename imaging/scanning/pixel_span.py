"""Tells from the header and the file's length whether the pixel data are whole, unread.

The same checks as those before decoding, so that what passes a scan also loads: uncompressed
pixels by rows, columns, frames and bits against the bytes there are, compressed ones by stepping
from fragment to fragment.
"""

from __future__ import annotations

from domain.errors import PixelDataError
from domain.study import Flag
from imaging.attributes.tags import label_of
from imaging.codec.codecs import COMPRESSED_SYNTAXES, NATIVE_SYNTAXES, require_codec
from imaging.frame.frame_file import PIXEL_DATA, PixelFile
from imaging.frame.frame_header import read_pixel_format
from imaging.frame.frame_index import index_frames
from imaging.frame.frame_native import NativeFrames
from imaging.scanning.header_reader import ScannedHeader

_PIXEL_DATA_TAG = 0x7FE00010
_KNOWN = frozenset((*NATIVE_SYNTAXES, *COMPRESSED_SYNTAXES))


def check_pixel_span(
    header: ScannedHeader, where: str, *, compressed: bool = True
) -> tuple[Flag, ...]:
    """What is odd about the pixels; raises where they can't be shown.

    compressed: whether fragments are stepped through too; inside a deflated zip member that
    would unpack all of it. Raises UnsupportedSyntaxError, HeaderError, or PixelDataError that
    names Pixel Data with the bytes expected and found.
    """
    if header.syntax not in _KNOWN:
        # A codec that only this installation lacks says nothing about the file.
        require_codec(header.syntax, where)
    if header.pixels is None:
        raise PixelDataError(
            f"{PIXEL_DATA} is missing: the file ends before it",
            where=where,
            remedy="Copy or export the file again",
        )
    if header.pixels.tag != _PIXEL_DATA_TAG:
        raise PixelDataError(
            "floating-point pixels can't be shown as a mammogram",
            where=where,
            tag=label_of("FloatPixelData"),
        )
    file = PixelFile(header.dataset, header.syntax, header.stream, header.pixels.element)
    pixels, flags = read_pixel_format(header.dataset, where)
    if header.syntax in NATIVE_SYNTAXES:
        return flags + NativeFrames(file, pixels, where).flags
    if not compressed:
        return flags
    return flags + index_frames(file, pixels.frames, where)[1]
