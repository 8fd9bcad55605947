"""Encodes one frame into the codestream of a transfer syntax; the counterpart of codecs.py."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.pixels.encoders.base import RLELosslessEncoder

from domain.errors import MissingDependencyError
from imaging.codec.codecs import NATIVE_SYNTAXES, REQUIREMENT

LOSSY_METHODS: dict[str, str] = {
    uid.JPEGBaseline8Bit: "ISO_10918_1",
    uid.JPEGExtended12Bit: "ISO_10918_1",
    uid.JPEGLSNearLossless: "ISO_14495_1",
    uid.JPEG2000: "ISO_15444_1",
    uid.HTJ2K: "ISO_15444_15",
}
"""Lossy transfer syntaxes, with Lossy Image Compression Method (0028,2114), PS3.3 C.7.6.1.1.5.1."""

_JPEG_QUALITY = 98
_NEAR = 2
"""JPEG-LS near-lossless: the largest error of any pixel, in grey values."""
_J2K_DECIBELS = 80
_HTJ2K_STEP = 0.00003
_MOST_BITS = {uid.JPEGBaseline8Bit: 8, uid.JPEGExtended12Bit: 12}

Samples = npt.NDArray[Any]
_Encoder = Callable[[Samples, int], bytes]


def encode_frame(pixels: Samples, syntax: str, bits_stored: int) -> bytes:
    """Encode grey samples; the result has an even length only by chance.

    pixels: (rows, columns), uint8, int8, uint16 or int16, values within ``bits_stored`` bits.
    JPEG and JPEG-LS know no sign: they get the two's complement bits, as PS3.5 8.2 has it.

    Raises ValueError for an uncompressed or unknown syntax, for more bits than the syntax
    holds, and for signed samples in lossy JPEG; MissingDependencyError without imagecodecs.
    """
    encoder = _ENCODERS.get(uid.UID(syntax))
    if encoder is None:
        raise ValueError(f"{uid.UID(syntax).name} is not a compressed syntax with an encoder")
    if bits_stored > _MOST_BITS.get(uid.UID(syntax), 16):
        raise ValueError(f"{uid.UID(syntax).name} holds no {bits_stored} bits")
    return encoder(pixels, bits_stored)


def encodable_syntaxes() -> tuple[str, ...]:
    """All transfer syntaxes that can be written, uncompressed ones first."""
    return (*NATIVE_SYNTAXES, *map(str, _ENCODERS))


def _library() -> Any:
    try:
        return import_module("imagecodecs")
    except ImportError:
        raise MissingDependencyError(
            "imagecodecs is not installed", remedy=f"Run: pip install '{REQUIREMENT}'"
        ) from None


def _pattern(pixels: Samples, bits: int) -> Samples:
    """The stored bits as unsigned samples, in the fewest bytes."""
    unsigned = pixels.astype(np.int32) & ((1 << bits) - 1)
    return unsigned.astype(np.uint8 if bits <= 8 else np.uint16)


def _jpeg_lossy(pixels: Samples, bits: int) -> bytes:
    if pixels.dtype.kind == "i":
        raise ValueError("lossy JPEG turns small negative values into large positive ones")
    samples = _pattern(pixels, bits)
    width = 8 * samples.itemsize if bits <= 8 else 12
    return bytes(_library().jpeg8_encode(samples, level=_JPEG_QUALITY, bitspersample=width))


def _jpeg_lossless(predictor: int) -> _Encoder:
    def encode(pixels: Samples, bits: int) -> bytes:
        return bytes(
            _library().jpeg8_encode(
                _pattern(pixels, bits),
                lossless=True,
                predictor=predictor,
                bitspersample=max(bits, 2),
            )
        )

    return encode


def _jpeg_ls(near: int) -> _Encoder:
    def encode(pixels: Samples, _bits: int) -> bytes:
        # This encoder always codes whole bytes: the sign fills them, or readers would miss it.
        samples = _pattern(pixels, 8 * pixels.itemsize)
        return bytes(_library().jpegls_encode(samples, level=near))

    return encode


def _jpeg_2000(reversible: bool) -> _Encoder:
    def encode(pixels: Samples, bits: int) -> bytes:
        return bytes(
            _library().jpeg2k_encode(
                pixels,
                level=0 if reversible else _J2K_DECIBELS,
                codecformat="j2k",
                bitspersample=bits,
                reversible=reversible,
            )
        )

    return encode


def _htj2k(reversible: bool, in_parts: bool = False) -> _Encoder:
    def encode(pixels: Samples, _bits: int) -> bytes:
        library = _library()
        # RPCL is the order this encoder always uses; the RPCL syntax also wants TLM, PS3.5 A.4.4.
        options = {"tlm": True, "tilepart": library.HTJ2K.TILEPART.RESOLUTIONS} if in_parts else {}
        level = None if reversible else _HTJ2K_STEP
        return bytes(library.htj2k_encode(pixels, level, reversible=reversible, **options))

    return encode


def _rle(pixels: Samples, bits: int) -> bytes:
    rows, columns = pixels.shape
    return RLELosslessEncoder.encode(
        pixels,
        rows=rows,
        columns=columns,
        samples_per_pixel=1,
        photometric_interpretation="MONOCHROME2",
        bits_allocated=8 * pixels.itemsize,
        bits_stored=bits,
        pixel_representation=int(pixels.dtype.kind == "i"),
        number_of_frames=1,
    )


_ENCODERS: dict[uid.UID, _Encoder] = {
    uid.RLELossless: _rle,
    uid.JPEGBaseline8Bit: _jpeg_lossy,
    uid.JPEGExtended12Bit: _jpeg_lossy,
    uid.JPEGLossless: _jpeg_lossless(predictor=7),
    uid.JPEGLosslessSV1: _jpeg_lossless(predictor=1),
    uid.JPEGLSLossless: _jpeg_ls(0),
    uid.JPEGLSNearLossless: _jpeg_ls(_NEAR),
    uid.JPEG2000Lossless: _jpeg_2000(reversible=True),
    uid.JPEG2000: _jpeg_2000(reversible=False),
    uid.HTJ2KLossless: _htj2k(reversible=True),
    uid.HTJ2KLosslessRPCL: _htj2k(reversible=True, in_parts=True),
    uid.HTJ2K: _htj2k(reversible=False),
}
