"""Tells a malformed attribute, which a reader must hear of, from one that isn't there."""

from __future__ import annotations

import struct

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

_BROKEN = (ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError, OSError)
_ODD = (RecursionError, TypeError, UserWarning, ValueError, struct.error)
_BLANK = " \t\r\n"  # not zero bytes: they are a number's


def element_of(ds: Dataset, keyword: str) -> DataElement | RawDataElement | None:
    """The attribute as it is held, converted or not; None where there is none to be had."""
    try:
        return ds.get_item(Tag(keyword))
    except (*_BROKEN, *_ODD):  # what pydicom raises on an element put off and then not readable
        return None


def is_stated(ds: Dataset, keyword: str) -> bool:
    """Whether the attribute is there with any content, however malformed."""
    element = element_of(ds, keyword)
    value = None if element is None else element.value
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str):
        return bool(value.strip(_BLANK))
    try:
        return value is not None and len(value) > 0
    except TypeError:  # a number has no length
        return True
