"""Reads what a small file beside plain pictures says about them.

``fourview.csv`` or ``fourview.json`` describe the pictures of their folder, ``NAME.json`` the
picture NAME.png (or .tif, .jpg ...) alone. A CSV has a line of column names, of which only
``file`` is required; JSON is a list of objects with the same names, or one object:

========== ==============================================================================
file       name of the picture, in the same folder
laterality R, L or B (also right, left, both)
view       CC, MLO, ML, LM, XCCL ...
modifiers  abbreviations of PS3.16 CID 4015 such as ID or M, separated by blanks
spacing_mm distance of pixel centres: one number, or rows and columns as in 0.07x0.07
patient    identifier; pictures of one patient and study become one study
study      name of the exam, unique for the patient
date       of the exam, as in 2026-01-31
photometric MONOCHROME1 where white is zero, else MONOCHROME2
========== ==============================================================================

Columns of other names are left alone.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from domain.errors import SidecarError
from domain.geometry import PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition

SHARED_NAMES = ("fourview.json", "fourview.csv")
# What tells NAME.json from the JSON of other tools, which may well name a patient or a date.
_TELLING = frozenset({"laterality", "view", "modifiers", "spacing_mm", "photometric"})
_SIDES = {
    **{side.value: side for side in Laterality},
    **{side.name: side for side in Laterality},
}
_MODIFIERS = {modifier.value: modifier for modifier in ViewModifier}
_PHOTOMETRIC = {"MONOCHROME1": True, "MONOCHROME2": False}
_COARSEST_MM = 5.0

Value = TypeVar("Value")
Cells = Mapping[str, str]


@dataclass(frozen=True)
class SidecarEntry:
    """What is said of one picture; ``None``, empty or unknown where nothing is.

    inverted: white is zero. sidecar: the file that says it, without its folder.
    """

    sidecar: str
    laterality: Laterality | None = None
    position: ViewPosition | None = None
    modifiers: frozenset[ViewModifier] = frozenset()
    spacing: PixelSpacing = field(default_factory=PixelSpacing.unknown)
    patient: str = field(default="", repr=False)
    study: str = ""
    studied: date | None = None
    inverted: bool = False


@dataclass(frozen=True)
class Sidecar:
    """The entries by file name, and what is wrong with the others."""

    entries: Mapping[str, SidecarEntry]
    errors: tuple[SidecarError, ...] = ()


def parse_shared(content: bytes, where: str) -> Sidecar:
    """Read fourview.csv or fourview.json; never raises: rows that can't be used become errors.

    where: path of the file; its ending tells the form.
    """
    entries: dict[str, SidecarEntry] = {}
    errors: list[SidecarError] = []
    try:
        rows = _json_rows(content) if where.lower().endswith(".json") else _csv_rows(content)
        for number, cells in rows:
            _take_row(number, cells, where, entries, errors)
    except _BadCellError as error:
        errors.append(error.named(where))
    return Sidecar(entries, tuple(errors))


def parse_single(content: bytes, where: str) -> SidecarEntry | None:
    """Read NAME.json; ``None`` where it is a JSON file of another kind, as many tools write.

    Raises SidecarError.
    """
    try:
        found = _json(content)
        if not isinstance(found, dict) or not _TELLING.intersection(found):
            return None
        return _entry(_cells(found), where)
    except _BadCellError as error:
        raise error.named(where) from None


class _BadCellError(ValueError):
    def __init__(self, what: str, column: str = "") -> None:
        self.what = f"column {column}: {what}" if column else what
        super().__init__(self.what)

    def named(self, where: str, row: int | None = None) -> SidecarError:
        place = f"row {row}, " if row is not None else ""
        return SidecarError(place + self.what, where=where, remedy="Correct the sidecar file")


def _take_row(
    number: int,
    cells: Cells,
    where: str,
    entries: dict[str, SidecarEntry],
    errors: list[SidecarError],
) -> None:
    try:
        entries[_new_name(cells, entries)] = _entry(cells, where)
    except _BadCellError as error:
        errors.append(error.named(where, number))


def _new_name(cells: Cells, entries: Mapping[str, SidecarEntry]) -> str:
    name = cells.get("file", "")
    if not name:
        raise _BadCellError("is empty", "file")
    if name in entries:
        raise _BadCellError(f"{name!r} was described before", "file")
    return name


def _csv_rows(content: bytes) -> Iterator[tuple[int, Cells]]:
    """Rows by the line number that a spreadsheet shows, which counts the line of names."""
    text = _text(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if "file" not in names:
            raise _BadCellError("is missing from the first line", "file")
        for number, row in enumerate(reader, start=2):
            if any(row):
                yield number, dict(zip(names, (cell.strip() for cell in row), strict=False))
    except csv.Error as error:
        raise _BadCellError(f"line {reader.line_num} is no CSV ({error})") from None


def _json_rows(content: bytes) -> Iterator[tuple[int, Cells]]:
    found = _json(content)
    if not isinstance(found, list):
        raise _BadCellError("is no list of objects")
    for number, row in enumerate(found, start=1):
        if not isinstance(row, dict):
            raise _BadCellError(f"row {number} is no object")
        yield number, _cells(row)


def _json(content: bytes) -> object:
    try:
        return json.loads(_text(content))
    except (ValueError, RecursionError):
        raise _BadCellError("is no JSON") from None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _BadCellError("is not written in UTF-8") from None


def _cells(row: Mapping[str, object]) -> Cells:
    return {name.lower(): _cell(value) for name, value in row.items()}


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(_cell(part) for part in value)
    return "" if value is None else str(value).strip()


def _entry(cells: Cells, where: str) -> SidecarEntry:
    def read(column: str, parse: Callable[[str], Value], default: Value) -> Value:
        cell = cells.get(column, "")
        try:
            return parse(cell) if cell else default
        except (KeyError, ValueError):
            raise _BadCellError(f"{cell[:40]!r} can't be used", column) from None

    return SidecarEntry(
        sidecar=re.split(r"[/\\!]", where)[-1],
        laterality=read("laterality", lambda cell: _SIDES[cell.upper()], None),
        position=read("view", lambda cell: ViewPosition(cell.upper()), None),
        modifiers=read("modifiers", _modifiers, frozenset()),
        spacing=read("spacing_mm", _spacing, PixelSpacing.unknown()),
        patient=cells.get("patient", ""),
        study=cells.get("study", ""),
        studied=read("date", date.fromisoformat, None),
        inverted=read("photometric", lambda cell: _PHOTOMETRIC[cell.upper()], False),
    )


def _modifiers(cell: str) -> frozenset[ViewModifier]:
    return frozenset(_MODIFIERS[word] for word in re.split(r"[\s,;+]+", cell.upper()) if word)


def _spacing(cell: str) -> PixelSpacing:
    lengths = [float(part) for part in re.split(r"[xX\s]+", cell)]
    if len(lengths) not in (1, 2) or not all(0 < mm <= _COARSEST_MM for mm in lengths):
        raise ValueError
    return PixelSpacing(lengths[0], lengths[-1], SpacingSource.SIDECAR)
