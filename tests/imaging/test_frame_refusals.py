"""Bad files are refused with the name of the tag; odd ones open and say so."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import uid

from domain.errors import (
    ForeignFileError,
    FourviewError,
    HeaderError,
    PixelDataError,
    UnreadableFileError,
    UnsupportedSyntaxError,
)
from domain.study import ImageRef
from imaging.codec.deflated import inflate
from imaging.frame.frames import FrameReader
from tests.support.encoded import (
    REFERENCES,
    Reference,
    named,
    picture,
    read_pixels,
    stored,
    written,
)

EXPLICIT = named("Explicit VR Little Endian")
SV1 = named("JPEG Lossless SV1")


def _cuts(whole: bytes, reference: Reference) -> list[int]:
    """How many bytes to take off: within the last frame, the first, and Pixel Data's own header."""
    if reference.syntax == uid.DeflatedExplicitVRLittleEndian:
        return [200, len(whole) // 4, len(whole) // 2]
    big = reference.syntax == uid.ExplicitVRBigEndian
    start = whole.rfind(b"\x7f\xe0\x00\x10" if big else b"\xe0\x7f\x10\x00")
    own_header = [len(whole) - start - bytes_left for bytes_left in (0, 4, 7)]
    if reference.encode is None:
        return [2, 20, 300, 600, *own_header]
    delimiter = 8  # which may go missing unpunished
    return [delimiter + 2, delimiter + 20, (len(whole) - start) * 3 // 4, *own_header]


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_a_file_cut_anywhere_in_its_pixels_says_so(reference: Reference, tmp_path: Path) -> None:
    bits = reference.depths[0]
    ref = stored(tmp_path, [picture(bits=bits, seed=n) for n in range(2)], reference, bits)
    whole = Path(ref.path).read_bytes()
    for cut in _cuts(whole, reference):
        Path(ref.path).write_bytes(whole[:-cut])
        with pytest.raises(PixelDataError, match=r"Pixel Data \(7FE0,0010\)"):
            read_pixels(ref, 1)


def test_a_truncated_image_names_the_bytes_expected_and_found(tmp_path: Path) -> None:
    ref = stored(tmp_path, picture((33, 47)), EXPLICIT)
    Path(ref.path).write_bytes(Path(ref.path).read_bytes()[:-1000])
    with pytest.raises(PixelDataError, match=r"\(7FE0,0010\).*3102 bytes expected, 2102 found"):
        FrameReader.open(ref)


def test_a_pad_byte_is_no_surplus_but_more_is_said(tmp_path: Path) -> None:
    pixels = picture((3, 5), 8)
    padded = written(tmp_path, pixels=pixels, PixelData=pixels.tobytes() + b"\0")
    with FrameReader.open(padded) as reader:
        assert reader.flags == ()
    longer = written(tmp_path, pixels=pixels, PixelData=pixels.tobytes() + b"\0" * 9)
    with FrameReader.open(longer) as reader:
        assert (
            str(reader.flags[0]) == "8 bytes more than the header demands [Pixel Data (7FE0,0010)]"
        )
        assert np.array_equal(reader.read().pixels, pixels)


def test_a_file_that_shrinks_while_open_is_refused(tmp_path: Path) -> None:
    ref = stored(tmp_path, picture((400, 300)), EXPLICIT)
    with FrameReader.open(ref) as reader:
        with Path(ref.path).open("r+b") as file:
            file.truncate(5000)
        with pytest.raises(PixelDataError, match="cut short"):
            reader.read()


@pytest.mark.parametrize(
    ("keyword", "value", "tag"),
    [
        ("Rows", None, "0028,0010"),
        ("Columns", None, "0028,0011"),
        ("Rows", 0, "0028,0010"),
        ("BitsAllocated", None, "0028,0100"),
        ("BitsAllocated", 32, "0028,0100"),
        ("BitsAllocated", 1, "0028,0100"),
        ("BitsAllocated", 12, "0028,0100"),
        ("BitsStored", None, "0028,0101"),
        ("BitsStored", 0, "0028,0101"),
        ("BitsStored", 17, "0028,0101"),
        ("HighBit", 3, "0028,0102"),
        ("HighBit", 16, "0028,0102"),
        ("SamplesPerPixel", None, "0028,0002"),
        ("SamplesPerPixel", 4, "0028,0002"),
        ("SamplesPerPixel", 3, "0028,0004"),
        ("PixelRepresentation", None, "0028,0103"),
        ("PixelRepresentation", 7, "0028,0103"),
        ("PhotometricInterpretation", "PALETTE COLOR", "0028,0004"),
        ("PhotometricInterpretation", "RGB", "0028,0004"),
        ("NumberOfFrames", 2_000_000_000, "0028,0008"),
    ],
)
def test_an_impossible_header_is_refused_by_the_tags_name(
    keyword: str, value: object, tag: str, tmp_path: Path
) -> None:
    ref = written(tmp_path, pixels=picture(), **{keyword: value})
    with pytest.raises((HeaderError, PixelDataError), match=rf"\({tag}\)"):
        FrameReader.open(ref)


def test_a_missing_high_bit_is_assumed_and_said(tmp_path: Path) -> None:
    with FrameReader.open(written(tmp_path, pixels=picture(), HighBit=None)) as reader:
        assert np.array_equal(reader.read().pixels, picture())
        assert reader.flags[0].tag == "High Bit (0028,0102)"


def test_a_header_that_asks_for_a_hundred_gigabytes_allocates_nothing(tmp_path: Path) -> None:
    for attributes in ({"Rows": 65535, "Columns": 65535}, {"NumberOfFrames": 9999, "Rows": 60000}):
        with pytest.raises((HeaderError, PixelDataError)):
            FrameReader.open(written(tmp_path, pixels=picture(), **attributes))


def test_floating_point_pixels_are_refused_by_name(tmp_path: Path) -> None:
    ref = written(tmp_path, PixelData=None, FloatPixelData=b"\0" * 8)
    with pytest.raises(PixelDataError, match=r"Float Pixel Data \(7FE0,0008\)"):
        FrameReader.open(ref)


def test_an_image_without_pixels_names_pixel_data(tmp_path: Path) -> None:
    with pytest.raises(PixelDataError, match=r"Pixel Data \(7FE0,0010\) is missing"):
        FrameReader.open(written(tmp_path, PixelData=None))


def test_objects_without_images_are_foreign(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("PixelData", "Rows", "Columns", "BitsAllocated"))
    with pytest.raises(ForeignFileError):
        FrameReader.open(written(tmp_path, **nothing))
    for number, content in enumerate((b"", b"hello", b"\0" * 5000)):
        path = tmp_path / f"foreign{number}"
        path.write_bytes(content)
        with pytest.raises(ForeignFileError):
            FrameReader.open(ImageRef(str(path)))


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        FrameReader.open(ImageRef(str(tmp_path / "none.dcm")))
    with pytest.raises(UnreadableFileError):
        FrameReader.open(ImageRef(str(tmp_path)))


def test_a_file_that_ends_inside_a_sequence_says_so(tmp_path: Path) -> None:
    ref = written(tmp_path, pixels=picture())
    data = Path(ref.path).read_bytes()
    before = data[: data.index(struct.pack("<HH2s", 0x7FE0, 0x0010, b"OW"))]
    sequence = struct.pack("<HH2sHI", 0x0088, 0x0200, b"SQ", 0, 0xFFFFFFFF)
    Path(ref.path).write_bytes(before + sequence + b"\xfe\xff\x00")
    with pytest.raises(PixelDataError, match="ends inside its header"):
        FrameReader.open(ref)


def test_a_disc_that_fails_while_reading_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    class FailingDisc(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(UnreadableFileError, match="Input/output error"):
        FrameReader(FailingDisc(), "image.dcm")


def test_an_unknown_transfer_syntax_is_refused_by_name(tmp_path: Path) -> None:
    ref = _relabelled(tmp_path, SV1, uid.MPEG4HP41)
    with pytest.raises(UnsupportedSyntaxError, match=r"MPEG-4.*\(0002,0010\)"):
        FrameReader.open(ref)


def _relabelled(folder: Path, reference: Reference, syntax: str) -> ImageRef:
    """A file whose meta information names another transfer syntax than it is written in."""
    ref = stored(folder, picture(), reference)
    data = Path(ref.path).read_bytes()
    changed = data.replace(_syntax_element(reference.syntax), _syntax_element(syntax))
    assert changed != data
    Path(ref.path).write_bytes(changed)
    return ref


def _syntax_element(syntax: str) -> bytes:
    text = syntax.encode() + b"\0" * (len(syntax) % 2)
    return struct.pack("<HH2sH", 0x0002, 0x0010, b"UI", len(text)) + text


def test_compressed_data_under_an_uncompressed_syntax_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PixelDataError, match=r"not compressed \[.*\(0002,0010\)\]"):
        FrameReader.open(_relabelled(tmp_path, SV1, uid.ExplicitVRLittleEndian))


def test_uncompressed_data_under_a_compressed_syntax_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PixelDataError, match=r"\(7FE0,0010\) is no sequence"):
        FrameReader.open(_relabelled(tmp_path, EXPLICIT, uid.JPEGLosslessSV1))


def test_a_deflated_bomb_is_refused(tmp_path: Path) -> None:
    packed = zlib.compress(bytes(4 << 20), wbits=-15)
    with pytest.raises(PixelDataError, match="more than 2 MiB"):
        inflate(io.BytesIO(packed), "bomb.dcm", limit=2 << 20)
    assert inflate(io.BytesIO(packed), "large.dcm").getbuffer().nbytes == 4 << 20


def test_a_damaged_deflated_file_is_refused() -> None:
    with pytest.raises(PixelDataError, match="damaged"):
        inflate(io.BytesIO(b"\x07" * 100), "damaged.dcm")


@settings(max_examples=300, deadline=None)
@given(
    reference=st.sampled_from(REFERENCES),
    damage=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6),
    keep=st.floats(0.1, 1.5),
)
def test_a_damaged_file_opens_or_is_refused_but_never_crashes(
    reference: Reference,
    damage: list[tuple[float, int]],
    keep: float,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    bits = reference.depths[0]
    folder = tmp_path_factory.mktemp("damaged")
    ref = stored(folder, picture((9, 11), bits), reference, bits)
    data = bytearray(Path(ref.path).read_bytes())
    for place, value in damage:
        data[int(place * (len(data) - 1))] = value
    Path(ref.path).write_bytes(data[: max(1, int(len(data) * keep))])
    try:
        pixels, complaint = read_pixels(ref), ""
    except FourviewError as error:
        pixels, complaint = np.zeros((1, 1)), str(error)
    assert pixels.ndim == 2
    assert "Test" not in complaint, "no patient's name in a message"
