"""Two readings of the synthetic study that differ, and the archive that keeps them."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from annotations.document.document import Document
from annotations.document.opinion import BreastOpinion, Opinion
from archive.archive import Archive
from archive.revisions.double import Rules
from archive.revisions.revision import NewRevision, ReadingState, Revision
from archive.worklist.study import IndexedStudy
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ReaderProvenance,
)
from domain.geometry import ImagePoint
from domain.laterality import Laterality
from domain.lexicon import Assessment
from domain.study import Study
from imaging.scanning.scan import scan
from tests.support.annotator import Lesion, lesions_in

FIRST, SECOND = "Anna Weber", "berta"


def study_in(folder: Path) -> Study:
    (study,) = scan(folder).studies
    return study


def outlined(
    study: Study, view: str, lesion: Lesion, reader: str, grade: Assessment, by: float = 0.0
) -> Finding:
    """A mass, moved by so many pixels."""
    uid = next(one.ref.uid for one in study.views if one.name == view)
    contour = Contour(tuple(ImagePoint(x + by, y) for x, y in lesion.outline))
    return Finding(
        uuid4(),
        FindingKind.MASS,
        (Geometry(uid, contour=contour),),
        ReaderProvenance(reader),
        FindingStatus.ACCEPTED,
        assessment=grade,
    )


def two_documents(folder: Path) -> tuple[Document, Document]:
    """The first marks both masses and recalls, the second one of them and does not."""
    study = study_in(folder)
    lesions = sorted(lesions_in(folder).items())
    (here, one), *rest = [item for item in lesions if item[0][0] in ("RCC", "LCC")]
    there, other = next(item for item in rest if item[0][1] != here[1])
    high, low = Assessment.HIGH_SUSPICION, Assessment.PROBABLY_BENIGN
    first = Document(
        study.uid,
        (
            outlined(study, here[0], one, FIRST, high),
            outlined(study, there[0], other, FIRST, high),
        ),
        Opinion(right=BreastOpinion(Laterality.RIGHT, high), overall=high, recall=True),
    )
    second = Document(
        study.uid,
        (outlined(study, here[0], one, SECOND, low, by=2.0),),
        Opinion(right=BreastOpinion(Laterality.RIGHT, low), overall=low, recall=False),
    )
    return first, second


def submit(archive: Archive, document: Document, reader: str) -> Revision:
    kept = archive.revisions.save(NewRevision(document, reader))
    return archive.revisions.promote(kept.uid, ReadingState.SUBMITTED, reader)


def two_submitted(folder: Path, url: str = "") -> tuple[Revision, Revision]:
    """Blind, both in; the study is in the worklist under its folder."""
    study = study_in(folder)
    with Archive.open(url) as archive:
        archive.double.set_rules(Rules(wanted=2, blind=True), "head")
        views = tuple(view.name for view in study.views)
        known = IndexedStudy(study.uid, str(folder), study.patient.name, study.studied, views)
        archive.sources.index([known], "head")
        first, second = two_documents(folder)
        return submit(archive, first, FIRST), submit(archive, second, SECOND)
