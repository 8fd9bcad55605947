"""Compressed frames are found in their fragments, whatever the tables say."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import uid

from domain.errors import (
    PixelDataError,
)
from domain.study import ImageRef
from imaging.frame.frames import FrameReader
from tests.support.dicom_factory import mammogram, save
from tests.support.encoded import (
    named,
    picture,
    read_pixels,
)

EXPLICIT = named("Explicit VR Little Endian")
SV1 = named("JPEG Lossless SV1")


def _encapsulated(
    folder: Path, items: list[bytes], *, end: bool = True, frames: int = 1, **attributes: Any
) -> ImageRef:
    """A file with these items, the first one the Basic Offset Table, written byte by byte."""
    ds = mammogram(pixels=picture(), NumberOfFrames=frames, PixelData=None, **attributes)
    path = save(ds, folder / "items.dcm", uid.JPEGLosslessSV1)
    body = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item for item in items)
    element = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF)
    tail = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0) if end else b""
    path.write_bytes(path.read_bytes() + element + body + tail)
    return ImageRef(str(path))


FRAMES = [picture(seed=number) for number in range(3)]
CODED = [data + b"\0" * (len(data) % 2) for data in (SV1.encode(frame, 12) for frame in FRAMES)]


def _offsets(lengths: list[int]) -> bytes:
    starts = np.cumsum([0, *(length + 8 for length in lengths[:-1])])
    return struct.pack(f"<{len(starts)}I", *starts)


def _split(data: bytes) -> list[bytes]:
    return [data[:600], data[600:1000], data[1000:]]


def _all_frames(ref: ImageRef) -> list[np.ndarray]:
    with FrameReader.open(ref) as reader:
        return [reader.read(index).pixels for index in range(reader.frame_count)]


@pytest.mark.parametrize(
    "table",
    [b"", _offsets([len(data) for data in CODED]), b"\x01\0\0\0", b"\0" * 12, b"\xff" * 12],
    ids=["empty", "right", "short", "zeros", "beyond"],
)
def test_frames_are_found_whatever_the_offset_table_says(table: bytes, tmp_path: Path) -> None:
    ref = _encapsulated(tmp_path, [table, *CODED], frames=3)
    assert all(map(np.array_equal, _all_frames(ref), FRAMES))


def test_a_wrong_offset_table_is_said(tmp_path: Path) -> None:
    with FrameReader.open(_encapsulated(tmp_path, [b"\xff" * 12, *CODED], frames=3)) as reader:
        assert "Basic Offset Table" in reader.flags[0].message


def test_frames_in_several_fragments_are_joined_without_a_table(tmp_path: Path) -> None:
    fragments = [part for data in CODED for part in _split(data)]
    ref = _encapsulated(tmp_path, [b"", *fragments], frames=3)
    assert all(map(np.array_equal, _all_frames(ref), FRAMES))


def test_frames_in_several_fragments_are_joined_by_the_table(tmp_path: Path) -> None:
    fragments = [part for data in CODED for part in _split(data)]
    table = _offsets([len(data) + 16 for data in CODED])
    ref = _encapsulated(tmp_path, [table, *fragments], frames=3)
    assert all(map(np.array_equal, _all_frames(ref), FRAMES))


def test_one_frame_in_many_fragments_is_joined(tmp_path: Path) -> None:
    ref = _encapsulated(tmp_path, [b"", *_split(CODED[0]), b""])
    assert np.array_equal(read_pixels(ref), FRAMES[0])


def test_the_extended_offset_table_is_followed(tmp_path: Path) -> None:
    fragments = [part for data in CODED for part in _split(data)]
    starts = np.cumsum([0, *(len(data) + 24 for data in CODED[:-1])]).astype("<u8")
    ref = _encapsulated(tmp_path, [b"", *fragments], frames=3, ExtendedOffsetTable=starts.tobytes())
    assert all(map(np.array_equal, _all_frames(ref), FRAMES))


def test_a_missing_offset_table_item_is_forgiven(tmp_path: Path) -> None:
    assert np.array_equal(read_pixels(_encapsulated(tmp_path, CODED[:1])), FRAMES[0])


def test_a_missing_sequence_delimiter_is_forgiven_and_said(tmp_path: Path) -> None:
    with FrameReader.open(_encapsulated(tmp_path, [b"", CODED[0]], end=False)) as reader:
        assert np.array_equal(reader.read().pixels, FRAMES[0])
        assert "end mark" in reader.flags[0].message


def test_more_frames_than_announced_are_left_out_and_said(tmp_path: Path) -> None:
    with FrameReader.open(_encapsulated(tmp_path, [b"", *CODED], frames=2)) as reader:
        assert reader.frame_count == 2
        assert np.array_equal(reader.read(1).pixels, FRAMES[1])
        assert "3 frames stored, 2 announced" in reader.flags[0].message


def test_fewer_frames_than_announced_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PixelDataError, match=r"holds 3 frames.*says 5.*\(0028,0008\)"):
        FrameReader.open(_encapsulated(tmp_path, [b"", *CODED], frames=5))


def test_fragments_that_start_no_frame_are_refused_where_several_are_announced(
    tmp_path: Path,
) -> None:
    with pytest.raises(PixelDataError, match="holds 0 frames"):
        FrameReader.open(_encapsulated(tmp_path, [b"", b"scrap!", b"scrap!"], frames=3))


def test_an_empty_fragment_does_not_count_as_a_frame(tmp_path: Path) -> None:
    with pytest.raises(PixelDataError, match="holds 1 frames"):
        FrameReader.open(_encapsulated(tmp_path, [b"", CODED[0], b""], frames=2))


def test_pixel_data_without_any_frame_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PixelDataError, match=r"\(7FE0,0010\)"):
        FrameReader.open(_encapsulated(tmp_path, [b""]))


def test_a_codestream_of_another_size_names_both_sizes(tmp_path: Path) -> None:
    with pytest.raises(PixelDataError, match=r"33x47 pixels.*33x46.*\(7FE0,0010\)"):
        read_pixels(_encapsulated(tmp_path, [b"", CODED[0]], Columns=46))
