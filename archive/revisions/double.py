"""Double reading: the rules of a project, comparison, arbitration, agreement over a worklist."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from annotations.agreement.comparing import Comparison, compare
from annotations.document.document import Document
from archive.audit import Deed, note
from archive.database.database import Database
from archive.database.tables import Project, Standing, StudyRow
from archive.errors import ReadingStateError
from archive.revisions.lines import Kept, StudyLines, study_lines
from archive.revisions.revision import NewRevision, OnScreen, ReadingState, Revision
from archive.revisions.seeing import check_sight
from archive.revisions.standing import document_of, refresh
from archive.revisions.store import add_revision
from archive.worklist.rows import MAIN, StudyKey, ensured_project, study_key
from archive.worklist.study import StudyState


@dataclass(frozen=True)
class Rules:
    """How a project's studies are read. wanted: by how many readers. blind: each by themselves."""

    wanted: int = 1
    blind: bool = False

    def __post_init__(self) -> None:
        if self.wanted < 1:
            raise ValueError("a study is read by at least one reader")


@dataclass(frozen=True)
class SideBySide:
    """Two readings of one study, for the arbiter or for looking back."""

    first: Revision
    second: Revision
    first_document: Document
    second_document: Document
    comparison: Comparison


class DoubleReading:
    """All methods may be called from any thread and raise KeptError as ``Revisions``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rules(self, project: str = MAIN) -> Rules:
        """Of a project; the plain ones where there is none of this name."""
        wanted = select(Project.readings_wanted, Project.blind).where(Project.name == project)
        with self._database.reading() as connection:
            found = connection.execute(wanted).first()
        return Rules(found[0], found[1]) if found else Rules()

    def set_rules(self, rules: Rules, by: str, project: str = MAIN) -> None:
        """Change a project's rules; its studies' states are worked out anew."""
        with self._database.writing() as connection:
            number = ensured_project(connection, project)
            values = {"readings_wanted": rules.wanted, "blind": rules.blind}
            connection.execute(update(Project).where(Project.id == number).values(**values))
            note(connection, by, Deed.CHANGED_RULES, project=number, **values)
            read = select(StudyRow.uid).where(
                StudyRow.project_id == number, StudyRow.state != StudyState.NEW.value
            )
            for uid in list(connection.scalars(read)):
                refresh(connection, study_key(connection, uid, lock=True))

    def compare(
        self, study_uid: str, viewer: str, readers: tuple[str, str] | None = None
    ) -> SideBySide:
        """Two readings side by side; the first two submitted ones where no readers are named.

        Raises HiddenError in blind reading, ReadingStateError where there are no two.
        """
        with self._database.writing() as connection:
            study = study_key(connection, study_uid)
            lines = study_lines(connection, study.id)
            first, second = readers or _two(lines)
            for reader in (first, second):
                check_sight(connection, study, lines, viewer, reader)
            found = _side_by_side(connection, lines, first, second)
            note(connection, viewer, Deed.COMPARED, study_id=study.id)
        return found

    def arbitrate(
        self,
        document: Document,
        by: str,
        parents: tuple[str, ...],
        on_screen: tuple[OnScreen, ...] = (),
    ) -> Revision:
        """Keep what an arbiter decided: one reading as it is, or both merged.

        parents: uids of the submitted revisions that were compared. Raises ReadingStateError
        where the study needs no arbitration, the arbiter is one of its readers, or a parent is
        not the newest of its reading.
        """
        with self._database.writing() as connection:
            study = study_key(connection, document.study_uid, lock=True)
            lines = study_lines(connection, study.id)
            _check_arbitration(lines, by, parents)
            for parent in parents:
                reader = lines.by_uid[parent].revision.reader
                check_sight(connection, study, lines, by, reader)
            own = tuple(one.revision.uid for one in lines.heads(by))
            state = ReadingState.ADJUDICATED
            new = NewRevision(document, by, (*parents, *own), by, state, on_screen)
            kept = add_revision(connection, study, new, lines)
            refresh(connection, study, by)
            note(
                connection,
                by,
                Deed.PROMOTED,
                study_id=study.id,
                revision_id=kept.id,
                state=state.value,
            )
        return kept.revision

    def comparisons(self, first: str, second: str, project: str = "") -> tuple[Comparison, ...]:
        """Of all studies that two readers both submitted, for ``annotations.agreement.table``.

        It is for who looks after the project: studies whose readings aren't all in are left out.
        """
        with self._database.reading() as connection:
            studies = _read_by_both(connection, first, second, project)
            return tuple(
                _side_by_side(connection, lines, first, second).comparison
                for study in studies
                if len((lines := study_lines(connection, study.id)).submitted) >= study.wanted
            )


def _two(lines: StudyLines) -> tuple[str, str]:
    if len(lines.submitted) < 2:
        raise ReadingStateError("fewer than two readings of this study are submitted")
    return lines.submitted[0], lines.submitted[1]


def _side_by_side(connection: Connection, lines: StudyLines, first: str, second: str) -> SideBySide:
    mine, theirs = _newest(lines, first), _newest(lines, second)
    documents = document_of(connection, mine), document_of(connection, theirs)
    return SideBySide(mine.revision, theirs.revision, *documents, compare(*documents))


def _newest(lines: StudyLines, reader: str) -> Kept:
    heads = lines.heads(reader)
    if not heads:
        raise ReadingStateError("there is no reading of this reader")
    return heads[-1]


def _check_arbitration(lines: StudyLines, by: str, parents: tuple[str, ...]) -> None:
    if by in lines.readers and not lines.arbitrates(by):
        raise ReadingStateError("who read the study can't decide between its readings")
    if len(lines.submitted) < 2 or len(parents) < 2:
        raise ReadingStateError("arbitration needs two submitted readings")
    newest = {one.revision.uid for reader in lines.submitted for one in lines.heads(reader)}
    if not set(parents) <= newest:
        raise ReadingStateError(
            "a reading was changed meanwhile", remedy="Compare the newest revisions"
        )


def _read_by_both(connection: Connection, first: str, second: str, project: str) -> list[StudyKey]:
    done = [one.value for one in ReadingState if one.read_only]
    wanted = (
        select(StudyRow.id, StudyRow.uid, Project.readings_wanted, Project.blind)
        .join(Project, StudyRow.project_id == Project.id)
        .order_by(StudyRow.id)
    )
    for reader in (first, second):
        theirs = select(Standing.study_id).where(
            Standing.reader == reader, Standing.state.in_(done)
        )
        wanted = wanted.where(StudyRow.id.in_(theirs))
    if project:
        wanted = wanted.where(Project.name == project)
    return [StudyKey(*row) for row in connection.execute(wanted)]
