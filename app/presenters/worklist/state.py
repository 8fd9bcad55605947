"""What the worklist shows and what it is asked for, in one piece."""

from __future__ import annotations

from dataclasses import dataclass, field

from archive.worklist.query import SortBy, WorklistQuery
from archive.worklist.study import StudyState
from widgets.worklist.line import Column, FilterChoice, Scope, StudyLine

_SORTS = {
    Column.PATIENT: SortBy.PATIENT,
    Column.NUMBER: SortBy.PATIENT,
    Column.DATE: SortBy.DATE,
    Column.VIEWS: SortBy.VIEWS,
    Column.STATE: SortBy.STATE,
    Column.READER: SortBy.READER,
    Column.FINDINGS: SortBy.FINDINGS,
    Column.PRIORITY: SortBy.PRIORITY,
    Column.MARKS: SortBy.DISCUSS,
}
_COLUMNS = {sort: column for column, sort in reversed(_SORTS.items())}


@dataclass(frozen=True)
class Asked:
    """Which lines, in which order."""

    scope: Scope = Scope.ALL
    text: str = field(default="", repr=False)
    choice: FilterChoice = field(default_factory=FilterChoice)
    column: Column = Column.DATE
    descending: bool = True

    @property
    def narrowed(self) -> bool:
        """Whether a text or a filter leaves anything out."""
        return bool(self.text.split()) or self.choice.any


@dataclass(frozen=True)
class WorklistState:
    """lines: those that are here, of ``total`` that match, of ``whole`` in the scope. counted:
    False while both are being counted; ``total`` is then the least that there are.

    notice: what is wrong with the list itself; empty for nothing. filters: names of saved ones.
    submitted, seconds: of the reader's day. empty: nothing is known at all, in any scope.
    """

    asked: Asked = field(default_factory=Asked)
    lines: tuple[StudyLine, ...] = ()
    total: int = 0
    whole: int = 0
    counted: bool = True
    notice: str = ""
    filters: tuple[str, ...] = ()
    submitted: int = 0
    seconds: float = 0.0
    empty: bool = True


def query_of(asked: Asked, viewer: str, *, masked: bool) -> WorklistQuery:
    """As the archive is asked."""
    choice = asked.choice
    return WorklistQuery(
        text=asked.text,
        states=tuple(map(StudyState, choice.states)),
        since=choice.since,
        until=choice.until,
        least_findings=choice.least_findings,
        discuss=True if choice.discuss else None,
        conflict=True if choice.conflict else None,
        mine=asked.scope is Scope.MINE,
        masked=masked,
        viewer=viewer,
        sort=_SORTS[asked.column],
        descending=asked.descending,
    )


def asked_of(query: WorklistQuery) -> Asked:
    """As a saved query is asked here; what this list can't filter by is left out."""
    choice = FilterChoice(
        tuple(state.value for state in query.states),
        query.since,
        query.until,
        query.least_findings,
        bool(query.discuss),
        bool(query.conflict),
    )
    scope = Scope.MINE if query.mine else Scope.ALL
    column = _COLUMNS.get(query.sort, Column.DATE)
    return Asked(scope, query.text, choice, column, query.descending)
