"""What one line of the worklist shows, and which lines are asked for; as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, IntEnum

from domain.study import FileProblem, Patient


class Column(IntEnum):
    """The table's columns, from the left."""

    PATIENT = 0
    NUMBER = 1
    DATE = 2
    VIEWS = 3
    STATE = 4
    READER = 5
    FINDINGS = 6
    PRIORITY = 7
    MARKS = 8


class Scope(Enum):
    """Which studies are listed at all."""

    OPENED = "opened"
    ALL = "all"
    MINE = "mine"


@dataclass(frozen=True)
class StudyLine:
    """A study as the list shows it.

    key: what the line is chosen by. views: in words. state: such as ``draft``, empty where the
    archive says nothing. reader: who read it. holders: who has it in hand; put_aside: which of
    them suspended it; assigned: who is to read it. problems: files that could not be used.
    """

    key: str
    patient: Patient = field(repr=False)
    studied: date | None = None
    views: str = ""
    view_count: int = 0
    state: str = ""
    reader: str = ""
    holders: tuple[str, ...] = ()
    put_aside: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    findings: int = 0
    priority: int = 0
    discuss: bool = False
    conflict: bool = False
    problems: tuple[FileProblem, ...] = ()


@dataclass(frozen=True)
class FilterChoice:
    """What of the chosen scope is shown; everything where nothing is said."""

    states: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    least_findings: int = 0
    discuss: bool = False
    conflict: bool = False

    @property
    def any(self) -> bool:
        """Whether it leaves anything out."""
        return self != FilterChoice()


@dataclass(frozen=True)
class SourceRow:
    """A source. seen: when it was last looked through. problem: why it could not be."""

    location: str
    watched: bool
    seen: datetime | None = None
    busy: bool = False
    problem: str = ""
