"""The Image Pixel module and Pixel Data of a written image, in any transfer syntax."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRBigEndian

from imaging.codec.codecs import NATIVE_SYNTAXES
from imaging.codec.encoders import LOSSY_METHODS, encode_frame
from imaging.writing.writer_header import MammogramHeader
from imaging.writing.writer_values import decimal_string

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def fill_pixels(
    ds: Dataset, frames: Sequence[Pixels], header: MammogramHeader, syntax: str
) -> None:
    """Write Image Pixel (PS3.3 C.7.6.3) and what lossy compression must say (C.7.6.1.1.5).

    frames: each (rows, columns), all alike, values below 2**bits_stored.
    """
    first = frames[0]
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME1" if header.inverted else "MONOCHROME2"
    ds.Rows, ds.Columns = first.shape
    ds.BitsAllocated = 8 * first.itemsize
    ds.BitsStored, ds.HighBit = header.bits_stored, header.bits_stored - 1
    ds.PixelRepresentation = 0
    if header.padding is not None:
        ds.add_new("PixelPaddingValue", "US", header.padding)
    if header.padding_limit is not None:
        ds.add_new("PixelPaddingRangeLimit", "US", header.padding_limit)
    ds.LossyImageCompression = "00"
    if syntax in NATIVE_SYNTAXES:
        ds.add_new("PixelData", "OW" if first.itemsize > 1 else "OB", _native(frames, syntax))
    else:
        _fill_compressed(ds, frames, header, syntax)


def _native(frames: Sequence[Pixels], syntax: str) -> bytes:
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    kind = np.dtype(f"{order}u{frames[0].itemsize}")
    data = b"".join(frame.astype(kind, copy=False).tobytes() for frame in frames)
    return data + b"\0" * (len(data) % 2)


def _fill_compressed(
    ds: Dataset, frames: Sequence[Pixels], header: MammogramHeader, syntax: str
) -> None:
    encoded = [encode_frame(frame, syntax, header.bits_stored) for frame in frames]
    ds.add_new("PixelData", "OB", encapsulate(encoded))
    ds["PixelData"].is_undefined_length = True
    method = LOSSY_METHODS.get(syntax)
    if method is not None:
        whole, packed = sum(frame.nbytes for frame in frames), sum(map(len, encoded))
        ds.LossyImageCompression = "01"
        ds.LossyImageCompressionRatio = decimal_string(round(whole / packed, 3))
        ds.LossyImageCompressionMethod = method
