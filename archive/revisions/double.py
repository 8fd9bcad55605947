"""Double reading: the rules of a project, comparison, arbitration, agreement over a worklist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, update

from annotations.agreement.comparing import Comparison
from annotations.document.document import Document
from archive.audit import Deed, note
from archive.database.database import Database
from archive.database.tables import Project, StudyRow
from archive.errors import ReadingStateError
from archive.revisions.agreeing import ComparedStudy, compared_studies, who_submitted
from archive.revisions.bench import (
    Bench,
    SideBySide,
    arbiter_of,
    bench_of,
    side_by_side,
    two_submitted,
)
from archive.revisions.lines import StudyLines, study_lines
from archive.revisions.revision import NewRevision, OnScreen, ReadingState, Revision
from archive.revisions.seeing import check_sight
from archive.revisions.standing import refresh
from archive.revisions.store import add_revision
from archive.worklist.rows import MAIN, ensured_project, study_key
from archive.worklist.study import StudyState


@dataclass(frozen=True)
class Rules:
    """How a project's studies are read. wanted: by how many readers. blind: each by themselves."""

    wanted: int = 1
    blind: bool = False

    def __post_init__(self) -> None:
        if self.wanted < 1:
            raise ValueError("a study is read by at least one reader")


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
        """Two readings side by side; the first two submitted ones that differ where no readers are
        named.

        Raises HiddenError in blind reading, ReadingStateError where there are no two.
        """
        with self._database.writing() as connection:
            study = study_key(connection, study_uid)
            lines = study_lines(connection, study.id)
            first, second = readers or two_submitted(connection, study, lines, viewer)
            for reader in (first, second):
                check_sight(connection, study, lines, viewer, reader)
            found = side_by_side(connection, lines, first, second)
            note(connection, viewer, Deed.COMPARED, study_id=study.id)
        return found

    def bench(self, study_uid: str, viewer: str, readers: tuple[str, str] | None = None) -> Bench:
        """As ``compare``, with what the viewer may do about it. The viewer's own comes first.

        Raises HiddenError in blind reading, ReadingStateError where there are no two.
        """
        with self._database.writing() as connection:
            study = study_key(connection, study_uid)
            lines = study_lines(connection, study.id)
            found = bench_of(connection, study, lines, viewer, readers)
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
        where the study needs no arbitration, the arbiter is one of its readers, another one
        decides or has decided, or a parent is not the newest of its reading.
        """
        with self._database.writing() as connection:
            study = study_key(connection, document.study_uid, lock=True)
            lines = study_lines(connection, study.id)
            _check_arbitration(lines, by, parents)
            _check_undecided(lines, by, arbiter_of(connection, study.id))
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
        return tuple(one.comparison for one in self.compared(first, second, project))

    def compared(
        self,
        first: str,
        second: str,
        project: str = "",
        *,
        viewer: str = "",
        told: Callable[[int, int], None] | None = None,
    ) -> tuple[ComparedStudy, ...]:
        """Of all studies that two readers both submitted, in the order in which they were added.

        viewer: leaves out what a blind reader may not see yet. told: after each study, with how
        many are done of how many; what it raises ends the work.
        """
        with self._database.reading() as connection:
            return compared_studies(connection, (first, second), project, viewer, told)

    def readers(self, project: str = "") -> tuple[tuple[str, int], ...]:
        """Who has submitted readings, with how many, most first; arbiters' own don't count.

        Studies that are read blind count where all wanted readings are in.
        """
        with self._database.reading() as connection:
            return who_submitted(connection, project)

    def projects(self) -> tuple[str, ...]:
        """Names of all projects, the usual one first."""
        with self._database.reading() as connection:
            names = connection.scalars(select(Project.name).order_by(Project.id))
            return tuple(dict.fromkeys((MAIN, *names)))


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


def _check_undecided(lines: StudyLines, by: str, holder: str) -> None:
    if holder not in ("", by):
        raise ReadingStateError("another reader has the study in hand to decide")
    if any(one != by and lines.arbitrates(one) for one in lines.readers):
        raise ReadingStateError("another reader has decided between the readings already")
