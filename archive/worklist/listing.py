"""The worklist: studies filtered, sorted and in pages, quick enough for every keystroke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, cast, func, or_, select, tuple_, union

from archive.database.database import Database
from archive.database.tables import Assignment, ClaimRow, Project, StudyRow
from archive.worklist.hands import with_hands
from archive.worklist.query import Cursor, Page, SortBy, WorklistQuery
from archive.worklist.shown import ShownColumns, literal_of, shown_columns
from archive.worklist.study import StudyState, WorklistRow

_FEW = 2000
"""Numbers of studies that a query is handed one by one."""

_WITH_WORDS = frozenset({SortBy.PATIENT, SortBy.DATE, SortBy.PRIORITY})
"""Orders whose index holds the words as well."""

_AT_ONCE = 500
"""Studies that are asked for in one go."""

_COLUMNS = (
    *(StudyRow.id, StudyRow.uid, StudyRow.location, StudyRow.patient, StudyRow.studied),
    *(StudyRow.views, StudyRow.priority, StudyRow.conflict, StudyRow.discuss, StudyRow.changed),
)


def worklist_page(database: Database, query: WorklistQuery) -> Page:
    """One page of the studies that match. Raises KeptError."""
    with database.reading() as connection:
        shown = shown_columns(connection, query.viewer)
        wanted = conditions = _conditions(query, shown)
        few = None
        if conditions and not _in_order(query):
            few = _few(connection, shown, conditions)
            wanted = conditions if few is None else [StudyRow.id.in_(few)]
        rows = connection.execute(_page_query(query, shown, wanted)).all()
        more = len(rows) > query.most
        rows = rows[: query.most]
        total = len(rows) if query.after is None and not more else None
        if few is not None:
            total = len(few)
        elif total is None and query.counted:
            total = _count(connection, shown, conditions)
        told = with_hands(connection, tuple(map(_row, rows)), query.viewer, blind=shown.blind)
    end = Cursor(rows[-1][-1], rows[-1][0]) if rows and more else None
    return Page(told, total, end)


def worklist_count(database: Database, query: WorklistQuery) -> int:
    """How many studies match, on all pages. Raises KeptError."""
    with database.reading() as connection:
        shown = shown_columns(connection, query.viewer)
        return _count(connection, shown, _conditions(query, shown))


def worklist_rows(
    database: Database, uids: Sequence[str], viewer: str
) -> Mapping[str, WorklistRow]:
    """What the worklist shows a viewer of these studies, as far as it knows them. KeptError."""
    found: dict[str, WorklistRow] = {}
    with database.reading() as connection:
        shown = shown_columns(connection, viewer)
        for begin in range(0, len(uids), _AT_ONCE):
            asked = select(*_COLUMNS, shown.state, shown.reader, shown.findings)
            wanted = shown.joined(asked).where(StudyRow.uid.in_(uids[begin : begin + _AT_ONCE]))
            rows = tuple(map(_row, connection.execute(wanted)))
            found |= {
                row.uid: row for row in with_hands(connection, rows, viewer, blind=shown.blind)
            }
    return found


def _in_order(query: WorklistQuery) -> bool:
    """Whether an index holds the order and all that is asked for, so that going through it is
    enough however few match.
    """
    plain = WorklistQuery(text=query.text, sort=query.sort, descending=query.descending)
    return query.sort in _WITH_WORDS and plain == replace(
        query, viewer="", most=plain.most, after=None, counted=True
    )


def _few(
    connection: Connection, shown: ShownColumns, conditions: list[ColumnElement[bool]]
) -> list[int] | None:
    """The numbers of the studies that match, ``None`` where they are many.

    A database that knows the few need not go through all of them in order; where there are many,
    going in order soon meets a page of them.
    """
    asked = shown.joined(select(StudyRow.id)).where(*conditions).limit(_FEW + 1)
    few = list(connection.scalars(asked))
    return few if len(few) <= _FEW else None


def _count(
    connection: Connection, shown: ShownColumns, conditions: list[ColumnElement[bool]]
) -> int:
    counted = shown.joined(select(func.count()).select_from(StudyRow))
    return connection.scalar(counted.where(*conditions)) or 0


def _page_query(
    query: WorklistQuery, shown: ShownColumns, conditions: list[ColumnElement[bool]]
) -> Any:
    key = _sort_key(query.sort, shown)
    told = select(*_COLUMNS, shown.state, shown.reader, shown.findings, key)
    wanted = shown.joined(told).where(*conditions)
    if query.after is not None:
        here, there = tuple_(key, StudyRow.id), (query.after.value, query.after.id)
        wanted = wanted.where(here < there if query.descending else here > there)
    order = (key.desc(), StudyRow.id.desc()) if query.descending else (key, StudyRow.id)
    return wanted.order_by(*order).limit(query.most + 1)


def _sort_key(sort: SortBy, shown: ShownColumns) -> ColumnElement[Any]:
    hidden: dict[SortBy, ColumnElement[Any]] = {
        SortBy.STATE: shown.state,
        SortBy.READER: shown.reader,
        SortBy.FINDINGS: shown.findings,
    }
    return hidden.get(sort, literal_of(getattr(StudyRow, sort.value)))


def _conditions(query: WorklistQuery, shown: ShownColumns) -> list[ColumnElement[bool]]:
    words = query.text.casefold().split()
    wanted = [*_named(query), *(_has_word(word, masked=query.masked) for word in words)]
    if query.states:
        wanted.append(shown.state.in_([one.value for one in query.states]))
    if query.reader:
        wanted.append(shown.reader.contains(query.reader, autoescape=True))
    # Beside a text, all is looked through in one go; an index of dates would be in the way.
    studied = func.coalesce(StudyRow.studied, date.min) if words else literal_of(StudyRow.studied)
    if query.since is not None:
        wanted.append(studied >= query.since)
    if query.until is not None:
        wanted.append(studied <= query.until)
    if query.least_findings:
        wanted.append(shown.findings >= query.least_findings)
    if query.discuss is not None:
        wanted.append(StudyRow.discuss.is_(query.discuss))
    if query.conflict is not None:
        wanted.append(StudyRow.conflict.is_(query.conflict))
    if query.mine:
        wanted.append(_in_hand(query.viewer))
    return wanted


def _named(query: WorklistQuery) -> list[ColumnElement[bool]]:
    named: list[ColumnElement[bool]] = []
    if query.patient:
        named.append(StudyRow.patient == query.patient)
    if query.project:
        project = select(Project.id).where(Project.name == query.project)
        named.append(StudyRow.project_id == project.scalar_subquery())
    return named


def _has_word(word: str, *, masked: bool) -> ColumnElement[bool]:
    if not masked:
        return StudyRow.words.contains(word, autoescape=True)
    return or_(
        func.lower(StudyRow.views).contains(word, autoescape=True),
        cast(literal_of(StudyRow.studied), String).contains(word, autoescape=True),
    )


def _in_hand(viewer: str) -> ColumnElement[bool]:
    claimed = select(ClaimRow.study_id).where(
        ClaimRow.reader == viewer, ClaimRow.released.is_(None)
    )
    assigned = select(Assignment.study_id).where(
        Assignment.reader == viewer, Assignment.withdrawn.is_(None)
    )
    return StudyRow.id.in_(union(claimed, assigned))


def _row(row: Any) -> WorklistRow:
    number, uid, location, patient, studied, views, priority, conflict, discuss, changed = row[:10]
    state, reader, findings = row[10:13]
    return WorklistRow(
        id=number,
        uid=uid,
        location=location,
        patient=patient,
        studied=None if studied == date.min else studied,
        views=views,
        priority=priority,
        state=StudyState(state),
        reader=reader,
        findings=findings,
        conflict=conflict,
        discuss=discuss,
        changed=changed,
    )
