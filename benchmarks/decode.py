"""Decoding one 4096x3328 mammogram through our loader, against the bare codec on the same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
from pydicom import uid
from pydicom.encaps import encapsulate

from benchmarks.mammogram_file import BITS, Pixels, mammogram_pixels, write_mammogram
from benchmarks.row import Row, paired_medians
from imaging.codec.encoders import encode_frame
from imaging.frame.frames import FrameReader

_TARGET = 1.15
_FAST, _SLOW = 15, 3


@dataclass(frozen=True)
class _Case:
    """A transfer syntax and the bare function that decodes its codestream."""

    syntax: uid.UID
    bare: Callable[[bytes], object]
    rounds: int
    target: float | None = None


_CASES = (
    _Case(uid.JPEGLosslessSV1, imagecodecs.jpeg_decode, _FAST, _TARGET),
    _Case(uid.JPEGExtended12Bit, imagecodecs.jpeg_decode, _FAST),
    _Case(uid.JPEGLSLossless, imagecodecs.jpegls_decode, _SLOW),
    _Case(uid.JPEG2000Lossless, imagecodecs.jpeg2k_decode, _SLOW),
    _Case(uid.HTJ2KLossless, imagecodecs.jpeg2k_decode, _FAST),
    _Case(uid.ExplicitVRLittleEndian, bytearray, _FAST),
)


def rows() -> list[Row]:
    """One row a transfer syntax; only the commonest compressed one has a target."""
    pixels = mammogram_pixels()
    with tempfile.TemporaryDirectory() as folder:
        return [_row(Path(folder), pixels, case) for case in _CASES]


def _row(folder: Path, pixels: Pixels, case: _Case) -> Row:
    path = folder / f"{case.syntax}.dcm"
    if case.syntax.is_encapsulated:
        data = encode_frame(pixels, case.syntax, BITS)
        ref = write_mammogram(path, case.syntax, encapsulate([data]))
        reference = f"imagecodecs.{getattr(case.bare, '__name__', '')}"
    else:
        data = pixels.tobytes()
        ref = write_mammogram(path, case.syntax, data)
        reference = "a copy of the bytes in memory"

    def load() -> object:
        with FrameReader.open(ref) as reader:
            return reader.read()

    ours, bare = paired_medians(load, lambda: case.bare(data), case.rounds)
    name = f"decode 4096x3328 12 bit, {case.syntax.name.split(',')[0]}"
    return Row(name, ours * 1000, bare * 1000, reference, "ms", case.target)
