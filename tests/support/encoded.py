"""Reference images encoded in every transfer syntax, shared by all decoder tests.

The pixels are the truth; ``REFERENCES`` says how to encode them, and how far a decoder may be
off. Each is a kind of codestream met in the field, not only what our own writer produces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate

from domain.study import ImageRef
from imaging.codec.encoders import encode_frame
from imaging.frame.frames import FrameReader
from tests.support.dicom_factory import mammogram, save

Pixels = npt.NDArray[Any]
Encode = Callable[[Pixels, int], bytes]

SHAPES = ((1, 1), (7, 5), (33, 47), (64, 64), (128, 31))
DEPTHS = (8, 10, 12, 14, 16)


@dataclass(frozen=True)
class Reference:
    """One way to store an image.

    depths: bits stored that it holds. signed: whether it holds negative values. error: the
    largest difference of any decoded pixel.
    """

    name: str
    syntax: str
    encode: Encode | None
    depths: tuple[int, ...] = DEPTHS
    signed: bool = True
    error: int = 0


def picture(
    shape: tuple[int, int] = (33, 47), bits: int = 12, *, signed: bool = False, seed: int = 0
) -> Pixels:
    """A smooth ramp with grain that uses the whole range of ``bits``, lowest and highest value.

    uint8 or int8 up to 8 bits, else uint16 or int16.
    """
    rng = np.random.default_rng(seed)
    low = -(1 << (bits - 1)) if signed else 0
    span = (1 << bits) - 1
    ramp = np.add.outer(np.linspace(0, 0.7, shape[0]), np.linspace(0, 0.3, shape[1]))
    values = np.clip(ramp + rng.normal(0, 0.01, shape), 0, 1) * span
    values.flat[0], values.flat[-1] = 0, span
    kind = ("i" if signed else "u") + ("1" if bits <= 8 else "2")
    return (np.rint(values).astype(np.int64) + low).astype(kind)


def _plain(syntax: str) -> Encode:
    return lambda pixels, bits: encode_frame(pixels, syntax, bits)


def _selection(predictor: int) -> Encode:
    def encode(pixels: Pixels, bits: int) -> bytes:
        samples = bit_pattern(pixels, bits)
        return bytes(
            imagecodecs.jpeg8_encode(
                samples, lossless=True, predictor=predictor, bitspersample=bits
            )
        )

    return encode


def _other_jpeg_lossless(pixels: Pixels, bits: int) -> bytes:
    return bytes(imagecodecs.ljpeg_encode(bit_pattern(pixels, bits), bitspersample=bits))


def _wide_jpeg_lossless(pixels: Pixels, bits: int) -> bytes:
    """Sixteen-bit codestream for fewer bits stored, as older GE and Hologic units write it."""
    samples = pixels.astype(np.int16 if pixels.dtype.kind == "i" else np.uint16).view(np.uint16)
    return bytes(imagecodecs.jpeg8_encode(samples, lossless=True, predictor=1, bitspersample=16))


def _jpeg_ls_of_bare_bits(pixels: Pixels, bits: int) -> bytes:
    """Sixteen-bit codestream in which the sign of fewer bits stored is left at its place."""
    return bytes(imagecodecs.jpegls_encode(bit_pattern(pixels, bits)))


def _jp2(pixels: Pixels, bits: int) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="jp2", bitspersample=bits))


def _unsigned_j2k(pixels: Pixels, bits: int) -> bytes:
    samples = bit_pattern(pixels, bits)
    return bytes(
        imagecodecs.jpeg2k_encode(
            samples, level=0, codecformat="j2k", bitspersample=bits, reversible=True
        )
    )


def bit_pattern(pixels: Pixels, bits: int) -> Pixels:
    """The stored bits as unsigned samples, which is how JPEG and JPEG-LS see signed values."""
    kind = np.uint8 if bits <= 8 else np.uint16
    return (pixels.astype(np.int64) & ((1 << bits) - 1)).astype(kind)


NATIVE = tuple(
    Reference(uid.UID(syntax).name, syntax, None)
    for syntax in (
        uid.ImplicitVRLittleEndian,
        uid.ExplicitVRLittleEndian,
        uid.DeflatedExplicitVRLittleEndian,
        uid.ExplicitVRBigEndian,
    )
)
COMPRESSED = (
    Reference("RLE", uid.RLELossless, _plain(uid.RLELossless)),
    *(
        Reference(f"JPEG Lossless selection {number}", uid.JPEGLossless, _selection(number))
        for number in range(1, 8)
    ),
    Reference("JPEG Lossless SV1", uid.JPEGLosslessSV1, _plain(uid.JPEGLosslessSV1)),
    Reference("JPEG Lossless by another encoder", uid.JPEGLosslessSV1, _other_jpeg_lossless),
    Reference(
        "JPEG Lossless of 16 bits",
        uid.JPEGLosslessSV1,
        _wide_jpeg_lossless,
        depths=(10, 12, 14, 16),
    ),
    Reference("JPEG-LS", uid.JPEGLSLossless, _plain(uid.JPEGLSLossless)),
    Reference("JPEG-LS of bare bits", uid.JPEGLSLossless, _jpeg_ls_of_bare_bits),
    Reference(
        "JPEG-LS near-lossless",
        uid.JPEGLSNearLossless,
        _plain(uid.JPEGLSNearLossless),
        signed=False,
        error=2,
    ),
    Reference("JPEG 2000 lossless", uid.JPEG2000Lossless, _plain(uid.JPEG2000Lossless)),
    Reference("JPEG 2000 in a JP2 wrapper", uid.JPEG2000Lossless, _jp2),
    Reference("JPEG 2000 lossless, sign left out", uid.JPEG2000Lossless, _unsigned_j2k),
    Reference("JPEG 2000 lossy", uid.JPEG2000, _plain(uid.JPEG2000), depths=(10, 12), error=8),
    Reference("HTJ2K lossless", uid.HTJ2KLossless, _plain(uid.HTJ2KLossless)),
    Reference("HTJ2K lossless RPCL", uid.HTJ2KLosslessRPCL, _plain(uid.HTJ2KLosslessRPCL)),
    Reference("HTJ2K lossy", uid.HTJ2K, _plain(uid.HTJ2K), depths=(10, 12), signed=False, error=8),
    Reference(
        "JPEG Baseline",
        uid.JPEGBaseline8Bit,
        _plain(uid.JPEGBaseline8Bit),
        depths=(8,),
        signed=False,
        error=4,
    ),
    Reference(
        "JPEG Extended 12 bit",
        uid.JPEGExtended12Bit,
        _plain(uid.JPEGExtended12Bit),
        depths=(10, 12),
        signed=False,
        error=8,
    ),
)
REFERENCES = NATIVE + COMPRESSED


def data_set(
    frames: Sequence[Pixels], reference: Reference, bits: int, **attributes: Any
) -> Dataset:
    """A mammogram whose frames are stored as ``reference`` says. attributes: set afterwards."""
    first = frames[0]
    stack = np.stack(frames) if len(frames) > 1 else first
    ds = mammogram(pixels=stack, bits_stored=bits, SOPInstanceUID="2.25.4711")
    if reference.encode is not None:
        ds.PixelData = encapsulate([reference.encode(frame, bits) for frame in frames])
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    elif reference.syntax == uid.ExplicitVRBigEndian and first.itemsize > 1:
        ds.PixelData = stack.astype(stack.dtype.newbyteorder(">")).tobytes()
    elif len(ds.PixelData) % 2:
        ds.PixelData += b"\0"
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def stored(
    folder: Path,
    frames: Sequence[Pixels] | Pixels,
    reference: Reference,
    bits: int = 12,
    **attributes: Any,
) -> ImageRef:
    """Write such a data set and hand over its reference."""
    several = [frames] if isinstance(frames, np.ndarray) else list(frames)
    ds = data_set(several, reference, bits, **attributes)
    return ImageRef(str(save(ds, folder / "image.dcm", reference.syntax)))


def written(folder: Path, syntax: str = uid.ExplicitVRLittleEndian, **attributes: Any) -> ImageRef:
    """Write a mammogram with these attributes, as ``dicom_factory.mammogram`` takes them."""
    return ImageRef(str(save(mammogram(**attributes), folder / "image.dcm", syntax)))


def read_pixels(ref: ImageRef, index: int = 0) -> Pixels:
    """One frame's pixels through the reader under test."""
    with FrameReader.open(ref) as reader:
        return reader.read(index).pixels


def named(name: str) -> Reference:
    """The reference of that name."""
    return next(reference for reference in REFERENCES if reference.name == name)
