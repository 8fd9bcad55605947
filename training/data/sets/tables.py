"""Tables of data sets: CSV in any of its forms, and the first sheet of an XLSX workbook."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import BadZipFile, ZipFile

from domain.errors import BadInputError

_NOTHING = frozenset({"", "nan", "na", "n/a", "none", "null"})
_MOST_BYTES = 256 << 20
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Row:
    """One line of a table. number: as a spreadsheet shows it. cells: by tidy column names."""

    number: int
    cells: Mapping[str, str]

    def text(self, *names: str) -> str:
        """The first of these columns that is filled; empty where none is."""
        found = (self.cells.get(name, "") for name in names)
        return next((cell for cell in found if cell.lower() not in _NOTHING), "")

    def number_in(self, *names: str) -> float | None:
        """The same as a number, ``None`` where nothing is there. Raises ValueError."""
        cell = self.text(*names)
        if not cell:
            return None
        value = float(cell)
        if not math.isfinite(value):
            raise ValueError(f"{cell!r} is no number that can be used")
        return value


def read_table(path: Path, *needed: str) -> list[Row]:
    """Read a .csv or .xlsx; column names are lower case with ``_`` for all that is no letter.

    needed: columns that must be there; of names joined by ``|`` one. Raises BadInputError.
    """
    try:
        lines = list(_workbook(path) if path.suffix.lower() == ".xlsx" else _comma_separated(path))
    except OSError as error:
        raise BadInputError(f"can't be read ({error.strerror})", where=str(path)) from error
    except (csv.Error, BadZipFile, ET.ParseError, KeyError, ValueError) as error:
        raise BadInputError(
            f"is no table that can be read ({error})",
            where=str(path),
            remedy="Get the file again, or save it as CSV",
        ) from error
    names = [_tidy(name) for name in lines[0][1]] if lines else []
    missing = [one for one in needed if not set(one.split("|")) & set(names)]
    if missing:
        raise BadInputError(
            f"has no column {missing[0].replace('|', ' or ')}",
            where=str(path),
            remedy="Its first line must name the columns as the set's makers do",
        )
    return [
        Row(number, dict(zip(names, (cell.strip() for cell in cells), strict=False)))
        for number, cells in lines[1:]
        if any(cell.strip() for cell in cells)
    ]


def columns_of(path: Path) -> frozenset[str]:
    """Tidy column names of a CSV; none where it can't be read."""
    try:
        with path.open("rb") as stream:
            first = _decoded(stream.readline(1 << 16))
    except OSError:
        return frozenset()
    return frozenset(_tidy(name) for name in next(csv.reader([first], delimiter=_cut(first)), []))


def _tidy(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _cut(first: str) -> str:
    return max(",;\t", key=first.count)


def _comma_separated(path: Path) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(path.read_bytes())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_cut(text.partition("\n")[0]))
    yield from ((reader.line_num, cells) for cells in reader)


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of the first sheet, ECMA-376 part 1, 18.3; empty cells are filled in."""
    with ZipFile(path) as book:
        names = book.namelist()
        shared: list[str] = []
        if "xl/sharedStrings.xml" in names:
            tree = _parsed(book, "xl/sharedStrings.xml")
            shared = [_letters(item) for item in tree.iter(f"{_SHEET}si")]
        sheets = sorted(name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name))
        if not sheets:
            raise ValueError("the workbook has no sheet")
        sheet = _parsed(book, sheets[0])
    for number, row in enumerate(sheet.iter(f"{_SHEET}row"), start=1):
        cells: dict[int, str] = {}
        for place, cell in enumerate(row.iter(f"{_SHEET}c")):
            where = re.match(r"[A-Z]+", cell.get("r", ""))
            cells[_column(where.group()) if where else place] = _value(cell, shared)
        yield number, [cells.get(index, "") for index in range(max(cells, default=-1) + 1)]


def _parsed(book: ZipFile, name: str) -> ET.Element:
    if book.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError("the workbook is too large")
    content = book.read(name)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("the workbook declares entities")
    return ET.fromstring(content)  # noqa: S314 - declares no entities, see above


def _letters(item: ET.Element) -> str:
    return "".join(part.text or "" for part in item.iter(f"{_SHEET}t"))


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _value(cell: ET.Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _letters(cell)
    value = cell.findtext(f"{_SHEET}v", "")
    if cell.get("t") == "s":
        return shared[int(value)] if int(value) < len(shared) else ""
    return value.removesuffix(".0")
