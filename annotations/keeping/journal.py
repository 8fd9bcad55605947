"""The journal's lines: what they say, and reading them up to the first that is damaged.

A line is ``crc32 json``: eight hexadecimal digits of the CRC-32 of the JSON's bytes (as in zip),
a space, and JSON in UTF-8 without line breaks. The first line is the header, the others are
entries, numbered on from the header's base.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic_core import from_json, to_json

from annotations.commands.command import Command
from annotations.errors import ReadingFileError
from annotations.keeping.codec import decode_command, encode_command
from annotations.keeping.collector import without_collector
from annotations.keeping.disk import FileId, file_id, reason
from annotations.keeping.reading_file import check_version

FORMAT = "fourview-journal"
VERSION = 1

Deed = Command | Literal["undo", "redo"]
"""What an entry says was done."""


@dataclass(frozen=True)
class Line:
    """An entry as it lies on disk, with its number. data: with the line's end."""

    n: int
    data: bytes


@dataclass(frozen=True)
class Entry:
    """A line that was read."""

    line: Line
    deed: Deed


@dataclass(frozen=True)
class JournalContents:
    """What could be read. base: number of the change before the first entry.

    damaged: lines from the first damaged one on; ``None`` for the file's id where there was no
    file. checksum: CRC-32 of the whole file.
    """

    base: int
    entries: tuple[Entry, ...]
    damaged: int
    file: FileId | None
    checksum: int = 0


NO_JOURNAL = JournalContents(0, (), 0, None)


def header_line(study_uid: str, reader: str, base: int) -> bytes:
    """The first line of a journal that goes on from the change numbered ``base``."""
    header = {
        "format": FORMAT,
        "version": VERSION,
        "study_uid": study_uid,
        "reader": reader,
        "base": base,
    }
    return _line(to_json(header))


def entry_line(n: int, at: datetime, deed: Deed) -> Line:
    """A line for what was done. Raises CommandError where it can't be written exactly."""
    written = to_json(deed) if isinstance(deed, str) else encode_command(deed)
    return Line(n, _line(b'{"n":%d,"at":%b,"do":%b}' % (n, to_json(at), written)))


def read_journal(path: Path, study_uid: str, reader: str) -> JournalContents:
    """Read a journal up to the first damaged line; the file is left as it is.

    Raises ReadingFileError where it is of a newer version, of another study or reader, or can't
    be read at all. No file gives ``NO_JOURNAL``.
    """
    try:
        file = file_id(path)
        if file is None:
            return NO_JOURNAL
        data = path.read_bytes()
    except OSError as error:
        raise ReadingFileError(
            f"the journal can't be read: {reason(error)}", where=str(path)
        ) from error
    lines = [line for line in data.split(b"\n") if line]
    checksum = zlib.crc32(data)
    try:
        header = _parsed(lines[0])
        base = _base(header)
    except (ValueError, IndexError) as error:
        _refuse_newer(error, path)
        return JournalContents(0, (), max(1, len(lines) - 1), file, checksum)
    check_version(header, VERSION, FORMAT, str(path))
    _check_owner(header, study_uid, reader, path)
    with without_collector():
        entries = _entries(lines[1:], base)
    return JournalContents(base, entries, len(lines) - 1 - len(entries), file, checksum)


class _NewerError(ValueError):
    def __init__(self, header: Any) -> None:
        super().__init__("of a newer version")
        self.header = header


def _refuse_newer(error: Exception, path: Path) -> None:
    if isinstance(error, _NewerError):
        check_version(error.header, VERSION, FORMAT, str(path))


def _base(header: Any) -> int:
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ValueError("no header")
    if header.get("version") != VERSION:
        raise _NewerError(header)  # its other fields may mean something else
    base = header.get("base")
    if not isinstance(base, int) or isinstance(base, bool) or base < 0:
        raise ValueError("no number to begin from")
    return base


def _check_owner(header: dict[str, Any], study_uid: str, reader: str, path: Path) -> None:
    if (header.get("study_uid"), header.get("reader")) != (study_uid, reader):
        raise ReadingFileError(
            "the journal is of another study or reader",
            where=str(path),
            remedy="Move the file back to where it belongs",
        )


def _entries(lines: list[bytes], base: int) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for n, line in enumerate(lines, base + 1):
        try:
            entries.append(_entry(n, line))
        except (ValueError, RecursionError):
            break
    return tuple(entries)


def _entry(n: int, line: bytes) -> Entry:
    found = _parsed(line)
    if not isinstance(found, dict) or set(found) != {"n", "at", "do"} or found["n"] != n:
        raise ValueError("not the entry that comes next")
    deed = found["do"]
    return Entry(Line(n, line + b"\n"), deed if deed in ("undo", "redo") else decode_command(deed))


def _line(written: bytes) -> bytes:
    return b"%08x %b\n" % (zlib.crc32(written), written)


def _parsed(line: bytes) -> Any:
    """JSON of a line. Raises ValueError where its checksum does not fit."""
    digits, _, written = line.partition(b" ")
    if len(digits) != 8 or int(digits, 16) != zlib.crc32(written):
        raise ValueError("damaged")
    return from_json(written)
