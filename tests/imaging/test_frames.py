"""Frames are read as stored, one at a time, whatever the syntax, depth and sign."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import uid

from domain.errors import (
    PixelDataError,
)
from domain.study import ImageRef
from imaging.frame.frames import FrameReader
from tests.support.encoded import (
    DEPTHS,
    REFERENCES,
    Reference,
    named,
    picture,
    read_pixels,
    stored,
)
from tests.support.real_data import GE_RMLO, HOLOGIC_TRUNCATED, SIEMENS_STEREO, needs_real_data

EXPLICIT = named("Explicit VR Little Endian")
SV1 = named("JPEG Lossless SV1")


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_every_syntax_depth_and_sign_gives_the_pixels_that_went_in(
    reference: Reference, tmp_path: Path
) -> None:
    for bits in reference.depths:
        for signed in (False, True) if reference.signed else (False,):
            pixels = picture((33, 47), bits, signed=signed)
            read = read_pixels(stored(tmp_path, pixels, reference, bits))
            assert read.dtype == (np.int16 if signed else np.uint16)
            error = np.abs(read.astype(int) - pixels).max()
            assert error <= reference.error, f"{bits} bits, signed {signed}: off by {error}"


# pydicom looks for the sign where the codestream's precision puts it, whatever Bits Stored says.
COMPARABLE = [reference for reference in REFERENCES if reference.name != "JPEG-LS of bare bits"]


@pytest.mark.parametrize("reference", COMPARABLE, ids=lambda reference: reference.name)
def test_pydicoms_own_pixel_array_agrees(reference: Reference, tmp_path: Path) -> None:
    bits = 12 if 12 in reference.depths else 8
    for signed in (False, True) if reference.signed else (False,):
        ref = stored(tmp_path, picture((33, 47), bits, signed=signed), reference, bits)
        theirs = pydicom.dcmread(ref.path).pixel_array
        top = (1 << (bits - 1 if signed else bits)) - 1  # pydicom lets lossy values exceed it
        assert np.array_equal(read_pixels(ref), np.minimum(theirs, top))


@settings(max_examples=50, deadline=None)
@given(
    reference=st.sampled_from([reference for reference in REFERENCES if not reference.error]),
    bits=st.sampled_from(DEPTHS),
    signed=st.booleans(),
    shape=st.tuples(st.integers(1, 24), st.integers(1, 24)),
    seed=st.integers(0, 2**32 - 1),
)
def test_lossless_storage_of_any_size_comes_back_whole(
    reference: Reference,
    bits: int,
    signed: bool,
    shape: tuple[int, int],
    seed: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    bits = bits if bits in reference.depths else 12
    pixels = picture(shape, bits, signed=signed, seed=seed)
    folder = tmp_path_factory.mktemp("any")
    assert np.array_equal(read_pixels(stored(folder, pixels, reference, bits)), pixels)


def test_pixels_are_read_only_contiguous_and_widened_from_eight_bits(tmp_path: Path) -> None:
    for reference in REFERENCES:
        bits = reference.depths[0]
        read = read_pixels(stored(tmp_path, picture((9, 7), bits), reference, bits))
        assert read.flags.c_contiguous, reference.name
        assert not read.flags.writeable, reference.name
        assert read.dtype == np.uint16, reference.name


def test_the_header_comes_without_pixels_and_outlives_the_file(tmp_path: Path) -> None:
    reader = FrameReader.open(stored(tmp_path, picture(), SV1))
    raster = reader.read()
    reader.close()
    assert "PixelData" not in reader.header
    assert reader.header.file_meta.TransferSyntaxUID == uid.JPEGLosslessSV1 == reader.syntax
    assert reader.header.ImageLaterality == "R"
    assert raster.size.shape == (33, 47)
    assert raster.frame == 0


class _CountingFile:
    """Counts the bytes that pass through."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.count += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer)
        self.count += count
        return count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.mark.parametrize("reference", [EXPLICIT, SV1], ids=lambda reference: reference.name)
def test_only_the_wanted_frame_of_a_tomosynthesis_is_read(
    reference: Reference, tmp_path: Path
) -> None:
    frames = [picture((200, 150), seed=number) for number in range(12)]
    ref = stored(tmp_path, frames, reference)
    size = Path(ref.path).stat().st_size
    file = _CountingFile(io.FileIO(ref.path))
    with FrameReader(file, ref.where) as reader:
        assert reader.frame_count == 12
        assert file.count < 3000, "opening reads the header and the fragments' first bytes only"
        file.count = 0
        assert np.array_equal(reader.read(7).pixels, frames[7])
        assert file.count < size / 10


def test_a_frame_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with FrameReader.open(stored(tmp_path, picture(), SV1)) as reader:
        for index in (-1, 1):
            with pytest.raises(PixelDataError, match="only 1"):
                reader.read(index)


@pytest.mark.parametrize("reference", [EXPLICIT, SV1], ids=lambda reference: reference.name)
def test_one_reader_serves_many_threads(reference: Reference, tmp_path: Path) -> None:
    frames = [picture((60, 50), seed=number) for number in range(8)]
    ref = stored(tmp_path, frames, reference)
    with FrameReader.open(ref) as reader, ThreadPoolExecutor(8) as pool:
        read = list(pool.map(reader.read, [index % 8 for index in range(200)]))
    assert all(np.array_equal(raster.pixels, frames[raster.frame]) for raster in read)


@needs_real_data
def test_the_ge_mammogram_decodes_to_its_known_values() -> None:
    pixels = read_pixels(ImageRef(str(GE_RMLO)))
    assert pixels.shape == (3062, 2394)
    assert (int(pixels.min()), int(pixels.max())) == (0, 3471)


@needs_real_data
def test_the_siemens_frame_decodes() -> None:
    assert read_pixels(ImageRef(str(SIEMENS_STEREO))).shape == (788, 1318)


@needs_real_data
def test_the_hologic_slice_is_refused_by_name() -> None:
    with pytest.raises(PixelDataError, match=r"Pixel Data \(7FE0,0010\)"):
        read_pixels(ImageRef(str(HOLOGIC_TRUNCATED)))
