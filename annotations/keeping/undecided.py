"""Beside an arbiter's reading: what was chosen of a comparison that is not decided yet."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from annotations.errors import KeepingError
from annotations.keeping.disk import make_folder, reason, replace_file
from annotations.keeping.folders import ReadingPlace

Pair = tuple[str, str]
"""Uids of the two revisions that are compared. They never change, nor do their lines."""

Word = Literal["first", "second", "neither"]
_STRICT = ConfigDict(extra="forbid", frozen=True)


class _Compared(BaseModel):
    model_config = _STRICT

    first: str
    second: str
    choices: dict[int, Word]


class _Undecided(BaseModel):
    model_config = _STRICT

    format: Literal["fourview-undecided"] = "fourview-undecided"
    version: Literal[1] = 1
    compared: tuple[_Compared, ...] = ()


def read_undecided(place: ReadingPlace) -> dict[Pair, dict[int, Word]]:
    """Whose word was chosen, by line, for each pair; nothing where that can't be read."""
    with suppress(OSError, ValidationError):
        found = _Undecided.model_validate_json(place.undecided.read_bytes())
        return {(one.first, one.second): one.choices for one in found.compared}
    return {}


def write_undecided(place: ReadingPlace, pair: Pair, choices: Mapping[int, Word]) -> None:
    """Put the choices for a pair down, whole and synced; empty ones are taken away.

    Raises KeepingError.
    """
    known = {**read_undecided(place), pair: dict(choices)}
    left = [
        _Compared(first=first, second=second, choices=said)
        for (first, second), said in known.items()
        if said
    ]
    try:
        if left:
            make_folder(place.folder)
            data = _Undecided(compared=tuple(left)).model_dump_json()
            replace_file(place.undecided, data.encode())
        else:
            place.undecided.unlink(missing_ok=True)
    except OSError as error:
        raise KeepingError(
            f"what was chosen is not on the disk: {reason(error)}",
            where=str(place.undecided),
            remedy="Make room or give the folder back; it is tried again with the next choice",
        ) from error
