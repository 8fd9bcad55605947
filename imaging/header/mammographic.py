"""Decides whether an object is an image of a breast made with X-rays, or foreign to Fourview."""

from __future__ import annotations

import re

from pydicom.dataset import Dataset
from pydicom.uid import UID

from domain.errors import ForeignFileError, HeaderError
from domain.view_position import ViewPosition
from imaging.attributes.conclusion import Concluded, because, doubt
from imaging.attributes.tags import items, label_of, text, texts
from imaging.header.view_codes import code_of, view_of

KEYWORDS = (
    "AnatomicRegionSequence",
    "BitsAllocated",
    "BodyPartExamined",
    "Columns",
    "DirectoryRecordSequence",
    "ImageType",
    "Modality",
    "PositionerType",
    "Rows",
    "SOPClassUID",
    "ViewCodeSequence",
    "ViewPosition",
)
PRESENTATION_CLASSES = frozenset({"1.2.840.10008.5.1.4.1.1.1.2", "1.2.840.10008.5.1.4.1.1.13.1.4"})
PROCESSING_CLASSES = frozenset({"1.2.840.10008.5.1.4.1.1.1.2.1", "1.2.840.10008.5.1.4.1.1.13.1.5"})
_TOMOSYNTHESIS_CLASS = "1.2.840.10008.5.1.4.1.1.13.1.3"
_CLASSES = PRESENTATION_CLASSES | PROCESSING_CLASSES | {_TOMOSYNTHESIS_CLASS}
# Modalities that mammograms have been stored under: plates, general X-ray, films, Hologic's CT.
_DISGUISES = frozenset({"CR", "DX", "RG", "OT", "CT", ""})
_BREAST_CODES = frozenset({("SCT", "76752008"), ("SRT", "T-04000")})  # PS3.16 CID 4013
_TOMOSYNTHETIC = frozenset({"TOMO", "TOMOSYNTHESIS", "TOMO_PROJ", "TOMO_2D", "GENERATED_2D"})
_BREAST_WORDS = frozenset({"BREAST", "BREASTS", "MAMMA", "MAMMO"})


def require_image(ds: Dataset, where: str) -> None:
    """Raise where the object has no pixels.

    ForeignFileError where its class has none, HeaderError where an image's size is missing or the
    header ends before it tells a class, as in a file that was copied in part.
    """
    if any(texts(ds, keyword) for keyword in ("Rows", "Columns", "BitsAllocated")):
        return
    name = _class_name(ds)
    if not (name or "SOPClassUID" in ds or "Modality" in ds):
        raise HeaderError(
            "ends before it says what it is",
            where=where,
            tag=label_of("SOPClassUID"),
            remedy="Copy or export the file again",
        )
    if "Image Storage" not in name and not (name == "" and text(ds, "Modality") == "MG"):
        raise ForeignFileError(f"is no image but {_described(name)}", where=where)
    raise HeaderError(
        "does not say how large the image is",
        where=where,
        tag=label_of("Rows"),
        remedy="Ask the sender for the image again",
    )


def require_mammogram(ds: Dataset, where: str) -> Concluded[bool]:
    """Why the object counts as a mammogram. Raises ForeignFileError where it is none."""
    uid, modality = text(ds, "SOPClassUID"), text(ds, "Modality").upper()
    if modality == "MG":
        return Concluded(value=True, reasons=(because("mammogram", "Modality", "MG"),))
    if uid in _CLASSES:
        flags = (doubt(f"Modality is {modality or 'empty'} on a mammography object", "Modality"),)
        return Concluded(True, (because("mammogram", "SOPClassUID", UID(uid).name),), flags)
    if modality not in _DISGUISES:
        raise _foreign(f"{label_of('Modality')} is {modality}", where)
    evidence = _mammographic_signs(ds) or (_breast_signs(ds) if modality != "CT" else None)
    if evidence is None:
        part = text(ds, "BodyPartExamined") or "empty"
        raise _foreign(
            f"{label_of('Modality')} is {modality or 'empty'} and "
            f"{label_of('BodyPartExamined')} is {part}",
            where,
        )
    flags = (doubt(f"A mammogram stored under modality {modality or 'none'}", "Modality"),)
    return Concluded(True, (because("mammogram", *evidence),), flags)


def _mammographic_signs(ds: Dataset) -> tuple[str, str] | None:
    """A sign that only a mammography unit writes, which a CT of the breast hasn't."""
    if text(ds, "PositionerType").upper() == "MAMMOGRAPHIC":
        return "PositionerType", "MAMMOGRAPHIC"
    for item in items(ds, "ViewCodeSequence"):
        if view_of(item) is not None:
            return "ViewCodeSequence", text(item, "CodeValue")
    if not _breast_signs(ds):
        return None
    if ViewPosition.parse(text(ds, "ViewPosition")) is not None:
        return "ViewPosition", text(ds, "ViewPosition")
    if _TOMOSYNTHETIC.intersection(value.upper() for value in texts(ds, "ImageType")):
        return "ImageType", "\\".join(texts(ds, "ImageType"))
    return None


def _breast_signs(ds: Dataset) -> tuple[str, str] | None:
    part = text(ds, "BodyPartExamined")
    if _BREAST_WORDS.intersection(re.split(r"[^A-Z]+", part.upper())):
        return "BodyPartExamined", part
    for item in items(ds, "AnatomicRegionSequence"):
        if code_of(item) in _BREAST_CODES:
            return "AnatomicRegionSequence", text(item, "CodeValue")
    return None


def _class_name(ds: Dataset) -> str:
    if items(ds, "DirectoryRecordSequence"):
        return "DICOMDIR"
    uid = text(ds, "SOPClassUID")
    name = UID(uid).name if uid else ""
    return "" if name == uid else name


def _described(name: str) -> str:
    if name == "DICOMDIR":
        return "a DICOMDIR, a table of contents"
    return f"a DICOM object of class {name!r}" if name else "a DICOM object without pixels"


def _foreign(why: str, where: str) -> ForeignFileError:
    return ForeignFileError(f"is not a mammogram: {why}", where=where)
