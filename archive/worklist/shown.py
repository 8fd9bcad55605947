"""What of a study's state, readers and findings an asking reader is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select

from archive.database.tables import Project, Standing, StudyRow
from archive.revisions.revision import ReadingState
from archive.worklist.study import StudyState


@dataclass(frozen=True)
class ShownColumns:
    """Columns as an asking reader is shown them. blind: whether any is hidden at times."""

    state: ColumnElement[str]
    reader: ColumnElement[str]
    findings: ColumnElement[int]
    blind: bool
    viewer: str

    def joined(self, query: Any) -> Any:
        """The query with what the columns need."""
        if not self.blind:
            return query
        own = and_(Standing.study_id == StudyRow.id, Standing.reader == self.viewer)
        return query.outerjoin(Standing, own)


def shown_columns(connection: Connection, viewer: str) -> ShownColumns:
    """For a viewer. In blind projects the own standing, until all wanted readings are in."""
    blind = list(connection.scalars(select(Project.id).where(Project.blind)))
    if not blind:
        plain = [literal_of(one) for one in (StudyRow.state, StudyRow.reader, StudyRow.findings)]
        return ShownColumns(plain[0], plain[1], plain[2], blind=False, viewer=viewer)
    unsettled = (StudyState.NEW.value, StudyState.DRAFT.value)
    hidden = and_(
        StudyRow.project_id.in_(blind),
        or_(StudyRow.state.in_(unsettled), Standing.state == ReadingState.DRAFT.value),
    )
    own = case((Standing.reader.is_(None), literal("")), else_=Standing.reader)
    return ShownColumns(
        case((hidden, func.coalesce(Standing.state, StudyState.NEW.value)), else_=StudyRow.state),
        case((hidden, own), else_=StudyRow.reader),
        case((hidden, func.coalesce(Standing.findings, 0)), else_=StudyRow.findings),
        blind=True,
        viewer=viewer,
    )


def literal_of(column: Any) -> ColumnElement[Any]:
    """A mapped column as an expression."""
    return column.expression  # type: ignore[no-any-return]
