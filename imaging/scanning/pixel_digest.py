"""Tells whether two images have the same pixels as stored, without decoding them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable

from domain.errors import CancelledError, FourviewError
from domain.study import ImageRef
from imaging.frame.frame_file import UNDEFINED_LENGTH, PixelElement
from imaging.scanning.header_reader import ScannedHeader, read_header
from imaging.source.opening import open_ref

_CHUNK = 1 << 20


def pixel_digest(ref: ImageRef, cancelled: Callable[[], bool]) -> bytes | None:
    """Hash of the bytes of Pixel Data as they lie in the file; ``None`` where they can't be read.

    Compressed data, which have no length of their own, count to the end of the file. Raises
    CancelledError.
    """
    try:
        with open_ref(ref) as stream:
            header = read_header(stream, ref.where)
            if header.pixels is None:
                return None
            return _digest(header, header.pixels.element, cancelled)
    except CancelledError:
        raise
    except (FourviewError, OSError):
        return None


def _digest(header: ScannedHeader, element: PixelElement, cancelled: Callable[[], bool]) -> bytes:
    digest = hashlib.blake2b(header.syntax.encode(), digest_size=32)
    left = element.length if element.length != UNDEFINED_LENGTH else sys.maxsize
    header.stream.seek(element.start)
    while left > 0 and (chunk := header.stream.read(min(left, _CHUNK))):
        if cancelled():
            raise CancelledError("the scan was stopped")
        digest.update(chunk)
        left -= len(chunk)
    return digest.digest()
