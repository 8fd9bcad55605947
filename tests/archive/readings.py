"""Small readings to keep."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from annotations.document.document import Document
from annotations.document.opinion import BreastOpinion, Opinion
from archive.archive import Archive
from archive.revisions.revision import NewRevision, ReadingState, Revision
from domain.finding import Finding, FindingKind, FindingStatus, Geometry, ReaderProvenance
from domain.geometry import Box
from domain.laterality import Laterality
from domain.lexicon import Assessment

STUDY = "1.2.3.4"


def mass(left: float = 10, *, width: float = 20, assessment: Assessment | None = None) -> Finding:
    box = Box(left, 10, left + width, 30)
    return Finding(
        uuid4(),
        FindingKind.MASS,
        (Geometry("1.2.3.4.1", box=box),),
        ReaderProvenance("anna"),
        FindingStatus.ACCEPTED,
        assessment=assessment,
    )


def document(*findings: Finding, study: str = STUDY, note: str = "", **said: object) -> Document:
    return Document(study, findings, Opinion(note=note, **said))  # type: ignore[arg-type]


def recalled(*findings: Finding, study: str = STUDY) -> Document:
    left = BreastOpinion(Laterality.LEFT, Assessment.HIGH_SUSPICION)
    return document(*findings, study=study, left=left, recall=True)


def save(
    archive: Archive,
    what: Document | str = "",
    reader: str = "anna",
    *parents: Revision,
    why: str = "",
) -> Revision:
    said = document(note=what) if isinstance(what, str) else what
    return archive.revisions.save(
        NewRevision(said, reader, tuple(one.uid for one in parents), why=why)
    )


def submit(archive: Archive, what: Document | str, reader: str) -> Revision:
    return archive.revisions.promote(
        save(archive, what, reader).uid, ReadingState.SUBMITTED, reader
    )


def moved(finding: Finding, left: float) -> Finding:
    return replace(finding, geometries=(Geometry("1.2.3.4.1", box=Box(left, 10, left + 20, 30)),))


def known(number: int) -> UUID:
    return UUID(int=number)
