"""Pixels that are cut short, too long or of an unknown sort are noticed from the header alone."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate

from domain.errors import HeaderError, PixelDataError, UnsupportedSyntaxError
from domain.study import Flag
from imaging.scanning.header_reader import read_header
from imaging.scanning.pixel_span import check_pixel_span
from tests.support.dicom_factory import mammogram
from tests.support.real_data import HOLOGIC_TRUNCATED, needs_real_data

BYTES = 96 * 64 * 2
FRAMES = [b"\xff\xd8\xff" + bytes([number]) * 51 + b"\xff\xd9" for number in range(3)]


def written(ds: Dataset, syntax: str = uid.ExplicitVRLittleEndian) -> bytes:
    ds.file_meta.TransferSyntaxUID = uid.UID(syntax)
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    stream = io.BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def compressed(syntax: str = uid.JPEGLosslessSV1, **attributes: Any) -> bytes:
    ds = mammogram(NumberOfFrames=len(FRAMES), **attributes)
    ds.PixelData = encapsulate(FRAMES)
    ds["PixelData"].VR = "OB"
    return written(ds, syntax)


def flags_of(content: bytes, **options: Any) -> tuple[Flag, ...]:
    header = read_header(io.BytesIO(content), "f")
    return check_pixel_span(header, "f", **options)


@pytest.mark.parametrize("content", [written(mammogram()), compressed()], ids=["plain", "jpeg"])
def test_whole_pixels_pass_without_a_word(content: bytes) -> None:
    assert flags_of(content) == ()


@pytest.mark.parametrize("missing", [1, 100, BYTES])
def test_a_truncated_file_names_the_bytes_expected_and_found(missing: int) -> None:
    with pytest.raises(PixelDataError) as caught:
        flags_of(written(mammogram())[:-missing])
    assert "Pixel Data (7FE0,0010)" in str(caught.value)
    assert f"{BYTES} bytes expected, {BYTES - missing} found" in str(caught.value)


def test_a_header_that_asks_for_more_than_is_stored_is_told() -> None:
    with pytest.raises(PixelDataError, match=f"{BYTES * 7} bytes expected, {BYTES} found"):
        flags_of(written(mammogram(NumberOfFrames=7)))


def test_more_bytes_than_the_image_needs_are_flagged() -> None:
    ds = mammogram()
    ds.PixelData += bytes(10)
    assert "10 bytes more" in flags_of(written(ds))[0].message


@pytest.mark.parametrize("missing", [20, 60, 130])
def test_truncated_fragments_name_pixel_data(missing: int) -> None:
    with pytest.raises(PixelDataError, match=r"Pixel Data \(7FE0,0010\)"):
        flags_of(compressed()[:-missing])


def test_fewer_frames_than_announced_are_told() -> None:
    with pytest.raises(PixelDataError, match=r"holds 3 frames, the header says 4"):
        flags_of(compressed().replace(b"IS\x02\x003 ", b"IS\x02\x004 "))


def test_fragments_are_left_alone_where_reaching_them_costs_too_much() -> None:
    assert flags_of(compressed()[:-60], compressed=False) == ()


def test_a_file_that_ends_before_its_pixels_says_so() -> None:
    content = written(mammogram())
    with pytest.raises(PixelDataError, match=r"Pixel Data \(7FE0,0010\) is missing"):
        flags_of(content[: content.index(b"\xe0\x7f\x10\0")])


def test_an_unknown_transfer_syntax_is_named() -> None:
    content = compressed("1.2.840.10008.1.2.4.100")
    with pytest.raises(UnsupportedSyntaxError, match=r"Transfer Syntax UID \(0002,0010\)"):
        flags_of(content)


def test_floating_point_pixels_are_refused() -> None:
    ds = mammogram()
    del ds.PixelData
    ds.FloatPixelData = np.zeros((96, 64), np.float32).tobytes()
    with pytest.raises(PixelDataError, match="Float Pixel Data"):
        flags_of(written(ds))


def test_a_missing_attribute_of_the_pixels_is_named() -> None:
    with pytest.raises(HeaderError, match=r"Bits Allocated \(0028,0100\)"):
        flags_of(written(mammogram(BitsAllocated=None)))


@needs_real_data
def test_the_real_file_whose_syntax_denies_its_compression_gets_a_clear_reason() -> None:
    with pytest.raises(PixelDataError) as caught:
        flags_of(HOLOGIC_TRUNCATED.read_bytes())
    assert "Pixel Data (7FE0,0010)" in str(caught.value)
    assert "Transfer Syntax UID (0002,0010)" in str(caught.value)
