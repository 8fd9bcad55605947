"""Turns the header of one DICOM object into the view it is, or says why it is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from itertools import chain
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import UID

from domain.geometry import PixelSpacing
from domain.orientation import PatientOrientation
from domain.study import Flag, ImageKind, ImageRef, Patient, PresentationIntent, View
from imaging.attributes import tags
from imaging.attributes.conclusion import Concluded, doubt
from imaging.attributes.remembered import remembered
from imaging.header import (
    identity,
    image_kind,
    image_size,
    mammographic,
    orientation_tags,
    presentation_intent,
    spacing,
    technique,
    window_names,
)

_OWN_KEYWORDS = (
    "AccessionNumber",
    "AcquisitionDate",
    "AcquisitionDateTime",
    "AcquisitionTime",
    "BreastImplantPresent",
    "BurnedInAnnotation",
    "ContentDate",
    "ContentTime",
    "InstanceNumber",
    "IssuerOfPatientID",
    "LossyImageCompression",
    "Manufacturer",
    "ManufacturerModelName",
    "Modality",
    "PartialView",
    "PatientBirthDate",
    "PatientID",
    "PatientName",
    "PatientSex",
    "SOPInstanceUID",
    "SeriesDate",
    "SeriesDescription",
    "SeriesInstanceUID",
    "SeriesTime",
    "SpecificCharacterSet",
    "StudyDate",
    "StudyDescription",
    "StudyInstanceUID",
    "StudyTime",
)
HEADER_KEYWORDS: tuple[str, ...] = tuple(
    sorted(
        set(
            chain(
                _OWN_KEYWORDS,
                identity.KEYWORDS,
                image_kind.KEYWORDS,
                image_size.KEYWORDS,
                mammographic.KEYWORDS,
                orientation_tags.KEYWORDS,
                presentation_intent.KEYWORDS,
                spacing.KEYWORDS,
                technique.KEYWORDS,
                window_names.KEYWORDS,
            )
        )
    )
)
"""Every attribute read here, so that a scan may skip the others (``specific_tags``)."""


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
    ref: its SOP Instance UID is filled in from the header where empty. Raises HeaderError where
    rows or columns are missing or absurd, ForeignFileError where the object has no image or
    shows no breast.
    """
    mammographic.require_image(ds, ref.where)
    found = _Conclusions.of(ds, ref.where)
    who = found.who.value
    return View(
        ref=_named(ref, ds),
        size=image_size.read_size(ds, ref.where),
        frames=found.frames.value,
        kind=found.kind.value,
        intent=found.intent.value,
        laterality=who.laterality,
        position=who.position,
        modifiers=who.modifiers,
        spacing=found.lengths.value,
        orientation=found.turned.value,
        acquired=_acquired(ds),
        implant=_says_yes(ds, "BreastImplantPresent"),
        partial=_says_yes(ds, "PartialView"),
        vendor=tags.text(ds, "Manufacturer"),
        model=tags.text(ds, "ManufacturerModelName"),
        modality=tags.text(ds, "Modality"),
        series_description=tags.text(ds, "SeriesDescription"),
        series_uid=tags.text(ds, "SeriesInstanceUID"),
        instance_number=tags.integer(ds, "InstanceNumber"),
        transfer_syntax=_transfer_syntax(ds),
        bits_stored=found.bits.value,
        windows=window_names.window_names(ds),
        technique=technique.read_technique(ds),
        reasons=tuple(chain.from_iterable(part.reasons for part in found.parts)),
        flags=(*chain.from_iterable(part.flags for part in found.parts), *_remarks(ds)),
    )


_identify = remembered(identity.identify, identity.KEYWORDS)
_read_kind = remembered(image_kind.read_kind, image_kind.KEYWORDS)
_read_spacing = remembered(spacing.read_spacing, spacing.KEYWORDS)


@dataclass(frozen=True)
class _Conclusions:
    """What takes weighing of several attributes, each with its reasons and flags."""

    breast: Concluded[bool]
    who: Concluded[identity.Identity]
    kind: Concluded[ImageKind]
    intent: Concluded[PresentationIntent]
    frames: Concluded[int]
    turned: Concluded[PatientOrientation | None]
    lengths: Concluded[PixelSpacing]
    bits: Concluded[int]

    @classmethod
    def of(cls, ds: Dataset, where: str) -> _Conclusions:
        breast = mammographic.require_mammogram(ds, where)
        who, kind = _identify(ds), _read_kind(ds)
        reconstructed = _is_reconstructed(ds, kind.value)
        return cls(
            breast,
            who,
            kind,
            presentation_intent.read_intent(ds),
            image_size.read_frames(ds, where),
            orientation_tags.read_orientation(ds, who.value.laterality, who.value.position),
            _read_spacing(ds, reconstructed=reconstructed),
            image_size.read_bits(ds),
        )

    @property
    def parts(self) -> tuple[Concluded[Any], ...]:
        return tuple(getattr(self, one.name) for one in fields(self))


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


def _named(ref: ImageRef, ds: Dataset) -> ImageRef:
    return (
        ref
        if ref.sop_instance_uid
        else replace(ref, sop_instance_uid=tags.text(ds, "SOPInstanceUID"))
    )


def _says_yes(ds: Dataset, keyword: str) -> bool:
    return tags.text(ds, keyword).upper() == "YES"


def _is_reconstructed(ds: Dataset, kind: ImageKind) -> bool:
    return kind is ImageKind.TOMOSYNTHESIS and "TOMO_PROJ" not in tags.texts(ds, "ImageType")


def _acquired(ds: Dataset) -> datetime | None:
    """When the breast was exposed; later dates (content, series, study) only stand in."""
    exact = tags.moment(ds, "AcquisitionDateTime")
    parts = ("Acquisition", "Content", "Series", "Study")
    others = (tags.when(ds, f"{part}Date", f"{part}Time") for part in parts)
    return exact or next((moment for moment in others if moment is not None), None)


def _transfer_syntax(ds: Dataset) -> str:
    meta = getattr(ds, "file_meta", None)
    uid = tags.text(meta, "TransferSyntaxUID") if isinstance(meta, Dataset) else ""
    return UID(uid).name if uid else ""


def _remarks(ds: Dataset) -> Iterator[Flag]:
    if not tags.text(ds, "SOPInstanceUID"):
        yield doubt("SOP Instance UID is missing", "SOPInstanceUID")
    if tags.text(ds, "BurnedInAnnotation").upper() == "YES":
        yield doubt("Letters are burnt into the pixels", "BurnedInAnnotation")
    if tags.text(ds, "LossyImageCompression") == "01":
        yield doubt("Was compressed with loss: fine detail may be gone", "LossyImageCompression")
