"""Opening a four-view study to ready pyramids, against decoding the four one after the other."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import uid
from pydicom.encaps import encapsulate

from benchmarks.mammogram_file import BITS, mammogram_pixels, write_mammogram
from benchmarks.row import Row, paired_medians
from domain.errors import FourviewError
from domain.study import ImageRef
from imaging.codec.encoders import encode_frame
from imaging.loader import load_study

_SYNTAX = uid.JPEGLosslessSV1
_TARGET = 0.65
_ROUNDS = 7


def rows() -> list[Row]:
    """One row: the time until all four views could be shown."""
    pixels = mammogram_pixels()
    views = (pixels, pixels[:, ::-1], pixels[::-1], pixels[::-1, ::-1])
    frames = [encode_frame(np.ascontiguousarray(view), _SYNTAX, BITS) for view in views]
    with tempfile.TemporaryDirectory() as folder:
        refs = [
            write_mammogram(Path(folder) / f"{index}.dcm", _SYNTAX, encapsulate([frame]))
            for index, frame in enumerate(frames)
        ]
        ours, bare = paired_medians(partial(_open, refs), partial(_decode, frames), _ROUNDS)
    reference = "imagecodecs.jpeg_decode of the four in turn"
    name = "open four views 4096x3328 12 bit, JPEG Lossless, to ready pyramids"
    return [Row(name, ours * 1000, bare * 1000, reference, "ms", _TARGET)]


def _open(refs: list[ImageRef]) -> None:
    for _, image in load_study(refs):
        if isinstance(image, FourviewError):
            raise image


def _decode(frames: list[bytes]) -> None:
    for frame in frames:
        imagecodecs.jpeg_decode(frame)
