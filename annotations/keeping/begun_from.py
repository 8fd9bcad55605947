"""Beside a reading's files: which revision in the archive its document was begun from.

The file only saves work: what it says is held against the archive, and where it is missing or
damaged the documents themselves are compared.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from annotations.keeping.disk import make_folder, replace_file
from annotations.keeping.folders import ReadingPlace

_STRICT = ConfigDict(extra="forbid", frozen=True)


class Screen(BaseModel):
    """A model package whose marks were shown, and from which score on."""

    model_config = _STRICT

    package: str
    version: str
    threshold: float


class Waiting(BaseModel):
    """A revision that was to be saved, and perhaps was.

    uid: its name, so that it is never saved twice. digest: SHA-256 of what it says.
    """

    model_config = _STRICT

    uid: str
    digest: str
    on_screen: tuple[Screen, ...] = ()


class BegunFrom(BaseModel):
    """What is known of a working copy.

    head: uid of the revision that it was begun from, empty for none; digest, state, made and
    made_by are that revision's. why: the reason for a correction that is under way.
    """

    model_config = _STRICT

    format: Literal["fourview-begun"] = "fourview-begun"
    version: Literal[1] = 1
    head: str = ""
    digest: str = ""
    state: str = "draft"
    made: AwareDatetime | None = None
    made_by: str = ""
    why: str = ""
    waiting: Waiting | None = Field(default=None)


NOTHING = BegunFrom()
"""Of a reading that the archive has not seen."""


def read_begun(place: ReadingPlace) -> BegunFrom:
    """What lies beside a reading; nothing where that can't be read."""
    with suppress(OSError, ValidationError):
        return BegunFrom.model_validate_json(place.begun_from.read_bytes())
    return NOTHING


def write_begun(place: ReadingPlace, begun: BegunFrom) -> bool:
    """Put it down, whole and synced; False where the disk does not take it."""
    try:
        make_folder(place.folder)
        replace_file(place.begun_from, begun.model_dump_json().encode())
    except OSError:
        return False
    return True


def is_behind(place: ReadingPlace) -> bool:
    """Whether the archive may lack something of a reading that nobody has open.

    A journal is left by a program that was killed; a document file younger than what is known of
    it by one that could not reach the archive.
    """
    try:
        known = place.begun_from.stat().st_mtime_ns
    except OSError:
        return place.document.exists() or place.journal.exists()
    if place.journal.exists() or read_begun(place).waiting is not None:
        return True
    try:
        return place.document.stat().st_mtime_ns > known
    except OSError:
        return False
