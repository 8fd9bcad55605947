"""What a reader asks of the worklist, and the page that comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from archive.errors import KeptError
from archive.worklist.study import StudyState, WorklistRow


class SortBy(Enum):
    """The columns that the worklist sorts by."""

    PRIORITY = "priority"
    PATIENT = "patient"
    DATE = "studied"
    VIEWS = "views"
    STATE = "state"
    READER = "reader"
    FINDINGS = "findings"
    CHANGED = "changed"
    DISCUSS = "discuss"


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the sorted column's value in the last row, and that row's number."""

    value: Any
    id: int


@dataclass(frozen=True)
class WorklistQuery:
    """Which studies, in which order; empty and ``None`` for all.

    text: words that all occur in patient, date or views, in any case. reader: part of the name
    of who reads. viewer: who asks; in blind reading others' readings are hidden from them. mine:
    only what the viewer has in hand or was assigned. patient: exactly this one as shown. masked:
    the text finds dates and views only, for names are not to be seen. after: where the page before
    ended. counted: whether the page is to say how many match; the first lines are there sooner
    without.
    """

    text: str = ""
    states: tuple[StudyState, ...] = ()
    reader: str = ""
    project: str = ""
    since: date | None = None
    until: date | None = None
    least_findings: int = 0
    discuss: bool | None = None
    conflict: bool | None = None
    mine: bool = False
    patient: str = field(default="", repr=False)
    masked: bool = False
    viewer: str = ""
    sort: SortBy = SortBy.PRIORITY
    descending: bool = False
    most: int = 100
    after: Cursor | None = None
    counted: bool = True


@dataclass(frozen=True)
class Page:
    """Rows of the worklist. total: how many match on all pages, ``None`` where that was not asked
    for and is not known without counting. end: for the next page's ``after``; ``None`` on the last
    one.
    """

    rows: tuple[WorklistRow, ...]
    total: int | None
    end: Cursor | None


class _Saved(BaseModel):
    """A query under a name, without where and for whom it was asked."""

    model_config = ConfigDict(extra="forbid")

    text: str = ""
    states: tuple[StudyState, ...] = ()
    reader: str = ""
    project: str = ""
    since: date | None = None
    until: date | None = None
    least_findings: int = 0
    discuss: bool | None = None
    conflict: bool | None = None
    mine: bool = False
    sort: SortBy = SortBy.PRIORITY
    descending: bool = False


def query_to_json(query: WorklistQuery) -> dict[str, Any]:
    """A query as it is saved."""
    values = {name: getattr(query, name) for name in _Saved.model_fields}
    return _Saved(**values).model_dump(mode="json")


def query_from_json(saved: Mapping[str, Any]) -> WorklistQuery:
    """A query that was saved. Raises KeptError where a newer Fourview saved it."""
    try:
        known = _Saved.model_validate(dict(saved))
    except ValidationError as error:
        raise KeptError(
            "a saved filter can't be read", remedy="Delete it and save it anew"
        ) from error
    return WorklistQuery(**{name: getattr(known, name) for name in _Saved.model_fields})
