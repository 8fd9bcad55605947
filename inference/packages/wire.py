"""Reads the fields of a protobuf message without a schema, and believes no length.

Encoding: "Protocol Buffers Documentation, Encoding". Only what is asked for is unpacked.
"""

from __future__ import annotations

from collections.abc import Iterator

Value = int | memoryview
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_NUMBERS_END = 1 << 29
_MOST_VARINT = 10
"""Bytes of the longest one."""


def fields(message: memoryview) -> Iterator[tuple[int, Value]]:
    """Number and value of each field in order: whole numbers, or the bytes of anything longer.

    Raises ValueError where the message breaks off or breaks the encoding.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if not 0 < number < _NUMBERS_END:
            raise ValueError("a field has an impossible number")
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind == _BYTES:
            length, at = _varint(message, at)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"a field is of the unknown kind {kind}")
        if length > len(message) - at:
            raise ValueError("it breaks off")
        yield number, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(message[at : at + _MOST_VARINT]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("it breaks off")
