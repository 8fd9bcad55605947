"""Whether an image is meant to be shown or is raw material for processing."""

from __future__ import annotations

from pydicom.dataset import Dataset

from domain.study import Flag, PresentationIntent
from imaging.attributes.conclusion import Concluded, because, doubt
from imaging.attributes.tags import label_of, text
from imaging.header.mammographic import PRESENTATION_CLASSES, PROCESSING_CLASSES

KEYWORDS = ("PresentationIntentType", "SOPClassUID")
_TAG = "PresentationIntentType"
_BY_VALUE = {intent.value: intent for intent in PresentationIntent}
_RAW = "For Processing: raw detector values, not made to be looked at"


def read_intent(ds: Dataset) -> Concluded[PresentationIntent]:
    """Presentation Intent Type (0008,0068), else what the SOP class says (PS3.3 A.27.1).

    Where the two disagree the image counts as For Processing: raw pixels must never pass for
    finished ones.
    """
    raw = text(ds, _TAG)
    stated = _BY_VALUE.get(raw.upper())
    by_class = _by_class(text(ds, "SOPClassUID"))
    found = stated or by_class or PresentationIntent.UNSTATED
    flags: list[Flag] = []
    if raw and stated is None:
        flags.append(doubt(f"{label_of(_TAG)} is {raw!r}, unknown", _TAG))
    if stated and by_class and stated is not by_class:
        found = PresentationIntent.FOR_PROCESSING
        message = f"{label_of(_TAG)} says {stated.value}, the SOP class {by_class.value}"
        flags.append(doubt(message, _TAG))
    if found is PresentationIntent.FOR_PROCESSING:
        flags.append(doubt(_RAW, _TAG))
    keyword = _TAG if stated else "SOPClassUID"
    value = raw if stated else text(ds, "SOPClassUID")
    reasons = (
        () if found is PresentationIntent.UNSTATED else (because(_said(found), keyword, value),)
    )
    return Concluded(found, reasons, tuple(flags))


def _by_class(uid: str) -> PresentationIntent | None:
    if uid in PRESENTATION_CLASSES:
        return PresentationIntent.FOR_PRESENTATION
    return PresentationIntent.FOR_PROCESSING if uid in PROCESSING_CLASSES else None


def _said(intent: PresentationIntent) -> str:
    return intent.value.capitalize()
