"""Reads which stored values mean "no image here", PS3.3 C.7.5.1.1.2."""

from __future__ import annotations

from typing import Literal

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from domain.study import Flag
from imaging.attributes.tags import integer, label_of
from imaging.grey.stated import element_of, is_stated

_VALUE, _LIMIT = "PixelPaddingValue", "PixelPaddingRangeLimit"
_WORDS = ("US", "SS", "OW", "OB", "UN", "", None)

Padding = tuple[int, int]


def read_padding(
    ds: Dataset, bits: int, *, signed: bool
) -> tuple[Padding | None, tuple[Flag, ...]]:
    """First and last padding value, both included, from a value and optionally a range's other end.

    bits, signed: Bits Stored and Pixel Representation. The two ends may come in either order.
    """
    flags: list[Flag] = []
    value = _end(ds, _VALUE, bits, flags, signed=signed)
    limit = _end(ds, _LIMIT, bits, flags, signed=signed)
    if value is None:
        if limit is not None and not flags:
            flags.append(Flag("a limit without a padding value is passed over", label_of(_LIMIT)))
        return None, tuple(flags)
    low, high = sorted((value, value if limit is None else limit))
    # A range over most of the depth would blacken tissue: such a limit is a mistake.
    if high - low > 2 ** (bits - 1):
        message = f"padding from {low} to {high} would hide tissue; only {value} is taken"
        return (value, value), (*flags, Flag(message, label_of(_LIMIT)))
    return (low, high), tuple(flags)


def _end(ds: Dataset, keyword: str, bits: int, flags: list[Flag], *, signed: bool) -> int | None:
    if not is_stated(ds, keyword):
        return None
    number = _whole_number(ds, keyword)
    if number is None:
        flags.append(Flag("what is no whole number is passed over", label_of(keyword)))
        return None
    value = _as_stored(number % 65536, bits, signed=signed)
    if value is None:
        message = f"{number} is passed over: no value of {bits} bits"
        flags.append(Flag(message, label_of(keyword)))
    return value


def _whole_number(ds: Dataset, keyword: str) -> int | None:
    """From the bytes where these hold a number: which of US and SS it is will be seen later."""
    element = element_of(ds, keyword)
    if not isinstance(element, RawDataElement) or element.VR not in _WORDS:
        return integer(ds, keyword)
    content = element.value or b""
    order: Literal["little", "big"] = "little" if element.is_little_endian else "big"
    return int.from_bytes(content[:2], order) if len(content) % 2 == 0 else None


def _as_stored(pattern: int, bits: int, *, signed: bool) -> int | None:
    """A 16-bit pattern as the pixels hold it; None where none of them can.

    It should be US or SS by Pixel Representation; writers mix the two up, and leave the sign of
    12 bits in the twelfth. Pixels are read from their stored bits alone (PS3.5 8.1.1), but a
    padding value cut down to these might be one that tissue has.
    """
    half = 1 << (bits - 1)
    if signed and pattern >= 65536 - half:
        return pattern - 65536
    if pattern >= 2 * half:
        return None
    return pattern - 2 * half if signed and pattern >= half else pattern
