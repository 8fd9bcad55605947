"""Look-up tables as files hold them: any VR, either byte order, packed bytes, signed starts."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from domain.study import Flag
from imaging.attributes.tags import items
from imaging.grey.lut_data import LookUpTable, read_table, table_fault, with_used_depth
from tests.support.dicom_factory import mammogram

SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian]
ORDERED = list(zip(SYNTAXES, "<<>", strict=True))


def item(descriptor: list[int], data: object, vr: str = "US", signed: bool = False) -> Dataset:
    ds = Dataset()
    ds.add(DataElement("LUTDescriptor", "SS" if signed else "US", descriptor))
    ds.add(DataElement("LUTData", vr, data))
    return ds


def filed(entry: Dataset, syntax: str, signed: bool = False) -> Dataset:
    """The item as it comes back out of a file."""
    ds = mammogram(pixels=np.zeros((8, 8), np.int16 if signed else np.uint16))
    ds.VOILUTSequence = [entry]
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    buffer = io.BytesIO()
    ds.save_as(buffer, enforce_file_format=True)
    buffer.seek(0)
    (found,) = items(dcmread(buffer), "VOILUTSequence")
    return found


def table(entry: Dataset, *, signed: bool = False) -> LookUpTable:
    read = read_table(entry, signed=signed)
    assert isinstance(read, LookUpTable), read
    return read


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_words_are_read_alike_from_any_transfer_syntax(syntax: str) -> None:
    entries = [0, 1, 258, 4095]
    read = table(filed(item([4, 700, 12], entries), syntax))
    assert (read.first, read.bits) == (700, 12)
    assert read.entries.tolist() == entries
    assert read.entries.dtype == np.uint16
    assert not read.entries.flags.writeable


@pytest.mark.parametrize(("syntax", "order"), ORDERED)
def test_ow_data_have_the_byte_order_of_their_file(syntax: str, order: str) -> None:
    words = np.array([0, 1, 258, 4095], f"{order}u2").tobytes()
    read = table(filed(item([4, 0, 12], words, "OW"), syntax))
    assert read.entries.tolist() == [0, 1, 258, 4095]


@pytest.mark.parametrize(("syntax", "order"), ORDERED)
@pytest.mark.parametrize("entries", [[1, 2, 3, 250], [1, 2, 250]])
def test_bytes_packed_two_to_a_word_are_told_from_words(
    syntax: str, order: str, entries: list[int]
) -> None:
    low_first = np.array([*entries, 0][: (len(entries) + 1) // 2 * 2], np.uint8).view("<u2")
    data = low_first.astype(f"{order}u2").tobytes()
    read = table(filed(item([len(entries), 0, 8], data, "OW"), syntax))
    assert read.entries.tolist() == entries


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("as_signed", [True, False])
def test_a_first_value_below_zero_is_read_whatever_vr_it_was_written_in(
    syntax: str, as_signed: bool
) -> None:
    first = -1024 if as_signed else 65536 - 1024
    entry = filed(item([2, first, 12], [0, 9], signed=as_signed), syntax, signed=as_signed)
    assert table(entry, signed=True).first == -1024
    assert table(entry, signed=False).first == 65536 - 1024


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_count_of_zero_means_all_65536_entries(syntax: str) -> None:
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    data = np.arange(65536).astype(f"{order}u2").tobytes()
    read = table(filed(item([0, 0, 16], data, "OW"), syntax))
    assert read.entries.tolist() == list(range(65536))


@pytest.mark.parametrize(
    ("stated", "largest", "taken"),
    [
        (8, 4095, 12),
        (12, 4096, 13),
        (16, 4095, 12),
        (12, 1023, 10),
        (16, 0, 8),
        (12, 4095, 12),
        (12, 2047, 12),
        (8, 3, 8),
        (9, 3, 9),
    ],
)
def test_a_depth_that_the_entries_belie_is_replaced_and_flagged(
    stated: int, largest: int, taken: int
) -> None:
    fitted = with_used_depth(table(item([3, 0, stated], [0, largest // 2, largest])))
    assert fitted.bits == taken
    named = [] if taken == stated else ["LUT Descriptor (0028,3002)"]
    assert [flag.tag for flag in fitted.flags] == named


@pytest.mark.parametrize(("bits", "spare"), [(12, 1), (12, 4), (8, 1), (8, 3)])
def test_data_behind_the_entries_are_left_out_and_flagged(bits: int, spare: int) -> None:
    read = table(item([4, 0, bits], [1, 2, 3, 250] + [9] * spare))
    assert read.entries.tolist() == [1, 2, 3, 250]
    assert [flag.tag for flag in read.flags] == ["LUT Data (0028,3006)"]
    assert table(item([4, 0, bits], [1, 2, 3, 250])).flags == ()


@pytest.mark.parametrize("bits", range(9, 17))
def test_half_of_a_deep_table_is_not_taken_for_packed_bytes(bits: int) -> None:
    half = np.arange(0, 4096, 16, dtype="<u2").tobytes()[:256]
    assert isinstance(read_table(item([256, 0, bits], half, "OW"), signed=False), Flag)


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (Dataset(), "LUT Descriptor (0028,3002)"),
        (item([4, 0], [1, 2, 3, 4]), "LUT Descriptor (0028,3002)"),
        (item([4, 0, 7], [1, 2, 3, 4]), "LUT Descriptor (0028,3002)"),
        (item([4, 0, 17], [1, 2, 3, 4]), "LUT Descriptor (0028,3002)"),
        (item([5, 0, 12], [1, 2, 3, 4]), "LUT Data (0028,3006)"),
        (item([5, 0, 8], [1, 2]), "LUT Data (0028,3006)"),
        (item([4, 0, 12], []), "LUT Data (0028,3006)"),
        (item([4, 0, 12], b"\1\2\3", "OW"), "LUT Data (0028,3006)"),
    ],
)
def test_a_broken_table_is_flagged_by_its_attribute(entry: Dataset, named: str) -> None:
    flag = read_table(entry, signed=False)
    assert isinstance(flag, Flag)
    assert named in str(flag)
    assert str(table_fault(entry)) == str(flag)


def test_a_sound_table_has_no_fault() -> None:
    assert table_fault(item([2, 0, 12], [0, 1])) is None


@given(
    st.integers(-3000, 3000),
    st.lists(st.integers(0, 4095), min_size=1, max_size=40),
    st.integers(-70000, 70000),
)
def test_every_input_takes_its_entry_or_the_nearest_end(
    first: int, entries: list[int], value: int
) -> None:
    lookup = LookUpTable(first, 12, np.array(entries, np.uint16))
    found = lookup.outputs(np.array([[value]], np.float64))
    assert found.shape == (1, 1)
    place = value - first
    expected = entries[0] if place < 0 else entries[place] if place < len(entries) else entries[-1]
    assert found[0, 0] == expected
