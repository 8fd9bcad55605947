"""Reads and writes hanging protocols as TOML: those shipped with the program, a reader's own."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from domain.errors import ProtocolError
from viewing.hanging.protocol import PaneSelector, Protocol, SizeMode, Step

SLOT_NAMES = ("RCC", "LCC", "RMLO", "LMLO")
MOST_EXAMS = 9


class _StepFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=1)
    size: SizeMode = SizeMode.SAME
    extras: bool = False
    quadrants: bool = False
    marks: bool = False
    layout: tuple[tuple[str, ...], ...] = ()

    @field_validator("layout")
    @classmethod
    def _all_rows_alike(cls, rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        if rows and (not rows[0] or len({len(row) for row in rows}) > 1):
            raise ValueError("every row of a layout has the same number of panes, at least one")
        for row in rows:
            for pane in row:
                _selector(pane)
        return rows

    @model_validator(mode="after")
    def _layout_or_extras(self) -> _StepFile:
        if self.extras == bool(self.layout):
            raise ValueError("a step has either a layout or extras = true")
        return self

    @model_validator(mode="after")
    def _quadrants_of_one(self) -> _StepFile:
        one = len(self.layout) == 1 and len(self.layout[0]) == 1
        if self.quadrants and not (one and self.size is SizeMode.ACTUAL):
            raise ValueError('a step by quadrants has a single pane and size = "actual"')
        return self

    def step(self) -> Step:
        layout = tuple(tuple(_selector(pane) for pane in row) for row in self.layout)
        return Step(self.id, self.title, self.size, layout, self.quadrants, self.marks)


class _ProtocolFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=1)
    step: tuple[_StepFile, ...] = Field(min_length=1)

    @field_validator("step")
    @classmethod
    def _ids_differ(cls, steps: tuple[_StepFile, ...]) -> tuple[_StepFile, ...]:
        if len({step.id for step in steps}) < len(steps):
            raise ValueError("two steps have the same id")
        return steps


def _selector(text: str) -> PaneSelector:
    """Read ``RCC``, ``RCC ID`` (implant displaced) or ``RCC@1`` (of the newest prior)."""
    named, at, exam = text.partition("@")
    slot, space, modifier = named.partition(" ")
    if slot not in SLOT_NAMES or (space and modifier != "ID"):
        raise ValueError(f"{text!r} is no pane: it starts with one of {', '.join(SLOT_NAMES)}")
    if at and not (exam.isdecimal() and 1 <= int(exam) <= MOST_EXAMS):
        raise ValueError(f"{text!r} is no pane: after @ comes a prior's number, 1 to {MOST_EXAMS}")
    return PaneSelector(slot, int(exam or 0), displaced=bool(modifier))


def read_protocol(text: str, where: str) -> Protocol:
    """Read one protocol from TOML text; where names the file in messages.

    Raises ProtocolError that names the key at fault.
    """
    try:
        parsed = _ProtocolFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"is not valid TOML: {error}", where=where) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ProtocolError(
            f"{key}: {first['msg']}", where=where, remedy="Correct the protocol file"
        ) from error
    return Protocol(parsed.id, parsed.title, tuple(step.step() for step in parsed.step))


def load_protocol_file(path: Path) -> Protocol:
    """Read a protocol file. Raises ProtocolError where it is missing or wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolError(
            "can't be read as a UTF-8 text file", where=str(path), remedy="Check the file"
        ) from error
    return read_protocol(text, str(path))


def protocol_text(protocol: Protocol) -> str:
    """A protocol as TOML that ``read_protocol`` reads back."""
    steps = tomlkit.aot()
    for step in protocol.steps:
        steps.append(tomlkit.item(_step_table(step)))
    document = tomlkit.document()
    document.add("id", tomlkit.item(protocol.id))
    document.add("title", tomlkit.item(protocol.title))
    document.add("step", steps)
    return tomlkit.dumps(document)


def _step_table(step: Step) -> dict[str, Any]:
    table: dict[str, Any] = {"id": step.id, "title": step.title, "size": step.size.value}
    if step.shows_extras:
        return {**table, "extras": True}
    if step.quadrants:
        table["quadrants"] = True
    if step.marks:
        table["marks"] = True
    return {**table, "layout": [[pane.written for pane in row] for row in step.layout]}
