"""Look-up tables as DICOM stores them: descriptor and data, PS3.3 C.11.1.1 and C.11.2.1.1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from domain.study import Flag
from imaging.tags import label_of, numbers

_ALL_ENTRIES = 65536


@dataclass(frozen=True, eq=False)
class LookUpTable:
    """Maps whole numbers to outputs; inputs before ``first`` or past the end take the end entries.

    entries: uint16, 1 to 65,536 of them. bits: the outputs' depth, 8 to 16.
    """

    first: int
    bits: int
    entries: npt.NDArray[np.uint16]

    def outputs(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Look values up, rounded to whole numbers; any shape."""
        index = np.clip(np.rint(values) - self.first, 0, len(self.entries) - 1)
        return self.entries[index.astype(np.int32)].astype(np.float64)


def read_table(item: Dataset, *, signed: bool) -> LookUpTable | Flag:
    """Read LUT Descriptor and LUT Data of one sequence item, or say what is wrong with them.

    signed: whether the table's input values are signed, which decides how the first mapped
    value is read (PS3.3 C.11.2.1.1).
    """
    label = label_of("LUTDescriptor")
    descriptor = numbers(item, "LUTDescriptor")
    if len(descriptor) != 3 or not all(value.is_integer() for value in descriptor):
        return Flag("a look-up table is passed over: its descriptor is not three numbers", label)
    count, first, bits = (int(value) for value in descriptor)
    count = count % _ALL_ENTRIES or _ALL_ENTRIES
    first %= _ALL_ENTRIES
    if signed and first >= _ALL_ENTRIES // 2:
        first -= _ALL_ENTRIES
    if not 8 <= bits <= 16:
        return Flag(f"a look-up table is passed over: {bits} bits is no depth", label)
    entries = _entries(item, count)
    if entries is None:
        return Flag(
            f"a look-up table is passed over: its data are not the {count} entries announced",
            label_of("LUTData"),
        )
    # Some writers state 8 bits for 12-bit data: outputs beyond the depth would all turn white.
    deepest = max(bits, int(entries.max()).bit_length())
    entries.setflags(write=False)
    return LookUpTable(first, deepest, entries)


def _entries(item: Dataset, count: int) -> npt.NDArray[np.uint16] | None:
    content = item.get("LUTData")
    if isinstance(content, bytes):
        return _unpacked(content, count, little=_is_little(item))
    listed = numbers(item, "LUTData")
    if len(listed) != count or not all(0 <= value < _ALL_ENTRIES for value in listed):
        return None
    return np.array(listed, np.uint16)


def _is_little(item: Dataset) -> bool:
    encoding = item.original_encoding[1]
    return encoding is None or bool(encoding)


def _unpacked(content: bytes, count: int, *, little: bool) -> npt.NDArray[np.uint16] | None:
    """OW data: words, or for 8-bit tables bytes two to a word (C.11.2.1.1)."""
    if len(content) >= 2 * count:
        words = np.frombuffer(content, "<u2" if little else ">u2", count)
        return words.astype(np.uint16)
    if len(content) in (count, count + 1):
        packed = np.frombuffer(content, np.uint8)
        if not little and len(packed) % 2 == 0:
            packed = packed.reshape(-1, 2)[:, ::-1].reshape(-1)
        return packed[:count].astype(np.uint16)
    return None
