"""Reads a DICOM file up to its pixels, and says where those lie."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_dataset, read_partial, read_preamble
from pydicom.tag import BaseTag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from domain.errors import ForeignFileError, FourviewError, HeaderError, PixelDataError
from imaging.attributes.tags import label_of, text, texts
from imaging.codec import dicom_setup
from imaging.codec.deflated import inflate

dicom_setup.ensure()

UNDEFINED_LENGTH = 0xFFFFFFFF
PIXEL_DATA = "Pixel Data (7FE0,0010)"
_PIXEL_TAG = 0x7FE00010
_FLOAT_TAGS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData"}
_REMEDY = "Copy or export the file again"


@dataclass(frozen=True)
class PixelElement:
    """Where the value of Pixel Data lies.

    start: offset in the stream. length: in bytes as written, ``UNDEFINED_LENGTH`` for
    compressed data. vr: as written, or empty with implicit VR.
    """

    start: int
    length: int
    vr: str


@dataclass(frozen=True)
class PixelFile:
    """A file read up to its pixels.

    header: all attributes before Pixel Data, with ``file_meta``. syntax: transfer syntax UID.
    stream: where ``element`` points into; not the file's own where that was deflated.
    """

    header: Dataset
    syntax: str
    stream: BinaryIO
    element: PixelElement


def read_to_pixels(stream: BinaryIO, where: str) -> PixelFile:
    """Read everything before Pixel Data; the pixels stay in the file.

    stream: seekable, at its start; stays open. Raises ForeignFileError where it is no DICOM
    image, HeaderError where the header can't be parsed, PixelDataError where there are no
    pixels, or only floating-point ones.
    """
    try:
        return _read(stream, where)
    except FourviewError:
        raise
    except InvalidDicomError:
        raise ForeignFileError(
            "is no DICOM file: the letters DICM are missing", where=where
        ) from None
    except (EOFError, OSError, struct.error) as error:
        if getattr(error, "errno", None) is not None:  # the system's; pydicom's own have no number
            raise
        raise PixelDataError(
            f"{PIXEL_DATA} is missing: the file ends inside its header",
            where=where,
            remedy=_REMEDY,
        ) from error
    except Exception as error:
        # A damaged header can make pydicom raise nearly anything.
        raise HeaderError("the header is damaged", where=where, remedy=_REMEDY) from error


def _read(stream: BinaryIO, where: str) -> PixelFile:
    meta = _read_meta(stream)
    if meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        source: BinaryIO = inflate(stream, where)
        stop = _PixelStop(source)
        header = read_dataset(source, False, True, stop_when=stop)
        header.file_meta = meta
    else:
        source, stop = stream, _PixelStop(stream)
        stream.seek(0)
        header = read_partial(stream, stop_when=stop)
        header.buffer = None  # or the header would keep the file open
    return PixelFile(header, _syntax(header, where), source, _element(header, stop, where))


def _read_meta(stream: BinaryIO) -> FileMetaDataset:
    """File meta information (PS3.10 7.1); the stream then stands at the data set."""
    read_preamble(stream, False)
    return FileMetaDataset(
        read_dataset(stream, False, True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2)
    )


class _PixelStop:
    """Tells pydicom where to stop, and remembers the element it stopped at."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.tag = 0
        self.element: PixelElement | None = None

    def __call__(self, tag: BaseTag, vr: str | None, length: int) -> bool:
        if tag != _PIXEL_TAG and tag not in _FLOAT_TAGS:
            return False
        # Asked before the value is read: the stream stands at its first byte.
        self.tag = int(tag)
        self.element = PixelElement(self._stream.tell(), length, vr or "")
        return True


def _syntax(header: Dataset, where: str) -> str:
    meta: Dataset = getattr(header, "file_meta", Dataset())
    declared = text(meta, "TransferSyntaxUID")
    if declared:
        return declared
    # pydicom found out from the first bytes; compressed data can't be told apart that way.
    encoding = header.original_encoding
    guessed = {
        (True, True): ImplicitVRLittleEndian,
        (False, True): ExplicitVRLittleEndian,
        (False, False): ExplicitVRBigEndian,
    }.get((bool(encoding[0]), bool(encoding[1])))
    if guessed is None:
        raise HeaderError("the transfer syntax is missing", where=where, remedy=_REMEDY)
    return str(guessed)


def _element(header: Dataset, stop: _PixelStop, where: str) -> PixelElement:
    if stop.tag in _FLOAT_TAGS:
        raise PixelDataError(
            "floating-point pixels can't be shown as a mammogram",
            where=where,
            tag=label_of(_FLOAT_TAGS[stop.tag]),
        )
    if stop.element is not None:
        return stop.element
    if any(any(texts(header, keyword)) for keyword in ("Rows", "Columns", "BitsAllocated")):
        raise PixelDataError(f"{PIXEL_DATA} is missing", where=where, remedy=_REMEDY)
    raise ForeignFileError("is a DICOM object without an image", where=where)
