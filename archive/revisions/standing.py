"""Brings the worklist's index of a study up to what its revisions say, in their transaction."""

from __future__ import annotations

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from annotations.agreement.comparing import compare
from annotations.document.document import Document
from archive.database.columns import now
from archive.database.tables import ClaimRow, Content, Standing, StudyRow
from archive.revisions.content import Packed, unpacked
from archive.revisions.lines import Kept, StudyLines, study_lines
from archive.revisions.revision import ReadingState
from archive.worklist.rows import StudyKey
from archive.worklist.study import StudyState

READING, ARBITRATION = "reading", "arbitration"


def refresh(connection: Connection, study: StudyKey, changed_by: str = "") -> StudyState:
    """Write a study's standings, state, readers, findings and conflict anew.

    changed_by: the reader whose standing changed; all are written where it is empty.
    """
    lines = study_lines(connection, study.id)
    for reader in lines.readers:
        if changed_by in ("", reader):
            _write_standing(connection, study.id, reader, lines)
    state = study_state(connection, study, lines)
    furthest = max(lines.all, key=_how_far) if lines.all else None
    conflict = any(len(lines.heads(reader)) > 1 for reader in lines.readers)
    connection.execute(
        update(StudyRow)
        .where(StudyRow.id == study.id)
        .values(
            state=state.value,
            reader=", ".join(_readers(connection, study.id, lines)),
            findings=furthest.revision.findings if furthest else 0,
            conflict=conflict,
            changed=now(),
        )
    )
    return state


def study_state(connection: Connection, study: StudyKey, lines: StudyLines) -> StudyState:
    """How far a study has come by all its readings."""
    states = {reader: lines.state(reader) for reader in lines.readers}
    if not states:
        return StudyState.NEW
    for settled in (ReadingState.GOLD, ReadingState.ADJUDICATED):
        if settled in states.values():
            return StudyState(settled.value)
    done = lines.submitted
    if len(done) < study.wanted:
        return StudyState.DRAFT
    if ReadingState.REVIEWED in states.values():
        return StudyState.REVIEWED
    if len(done) > 1 and _discordant(connection, lines, done):
        return StudyState.ARBITRATION
    return StudyState.SUBMITTED


def _discordant(connection: Connection, lines: StudyLines, readers: tuple[str, ...]) -> bool:
    first, *others = (document_of(connection, lines.heads(one)[-1]) for one in readers)
    return any(compare(first, other).discordant for other in others)


def document_of(connection: Connection, kept: Kept) -> Document:
    """What a revision says."""
    digest = kept.revision.digest
    data = connection.scalar(select(Content.data).where(Content.digest == digest))
    return unpacked(Packed(digest, data or b""))


def _how_far(kept: Kept) -> tuple[int, int]:
    return kept.revision.state.rank, kept.id


def _readers(connection: Connection, study_id: int, lines: StudyLines) -> list[str]:
    in_hand = connection.scalars(
        select(ClaimRow.reader)
        .where(ClaimRow.study_id == study_id, ClaimRow.released.is_(None))
        .order_by(ClaimRow.id)
    )
    return list(dict.fromkeys((*lines.readers, *in_hand)))


def _write_standing(connection: Connection, study_id: int, reader: str, lines: StudyLines) -> None:
    heads = lines.heads(reader)
    state = lines.state(reader)
    values = {
        "study_id": study_id,
        "reader": reader,
        "role": ARBITRATION if lines.arbitrates(reader) else READING,
        "state": state.value,
        "findings": heads[-1].revision.findings,
        "changed": now(),
    }
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    fresh = make(Standing).values(values)
    changes = {name: fresh.excluded[name] for name in ("role", "state", "findings", "changed")}
    keys = ["study_id", "reader"]
    connection.execute(fresh.on_conflict_do_update(index_elements=keys, set_=changes))
