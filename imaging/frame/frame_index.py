"""Finds each frame's bytes inside encapsulated Pixel Data (PS3.5 A.4) without reading them.

Only the few bytes before each fragment are read. The tables that say where frames start are
believed where they point at fragments; often enough they do not.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.uid import RLELossless

from domain.errors import PixelDataError
from domain.study import Flag
from imaging.attributes.tags import label_of
from imaging.codec.codestream import starts_frame
from imaging.frame.frame_file import PIXEL_DATA, PixelFile
from imaging.frame.item_reader import ItemReader, Span

_MAX_TABLE = 1 << 22
_REMEDY = "Copy or export the file again"

Frames = tuple[tuple[Span, ...], ...]
"""For each frame the fragments that, joined, make its codestream."""


@dataclass(frozen=True)
class _Fragments:
    """All fragments, and the offset that the tables of frame starts count from."""

    spans: tuple[Span, ...]
    base: int
    table: tuple[int, ...]


def index_frames(file: PixelFile, frames: int, where: str) -> tuple[Frames, tuple[Flag, ...]]:
    """Where each of ``frames`` frames lies, and what is odd about how they are stored.

    Raises PixelDataError where data are cut short, are no sequence of fragments, or hold
    fewer frames than the header says.
    """
    reader = ItemReader(file.stream, file.element, where)
    found = _collect(reader, file.stream)
    if not found.spans:
        raise PixelDataError(f"{PIXEL_DATA} holds no image", where=where, remedy=_REMEDY)
    for table in (_extended_table(file.header), found.table):
        if grouped := _by_table(found, table, frames):
            return grouped, reader.flags
    flags = reader.flags
    if found.table:
        flags += (Flag("the Basic Offset Table is wrong and was not used", PIXEL_DATA),)
    groups = _by_content(file, found.spans, frames)
    if len(groups) < frames:
        raise PixelDataError(
            f"{PIXEL_DATA} holds {len(groups)} frames, the header says {frames}",
            where=where,
            tag=label_of("NumberOfFrames"),
            remedy=_REMEDY,
        )
    if len(groups) > frames:
        message = f"{len(groups)} frames stored, {frames} announced; the rest is not shown"
        flags += (Flag(message, label_of("NumberOfFrames")),)
    return groups[:frames], flags


def _collect(reader: ItemReader, stream: BinaryIO) -> _Fragments:
    first = reader.next()
    if first is None:
        return _Fragments((), 0, ())
    spans: list[Span] = []
    table: tuple[int, ...] = ()
    base = first.start + first.length
    if _starts_frame(stream, first):  # the Basic Offset Table's item was left out
        spans.append(first)
        base = first.start - 8
    else:
        table = _basic_table(stream, first)
    while span := reader.next():
        if span.length:
            spans.append(span)
    return _Fragments(tuple(spans), base, table)


def _basic_table(stream: BinaryIO, item: Span) -> tuple[int, ...]:
    stream.seek(item.start)
    content = stream.read(min(item.length, _MAX_TABLE))
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _extended_table(header: Dataset) -> tuple[int, ...]:
    """Extended Offset Table (7FE0,0001), PS3.3 C.7.6.3.1.8."""
    content = header.get("ExtendedOffsetTable") or b""
    if not isinstance(content, bytes) or len(content) % 8:
        return ()
    return struct.unpack(f"<{len(content) // 8}Q", content)


def _by_table(found: _Fragments, table: Sequence[int], frames: int) -> Frames | None:
    """Fragments by frame after a table of starts; ``None`` where it does not fit them."""
    if len(table) != frames or table[0] != 0:
        return None
    index = {span.start - 8 - found.base: number for number, span in enumerate(found.spans)}
    firsts = [index.get(offset, -1) for offset in table]
    if -1 in firsts or firsts != sorted(set(firsts)):
        return None
    return _cut(found.spans, firsts)


def _by_content(file: PixelFile, spans: tuple[Span, ...], frames: int) -> Frames:
    """Fragments by frame where no table helps."""
    if len(spans) == frames or file.syntax == RLELossless:
        return tuple((span,) for span in spans)  # RLE: one fragment a frame, PS3.5 A.4.2
    firsts = [number for number, span in enumerate(spans) if _starts_frame(file.stream, span)]
    if not firsts:
        return (spans,) if frames == 1 else ()
    return _cut(spans, firsts)


def _starts_frame(stream: BinaryIO, span: Span) -> bool:
    stream.seek(span.start)
    return starts_frame(stream.read(min(span.length, 12)))


def _cut(spans: tuple[Span, ...], firsts: Sequence[int]) -> Frames:
    ends = [*firsts[1:], len(spans)]
    return tuple(spans[first:end] for first, end in zip(firsts, ends, strict=True))
