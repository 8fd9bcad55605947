"""Look-up tables as DICOM stores them: descriptor and data, PS3.3 C.11.1.1 and C.11.2.1.1.

Both are read from their bytes as 16-bit words: a writer's choice of US, SS or OW says nothing
about the values, and "first value mapped" alone may be negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset

from domain.study import Flag
from imaging.attributes.tags import label_of, numbers
from imaging.grey.stated import element_of

_ALL_ENTRIES = 65536
_SIGN = 32768
_DESCRIPTOR, _DATA = "LUTDescriptor", "LUTData"
_LEAST_DEPTH = 8


@dataclass(frozen=True, eq=False)
class LookUpTable:
    """Maps whole numbers to outputs; inputs before ``first`` or past the end take the end entries.

    entries: uint16, 1 to 65,536 of them. bits: the outputs' depth, 8 to 16. flags: what is odd
    about how it was stored.
    """

    first: int
    bits: int
    entries: npt.NDArray[np.uint16]
    flags: tuple[Flag, ...] = ()

    @property
    def rising(self) -> bool:
        """Whether larger inputs give larger outputs, as far as the ends tell."""
        return bool(self.entries[-1] >= self.entries[0])

    def outputs(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Look values up, rounded to whole numbers; any shape."""
        index = np.clip(np.rint(values) - self.first, 0, len(self.entries) - 1)
        looked_up: npt.NDArray[np.float64] = self.entries[index.astype(np.int32)].astype(np.float64)
        return looked_up


@dataclass(frozen=True)
class _Stored:
    """A table as it lies in the file: ``words`` is as long as the table or, packed, half of it."""

    count: int
    first: int
    bits: int
    words: npt.NDArray[np.uint16]


def table_fault(item: Dataset) -> Flag | None:
    """Why a sequence item can't be read as a table; the table is not built."""
    stored = _stored(item)
    return stored if isinstance(stored, Flag) else None


def read_table(item: Dataset, *, signed: bool) -> LookUpTable | Flag:
    """Read LUT Descriptor and LUT Data of one sequence item, or say what is wrong with them.

    signed: whether the table's input values may be negative, which decides how the first mapped
    value is read (PS3.3 C.11.2.1.1).
    """
    stored = _stored(item)
    if isinstance(stored, Flag):
        return stored
    entries = _entries(stored)
    entries.setflags(write=False)
    first = stored.first - (_ALL_ENTRIES if signed and stored.first >= _SIGN else 0)
    return LookUpTable(first, stored.bits, entries, _length_flags(stored))


def with_used_depth(table: LookUpTable) -> LookUpTable:
    """The table, its stated depth replaced and flagged where the entries belie it.

    For VOI LUTs, whose depth says what is white. Writers state 8 bits for entries of 12: all
    beyond the depth would be white; and 16 for entries of 12: white would come out nearly black.
    A table that leaves out only the uppermost half of its range may mean to.
    """
    used = max(_LEAST_DEPTH, int(table.entries.max()).bit_length())
    if table.bits - 1 <= used <= table.bits:
        return table
    message = f"a look-up table says {table.bits} bits, its entries use {used}, which are taken"
    flags = (*table.flags, Flag(message, label_of(_DESCRIPTOR)))
    return replace(table, bits=used, flags=flags)


def _stored(item: Dataset) -> _Stored | Flag:
    descriptor = _words(item, _DESCRIPTOR)
    if descriptor is None or len(descriptor) != 3:
        return _passed_over("its descriptor is not three numbers", _DESCRIPTOR)
    count, first, bits = (int(value) for value in descriptor)
    count = count or _ALL_ENTRIES
    if not _LEAST_DEPTH <= bits <= 16:
        return _passed_over(f"{bits} bits is no depth", _DESCRIPTOR)
    words = _words(item, _DATA)
    if words is None or len(words) < min(_lengths(count, bits)):
        return _passed_over(f"its data are not the {count} entries announced", _DATA)
    return _Stored(count, first, bits, words)


def _lengths(count: int, bits: int) -> tuple[int, ...]:
    """Words that a table may take: only entries of 8 bits are packed in twos (C.11.2.1.1)."""
    return (count, (count + 1) // 2) if bits == _LEAST_DEPTH else (count,)


def _length_flags(stored: _Stored) -> tuple[Flag, ...]:
    if len(stored.words) in _lengths(stored.count, stored.bits):
        return ()
    message = f"a look-up table goes on behind its {stored.count} entries; the rest is left out"
    return (Flag(message, label_of(_DATA)),)


def _passed_over(why: str, keyword: str) -> Flag:
    return Flag(f"a look-up table is passed over: {why}", label_of(keyword))


def _entries(stored: _Stored) -> npt.NDArray[np.uint16]:
    if len(stored.words) >= stored.count:
        return stored.words[: stored.count].astype(np.uint16)
    # An 8-bit table may hold two entries to a word, the low byte first (C.11.2.1.1).
    packed = np.stack([stored.words & 255, stored.words >> 8], axis=1).reshape(-1)
    return packed[: stored.count].astype(np.uint16)


def _words(item: Dataset, keyword: str) -> npt.NDArray[np.uint16] | None:
    """An attribute as 16-bit patterns, whether pydicom has converted it yet or not."""
    element = element_of(item, keyword)
    value = None if element is None else element.value
    if isinstance(value, bytes):
        order = "<" if _is_little(element, item) else ">"
        return np.frombuffer(value[: len(value) // 2 * 2], f"{order}u2")
    listed = numbers(item, keyword)
    if not all(number.is_integer() and -_SIGN <= number < _ALL_ENTRIES for number in listed):
        return None
    return np.array([int(number) % _ALL_ENTRIES for number in listed], np.uint16)


def _is_little(element: RawDataElement | DataElement | None, item: Dataset) -> bool:
    if isinstance(element, RawDataElement):
        return element.is_little_endian
    return item.original_encoding[1] is not False  # None where it never was in a file
