"""Reads DICOM attributes by keyword without ever failing.

Malformed, empty, missing and wrongly typed values come back as ``None``, ``""`` or ``()``; the
caller says what that means. Works on the raw bytes where it can: that is several times faster
than building pydicom's elements, and a scan reads about seventy attributes a file.
"""

from __future__ import annotations

import math
import re
import struct
from datetime import date, datetime, time
from functools import lru_cache

from pydicom.datadict import dictionary_description, dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from imaging.codec import dicom_setup

dicom_setup.ensure()

# What pydicom's converters raise on values that break PS3.5. UserWarning is among them because
# a program may have turned warnings into errors.
_BROKEN = (
    ArithmeticError,
    AttributeError,
    BytesLengthException,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    UserWarning,
    ValueError,
    struct.error,
)
_UNTYPED = frozenset({"UN", "OB", "OW", ""})
_BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}
_WHOLE = frozenset({"LT", "ST", "UT", "UR"})  # a backslash is a plain character, PS3.5 6.4
_LETTERS = _WHOLE | {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "PN", "SH", "TM", "UC", "UI"}
_PADDING = " \0\t\r\n"
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})[.\-]?(\d{2})[.\-]?(\d{2})")
_TIME = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2})?(?:\.(\d{1,6}))?")


@lru_cache(maxsize=1024)
def label_of(keyword: str) -> str:
    """The attribute as messages name it: ``Rows (0028,0010)``. Raises KeyError if unknown."""
    tag = _tag(keyword)
    return f"{dictionary_description(tag)} ({tag >> 16:04X},{tag & 0xFFFF:04X})"


def texts(ds: Dataset, keyword: str) -> tuple[str, ...]:
    """All values as text, without padding; empty ones keep their place. ``()`` if absent."""
    values = [str(value).strip(_PADDING) for value in _values(ds, keyword)]
    return tuple(values) if any(values) else ()


def text(ds: Dataset, keyword: str) -> str:
    """The first value as text, ``""`` if absent or empty."""
    values = texts(ds, keyword)
    return values[0] if values else ""


def numbers(ds: Dataset, keyword: str) -> tuple[float, ...]:
    """All values as finite numbers; ``()`` if absent or if any one is no number."""
    parsed = [_float(value) for value in texts(ds, keyword)]
    finite = [value for value in parsed if value is not None]
    return tuple(finite) if len(finite) == len(parsed) else ()


def number(ds: Dataset, keyword: str) -> float | None:
    """The first value as a finite number, ``None`` if absent or malformed."""
    return _float(text(ds, keyword))


def integer(ds: Dataset, keyword: str) -> int | None:
    """The first value as a whole number; ``12.0`` counts as one, ``12.5`` doesn't."""
    value = number(ds, keyword)
    return int(value) if value is not None and value.is_integer() else None


def day(ds: Dataset, keyword: str) -> date | None:
    """A date (DA), or the date of a date and time (DT); ``None`` if absent or impossible."""
    return _parse_date(text(ds, keyword))


def when(ds: Dataset, date_keyword: str, time_keyword: str) -> datetime | None:
    """Date and time from two attributes, without a time zone; midnight if there is no time."""
    on = day(ds, date_keyword)
    if on is None:
        return None
    return datetime.combine(on, _parse_time(text(ds, time_keyword)) or time())


def moment(ds: Dataset, keyword: str) -> datetime | None:
    """Date and time from one attribute (DT); a time zone is dropped, as DA and TM have none."""
    value = text(ds, keyword)
    on = _parse_date(value)
    return datetime.combine(on, _parse_time(value[8:]) or time()) if on else None


def items(ds: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """The items of a sequence; ``()`` if absent, empty or no sequence at all."""
    if _element(ds, keyword) is None:
        return ()
    value = _converted(ds, keyword)
    return tuple(value) if isinstance(value, Sequence) else ()


@lru_cache(maxsize=1024)
def _tag(keyword: str) -> BaseTag:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(f"{keyword} is no keyword of PS3.6")
    return BaseTag(tag)


def _values(ds: Dataset, keyword: str) -> tuple[object, ...]:
    element = _element(ds, keyword)
    if element is None:
        return ()
    if isinstance(element, RawDataElement):
        return _raw_values(ds, keyword, element)
    return _listed(element.value)


def _element(ds: Dataset, keyword: str) -> DataElement | RawDataElement | None:
    tag = _tag(keyword)
    try:
        return ds.get_item(tag)
    except _BROKEN:
        return None


def _raw_values(ds: Dataset, keyword: str, element: RawDataElement) -> tuple[object, ...]:
    content = element.value
    if not isinstance(content, bytes):
        return ()
    vr = element.VR or ""
    if vr in _UNTYPED:
        vr = dictionary_VR(_tag(keyword))
    if " or " in vr:  # "US or SS": Pixel Representation decides, and pydicom knows how
        return _listed(_converted(ds, keyword))
    if vr in _BINARY:
        return _unpacked(content, ("<" if element.is_little_endian else ">"), _BINARY[vr])
    if vr not in _LETTERS:
        return ()
    if content.isascii() and b"\x1b" not in content:
        whole = content.decode("ascii")
        return (whole,) if vr in _WHOLE else tuple(whole.split("\\"))
    return _foreign_letters(ds, keyword, content)


def _unpacked(content: bytes, order: str, letter: str) -> tuple[object, ...]:
    try:
        return tuple(value for (value,) in struct.iter_unpack(order + letter, content))
    except struct.error:
        return ()


def _foreign_letters(ds: Dataset, keyword: str, content: bytes) -> tuple[object, ...]:
    values = _listed(_converted(ds, keyword))
    if values and not any("\ufffd" in str(value) for value in values):
        return values
    # The declared character set is wrong: Latin-1 reads any bytes, and is the usual truth.
    return tuple(content.decode("latin-1").split("\\"))


def _converted(ds: Dataset, keyword: str) -> object:
    tag = _tag(keyword)
    try:
        return ds[tag].value
    except _BROKEN:
        return None


def _listed(value: object) -> tuple[object, ...]:
    if value is None or isinstance(value, Sequence):
        return ()
    return tuple(value) if isinstance(value, MultiValue | list | tuple) else (value,)


def _float(value: str) -> float | None:
    if not _DECIMAL.fullmatch(value):
        return None
    parsed = float(value)
    return parsed if math.isfinite(parsed) else None


def _parse_date(value: str) -> date | None:
    match = _DATE.match(value)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _parse_time(value: str) -> time | None:
    match = _TIME.match(value)
    if match is None:
        return None
    hour, minute, second, fraction = match.groups()
    try:
        return time(
            int(hour), int(minute or 0), int(second or 0), int((fraction or "0").ljust(6, "0"))
        )
    except ValueError:
        return None
