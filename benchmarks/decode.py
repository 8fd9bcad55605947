"""Decoding one 4096x3328 mammogram through our loader, against the bare codec on the same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from benchmarks.row import Row, paired_medians
from domain.study import ImageRef
from imaging.encoders import encode_frame
from imaging.frames import FrameReader

_SHAPE, _BITS = (4096, 3328), 12
_TARGET = 1.15
_FAST, _SLOW = 9, 2

Pixels = npt.NDArray[np.uint16]


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
    pixels = _mammogram()
    with tempfile.TemporaryDirectory() as folder:
        return [_row(Path(folder), pixels, case) for case in _CASES]


def _row(folder: Path, pixels: Pixels, case: _Case) -> Row:
    if case.syntax.is_encapsulated:
        data = encode_frame(pixels, case.syntax, _BITS)
        ref = _write(folder, case.syntax, encapsulate([data]))
        reference = f"imagecodecs.{getattr(case.bare, '__name__', '')}"
    else:
        data = pixels.tobytes()
        ref = _write(folder, case.syntax, data)
        reference = "a copy of the bytes in memory"

    def load() -> object:
        with FrameReader.open(ref) as reader:
            return reader.read()

    ours, bare = paired_medians(load, lambda: case.bare(data), case.rounds)
    name = f"decode 4096x3328 12 bit, {case.syntax.name.split(',')[0]}"
    return Row(name, ours * 1000, bare * 1000, reference, "ms", case.target)


def _write(folder: Path, syntax: uid.UID, data: bytes) -> ImageRef:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID = uid.DigitalMammographyXRayImageStorageForPresentation
    ds.file_meta.MediaStorageSOPInstanceUID = uid.UID("2.25.1")
    ds.Rows, ds.Columns = _SHAPE
    ds.SamplesPerPixel, ds.PixelRepresentation = 1, 0
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, _BITS, _BITS - 1
    ds.PixelData = data
    ds["PixelData"].VR = "OB" if syntax.is_encapsulated else "OW"
    path = folder / f"{syntax}.dcm"
    ds.save_as(path, enforce_file_format=True)
    return ImageRef(str(path))


def _mammogram() -> Pixels:
    """A smooth breast with quantum noise, air around it: (4096, 3328), 12 bits used."""
    rows, columns = _SHAPE
    y = (np.arange(rows, dtype=np.float32)[:, None] - rows / 2) / (0.46 * rows)
    x = np.arange(columns, dtype=np.float32)[None, :] / (0.78 * columns)
    tissue = np.sqrt(np.clip(1 - x * x - y * y, 0, None))
    level = cv2.GaussianBlur(3000 * tissue, (0, 0), 6)
    noise = np.random.default_rng(7).normal(0, 1, _SHAPE).astype(np.float32)
    noisy: Pixels = np.clip(level + noise * np.sqrt(level) * 0.6, 0, 4095).astype(np.uint16)
    return noisy
