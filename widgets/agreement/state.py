"""What the page of agreement shows, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from annotations.agreement.spread import Grid
from annotations.agreement.table import Line
from domain.study import Patient


@dataclass(frozen=True)
class CaseLine:
    """A study that both read. differs: in what, in words; empty where they agree."""

    uid: str
    patient: Patient
    studied: date | None
    differs: tuple[str, ...]


_NO_GRID = Grid((), ())


@dataclass(frozen=True)
class AgreementState:
    """readers: who has submitted readings, with how many. projects: by name. pair: who is
    compared, by name. message: what is done, or why there is nothing; error: it is one.
    """

    readers: tuple[tuple[str, int], ...] = ()
    projects: tuple[str, ...] = ()
    project: str = ""
    pair: tuple[str, str] = ("", "")
    lines: tuple[Line, ...] = ()
    grid: Grid = _NO_GRID
    dice: tuple[int, ...] = ()
    cases: tuple[CaseLine, ...] = ()
    message: str = ""
    error: bool = False
    ready: bool = False
