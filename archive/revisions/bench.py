"""Two readings of one study side by side, and what a third reader may do about them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Connection, select

from annotations.agreement.comparing import Comparison, compare
from annotations.document.document import Document
from archive.database.tables import ClaimRow
from archive.errors import ReadingStateError
from archive.revisions.lines import Kept, StudyLines
from archive.revisions.revision import ReadingState, Revision
from archive.revisions.seeing import check_sight, hidden, viewer_sees_all
from archive.revisions.standing import ARBITRATION, document_of, study_state
from archive.worklist.rows import StudyKey
from archive.worklist.study import StudyState


@dataclass(frozen=True)
class SideBySide:
    """Two readings of one study, for the arbiter or for looking back."""

    first: Revision
    second: Revision
    first_document: Document
    second_document: Document
    comparison: Comparison


@dataclass(frozen=True)
class Bench:
    """Two readings on the arbiter's bench.

    submitted: whose readings are in. obstacle: why the viewer can't decide, empty where that is
    possible. arbitrates: the viewer has the study in hand for that. decided: what an arbiter made
    of them, with its document.
    """

    sides: SideBySide
    submitted: tuple[str, ...]
    obstacle: str = ""
    arbitrates: bool = False
    decided: tuple[Revision, Document] | None = None


def bench_of(
    connection: Connection,
    study: StudyKey,
    lines: StudyLines,
    viewer: str,
    readers: tuple[str, str] | None,
) -> Bench:
    """Two readings and what the viewer may do; as ``DoubleReading.bench``."""
    two = readers or two_submitted(connection, study, lines, viewer)
    first, second = two if readers else _own_first(two, viewer)
    for reader in (first, second):
        check_sight(connection, study, lines, viewer, reader)
    holder = arbiter_of(connection, study.id)
    return Bench(
        side_by_side(connection, lines, first, second),
        lines.submitted,
        _obstacle(connection, study, lines, viewer, holder),
        holder == viewer,
        _decided(connection, lines),
    )


def two_submitted(
    connection: Connection, study: StudyKey, lines: StudyLines, viewer: str
) -> tuple[str, str]:
    """Two readers who submitted: those that were decided between, else two that do not agree.

    Where there are more, the viewer's own reading comes before others. Raises HiddenError,
    ReadingStateError.
    """
    if study.blind and not viewer_sees_all(connection, study, lines, viewer):
        raise hidden()  # not even how many are submitted
    if len(lines.submitted) < 2:
        raise ReadingStateError(
            "fewer than two readings of this study are submitted",
            remedy="Compare once two readers have submitted theirs",
        )
    pairs = sorted(combinations(lines.submitted, 2), key=lambda pair: viewer not in pair)
    if len(pairs) == 1:
        return pairs[0]
    decided = [lines.heads(one)[-1] for one in lines.readers if lines.arbitrates(one)]
    for one in sorted(decided, key=lambda one: -one.id):
        between = {lines.by_uid[uid].revision.reader for uid in one.revision.parents}
        for pair in pairs:
            if set(pair) <= between:
                return pair
    said = {one: document_of(connection, _newest(lines, one)) for one in lines.submitted}
    discordant = (pair for pair in pairs if compare(said[pair[0]], said[pair[1]]).discordant)
    return next(discordant, pairs[0])


def _own_first(readers: tuple[str, str], viewer: str) -> tuple[str, str]:
    return (readers[1], readers[0]) if readers[1] == viewer else readers


def arbiter_of(connection: Connection, study_id: int) -> str:
    """Who has a study in hand to decide it; empty for nobody."""
    held = select(ClaimRow.reader).where(
        ClaimRow.study_id == study_id, ClaimRow.role == ARBITRATION, ClaimRow.released.is_(None)
    )
    return connection.scalar(held) or ""


def _obstacle(
    connection: Connection, study: StudyKey, lines: StudyLines, viewer: str, holder: str
) -> str:
    """Why a viewer can't decide; empty where nothing is in the way."""
    if viewer in lines.readers and not lines.arbitrates(viewer):
        return "Who read the study can look, but not decide"
    state = study_state(connection, study, lines)
    if state in (StudyState.ADJUDICATED, StudyState.GOLD):
        return "It is decided"
    if state is not StudyState.ARBITRATION:
        return "The readings agree so far that no third reader is needed"
    if holder not in ("", viewer):
        return f"{holder} has it in hand to decide"
    return ""


def _decided(connection: Connection, lines: StudyLines) -> tuple[Revision, Document] | None:
    heads = [lines.heads(one)[-1] for one in lines.readers if lines.arbitrates(one)]
    settled = [one for one in heads if one.revision.state.rank >= ReadingState.ADJUDICATED.rank]
    if not settled:
        return None
    newest = max(settled, key=lambda one: one.id)
    return newest.revision, document_of(connection, newest)


def side_by_side(connection: Connection, lines: StudyLines, first: str, second: str) -> SideBySide:
    """The newest revisions of two readers."""
    mine, theirs = _newest(lines, first), _newest(lines, second)
    documents = document_of(connection, mine), document_of(connection, theirs)
    comparison = compare(*documents, names=(first, second))
    return SideBySide(mine.revision, theirs.revision, *documents, comparison)


def _newest(lines: StudyLines, reader: str) -> Kept:
    heads = lines.heads(reader)
    if not heads:
        raise ReadingStateError("there is no reading of this reader")
    return heads[-1]
