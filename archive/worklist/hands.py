"""Who has the studies of a page in hand, and who is to read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from archive.database.tables import Assignment, ClaimRow, Project, StudyRow
from archive.worklist.study import WorklistRow

_AT_ONCE = 500


def with_hands(
    connection: Connection, rows: Sequence[WorklistRow], viewer: str, *, blind: bool
) -> tuple[WorklistRow, ...]:
    """The rows with who holds and who was assigned them; where reading is blind, only a viewer.

    blind: whether any project is read blind.
    """
    told: list[WorklistRow] = []
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        hidden = _blind(connection, [row.id for row in some]) if blind else frozenset[int]()
        told += _told(connection, some, viewer, hidden)
    return tuple(told)


def _blind(connection: Connection, ids: Sequence[int]) -> frozenset[int]:
    wanted = select(StudyRow.id).join(Project, StudyRow.project_id == Project.id)
    return frozenset(connection.scalars(wanted.where(StudyRow.id.in_(ids), Project.blind)))


def _told(
    connection: Connection, rows: Sequence[WorklistRow], viewer: str, blind: frozenset[int]
) -> list[WorklistRow]:
    ids = [row.id for row in rows]
    holders, aside, assigned = (defaultdict[int, list[str]](list) for _ in range(3))
    held = (
        select(ClaimRow.study_id, ClaimRow.reader, ClaimRow.suspended)
        .where(ClaimRow.study_id.in_(ids), ClaimRow.released.is_(None))
        .order_by(ClaimRow.id)
    )
    for study, reader, suspended in connection.execute(held):
        if study not in blind or reader == viewer:
            holders[study].append(reader)
            if suspended:
                aside[study].append(reader)
    wanted = (
        select(Assignment.study_id, Assignment.reader)
        .where(Assignment.study_id.in_(ids), Assignment.withdrawn.is_(None))
        .order_by(Assignment.id)
    )
    for study, reader in connection.execute(wanted):
        if study not in blind or reader == viewer:
            assigned[study].append(reader)
    return [
        replace(
            row,
            holders=tuple(holders[row.id]),
            put_aside=tuple(aside[row.id]),
            assigned=tuple(assigned[row.id]),
        )
        if row.id in holders or row.id in assigned
        else row
        for row in rows
    ]
