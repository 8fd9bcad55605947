"""Damages bytes in the ways that files are damaged, and in the ways that an attacker would."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random

HEADER_BYTES = 6000
"""Most header attributes of real files lie before this offset; half of all damage goes there."""

INTERESTING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def mutate(data: bytes, random: Random) -> bytes:
    """One to four random damages; the same random state gives the same bytes."""
    damaged = bytearray(data)
    for _ in range(random.randint(1, 4)):
        random.choice(_DAMAGES)(damaged, random)
        if not damaged:
            break
    return bytes(damaged)


def _place(data: bytearray, random: Random) -> int:
    reach = min(len(data), HEADER_BYTES) if random.random() < 0.5 else len(data)
    return random.randrange(reach)


def _flip_bits(data: bytearray, random: Random) -> None:
    for _ in range(random.randint(1, 8)):
        data[_place(data, random)] ^= 1 << random.randrange(8)


def _random_bytes(data: bytearray, random: Random) -> None:
    start = _place(data, random)
    for index in range(start, min(len(data), start + random.randint(1, 16))):
        data[index] = random.randrange(256)


def _truncate(data: bytearray, random: Random) -> None:
    del data[_place(data, random) :]


def _cut_out(data: bytearray, random: Random) -> None:
    start = _place(data, random)
    del data[start : start + random.choice((1, 2, 4, 8, 100, 5000))]


def _repeat(data: bytearray, random: Random) -> None:
    start = _place(data, random)
    data[start:start] = data[start : start + random.choice((1, 2, 8, 100, 2000))]


def _extreme_number(data: bytearray, random: Random) -> None:
    start = _place(data, random)
    number = random.choice(INTERESTING)
    packed = struct.pack("<I", number)[: random.choice((2, 4))]
    data[start : start + len(packed)] = packed


def _swap_tag_value(data: bytearray, random: Random) -> None:
    """Give a well-known image attribute an extreme value, where it is stored explicitly."""
    tag = struct.pack("<HH", 0x0028, random.choice((0x2, 0x8, 0x10, 0x11, 0x100, 0x101, 0x102)))
    start = data.find(tag)
    if start >= 0:
        data[start + 8 : start + 10] = struct.pack("<H", random.choice(INTERESTING) & 0xFFFF)


_DAMAGES: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip_bits,
    _random_bytes,
    _truncate,
    _cut_out,
    _repeat,
    _extreme_number,
    _swap_tag_value,
)
