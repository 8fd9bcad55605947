"""Commands as JSON and back, exactly; what can't come back the same is refused."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_json

from annotations.commands.command import (
    AddFindings,
    AddProposals,
    Command,
    PaintMask,
    RemoveFindings,
    ReplaceFindings,
    RestoreRows,
    RestoreStamps,
    SetFirstRead,
    SetOpinion,
    StampImages,
    Together,
)
from annotations.document.document import Document
from annotations.errors import CommandError
from annotations.keeping.collector import without_collector
from domain.finding import Finding
from domain.mask import Row

STRICT = ConfigDict(extra="forbid", frozen=True)
"""Unknown fields are refused: a program that passed them over would drop them when it saves."""

_PLAIN: dict[str, type[Any]] = {
    "add findings": AddFindings,
    "remove findings": RemoveFindings,
    "replace findings": ReplaceFindings,
    "paint mask": PaintMask,
    "restore rows": RestoreRows,
    "set opinion": SetOpinion,
    "stamp images": StampImages,
    "restore stamps": RestoreStamps,
    "add proposals": AddProposals,
    "set first read": SetFirstRead,
}
_TOGETHER = "together"
_Value = TypeVar("_Value")


class _Read(BaseModel, Generic[_Value]):
    model_config = STRICT
    value: _Value


_NAMES = {kind: name for name, kind in _PLAIN.items()}
_WRITERS = {kind: TypeAdapter(kind) for kind in _NAMES}
_READERS = {name: _Read[kind] for name, kind in _PLAIN.items()}  # type: ignore[valid-type]


def encode_command(command: Command) -> bytes:
    """A command as compact JSON, discriminated by "do".

    Raises CommandError where reading it would not give the same command, such as for a position
    that is no number.
    """
    try:
        with without_collector():
            written = _written(command)
            same = decode_command(from_json(written)) == command
    except (PydanticSerializationError, ValueError, TypeError) as error:
        raise _unwritable() from error
    if not same:
        raise _unwritable()
    return written


def decode_command(value: Any) -> Command:
    """A command from parsed JSON, its masks checked. Raises ValueError."""
    if not isinstance(value, dict) or not isinstance(value.get("do"), str):
        raise ValueError('a command is an object that says what to "do"')  # noqa: TRY004
    rest = {key: one for key, one in value.items() if key != "do"}
    if value["do"] == _TOGETHER:
        return _decode_together(rest)
    reader = _READERS.get(value["do"])
    if reader is None:
        raise ValueError("no command of this name is known")
    command: Command = reader(value=rest).value
    _check_command(command)
    return command


def check_document(document: Document) -> None:
    """Raise ValueError where masks or ids of a document from a file can't be."""
    check_findings(document.findings)
    check_findings(document.first_read.findings if document.first_read else ())
    if len(document.by_id) < len(document.findings):
        raise ValueError("two findings have one id")


def check_findings(findings: Iterable[Finding]) -> None:
    """Raise ValueError where a mask's runs don't ascend."""
    for finding in findings:
        for geometry in finding.geometries:
            if geometry.mask is not None:
                geometry.mask.check()


def plain_number(value: Any) -> Any:
    """Numbers of numpy as Python's, for JSON. Raises TypeError for anything else."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} can't be written")


def _written(command: Command) -> bytes:
    if isinstance(command, Together):
        inside = b",".join(_written(one) for one in command.commands)
        title = to_json(command.title)
        return b'{"do":"together","title":%b,"commands":[%b]}' % (title, inside)
    kind = type(command)
    body = _WRITERS[kind].dump_json(command, warnings=False, fallback=plain_number)
    return b'{"do":%b,%b' % (to_json(_NAMES[kind]), body[1:])


def _decode_together(rest: dict[str, Any]) -> Together:
    title, commands = rest.pop("title", None), rest.pop("commands", None)
    if rest or not isinstance(title, str) or not isinstance(commands, list):
        raise ValueError("several commands as one have a title and commands, and nothing else")
    return Together(tuple(decode_command(one) for one in commands), title)


def _check_command(command: Command) -> None:
    if isinstance(command, AddFindings | ReplaceFindings | AddProposals):
        check_findings(command.findings)
    elif isinstance(command, SetFirstRead):
        check_findings(command.first_read.findings if command.first_read else ())
    elif isinstance(command, PaintMask):
        command.patch.check()
    elif isinstance(command, RestoreRows):
        check_rows(command.rows)


def check_rows(rows: Iterable[Row]) -> None:
    """Raise ValueError where rows of a mask don't ascend and part."""
    for row in rows:
        ascending = all(before < after for before, after in pairwise(row))
        if len(row) % 2 or not ascending:
            raise ValueError("runs have a start and a stop, ascend, and part")


def _unwritable() -> CommandError:
    return CommandError(
        "the change holds something that can't be written to disk, such as a position that is "
        "no number",
        remedy="Draw or type it again; the document stays as it was",
    )
