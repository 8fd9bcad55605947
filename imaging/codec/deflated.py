"""Unpacks deflated DICOM data sets without letting a small file fill the memory."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

from domain.errors import PixelDataError

MAX_INFLATED = 512 * 1024 * 1024
"""Bytes: four times the largest mammogram. Deflate can blow a file up a thousandfold."""
_CHUNK = 1 << 20


def inflate(stream: BinaryIO, where: str, limit: int = MAX_INFLATED) -> io.BytesIO:
    """The data set after the file meta information, unpacked (PS3.5 A.5).

    stream stands at the first deflated byte. A stream that ends early gives what there is.
    Raises PixelDataError where it is damaged or unpacks to more than ``limit`` bytes.
    """
    unpacked = io.BytesIO()
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while not engine.eof and (packed := engine.unconsumed_tail or stream.read(_CHUNK)):
            unpacked.write(engine.decompress(packed, _CHUNK))
            if unpacked.tell() > limit:
                raise PixelDataError(
                    f"the deflated data set unpacks to more than {limit >> 20} MiB",
                    where=where,
                    remedy="Export the image without deflating it",
                )
    except zlib.error as error:
        raise PixelDataError(
            f"the deflated data set is damaged ({error})",
            where=where,
            remedy="Copy or export the file again",
        ) from error
    unpacked.seek(0)
    return unpacked
