"""Finds the images that a DICOMDIR names (PS3.3 F.3, PS3.10 8.6)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian, MediaStorageDirectoryStorage

from domain.errors import FourviewError, HeaderError
from domain.study import FileProblem
from imaging.attributes.tags import integer, items, label_of, text, texts
from imaging.codec import dicom_setup
from imaging.scanning.element_walk import (
    BytesRunOutError,
    OddHeaderError,
    walk_header,
    walk_meta,
    written_tag,
)
from imaging.scanning.sources import Listing, source_of
from imaging.source.plain_file import open_plain

dicom_setup.ensure()

_MAGIC_END = 132
_META_BYTES = 4096
_MOST_BYTES = 256 << 20
_RECORDS = frozenset({written_tag(0x00041220)})  # Directory Record Sequence
_FILE_ID = "ReferencedFileID"
# PS3.10 8.2 allows eight letters; what writers really do is longer, but never a way out.
_UNSAFE = re.compile(r".*[/\\:\0].*|\.\.?", re.DOTALL)


def is_dicomdir(stream: BinaryIO) -> bool:
    """Whether a file is a DICOMDIR by its class, whatever its name. stream: at its start."""
    data = stream.read(_META_BYTES)
    if data[:_MAGIC_END][-4:] != b"DICM":
        return False
    try:
        meta, _ = walk_meta(data, _MAGIC_END)
    except (BytesRunOutError, OddHeaderError):
        return False
    return text(meta, "MediaStorageSOPClassUID") == MediaStorageDirectoryStorage


def list_dicomdir(path: str) -> Listing:
    """The images named, beside and below the DICOMDIR; those missing become problems.

    Raises UnreadableFileError, or HeaderError where the DICOMDIR itself is damaged.
    """
    listing = Listing()
    folder = Path(path).parent
    for components in dict.fromkeys(_image_files(path, listing)):
        named = "\\".join(components)
        try:
            listing.sources.append(source_of(str(_locate(folder, components))))
        except FourviewError as error:
            listing.problems.append(FileProblem(path, f"{named} {error.what} {_tag()}"))
    return listing


def _image_files(path: str, listing: Listing) -> Iterator[tuple[str, ...]]:
    for record in _records(path):
        components = texts(record, _FILE_ID)
        if not components or integer(record, "RecordInUseFlag") == 0:
            continue
        if text(record, "DirectoryRecordType") != "IMAGE":
            listing.foreign += 1
        elif any(_UNSAFE.fullmatch(part) or not part for part in components):
            what = f"names a file outside of its folder {_tag()}"
            listing.problems.append(FileProblem(path, what))
        else:
            yield components


def _records(path: str) -> tuple[Dataset, ...]:
    # Not through pydicom, which hands over the records before a fault as if they were all.
    with open_plain(path) as stream:
        if stream.seek(0, io.SEEK_END) > _MOST_BYTES:
            raise _damaged(path)
        stream.seek(0)
        data = stream.read()
    try:
        meta, begin = walk_meta(data, _MAGIC_END)
        explicit = text(meta, "TransferSyntaxUID") != ImplicitVRLittleEndian
        contents, _ = walk_header(data, begin, explicit=explicit, wanted=_RECORDS, split=_RECORDS)
    except (BytesRunOutError, OddHeaderError) as error:
        raise _damaged(path) from error
    records = items(contents, "DirectoryRecordSequence")
    if not records:
        raise _damaged(path)
    return records


def _damaged(path: str) -> HeaderError:
    return HeaderError(
        "the DICOMDIR is damaged or names nothing",
        where=path,
        tag=label_of("DirectoryRecordSequence"),
        remedy="Give its folder instead",
    )


def _locate(folder: Path, components: tuple[str, ...]) -> Path:
    """The file as it lies on this disk, where CD readers may have turned capitals into small."""
    for change in (str, str.lower, str.upper):
        candidate = folder.joinpath(*map(change, components))
        if candidate.exists():
            return candidate
    return folder.joinpath(*components)


def _tag() -> str:
    return f"[{label_of(_FILE_ID)}]"
