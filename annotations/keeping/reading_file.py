"""The document file: one JSON file, always whole. Schema: docs/schema/reading-1.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, ValidationError
from pydantic_core import PydanticSerializationError, from_json

from annotations.document.document import Document
from annotations.errors import KeepingError, ReadingFileError
from annotations.keeping.codec import STRICT, check_document, plain_number
from annotations.keeping.collector import without_collector
from annotations.keeping.disk import make_folder, reason, replace_file

FORMAT = "fourview-reading"
VERSION = 1


class ReadingFile(BaseModel):
    """A reading as it lies on disk."""

    model_config = STRICT

    format: Literal["fourview-reading"]
    version: Literal[1]
    reader: str = Field(description="The reader's account name.")
    saved: AwareDatetime = Field(description="When the file was written, with its time zone.")
    sequence: int = Field(
        ge=0, description="Number of the last change that the document holds; they count from 1."
    )
    document: Document


@dataclass(frozen=True)
class SavedReading:
    """A reading from its file. sequence: number of the last change that the document holds."""

    document: Document
    reader: str
    saved: datetime
    sequence: int


def save_document(path: Path, document: Document, *, reader: str, sequence: int) -> None:
    """Write a document file, whole and synced; its owner alone can read it.

    Raises KeepingError where it can't be written or would not be read back the same; then the
    file from before is untouched. OSError is the KeepingError's cause where there was one.
    """
    data = _encoded(document, reader, sequence)
    try:
        make_folder(path.parent)
        replace_file(path, data)
    except OSError as error:
        raise KeepingError(
            f"the reading could not be saved: {reason(error)}",
            where=str(path),
            remedy="Make room or give the folder back, then save again; what was kept is whole",
        ) from error


def load_document(path: Path) -> SavedReading:
    """Read a document file; the file is left as it is.

    Raises ReadingFileError where it can't be read, is damaged, or of a newer version, and
    FileNotFoundError where there is none.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ReadingFileError(
            f"the reading can't be read: {reason(error)}", where=str(path)
        ) from error
    return _decoded(data, str(path))


def reading_schema() -> str:
    """The JSON schema of the document file, as it is published."""
    schema = ReadingFile.model_json_schema(mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fourview reading, version 1",
    }
    return json.dumps({**head, **{k: v for k, v in schema.items() if k != "title"}}, indent=2)


def check_version(found: Any, known: int, name: str, where: str) -> None:
    """Raise ReadingFileError unless parsed JSON is of a format and a version that is known."""
    if not isinstance(found, dict) or found.get("format") != name:
        raise ReadingFileError(
            "this is no reading of Fourview's", where=where, remedy="Move the file elsewhere"
        )
    version = found.get("version")
    if isinstance(version, int) and version > known:
        raise ReadingFileError(
            f"a newer Fourview wrote it (version {version} of the format, here {known} is known)",
            where=where,
            remedy="Open it with that Fourview; the file was left as it is",
        )


def _encoded(document: Document, reader: str, sequence: int) -> bytes:
    file = ReadingFile.model_construct(
        format="fourview-reading",
        version=1,
        reader=reader,
        saved=datetime.now(UTC),
        sequence=sequence,
        document=document,
    )
    try:
        data = file.model_dump_json(warnings=False, fallback=plain_number).encode()
        same = _decoded(data, "").document == document
    except (PydanticSerializationError, ReadingFileError, TypeError, ValueError) as error:
        raise _unwritable() from error
    if not same:
        raise _unwritable()
    return data


def _decoded(data: bytes, where: str) -> SavedReading:
    try:
        with without_collector():
            file = ReadingFile.model_validate_json(data)
        check_document(file.document)
    except (ValidationError, ValueError) as error:
        _check_json(data, where)
        raise _damaged(where) from error
    return SavedReading(file.document, file.reader, file.saved, file.sequence)


def _check_json(data: bytes, where: str) -> None:
    try:
        found = from_json(data)
    except ValueError as error:
        raise _damaged(where) from error
    check_version(found, VERSION, FORMAT, where)


def _damaged(where: str) -> ReadingFileError:
    return ReadingFileError(
        "the reading is damaged",
        where=where,
        remedy="Put a copy from a backup in its place, or move the file elsewhere to begin anew",
    )


def _unwritable() -> KeepingError:
    return KeepingError(
        "the reading can't be saved, as reading it back would not give the same",
        remedy="Keep the window open and tell who looks after Fourview",
    )
