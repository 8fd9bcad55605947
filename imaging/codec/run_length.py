"""RLE Lossless, PS3.5 Annex G, through imagecodecs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from imaging.codec.codestream import CodestreamError


def decode_run_lengths(
    data: bytes, size: tuple[int, int, int], bytes_a_sample: int
) -> npt.NDArray[Any]:
    """Decode a frame: one segment for each byte of each sample, high byte first.

    size: samples a pixel, rows, columns. Returns (rows, columns), or (rows, columns, samples)
    for colour, unsigned. Raises CodestreamError where the frame is damaged, cut short, or has
    another number of segments.
    """
    segments = int.from_bytes(data[:4], "little")
    if segments != size[0] * bytes_a_sample:
        raise CodestreamError(
            f"the RLE frame has {segments} segments, not {size[0] * bytes_a_sample}"
        )
    planes = np.empty(size, f"<u{bytes_a_sample}")
    decode = import_module("imagecodecs").dicomrle_decode
    try:
        filled = decode(data, planes.dtype, out=planes.reshape(-1).view(np.uint8).data)
    except (RuntimeError, ValueError) as error:
        raise CodestreamError(f"the RLE frame is damaged or cut short ({error})") from error
    if len(filled) != planes.nbytes:
        raise CodestreamError(
            f"the RLE frame is cut short: {len(filled)} bytes instead of {planes.nbytes}"
        )
    return planes[0] if size[0] == 1 else np.moveaxis(planes, 0, -1)
