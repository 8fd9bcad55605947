"""From raw samples to stored pixel values: 16 bits wide, one grey channel, the sign in place."""

from __future__ import annotations

from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt
from pydicom.uid import HTJ2KLossless, HTJ2KLosslessRPCL, JPEG2000Lossless

from domain.study import Flag
from imaging.attributes.tags import label_of
from imaging.codec.codecs import Decoded
from imaging.frame.frame_header import PixelFormat
from imaging.raster import StoredPixels

Samples = npt.NDArray[Any]
Flags = tuple[Flag, ...]
_LOSSLESS_J2K = frozenset({JPEG2000Lossless, HTJ2KLossless, HTJ2KLosslessRPCL})


def native_values(
    raw: npt.NDArray[np.uint8], pixels: PixelFormat, *, big_endian: bool
) -> tuple[StoredPixels, Flags]:
    """Values of one uncompressed frame (PS3.5 8.1.1).

    raw: the frame's bytes, ``pixels.frame_bytes`` long, writable; may be changed.
    """
    size = (pixels.rows, pixels.columns)
    if pixels.subsampled:  # Y Y Cb Cr for every two pixels, PS3.3 C.7.6.3.1.2
        return _settled(raw.reshape(-1, 4)[:, :2].reshape(size), pixels, pixels.allocated)
    kind = np.dtype(f"u{pixels.allocated // 8}").newbyteorder(">" if big_endian else "<")
    samples: Samples = raw.view(kind).astype(kind.newbyteorder("="), copy=False)
    if pixels.samples == 1:
        return _settled(samples.reshape(size), pixels, pixels.allocated)
    if pixels.planar:
        colour = np.moveaxis(samples.reshape(pixels.samples, *size), 0, -1)
    else:
        colour = samples.reshape(*size, pixels.samples)
    return _settled(_grey(colour, "YBR" in pixels.photometric), pixels, pixels.allocated)


def decoded_values(
    decoded: Decoded, pixels: PixelFormat, syntax: str
) -> tuple[StoredPixels, Flags]:
    """Values of one decompressed frame, which may be changed."""
    own, samples = decoded.own, cast("Samples", decoded.pixels)
    if samples.ndim == 3:
        samples = _grey(samples, decoded.ybr)
    if own is None:
        return _settled(samples, pixels, pixels.allocated)
    if own.signed and pixels.signed:
        return samples.astype(np.int16, copy=False), ()
    if own.signed:  # a mistake of the encoder: the bit pattern is right, the sign is not
        return samples.astype(np.uint16) & np.uint16((1 << own.precision) - 1), ()
    lossless = own.lossless or syntax in _LOSSLESS_J2K
    return _settled(samples, pixels, own.precision, lossless=lossless)


def _grey(colour: Samples, ybr: bool) -> Samples:
    """Luminance by ITU-R BT.601, which is what Y of YBR already is. colour: (rows, columns, 3)."""
    if ybr:
        return np.ascontiguousarray(colour[..., 0])
    return cast("Samples", cv2.cvtColor(np.ascontiguousarray(colour), cv2.COLOR_RGB2GRAY))


def _settled(
    samples: Samples, pixels: PixelFormat, reach: int, *, lossless: bool = True
) -> tuple[StoredPixels, Flags]:
    """The stored bits of each sample. reach: how many low bits of a sample may be set at all."""
    low = pixels.high + 1 - pixels.stored if reach > pixels.high else 0
    bits = min(pixels.stored, reach)
    values = samples.astype(np.uint16, copy=False)
    if pixels.signed:
        return _extended(values.view(np.int16), bits, low), ()
    if low:
        np.right_shift(values, low, out=values)
    if reach - low <= bits:
        return values, ()
    return _limited(values, (1 << bits) - 1, lossless)


def _extended(values: npt.NDArray[np.int16], bits: int, low: int) -> npt.NDArray[np.int16]:
    """Two's complement of ``bits`` bits above the ``low`` lowest ones, whatever lies around."""
    if bits < 16:
        np.left_shift(values, 16 - low - bits, out=values)
        np.right_shift(values, 16 - bits, out=values)
    return values


def _limited(
    values: npt.NDArray[np.uint16], top: int, lossless: bool
) -> tuple[npt.NDArray[np.uint16], Flags]:
    if int(values.max()) <= top:
        return values, ()
    if lossless:  # an old overlay in the high bits (PS3.5 8.1.2), or scrap
        np.bitwise_and(values, np.uint16(top), out=values)
    else:  # lossy coding shot over the brightest value; masked, that would turn black
        np.minimum(values, np.uint16(top), out=values)
    return values, (Flag("bits above the stored ones were dropped", label_of("BitsStored")),)
