"""What a compressed frame says of itself is read without decoding it."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from imaging.codec.codestream import (
    Codestream,
    CodestreamError,
    read_jpeg,
    read_jpeg2000,
    starts_frame,
)
from tests.support.encoded import named, picture

COLOUR = np.random.default_rng(1).integers(0, 256, (9, 13, 3)).astype(np.uint8)


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_a_jpeg_lossless_header_tells_size_depth_and_losslessness(bits: int) -> None:
    data = named("JPEG Lossless SV1").encode(picture((7, 5), bits), bits)
    own = read_jpeg(data)
    assert (own.rows, own.columns, own.precision, own.components) == (7, 5, bits, 1)
    assert own.lossless
    assert own.complete


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("name", ["JPEG 2000 lossless", "JPEG 2000 in a JP2 wrapper"])
def test_a_jpeg_2000_header_tells_size_depth_and_sign(name: str, bits: int, signed: bool) -> None:
    data = named(name).encode(picture((7, 5), bits, signed=signed), bits)
    assert read_jpeg2000(data) == Codestream(7, 5, bits, 1, signed=signed)


def test_an_offset_image_area_is_taken_off_a_jpeg_2000_size() -> None:
    data = bytearray(named("JPEG 2000 lossless").encode(picture((9, 8), 12), 12))
    at = data.find(b"\xff\x4f\xff\x51") + 16
    data[at : at + 8] = (3).to_bytes(4, "big") + (2).to_bytes(4, "big")
    own = read_jpeg2000(bytes(data))
    assert (own.rows, own.columns) == (7, 5)


@pytest.mark.parametrize(
    ("name", "bits", "lossless"),
    [
        ("JPEG Baseline", 8, False),
        ("JPEG Extended 12 bit", 12, False),
        ("JPEG-LS", 12, True),
        ("JPEG-LS near-lossless", 12, False),
    ],
)
def test_lossy_and_lossless_coding_are_told_apart(name: str, bits: int, lossless: bool) -> None:
    assert read_jpeg(named(name).encode(picture((9, 13), bits), bits)).lossless == lossless


def test_the_colour_space_is_known_only_where_the_codestream_says_it() -> None:
    jfif = imagecodecs.jpeg8_encode(COLOUR, level=90)
    assert read_jpeg(jfif).ybr is True
    assert read_jpeg(_renamed(jfif, b"RGB")).ybr is False
    assert read_jpeg(imagecodecs.jpegls_encode(COLOUR)).ybr is None


def _renamed(data: bytes, identifiers: bytes) -> bytes:
    changed = bytearray(data)
    at = changed.find(b"\xff\xc0") + 10
    changed[at : at + 9 : 3] = identifiers
    return bytes(changed)


def test_an_end_marker_inside_a_comment_does_not_pass_for_the_end() -> None:
    data = named("JPEG Lossless SV1").encode(picture((7, 5), 12), 12)
    comment = b"\xff\xfe\x00\x06\xff\xd9\xff\xd9"
    assert read_jpeg(data[:2] + comment + data[2:]).complete
    assert not read_jpeg(data[:2] + comment + data[2:-2]).complete


def test_fill_bytes_before_a_marker_are_skipped() -> None:
    data = named("JPEG Lossless SV1").encode(picture((7, 5), 12), 12)
    assert read_jpeg(data[:2] + b"\xff\xff\xff" + data[2:]) == read_jpeg(data)


def test_padding_after_the_end_marker_is_allowed() -> None:
    data = named("JPEG-LS").encode(picture((7, 5), 12), 12)
    assert read_jpeg(data + b"\0").complete


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\xd8", b"GIF89a", b"\xff\xd8\0\0\0\0"])
def test_what_is_no_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(CodestreamError):
        read_jpeg(data)
    with pytest.raises(CodestreamError):
        read_jpeg2000(data)


def test_the_first_bytes_tell_whether_a_fragment_starts_a_frame() -> None:
    pixels = picture((33, 47), 12)
    for name in ("JPEG Lossless SV1", "JPEG-LS", "JPEG 2000 lossless", "HTJ2K lossless"):
        data = named(name).encode(pixels, 12)
        assert starts_frame(data[:12]), name
        assert not starts_frame(data[100:112]), name
    assert starts_frame(named("JPEG 2000 in a JP2 wrapper").encode(pixels, 12)[:12])
