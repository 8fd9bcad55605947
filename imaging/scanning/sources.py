"""Finds the files that a scan has to look into: below a folder, by a DICOMDIR, or in a zip.

Nothing is opened here except what is given to be opened. Pipes and devices never are.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import CancelledError, UnreadableFileError
from domain.study import FileProblem, ImageRef
from imaging.picture.picture_format import PICTURE_SUFFIXES
from imaging.picture.sidecar import SHARED_NAMES
from imaging.source.plain_file import refused
from imaging.source.zip_source import Archive

SIDECAR_SUFFIXES = frozenset({".csv", ".json"})
_ZIP_SUFFIX = ".zip"
_APPLE_DOUBLE = "._"  # resource forks that macOS writes beside each file on foreign disks
_APPLE_FOLDER = "__MACOSX"

Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class Stamp:
    """What changes when a file's content does. Of a zip member, identity is its checksum."""

    size: int
    changed_ns: int
    identity: int


@dataclass(frozen=True)
class Source:
    """One file to look into. folder and name: where the index of headers keeps it."""

    ref: ImageRef
    folder: str
    name: str
    stamp: Stamp


@dataclass
class Listing:
    """What was found, in a settled order.

    sources: files that may be DICOM. pictures: files named as pictures are. sidecars: files that
    may describe these. foreign: how many files are neither. nested: zip files that were not
    entered. folders: those listed as a whole.
    """

    sources: list[Source] = field(default_factory=list)
    pictures: list[Source] = field(default_factory=list)
    sidecars: list[Source] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    foreign: int = 0
    nested: int = 0

    @property
    def count(self) -> int:
        """How many files there are, whatever they are."""
        lists = (self.sources, self.pictures, self.sidecars)
        return sum(map(len, lists)) + self.foreign + self.nested

    def sort_in(self, source: Source) -> None:
        """Put a file where its name and length say it belongs."""
        base = source.name.rpartition("/")[2]
        suffix = "." + base.rpartition(".")[2].lower()
        if source.stamp.size == 0 or base.startswith(_APPLE_DOUBLE):
            self.foreign += 1
        elif suffix in PICTURE_SUFFIXES:
            self.pictures.append(source)
        elif suffix in SIDECAR_SUFFIXES:
            self.sidecars.append(source)
        elif suffix == _ZIP_SUFFIX:
            self.nested += 1
        else:
            self.sources.append(source)


def list_folder(root: str, cancelled: Cancelled, found: Callable[[int], None]) -> Listing:
    """All files below a folder. Each folder counts once, however many links lead to it.

    found: told how many files there are so far. What can't be listed becomes a problem. Raises
    CancelledError.
    """
    listing = Listing()
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        if cancelled():
            raise CancelledError("the scan was stopped")
        folder = waiting.pop()
        try:
            status = Path(folder).stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            below = _list_one(folder, listing)
        except OSError as error:
            listing.problems.append(_problem(folder, error))
            continue
        listing.folders.append(folder)
        found(listing.count)
        waiting.extend(reversed(below))
    return listing


def _list_one(folder: str, listing: Listing) -> list[str]:
    """Sort the files of one folder in; gives the folders in it."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    below: list[str] = []
    for entry in found:
        try:
            status = entry.stat()
        except OSError as error:
            listing.problems.append(_problem(entry.path, error))
            continue
        if stat.S_ISDIR(status.st_mode):
            if entry.name != _APPLE_FOLDER:
                below.append(entry.path)
        elif stat.S_ISREG(status.st_mode):
            listing.sort_in(_source(folder, entry.name, entry.path, status))
        else:
            listing.foreign += 1
    return below


def list_archive(archive: Archive) -> Listing:
    """The members of a zip file. Raises ArchiveError where it is a zip bomb."""
    members = archive.members()
    listing = Listing(problems=list(members.problems), folders=[archive.path])
    # A member's own time is only kept to two seconds: that of the archive tells more.
    changed = Path(archive.path).stat().st_mtime_ns
    for member in members.usable:
        stamp = Stamp(member.size, changed, member.checksum)
        ref = ImageRef(archive.path, member.name)
        listing.sort_in(Source(ref, archive.path, member.name, stamp))
    return listing


def list_file(path: str) -> Listing:
    """One file, with what may be sidecars of it. Raises UnreadableFileError where there is none."""
    source = source_of(path)
    listing = Listing()
    stem, _, suffix = source.name.rpartition(".")
    if source.stamp.size == 0:
        listing.problems.append(FileProblem(path, "is empty"))
    elif f".{suffix.lower()}" not in PICTURE_SUFFIXES:
        listing.sources.append(source)
    else:
        listing.pictures.append(source)
        for name in (f"{stem}.json", *SHARED_NAMES):
            with suppress(UnreadableFileError):
                listing.sidecars.append(source_of(str(Path(source.folder, name))))
    return listing


def _source(folder: str, name: str, path: str, status: os.stat_result) -> Source:
    stamp = Stamp(status.st_size, status.st_mtime_ns, status.st_ino)
    return Source(ImageRef(path), folder, name, stamp)


def source_of(path: str) -> Source:
    """One plain file. Raises UnreadableFileError where there is none."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError) as error:
        raise refused(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        raise refused(path, "it is no plain file")
    folder, name = os.path.split(path)
    return _source(folder, name, path, status)


def _problem(path: str, error: OSError) -> FileProblem:
    return FileProblem(path, f"can't be read ({error.strerror})")
