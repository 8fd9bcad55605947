"""Goes through a folder of readings: whose each is, and what it says, as far as it is on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import from_json

from annotations.document.document import Document
from annotations.errors import ReadingFileError
from annotations.keeping.begun_from import BegunFrom, read_begun
from annotations.keeping.folders import ReadingPlace, reading_place
from annotations.keeping.opening import look_at_reading
from annotations.keeping.reading_file import load_document


@dataclass(frozen=True)
class LeftReading:
    """A reading that lies in a folder, and what lay beside it before it was read."""

    place: ReadingPlace
    study_uid: str
    reader: str
    document: Document
    begun: BegunFrom


def readings_in(folder: Path) -> Iterator[ReadingPlace]:
    """The places of all readings in a folder, in order."""
    for study in sorted(one for one in folder.glob("*") if one.is_dir()):
        names = {one.stem for ending in ("*.json", "*.journal") for one in study.glob(ending)}
        yield from (ReadingPlace(study, name) for name in sorted(names))


def left_at(folder: Path, place: ReadingPlace) -> LeftReading:
    """What lies at a place; nothing is locked or touched.

    Raises ReadingFileError, OSError or ValueError where it can't be read or lies elsewhere than it
    belongs.
    """
    begun = read_begun(place)
    study_uid, reader = owner_of(place)
    if reading_place(folder, study_uid, reader) != place:
        raise ReadingFileError(
            "the reading lies where one of another study or reader belongs",
            where=str(place.document),
            remedy="Move it back to where it belongs",
        )
    return LeftReading(place, study_uid, reader, look_at_reading(place, study_uid, reader), begun)


def owner_of(place: ReadingPlace) -> tuple[str, str]:
    """Study and reader, from the document file, else from the journal's first line.

    Raises ReadingFileError, OSError, ValueError.
    """
    with suppress(FileNotFoundError):
        saved = load_document(place.document)
        return saved.document.study_uid, saved.reader
    with place.journal.open("rb") as file:
        header = from_json(file.readline().partition(b" ")[2])
    if not isinstance(header, dict):
        raise ValueError("the journal has no header")  # noqa: TRY004 - told as the file's fault
    return str(header.get("study_uid")), str(header.get("reader"))
