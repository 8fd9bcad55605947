"""Reading attributes: whatever a header holds, an answer or nothing comes back."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from imaging.attributes import tags

VRS = ["US", "SS", "DS", "IS", "DA", "TM", "DT", "PN", "LO", "LT", "UI", "SQ", "UN", "OB", "FD"]
VRS += ["AT", "CS", "UT", "XX", "US or SS", ""]
ALL_READERS = (tags.text, tags.texts, tags.number, tags.numbers, tags.integer, tags.day, tags.items)


def raw(keyword: str, content: bytes, vr: str, *, little: bool = True) -> Dataset:
    """A data set as it comes from a file: nothing converted yet."""
    tag = Tag(keyword)
    return Dataset({tag: RawDataElement(tag, vr, len(content), content, 0, False, little)})


def test_a_label_names_the_attribute_and_its_number() -> None:
    assert tags.label_of("Rows") == "Rows (0028,0010)"
    assert tags.label_of("ImagerPixelSpacing") == "Imager Pixel Spacing (0018,1164)"


def test_an_unknown_keyword_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError):
        tags.text(Dataset(), "RowCount")


def test_absent_attributes_read_as_nothing() -> None:
    empty = Dataset()
    assert tags.text(empty, "ViewPosition") == ""
    assert tags.texts(empty, "ImageType") == ()
    assert tags.number(empty, "KVP") is None
    assert tags.numbers(empty, "PixelSpacing") == ()
    assert tags.integer(empty, "Rows") is None
    assert tags.when(empty, "AcquisitionDate", "AcquisitionTime") is None
    assert tags.items(empty, "ViewCodeSequence") == ()


def test_padding_is_stripped_and_empty_values_keep_their_place() -> None:
    ds = raw("ImageType", b"ORIGINAL\\PRIMARY\\\\LOW_ENERGY ", "CS")
    assert tags.texts(ds, "ImageType") == ("ORIGINAL", "PRIMARY", "", "LOW_ENERGY")
    assert tags.text(raw("SOPInstanceUID", b"1.2.3\0", "UI"), "SOPInstanceUID") == "1.2.3"


@pytest.mark.parametrize("content", [b"abc ", b"0,1", b"1_0", b"nan ", b"inf ", b"1e999", b""])
def test_broken_numbers_read_as_nothing(content: bytes) -> None:
    ds = raw("KVP", content, "DS")
    assert tags.number(ds, "KVP") is None
    assert tags.numbers(ds, "KVP") == ()


def test_one_broken_number_spoils_the_list_but_not_its_text() -> None:
    ds = raw("ImagerPixelSpacing", b"0.1\\abc ", "DS")
    assert tags.numbers(ds, "ImagerPixelSpacing") == ()
    assert tags.texts(ds, "ImagerPixelSpacing") == ("0.1", "abc")


def test_whole_numbers_may_be_written_with_a_point() -> None:
    assert tags.integer(raw("InstanceNumber", b"12.0", "IS"), "InstanceNumber") == 12
    assert tags.integer(raw("InstanceNumber", b"12.5", "IS"), "InstanceNumber") is None


def test_the_first_of_several_values_counts_where_one_is_expected() -> None:
    assert tags.number(raw("KVP", b"28\\30", "DS"), "KVP") == 28


def test_binary_numbers_follow_the_byte_order() -> None:
    assert tags.integer(raw("Rows", b"\x00\x10", "US"), "Rows") == 4096
    assert tags.integer(raw("Rows", b"\x10\x00", "US", little=False), "Rows") == 4096
    assert tags.integer(raw("Rows", b"\x00", "US"), "Rows") is None


def test_wrong_value_representations_still_read() -> None:
    assert tags.integer(raw("Rows", b"4096", "IS"), "Rows") == 4096
    assert tags.integer(raw("Rows", b"\x00\x10", "UN"), "Rows") == 4096
    assert tags.text(raw("ViewPosition", b"MLO ", "UN"), "ViewPosition") == "MLO"
    assert tags.items(raw("ViewCodeSequence", b"MLO ", "LO"), "ViewCodeSequence") == ()
    nested = Dataset()
    nested.add_new("KVP", "SQ", Sequence([Dataset()]))
    assert tags.texts(nested, "KVP") == ()


def test_a_signed_padding_value_follows_pixel_representation() -> None:
    ds = raw("PixelPaddingValue", b"\xff\xff", "US or SS")
    ds.PixelRepresentation = 1
    assert tags.integer(ds, "PixelPaddingValue") == -1


def test_dates_in_both_spellings_and_impossible_ones() -> None:
    assert tags.day(raw("StudyDate", b"20260229", "DA"), "StudyDate") is None
    assert tags.day(raw("StudyDate", b"00000000", "DA"), "StudyDate") is None
    assert tags.day(raw("StudyDate", b"20260102", "DA"), "StudyDate") == date(2026, 1, 2)
    assert tags.day(raw("StudyDate", b"2026.01.02", "DA"), "StudyDate") == date(2026, 1, 2)


def test_a_date_without_a_time_is_midnight() -> None:
    ds = Dataset()
    ds.AcquisitionDate, ds.AcquisitionTime = "20260102", "101559.5"
    found = tags.when(ds, "AcquisitionDate", "AcquisitionTime")
    assert found == datetime.fromisoformat("2026-01-02T10:15:59.500000")
    ds.AcquisitionTime = "no"
    assert tags.when(ds, "AcquisitionDate", "AcquisitionTime") == datetime.fromisoformat(
        "2026-01-02"
    )


def test_a_moment_drops_its_time_zone() -> None:
    ds = raw("AcquisitionDateTime", b"20260102101559.25+0100", "DT")
    found = tags.moment(ds, "AcquisitionDateTime")
    assert found == datetime.fromisoformat("2026-01-02T10:15:59.250000")


def through_a_file(charset: str, name: bytes) -> Dataset:
    body = io.BytesIO()
    for tag, vr, content in ((0x00080005, b"CS", charset.encode()), (0x0008103E, b"LO", name)):
        padded = content + b" " * (len(content) % 2)
        body.write(tag.to_bytes(4, "little")[2:] + tag.to_bytes(4, "little")[:2])
        body.write(vr + len(padded).to_bytes(2, "little") + padded)
    body.seek(0)
    return dcmread(body, force=True)


@pytest.mark.parametrize(
    ("charset", "content", "expected"),
    [
        ("ISO_IR 100", "Müller".encode("latin-1"), "Müller"),
        ("ISO_IR 192", "Müller".encode(), "Müller"),
        ("ISO_IR 192", "Müller".encode("latin-1"), "Müller"),  # declared wrongly
        ("ISO_IR 999", "Müller".encode("latin-1"), "Müller"),  # no such set
        ("ISO 2022 IR 6\\ISO 2022 IR 87", b"\x1b$B;3ED\x1b(B", "山田"),
    ],
)
def test_odd_character_sets_read_without_an_error(
    charset: str, content: bytes, expected: str
) -> None:
    assert tags.text(through_a_file(charset, content), "SeriesDescription") == expected


@given(
    keyword=st.sampled_from(
        [
            "Rows",
            "KVP",
            "PatientName",
            "StudyDate",
            "ViewCodeSequence",
            "ImageComments",
            "RWavePointer",
        ]
    ),
    content=st.binary(max_size=24),
    vr=st.sampled_from(VRS),
    little=st.booleans(),
)
def test_no_bytes_whatever_raise(keyword: str, content: bytes, vr: str, little: bool) -> None:
    for read in ALL_READERS:
        read(raw(keyword, content, vr, little=little), keyword)


def test_a_number_of_odd_length_is_no_number() -> None:
    ds = Dataset()
    tag = Tag(0x0028, 0x0120)
    ds[tag] = RawDataElement(tag, "US", 3, b"\x01\x02\x03", 0, False, True)
    assert tags.integer(ds, "PixelPaddingValue") is None
    assert tags.text(ds, "PixelPaddingValue") == ""
