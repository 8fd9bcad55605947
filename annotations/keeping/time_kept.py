"""Beside a reading: how long its case was in front of the reader, until the archive has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from annotations.keeping.disk import make_folder, replace_file
from annotations.keeping.folders import reading_place


class TimeKept(BaseModel):
    """A stretch of time. began: tells it from others of the same reader. seconds: how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["fourview-time"] = "fourview-time"
    version: Literal[1] = 1
    study_uid: str
    reader: str
    began: AwareDatetime
    seconds: float


def keep_time(folder: Path, one: TimeKept) -> bool:
    """Put it down, whole and synced; False where the disk does not take it."""
    file = _file(folder, one)
    try:
        make_folder(file.parent)
        replace_file(file, one.model_dump_json().encode())
    except OSError:
        return False
    return True


def times_in(folder: Path) -> Iterator[TimeKept]:
    """All that lie in a folder of readings; what can't be read is passed over."""
    for file in sorted(folder.glob("*/*.times/*.json")):
        with suppress(OSError, ValidationError):
            yield TimeKept.model_validate_json(file.read_bytes())


def drop_time(folder: Path, one: TimeKept) -> None:
    """The archive has it."""
    file = _file(folder, one)
    with suppress(OSError):
        file.unlink(missing_ok=True)
        file.parent.rmdir()  # unless there are more


def _file(folder: Path, one: TimeKept) -> Path:
    place = reading_place(folder, one.study_uid, one.reader)
    return place.times / f"{one.began:%Y%m%dT%H%M%S%f}.json"
