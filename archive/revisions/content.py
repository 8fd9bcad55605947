"""What a revision says, as bytes and back, exactly."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, from_json

from annotations.document.document import Document
from annotations.keeping.codec import STRICT, check_document, plain_number
from annotations.keeping.collector import without_collector
from archive.errors import DamagedArchiveError, KeptError, NewerArchiveError

FORMAT = "fourview-revision"
VERSION = 1
_LEVEL = 1
"""Of zlib: a mask of many runs packs in milliseconds, and hardly larger than at 6."""


class RevisionFile(BaseModel):
    """The content as JSON: the document of docs/schema/reading-1.json."""

    model_config = STRICT

    format: Literal["fourview-revision"]
    version: Literal[1]
    document: Document


@dataclass(frozen=True)
class Packed:
    """A content. digest: SHA-256 (hex) of the JSON. data: the JSON, compressed by zlib."""

    digest: str
    data: bytes


def packed(document: Document) -> Packed:
    """Pack a document; KeptError where unpacking would not give the same."""
    file = RevisionFile.model_construct(format=FORMAT, version=VERSION, document=document)
    try:
        with without_collector():
            plain = file.model_dump_json(warnings=False, fallback=plain_number).encode()
            same = _read(plain, "") == document
    except (PydanticSerializationError, KeptError, TypeError, ValueError) as error:
        raise _unwritable() from error
    if not same:
        raise _unwritable()
    return Packed(hashlib.sha256(plain).hexdigest(), zlib.compress(plain, _LEVEL))


def unpacked(content: Packed, where: str = "") -> Document:
    """The document. Raises DamagedArchiveError, NewerArchiveError."""
    try:
        plain = zlib.decompress(content.data)
    except zlib.error as error:
        raise _damaged(where) from error
    if hashlib.sha256(plain).hexdigest() != content.digest:
        raise _damaged(where)
    return _read(plain, where)


def _read(plain: bytes, where: str) -> Document:
    try:
        with without_collector():
            document = RevisionFile.model_validate_json(plain).document
        check_document(document)
    except (ValidationError, ValueError) as error:
        _refuse_newer(plain, where)
        raise _damaged(where) from error
    return document


def _refuse_newer(plain: bytes, where: str) -> None:
    try:
        found = from_json(plain)
    except ValueError:
        return
    version = found.get("version") if isinstance(found, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise NewerArchiveError(
            "a newer Fourview wrote this revision", where=where, remedy="Open it with that one"
        )


def _damaged(where: str) -> DamagedArchiveError:
    return DamagedArchiveError(
        "a revision is damaged", where=where, remedy="Restore a backup: fourview archive restore"
    )


def _unwritable() -> KeptError:
    return KeptError(
        "the reading can't be kept, as reading it back would not give the same",
        remedy="Keep the window open and tell who looks after Fourview",
    )
