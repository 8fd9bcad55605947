"""Reads images inside zip files in place: nothing is unpacked beside the archive.

An archive is input from strangers. Its names only ever serve to find members in it, yet those
that would leave a folder on unpacking are refused: no honest exam has them. Python's zipfile
never unpacks more of a member than is announced, and what is announced is limited here.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import copyfileobj
from typing import BinaryIO, cast

from domain.errors import ArchiveError
from domain.study import FileProblem
from imaging.source.plain_file import open_plain, refused

MOST_ENTRIES = 200_000
MOST_BYTES = 64 << 30
"""Of all members together, unpacked."""
MOST_MEMBER_BYTES = 4 << 30
"""Of one member; the longest tomosynthesis unpacks to about 2 GB."""
_MOST_DIRECTORY_BYTES = 32 << 20
_RATIO, _RATIO_FROM = 1000, 64 << 20
_IN_MEMORY = 256 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_REMEDY = "Ask the sender for the images again"
# What zipfile raises on archives that break the format.
_BROKEN = (
    EOFError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class Member:
    """A member that may be read. size: bytes unpacked. checksum: its CRC-32 as announced."""

    name: str
    size: int
    checksum: int


@dataclass(frozen=True)
class Members:
    """What an archive holds. problems: members that are refused, with the reason."""

    usable: tuple[Member, ...]
    problems: tuple[FileProblem, ...]


class Archive:
    """An open zip file; close it, and use it from one thread at a time."""

    def __init__(self, path: str) -> None:
        """Open an archive. Raises UnreadableFileError, or ArchiveError where it is damaged."""
        self.path = path
        self._stream = open_plain(path)
        try:
            with _told_apart(path):
                _check_directory(self._stream, path)
                self._zip = zipfile.ZipFile(self._stream)
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; streams made by ``whole`` stay usable."""
        self._zip.close()
        self._stream.close()

    def members(self) -> Members:
        """All members but folders and empty ones. Raises ArchiveError where it is a zip bomb."""
        entries = self._zip.infolist()
        with _told_apart(self.path):
            _check_totals(self.path, entries, self._stream.seek(0, io.SEEK_END))
        usable: dict[str, Member] = {}
        problems: list[FileProblem] = []
        for entry in entries:
            if entry.is_dir() or entry.file_size == 0:
                continue
            why = _refusal(entry)
            if entry.filename in usable:
                why = "another member has the same name"
            if why:
                problems.append(FileProblem(self.where(entry.filename), f"is not read: {why}"))
            else:
                usable[entry.filename] = Member(entry.filename, entry.file_size, entry.CRC)
        return Members(tuple(usable.values()), tuple(problems))

    def where(self, name: str) -> str:
        """A member as messages name it."""
        return f"{self.path}!{name}"

    def is_stored(self, name: str) -> bool:
        """Whether a member is not compressed, so that any part of it is quickly reached."""
        return self._entry(name).compress_type == zipfile.ZIP_STORED

    def head(self, name: str) -> BinaryIO:
        """A stream that unpacks no more than is read; good for the start of a member."""
        raw = _MemberHead(self._zip, self._entry(name), self.where(name))
        return cast("BinaryIO", io.BufferedReader(raw))

    def whole(self, name: str) -> BinaryIO:
        """A member unpacked into memory, or into a nameless temporary file where it is large."""
        entry = self._entry(name)
        target = _scratch(entry.file_size)
        try:
            with _told_apart(self.where(name)), self._zip.open(entry) as source:
                copyfileobj(source, target, 1 << 20)
        except BaseException:
            target.close()
            raise
        target.seek(0)
        return target

    def _entry(self, name: str) -> zipfile.ZipInfo:
        with _told_apart(self.where(name)):
            entry = self._zip.getinfo(name)
        if why := _refusal(entry):
            raise ArchiveError(f"is not read: {why}", where=self.where(name), remedy=_REMEDY)
        return entry


def open_member(path: str, name: str) -> BinaryIO:
    """One member as a seekable stream. Raises UnreadableFileError and ArchiveError."""
    with Archive(path) as archive:
        return archive.whole(name)


def _scratch(size: int) -> BinaryIO:
    if size <= _IN_MEMORY:
        return io.BytesIO()
    return cast("BinaryIO", tempfile.TemporaryFile())


@contextmanager
def _told_apart(where: str) -> Iterator[None]:
    """Turn what zipfile and the system raise into our errors."""
    try:
        yield
    except OSError as error:
        raise refused(where, error) from error
    except _BROKEN as error:
        raise ArchiveError(f"is damaged ({error})", where=where, remedy=_REMEDY) from error
    except MemoryError:
        raise ArchiveError("does not fit into memory", where=where) from None


def _check_directory(stream: BinaryIO, path: str) -> None:
    # zipfile reads the whole table of contents into memory before anything can be asked.
    length = _directory_bytes(stream)
    stream.seek(0)
    if length > _MOST_DIRECTORY_BYTES:
        raise ArchiveError("has a table of contents that is absurdly long", where=path)


def _directory_bytes(stream: BinaryIO) -> int:
    """Length of the central directory as the end records tell it, 0 where there are none."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - (1 << 16) - 22 - 76))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 16:
        return 0
    (length,) = struct.unpack_from("<I", tail, end + 12)
    if end < 76 or tail[end - 20 : end - 16] != b"PK\x06\x07":
        return int(length)
    # ZIP64: its end record of 56 bytes lies before the locator of 20.
    return int(struct.unpack_from("<Q", tail, end - 76 + 40)[0])


def _check_totals(path: str, entries: list[zipfile.ZipInfo], packed: int) -> None:
    if len(entries) > MOST_ENTRIES:
        what = f"holds {len(entries)} files, more than {MOST_ENTRIES}"
        raise ArchiveError(what, where=path, remedy="Unpack it and open the folder")
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES or _is_absurd(total, packed):
        what = f"would unpack to {total} bytes from {packed}; it looks like a zip bomb"
        raise ArchiveError(what, where=path, remedy=_REMEDY)


def _is_absurd(size: int, packed: int) -> bool:
    return size > _RATIO_FROM and size > _RATIO * packed


def _refusal(entry: zipfile.ZipInfo) -> str:
    """Why a member is not to be read, empty where it may be."""
    if unsafe := _unsafe_name(entry.orig_filename):
        return unsafe
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a symbolic link"
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted; unpack it with its password and open the folder"
    if entry.compress_type not in _METHODS:
        return "it is packed in another way than deflate; unpack it and open the folder"
    if entry.file_size > MOST_MEMBER_BYTES or _is_absurd(entry.file_size, entry.compress_size):
        return f"it would unpack to {entry.file_size} bytes and looks like a zip bomb"
    return ""


def _unsafe_name(name: str) -> str:
    if ".." in re.split(r"[/\\]", name):
        return "its name leads out of the folder by '..'"
    if re.match(r"[/\\]|[A-Za-z]:", name):
        return "its name begins at the root of a drive"
    return "its name holds a zero byte" if "\0" in name else ""


class _MemberHead(io.RawIOBase):
    """Unpacks a member as far as it is read; asking for its length unpacks nothing."""

    name = ""  # which pydicom asks every buffered stream for

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> None:
        self._where = where
        self._size = entry.file_size
        self._position = 0
        with _told_apart(where):
            self._source = archive.open(entry)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._position, self._size)[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        with _told_apart(self._where):
            if self._source.tell() != self._position:
                self._source.seek(self._position)
            part = self._source.read(len(target))
        target[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        self._source.close()
        super().close()
