"""Reads the header of a DICOM file for a scan: the wanted attributes, and where the pixels begin.

Well-formed little-endian headers are split by ``element_walk``; big-endian, deflated and
odd ones are pydicom's.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_dataset, read_partial, read_preamble
from pydicom.tag import BaseTag, Tag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from domain.errors import ForeignFileError, FourviewError, HeaderError
from imaging.attributes import tags
from imaging.codec import dicom_setup
from imaging.codec.deflated import inflate
from imaging.frame.frame_file import PixelElement
from imaging.header.header import HEADER_KEYWORDS
from imaging.scanning.element_walk import (
    BytesRunOutError,
    OddHeaderError,
    PixelStart,
    walk_header,
    walk_meta,
    written_tag,
)
from imaging.source.bare_dicom import looks_explicit

dicom_setup.ensure()

_PIXEL_KEYWORDS = (
    "BitsAllocated",
    "BitsStored",
    "ExtendedOffsetTable",
    "HighBit",
    "PhotometricInterpretation",
    "PixelRepresentation",
    "PlanarConfiguration",
    "SamplesPerPixel",
)
_TAGS = tuple(sorted({Tag(keyword) for keyword in (*HEADER_KEYWORDS, *_PIXEL_KEYWORDS)}))
_WRITTEN_TAGS = frozenset(written_tag(tag) for tag in _TAGS)
# Looked into in every file; of the others the conclusions are mostly remembered by their bytes.
_SPLIT_TAGS = frozenset({written_tag(Tag("VOILUTSequence"))})
_PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_ODD_SYNTAXES = frozenset({DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian})
_PREAMBLE = 128
_MAGIC = b"DICM"
_FIRST_BYTES = 1 << 16
_MOST_BYTES = 1 << 25
_REMEDY = "Copy or export the file again"


@dataclass(frozen=True, eq=False)
class ScannedHeader:
    """What a scan reads of a file.

    dataset: the attributes a scan wants, with ``file_meta``. syntax: transfer syntax UID.
    pixels: ``None`` where the file ends before them. stream: what ``pixels`` points into.
    """

    dataset: Dataset
    syntax: str
    pixels: PixelStart | None
    stream: BinaryIO


def read_header(stream: BinaryIO, where: str) -> ScannedHeader:
    """Read the header of a DICOM file.

    stream: from ``open_ref``, at its start; stays open. Raises ForeignFileError where it is no
    DICOM, HeaderError where the header can't be parsed, PixelDataError where it is deflated and
    damaged.
    """
    data = _read(stream, _FIRST_BYTES)
    if data[_PREAMBLE : _PREAMBLE + 4] != _MAGIC:
        raise ForeignFileError("is no DICOM file: the letters DICM are missing", where=where)
    try:
        return _read_plain(stream, data)
    except (OddHeaderError, BytesRunOutError):
        return _read_oddly(stream, where)


def _read(stream: BinaryIO, count: int) -> bytes:
    parts: list[bytes] = []
    while count > 0 and (part := stream.read(count)):
        parts.append(part)
        count -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _read_plain(stream: BinaryIO, data: bytes) -> ScannedHeader:
    meta, begin = walk_meta(data, _PREAMBLE + 4)
    syntax = tags.text(meta, "TransferSyntaxUID")
    if syntax in _ODD_SYNTAXES:
        raise OddHeaderError
    explicit = syntax != ImplicitVRLittleEndian
    if not syntax:
        explicit = looks_explicit(data[begin : begin + 6])
        syntax = str(ExplicitVRLittleEndian if explicit else ImplicitVRLittleEndian)
    dataset, pixels = _walk_on(stream, data, begin, explicit=explicit)
    dataset.file_meta = meta
    return ScannedHeader(dataset, syntax, pixels, stream)


def _walk_on(
    stream: BinaryIO, data: bytes, begin: int, *, explicit: bool
) -> tuple[Dataset, PixelStart | None]:
    """Walk again with eight times the bytes until the pixels are reached."""
    while True:
        walked = None
        with suppress(BytesRunOutError):
            walked = walk_header(
                data, begin, explicit=explicit, wanted=_WRITTEN_TAGS, split=_SPLIT_TAGS
            )
        if walked is not None and walked[1] is not None:
            return walked
        if len(data) >= _MOST_BYTES:
            raise OddHeaderError
        more = _read(stream, 7 * len(data))
        if not more:
            if walked is None:
                raise BytesRunOutError
            return walked
        data += more


def _read_oddly(stream: BinaryIO, where: str) -> ScannedHeader:
    stream.seek(0)
    try:
        return _read_with_pydicom(stream, where)
    except (FourviewError, OSError):
        raise
    except Exception as error:
        # A damaged header can make pydicom raise nearly anything.
        raise HeaderError(
            f"the header can't be read ({type(error).__name__})", where=where, remedy=_REMEDY
        ) from error


def _read_with_pydicom(stream: BinaryIO, where: str) -> ScannedHeader:
    read_preamble(stream, force=False)
    meta = FileMetaDataset(
        read_dataset(stream, False, True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2)
    )
    wanted: list[BaseTag | int] = list(_TAGS)
    if meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        stream = inflate(stream, where)
        stop = _PixelStop(stream)
        dataset = read_dataset(stream, False, True, stop_when=stop, specific_tags=wanted)
        dataset.file_meta = meta
    else:
        stop = _PixelStop(stream)
        stream.seek(0)
        dataset = read_partial(stream, stop_when=stop, specific_tags=wanted)
        dataset.buffer = None  # or the header would keep the file open
    return ScannedHeader(dataset, _syntax(dataset, where), stop.found, stream)


def _syntax(dataset: Dataset, where: str) -> str:
    declared = tags.text(dataset.file_meta, "TransferSyntaxUID")
    if declared:
        return declared
    # pydicom found out from the first bytes; compressed data can't be told apart that way.
    guessed = {
        (True, True): ImplicitVRLittleEndian,
        (False, True): ExplicitVRLittleEndian,
        (False, False): ExplicitVRBigEndian,
    }.get((bool(dataset.original_encoding[0]), bool(dataset.original_encoding[1])))
    if guessed is None:
        raise HeaderError(
            "the transfer syntax is missing",
            where=where,
            tag=tags.label_of("TransferSyntaxUID"),
            remedy=_REMEDY,
        )
    return str(guessed)


class _PixelStop:
    """Tells pydicom where to stop, and remembers where that was."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.found: PixelStart | None = None

    def __call__(self, tag: BaseTag, vr: str | None, length: int) -> bool:
        if tag not in _PIXEL_TAGS:
            return False
        # Asked before the value is read: the stream stands at its first byte.
        element = PixelElement(self._stream.tell(), length, vr or "")
        self.found = PixelStart(int(tag), element)
        return True
