"""Tables as CSV that a spreadsheet opens without running anything in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotations.exchange.format import bad

_RUNS = ("=", "+", "-", "@", "\t", "\r", "'")
"""A cell of text that begins so is a formula to a spreadsheet; ours begin with ``'`` then."""
csv.field_size_limit(1 << 30)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a table; text that a spreadsheet would run is quoted, numbers are exact."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(row.get(column, "")) for column in columns])


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows by column; what ``write_table`` quoted is as it was. Raises ExchangeError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            rows = [dict(row) for row in reader]
    except OSError as error:
        raise bad(f"can't be read ({error.strerror})", path) from error
    except (csv.Error, ValueError) as error:
        raise bad(f"is no table ({error})", path) from error
    for number, row in enumerate(rows, 2):
        if any(value is None or key is None for key, value in row.items()):
            raise bad(f"line {number} has not as many cells as the first line has names", path)
    return [{key: value.removeprefix("'") for key, value in row.items()} for row in rows]


def _cell(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return repr(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_RUNS) else text
