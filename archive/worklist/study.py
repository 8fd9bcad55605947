"""A study as the worklist knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum


class StudyState(Enum):
    """How far a study has come, over all its readers."""

    NEW = "new"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ARBITRATION = "arbitration"
    REVIEWED = "reviewed"
    ADJUDICATED = "adjudicated"
    GOLD = "gold"


@dataclass(frozen=True)
class IndexedStudy:
    """What is put into the worklist of a study that was found.

    uid: as ``Study.uid``. location: path under which ``scan`` finds it. patient: the name or
    number that the worklist shows. views: short names such as ``RCC``. priority: larger first.
    """

    uid: str
    location: str = ""
    patient: str = field(default="", repr=False)
    studied: date | None = None
    views: tuple[str, ...] = ()
    priority: int = 0


@dataclass(frozen=True)
class WorklistRow:
    """A line of the worklist. reader: who read it or has it in hand; several joined by commas.

    findings: how many stand in the furthest reading. holders: who has it in hand now; put_aside:
    which of them suspended it; assigned: who is to read it.
    In blind double reading all these are the asking reader's own.
    """

    id: int
    uid: str
    location: str
    patient: str = field(repr=False)
    studied: date | None
    views: str
    priority: int
    state: StudyState
    reader: str
    findings: int
    conflict: bool
    discuss: bool
    changed: datetime
    holders: tuple[str, ...] = ()
    put_aside: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
