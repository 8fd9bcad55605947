"""Reads the small header of a compressed frame, before any decoder allocates for it.

The codestream says for itself how large it is; a decoder believes it. So it is compared with
the DICOM header first, and searched for its end marker: most decoders fill what is cut off with
made-up pixels and say nothing.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_END = b"\xff\xd9"  # EOI of JPEG and JPEG-LS, EOC of JPEG 2000
_J2K_START = b"\xff\x4f\xff\x51"
_J2K_SEARCH = 1 << 16  # a JP2 wrapper, not allowed by PS3.5 A.4.4 but seen, is shorter
_JPEG_LS_FRAME = 0xF7
_NO_FRAMES = frozenset({0xC4, 0xC8, 0xCC})  # DHT, JPG, DAC: between the start-of-frame markers
_START_OF_FRAME = (frozenset(range(0xC0, 0xD0)) - _NO_FRAMES) | {_JPEG_LS_FRAME}
_RGB_IDENTIFIERS = (b"RGB", b"rgb")  # component identifiers that some encoders write
_LOSSLESS_FRAMES = frozenset({0xC3, 0xC7, 0xCB, 0xCF})


class CodestreamError(ValueError):
    """The compressed frame is damaged, cut short, or of another kind than it should be."""


@dataclass(frozen=True)
class Codestream:
    """What a compressed frame says about itself.

    precision: bits per sample. components: samples per pixel. signed: JPEG 2000 only.
    lossless: whether every value comes back as it was; unknown for JPEG 2000, then ``False``.
    ybr: whether colour is YCbCr (``True``) or RGB, where the codestream says so. complete: its
    end marker is there.
    """

    rows: int
    columns: int
    precision: int
    components: int
    signed: bool = False
    lossless: bool = False
    ybr: bool | None = None
    complete: bool = True


def read_jpeg(data: bytes) -> Codestream:
    """Parse JPEG (ISO/IEC 10918-1) or JPEG-LS (ISO/IEC 14495-1); raises CodestreamError."""
    if data[:2] != b"\xff\xd8":
        raise CodestreamError("the frame is no JPEG: it does not begin with FFD8")
    try:
        return _scan_jpeg(data)
    except (IndexError, struct.error):
        raise CodestreamError("the JPEG's own header is cut short") from None


def _scan_jpeg(data: bytes) -> Codestream:
    position, frame, jfif, identifiers = 2, None, False, b""
    while True:
        position, marker, length = _next_segment(data, position)
        if marker == 0xDA:
            break
        if marker in _START_OF_FRAME:
            frame = (marker, *struct.unpack_from(">BHHB", data, position + 2))
            identifiers = data[position + 8 : position + length : 3]
        elif marker == 0xE0:
            jfif = jfif or data[position + 2 : position + 6] == b"JFIF"
        position += length
    if frame is None:
        raise CodestreamError("the JPEG's own header names no size")
    kind, precision, rows, columns, components = frame
    near = data[position + 3 + 2 * data[position + 2]]  # NEAR of JPEG-LS, PS3.5 8.2.3
    return Codestream(
        rows,
        columns,
        precision,
        components,
        lossless=kind in _LOSSLESS_FRAMES or (kind == _JPEG_LS_FRAME and near == 0),
        ybr=False if identifiers in _RGB_IDENTIFIERS else (jfif or None),
        complete=data.rfind(_END, position) >= 0,
    )


def _next_segment(data: bytes, position: int) -> tuple[int, int, int]:
    """Position of the segment's length field, its marker, and that length."""
    if data[position] != 0xFF:
        raise CodestreamError("the JPEG's own header is damaged")
    while data[position] == 0xFF:  # any number of fill bytes, ISO/IEC 10918-1 B.1.1.2
        position += 1
    marker = data[position]
    (length,) = struct.unpack_from(">H", data, position + 1)
    if length < 2 or marker == 0:
        raise CodestreamError("the JPEG's own header is damaged")
    return position + 1, marker, length


def read_jpeg2000(data: bytes) -> Codestream:
    """Parse JPEG 2000 or HTJ2K (ISO/IEC 15444-1 A.5.1); raises CodestreamError."""
    start = data.find(_J2K_START, 0, _J2K_SEARCH)
    if start < 0:
        raise CodestreamError("the frame is no JPEG 2000: it has no FF4FFF51")
    try:
        right, bottom, left, top = struct.unpack_from(">IIII", data, start + 8)
        components, depth = struct.unpack_from(">HB", data, start + 40)
    except struct.error:
        raise CodestreamError("the JPEG 2000's own header is cut short") from None
    return Codestream(
        rows=bottom - top,
        columns=right - left,
        precision=(depth & 0x7F) + 1,
        components=components,
        signed=bool(depth & 0x80),
        complete=data.rfind(_END, start + 42) >= 0,
    )


def starts_frame(fragment: bytes) -> bool:
    """Whether a fragment's first 12 bytes begin a JPEG, JPEG-LS or JPEG 2000 image."""
    return fragment[:3] == b"\xff\xd8\xff" or _J2K_START in fragment or fragment[4:8] == b"jP  "
