"""Which studies two readers both read, over the whole archive or a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, func, or_, select

from annotations.agreement.comparing import Comparison
from archive.database.tables import Project, Standing, StudyRow
from archive.revisions.bench import SideBySide, side_by_side
from archive.revisions.lines import study_lines
from archive.revisions.revision import ReadingState
from archive.revisions.seeing import may_see_both
from archive.revisions.standing import ARBITRATION
from archive.worklist.rows import StudyKey
from archive.worklist.study import StudyState

_DONE = tuple(one.value for one in ReadingState if one.read_only)


@dataclass(frozen=True)
class ComparedStudy:
    """Two readings of a study of the worklist. location, patient, studied: as WorklistRow."""

    uid: str
    location: str
    patient: str = field(repr=False)
    studied: date | None
    comparison: Comparison


def compared_studies(
    connection: Connection,
    readers: tuple[str, str],
    project: str,
    viewer: str,
    told: Callable[[int, int], None] | None,
) -> tuple[ComparedStudy, ...]:
    """As ``DoubleReading.compared``."""
    studies = _read_by_both(connection, readers, project)
    found = []
    for done, study in enumerate(studies, 1):
        lines = study_lines(connection, study.id)
        seen = len(lines.submitted) >= study.wanted and (
            not viewer or may_see_both(connection, study, lines, viewer, readers)
        )
        if seen:
            found.append(_compared(connection, study, side_by_side(connection, lines, *readers)))
        if told is not None:
            told(done, len(studies))
    return tuple(found)


def who_submitted(connection: Connection, project: str) -> tuple[tuple[str, int], ...]:
    """As ``DoubleReading.readers``."""
    open_states = [StudyState.NEW.value, StudyState.DRAFT.value]
    count = func.count()
    wanted = (
        select(Standing.reader, count)
        .join(StudyRow, Standing.study_id == StudyRow.id)
        .join(Project, StudyRow.project_id == Project.id)
        .where(Standing.state.in_(_DONE), Standing.role != ARBITRATION)
        .where(or_(Project.blind.is_(False), StudyRow.state.not_in(open_states)))
        .group_by(Standing.reader)
        .order_by(count.desc(), Standing.reader)
    )
    if project:
        wanted = wanted.where(Project.name == project)
    return tuple((row[0], row[1]) for row in connection.execute(wanted))


def _compared(connection: Connection, study: StudyKey, sides: SideBySide) -> ComparedStudy:
    row = connection.execute(
        select(StudyRow.location, StudyRow.patient, StudyRow.studied).where(StudyRow.id == study.id)
    ).one()
    day = None if row[2] == date.min else row[2]
    return ComparedStudy(study.uid, row[0], row[1], day, sides.comparison)


def _read_by_both(connection: Connection, readers: tuple[str, str], project: str) -> list[StudyKey]:
    wanted = (
        select(StudyRow.id, StudyRow.uid, Project.readings_wanted, Project.blind)
        .join(Project, StudyRow.project_id == Project.id)
        .order_by(StudyRow.id)
    )
    for reader in readers:
        theirs = select(Standing.study_id).where(
            Standing.reader == reader, Standing.state.in_(_DONE)
        )
        wanted = wanted.where(StudyRow.id.in_(theirs))
    if project:
        wanted = wanted.where(Project.name == project)
    return [StudyKey(*row) for row in connection.execute(wanted)]
