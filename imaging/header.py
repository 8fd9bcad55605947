"""Turns the header of one DICOM object into the view it is, or says why it is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pydicom.dataset import Dataset

from domain.errors import HeaderError
from domain.geometry import ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.study import ImageKind, ImageRef, Patient, PresentationIntent, View
from domain.view_position import ViewPosition
from imaging import tags

HEADER_KEYWORDS: tuple[str, ...] = ("Rows", "Columns")


@dataclass(frozen=True)
class StudyFacts:
    """What a header says about the study it belongs to; uid is empty where it says nothing."""

    uid: str
    studied: date | None = None
    description: str = ""
    accession: str = field(default="", repr=False)


def read_view(ds: Dataset, ref: ImageRef) -> View:
    """Read a header into a View.

    ds: a whole data set, or one read with ``specific_tags=HEADER_KEYWORDS``, pixel data left out.
    Raises HeaderError where rows or columns are missing or absurd, ForeignFileError where the
    object has no image or shows no breast.
    """
    rows, columns = tags.integer(ds, "Rows"), tags.integer(ds, "Columns")
    if not rows or not columns:
        raise HeaderError("has no size", where=ref.where, tag=tags.label_of("Rows"))
    return View(
        ref=ref,
        size=ImageSize(rows, columns),
        frames=tags.integer(ds, "NumberOfFrames") or 1,
        kind=ImageKind.FFDM,
        intent=PresentationIntent.FOR_PRESENTATION,
        laterality=Laterality.parse(tags.text(ds, "ImageLaterality")),
        position=ViewPosition.parse(tags.text(ds, "ViewPosition")),
        modifiers=frozenset(),
        spacing=PixelSpacing.unknown(),
    )


def read_patient(ds: Dataset) -> Patient:
    """Who was imaged; empty fields where the header is silent."""
    return Patient(
        patient_id=tags.text(ds, "PatientID"),
        issuer=tags.text(ds, "IssuerOfPatientID"),
        name=tags.text(ds, "PatientName"),
        birth_date=tags.day(ds, "PatientBirthDate"),
        sex=tags.text(ds, "PatientSex"),
    )


def read_study_facts(ds: Dataset) -> StudyFacts:
    """The study's own attributes."""
    return StudyFacts(
        uid=tags.text(ds, "StudyInstanceUID"),
        studied=tags.day(ds, "StudyDate"),
        description=tags.text(ds, "StudyDescription"),
        accession=tags.text(ds, "AccessionNumber"),
    )
