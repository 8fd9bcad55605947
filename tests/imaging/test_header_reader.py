"""The scan's header reader gives what pydicom gives, whichever of its two ways it takes."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread, uid
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from domain.errors import FourviewError
from domain.study import ImageRef
from imaging.header.header import HEADER_KEYWORDS, read_view
from imaging.scanning import header_reader
from imaging.scanning.element_walk import BytesRunOutError, OddHeaderError
from imaging.scanning.header_reader import ScannedHeader, read_header
from imaging.source.opening import open_ref
from tests.support.dicom_factory import code, mammogram, save
from tests.support.mutations import mutate
from tests.support.real_data import GE_RMLO, HOLOGIC_TRUNCATED, SIEMENS_STEREO, needs_real_data

EXPLICIT, IMPLICIT = uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian
TEXTS = st.text(st.characters(codec="latin-1", exclude_characters="\\^=\x1b"), max_size=12)
SINGLE = (
    "StudyDescription",
    "SeriesDescription",
    "Manufacturer",
    "ProtocolName",
    "BodyPartExamined",
)


def read(path: Path) -> ScannedHeader:
    with open_ref(ImageRef(str(path))) as stream:
        return read_header(stream, str(path))


def same_as_pydicom(path: Path, header: ScannedHeader) -> None:
    reference = dcmread(path, stop_before_pixels=True)
    for keyword in HEADER_KEYWORDS:
        assert header.dataset.get(keyword) == reference.get(keyword), keyword
    assert header.syntax == reference.file_meta.TransferSyntaxUID


def fast_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> ScannedHeader:
        pytest.fail("a well-formed header went to pydicom")

    monkeypatch.setattr(header_reader, "_read_oddly", refuse)


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_a_plain_header_is_split_without_pydicom_and_says_the_same(
    syntax: str, undefined: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ds = mammogram(AnatomicRegionSequence=[code("76752008", "SCT", "Breast")])
    ds.IconImageSequence = [mammogram()]
    for element in ds.iterall():
        if element.VR == "SQ":
            element.is_undefined_length = undefined
            for item in element.value:
                item.is_undefined_length_sequence_item = undefined
    path = save(ds, tmp_path / "a", syntax)
    fast_only(monkeypatch)
    header = read(path)
    same_as_pydicom(path, header)
    assert header.pixels is not None
    content = path.read_bytes()[header.pixels.element.start :]
    assert content == ds.PixelData


@pytest.mark.parametrize(
    "syntax", [uid.ExplicitVRBigEndian, uid.DeflatedExplicitVRLittleEndian], ids=["big", "deflated"]
)
def test_other_byte_orders_and_deflated_files_are_read_by_pydicom(
    syntax: str, tmp_path: Path
) -> None:
    ds = mammogram(pixels=np.zeros((4, 4), np.uint16))
    path = save(ds, tmp_path / "a", syntax)
    with open_ref(ImageRef(str(path))) as stream:
        header = read_header(stream, str(path))
        same_as_pydicom(path, header)
        assert header.pixels is not None
        header.stream.seek(header.pixels.element.start)
        assert header.stream.read(header.pixels.element.length) == bytes(32)


@needs_real_data
@pytest.mark.parametrize("path", [GE_RMLO, SIEMENS_STEREO, HOLOGIC_TRUNCATED], ids=lambda p: p.stem)
def test_real_headers_are_split_without_pydicom(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast_only(monkeypatch)
    same_as_pydicom(path, read(path))


@settings(max_examples=60)
@given(
    values=st.fixed_dictionaries({}, optional=dict.fromkeys(SINGLE, TEXTS)),
    depth=st.integers(0, 3),
    numbers=st.lists(st.integers(0, 5000), max_size=4),
    private=st.binary(max_size=300),
    syntax=st.sampled_from([EXPLICIT, IMPLICIT, uid.ExplicitVRBigEndian]),
)
def test_any_header_reads_as_pydicom_reads_it(
    values: dict[str, str],
    depth: int,
    numbers: list[int],
    private: bytes,
    syntax: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ds = mammogram(SpecificCharacterSet="ISO_IR 100", **values)
    ds.WindowCenter = ds.WindowWidth = [str(number) for number in numbers] or ""
    item = code("1", "99X", "café")
    for _ in range(depth):
        outer = Dataset()
        outer.ViewModifierCodeSequence = Sequence([item])
        item = outer
    ds.ViewCodeSequence = [item, code("2", "99X", "")]
    ds.private_block(0x0019, "SOMEBODY", create=True).add_new(1, "OB", private)
    path = save(ds, tmp_path_factory.mktemp("any") / "a", syntax)
    same_as_pydicom(path, read(path))


def test_text_in_the_files_own_character_set_comes_out_right(tmp_path: Path) -> None:
    ds = mammogram(SpecificCharacterSet="ISO_IR 144", SeriesDescription="Правая")
    header = read(save(ds, tmp_path / "a"))
    assert header.dataset.SeriesDescription == "Правая"


def test_a_header_longer_than_what_is_read_at_first_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ds = mammogram()
    ds.private_block(0x0019, "SOMEBODY", create=True).add_new(1, "OB", bytes(1 << 20))
    path = save(ds, tmp_path / "a")
    fast_only(monkeypatch)
    same_as_pydicom(path, read(path))


def test_a_header_cut_short_gives_what_there_is_and_no_pixels(tmp_path: Path) -> None:
    path = save(mammogram(), tmp_path / "a")
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"\x28\0\x10\0US")])
    header = read(path)
    assert header.pixels is None
    assert header.dataset.StudyInstanceUID


@pytest.mark.parametrize("implicit", [False, True])
def test_a_data_set_without_preamble_is_read_like_a_file(implicit: bool, tmp_path: Path) -> None:
    path = tmp_path / "bare"
    ds = mammogram()
    del ds.file_meta
    ds.save_as(path, implicit_vr=implicit, little_endian=True)
    header = read(path)
    assert header.syntax == (IMPLICIT if implicit else EXPLICIT)
    assert read_view(header.dataset, ImageRef("x")).name == "RMLO"
    with open_ref(ImageRef(str(path))) as stream:
        assert header.pixels is not None
        stream.seek(header.pixels.element.start)
        assert stream.read() == ds.PixelData


def test_a_file_that_lacks_only_the_preamble_is_read_too(tmp_path: Path) -> None:
    path = save(mammogram(), tmp_path / "a")
    path.write_bytes(path.read_bytes()[132:])
    assert read(path).syntax == EXPLICIT


SEEDS = [
    ("explicit", EXPLICIT),
    ("implicit", IMPLICIT),
    ("big endian", uid.ExplicitVRBigEndian),
    ("deflated", uid.DeflatedExplicitVRLittleEndian),
]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("seeds")
    files = [save(mammogram(), folder / name, syntax) for name, syntax in SEEDS]
    files += [path for path in (GE_RMLO, SIEMENS_STEREO) if path.exists()]
    return [path.read_bytes()[:40_000] for path in files]


def test_a_damaged_header_reads_as_pydicom_reads_it_or_is_refused(seeds: list[bytes]) -> None:
    split = 0
    for number in range(600):
        random = Random(number)
        data = mutate(random.choice(seeds), random)
        if data[128:132] != b"DICM":
            continue
        try:
            fast = header_reader._read_plain(io.BytesIO(data[65536:]), data[:65536])
        except (OddHeaderError, BytesRunOutError):
            fast = None
        try:
            slow = header_reader._read_oddly(io.BytesIO(data), "x")
        except FourviewError:
            continue
        if fast is None or fast.syntax != slow.syntax:  # guessed where it is missing
            continue
        split += 1
        for keyword in HEADER_KEYWORDS:
            assert _value(fast.dataset, keyword) == _value(slow.dataset, keyword), (number, keyword)
        assert (fast.pixels and fast.pixels.element) == (slow.pixels and slow.pixels.element), (
            number
        )
    assert split > 200


def _value(ds: Dataset, keyword: str) -> str:
    try:
        return repr(ds.get(keyword))
    except Exception as error:  # noqa: BLE001 - pydicom raises nearly anything on damaged values
        return type(error).__name__
