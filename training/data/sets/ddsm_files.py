"""Reads DDSM's text files: a case's .ics, and .OVERLAY with outlines as chain codes.

Heath et al., IWDM 2000, and the case description that comes with the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from domain.errors import BadInputError

_STEPS = np.array([(0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1)], np.int64)
"""x and y of the chain codes 0 to 7: up, then clockwise."""
_VIEWS = ("LEFT_CC", "LEFT_MLO", "RIGHT_CC", "RIGHT_MLO")


@dataclass(frozen=True)
class Scan:
    """A film of a case as it was digitised. microns: side of a pixel, ``None`` where not told."""

    view: str
    rows: int
    columns: int
    microns: float | None
    overlay: bool


@dataclass(frozen=True)
class Case:
    """One patient's exam. name: as its files begin, ``A_0001_1``. density: 1 to 4."""

    name: str
    density: str
    scans: tuple[Scan, ...]


@dataclass(frozen=True)
class Abnormality:
    """One abnormality of an overlay. lesions: a line each, after LESION_TYPE. outline: (points, 2)
    of x and y in pixels of the scan; ``None`` where there is none.
    """

    number: str
    lesions: tuple[str, ...]
    told: dict[str, str]
    outline: np.ndarray[Any, np.dtype[np.float64]] | None = field(repr=False)


def read_case(path: Path) -> Case:
    """Read an .ics file. Raises BadInputError."""
    lines = [line.split() for line in _lines(path)]
    words = {line[0]: line[1:] for line in lines if line}
    scans = tuple(_scan(line, path) for line in lines if line and line[0] in _VIEWS)
    if not scans:
        raise BadInputError("names no film", where=str(path), remedy="Get the case again")
    name = " ".join(words.get("filename", ())) or path.stem
    return Case(name.replace("-", "_"), " ".join(words.get("DENSITY", ())), scans)


def _scan(line: list[str], path: Path) -> Scan:
    told = dict(pairwise(line))
    try:
        microns = float(told["RESOLUTION"]) if "RESOLUTION" in told else None
        rows, columns = int(told["LINES"]), int(told["PIXELS_PER_LINE"])
    except (KeyError, ValueError) as error:
        raise BadInputError(
            f"does not tell the size of {line[0]}", where=str(path), remedy="Get the case again"
        ) from error
    return Scan(line[0], rows, columns, microns, line[-1] == "OVERLAY")


def read_overlay(path: Path) -> tuple[Abnormality, ...]:
    """Read an .OVERLAY file. Raises BadInputError where it is damaged."""
    found = tuple(_abnormality(block, path) for block in _blocks(_lines(path)))
    if not found:
        raise BadInputError("tells no abnormality", where=str(path), remedy="Get the case again")
    return found


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in lines:
        if re.match(r"ABNORMALITY\b", line):
            if block:
                yield block
            block = [line]
        elif block:
            block.append(line)
    if block:
        yield block


def _abnormality(block: list[str], path: Path) -> Abnormality:
    told: dict[str, str] = {}
    lesions: list[str] = []
    outline = None
    for line, following in zip(block, [*block[1:], ""], strict=True):
        word, _, rest = line.partition(" ")
        if word == "LESION_TYPE":
            lesions.append(rest.strip())
        elif word == "BOUNDARY" and outline is None:
            outline = _chain(rest if rest.strip() else following, path)
        else:
            told.setdefault(word, rest.strip())
    return Abnormality(told.get("ABNORMALITY", "?"), tuple(lesions), told, outline)


def _chain(line: str, path: Path) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Start as x and y, then steps, up to ``#``."""
    words = line.partition("#")[0].split()
    numbers = np.array([int(word) if word.isdecimal() else -1 for word in words], np.int64)
    start, codes = numbers[:2], numbers[2:]
    if len(start) < 2 or (numbers < 0).any() or (codes > 7).any():
        raise BadInputError(
            "an outline is no chain of codes", where=str(path), remedy="Get the case again"
        )
    walked = np.concatenate([start[None], start + np.cumsum(_STEPS[codes], axis=0)])
    return walked.astype(np.float64)


def _lines(path: Path) -> list[str]:
    try:
        content = path.read_text("latin-1")
    except OSError as error:
        raise BadInputError(f"can't be read ({error.strerror})", where=str(path)) from error
    return [line.strip() for line in content.splitlines()]
