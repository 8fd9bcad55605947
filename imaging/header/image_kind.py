"""What sort of image it is: full-field, synthetic, film, tomosynthesis, contrast, biopsy ...

The decision runs down one list, the most excluding first: a stereotactic frame with right
laterality and view tags still is no screening view. Terms of Image Type are those of PS3.3
C.8.11.7.1.4 and C.8.21.6.1.1, and what vendors wrote before these were defined.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydicom.dataset import Dataset

from domain.study import Flag, ImageKind, Reason
from imaging.attributes import functional_groups
from imaging.attributes.conclusion import Concluded, because, doubt
from imaging.attributes.tags import integer, items, text, texts
from imaging.header.view_codes import SPECIMEN_CODES, code_of

KEYWORDS = (
    "BiopsyTargetSequence",
    "CalibrationImage",
    "ContrastBolusAgent",
    "ContrastBolusAgentSequence",
    "ConversionType",
    "DetectorMode",
    "DetectorType",
    "ImageType",
    "Modality",
    "NominalScannedPixelSpacing",
    "PartialView",
    "PartialViewCodeSequence",
    "QualityControlImage",
    "SOPClassUID",
    "SamplesPerPixel",
    "SeriesDescription",
    "SpecimenDescriptionSequence",
    "ViewCodeSequence",
    *functional_groups.KEYWORDS,
)
TOMOSYNTHESIS_CLASS = "1.2.840.10008.5.1.4.1.1.13.1.3"
_SECONDARY_CAPTURES = "1.2.840.10008.5.1.4.1.1.7"  # and its multi-frame children .1 to .4

_STEREO = re.compile(
    r"STEREO(_.+)?|TOMO_SCOUT|(PREFIRE|POSTFIRE|POSTBIOPSY|POSTMARKER)(_MINUS|_PLUS)?"
)
_SYNTHETIC = re.compile(r"GENERATED_2D|TOMO_2D")
_TOMO = re.compile(r"TOMO|TOMOSYNTHESIS|TOMO_PROJ")
_CONTRAST = re.compile(r"RECOMBINED|SUBTRACTION|ADDITION|HIGH_ENERGY|PRE_CONTRAST|POST_CONTRAST")
_LOW_ENERGY = re.compile(r"LOW_ENERGY")
_SPECIMEN = re.compile(r"SPECIMEN")
_MOSAIC = re.compile(r"MOSAIC")
# Trade names: Hologic C-View and Intelligent 2D, GE V-Preview, Fujifilm S-View, Siemens Insight 2D.
_SYNTHETIC_NAME = re.compile(
    r"(?<![A-Z0-9])(C-VIEW|V-PREVIEW|S-VIEW|INTELLIGENT[ -]2D|INSIGHT[ -]2D)(?![A-Z0-9])"
)


@dataclass(frozen=True)
class _Evidence:
    kind: ImageKind
    conclusion: str
    keyword: str
    raw: str
    warning: str = ""

    def concluded(self) -> Concluded[ImageKind]:
        reason: Reason = because(self.conclusion, self.keyword, self.raw)
        flags: tuple[Flag, ...] = (doubt(self.warning, self.keyword),) if self.warning else ()
        return Concluded(self.kind, (reason,), flags)


def read_kind(ds: Dataset) -> Concluded[ImageKind]:
    """The kind, from the first rule that speaks; plain full-field digital where none does.

    A low-energy image of a contrast-enhanced pair counts as full-field digital: it is read as the
    standard view, and the flag tells that contrast agent was given.
    """
    for rule in _RULES:
        evidence = rule(ds)
        if evidence is not None:
            return evidence.concluded()
    return Concluded(ImageKind.FFDM)


def _typed(
    ds: Dataset, terms: re.Pattern[str], kind: ImageKind, conclusion: str
) -> _Evidence | None:
    values = texts(ds, "ImageType")
    hit = next((value for value in values if terms.fullmatch(value.upper())), None)
    return _Evidence(kind, conclusion, "ImageType", "\\".join(values)) if hit else None


def _test_image(ds: Dataset) -> _Evidence | None:
    for keyword in ("QualityControlImage", "CalibrationImage"):
        if text(ds, keyword).upper() == "YES":
            told = "Shows a test object, no patient"
            return _Evidence(ImageKind.OTHER, "quality control image", keyword, "YES", told)
    return None


def _specimen(ds: Dataset) -> _Evidence | None:
    said = "breast specimen"
    for item in items(ds, "ViewCodeSequence"):
        if code_of(item) in SPECIMEN_CODES:
            return _Evidence(ImageKind.SPECIMEN, said, "ViewCodeSequence", text(item, "CodeValue"))
    if items(ds, "SpecimenDescriptionSequence"):
        keyword = "SpecimenDescriptionSequence"
        return _Evidence(ImageKind.SPECIMEN, said, keyword, "present")
    return _typed(ds, _SPECIMEN, ImageKind.SPECIMEN, said) or _worded_specimen(ds)


def _worded_specimen(ds: Dataset) -> _Evidence | None:
    raw = text(ds, "SeriesDescription")
    if "SPECIMEN" not in re.split(r"[^A-Z0-9]+", raw.upper()):
        return None
    told = "Only the series' name calls it a specimen"
    return _Evidence(ImageKind.SPECIMEN, "breast specimen", "SeriesDescription", raw, told)


def _stereo(ds: Dataset) -> _Evidence | None:
    said = "stereotactic frame"
    if text(ds, "DetectorMode").upper() == "STEREO":
        return _Evidence(ImageKind.STEREOTACTIC, said, "DetectorMode", "STEREO")
    if items(ds, "BiopsyTargetSequence"):
        return _Evidence(ImageKind.STEREOTACTIC, said, "BiopsyTargetSequence", "present")
    return None


def _synthetic_name(ds: Dataset) -> _Evidence | None:
    raw = text(ds, "SeriesDescription")
    if not _SYNTHETIC_NAME.search(raw.upper()):
        return None
    return _Evidence(ImageKind.SYNTHETIC, "synthetic 2D", "SeriesDescription", raw)


def _tomosynthesis_class(ds: Dataset) -> _Evidence | None:
    if text(ds, "SOPClassUID") != TOMOSYNTHESIS_CLASS:
        return None
    name = "Breast Tomosynthesis Image"
    return _Evidence(ImageKind.TOMOSYNTHESIS, "tomosynthesis", "SOPClassUID", name)


def _low_energy(ds: Dataset) -> _Evidence | None:
    found = _typed(ds, _LOW_ENERGY, ImageKind.FFDM, "low-energy image, read as a standard view")
    if found is None:
        return None
    told = "Low-energy image of a contrast-enhanced pair: contrast agent was given"
    return _Evidence(found.kind, found.conclusion, found.keyword, found.raw, told)


def _contrast_agent(ds: Dataset) -> _Evidence | None:
    agent = text(ds, "ContrastBolusAgent")
    if agent and agent.upper() not in {"NONE", "NO"}:
        return _Evidence(ImageKind.CONTRAST, "contrast-enhanced", "ContrastBolusAgent", agent)
    if items(ds, "ContrastBolusAgentSequence"):
        keyword = "ContrastBolusAgentSequence"
        return _Evidence(ImageKind.CONTRAST, "contrast-enhanced", keyword, "present")
    return None


def _mosaic(ds: Dataset) -> _Evidence | None:
    # C.8.11.7.1.3: a partial view that says which section it holds is one tile of several.
    if text(ds, "PartialView").upper() == "YES" and items(ds, "PartialViewCodeSequence"):
        keyword = "PartialViewCodeSequence"
        return _Evidence(ImageKind.MOSAIC, "one part of a mosaic", keyword, "present")
    return None


def _colour(ds: Dataset) -> _Evidence | None:
    samples = integer(ds, "SamplesPerPixel")
    if samples is None or samples == 1:
        return None
    told = "A colour picture, no mammogram"
    return _Evidence(ImageKind.OTHER, "colour picture", "SamplesPerPixel", str(samples), told)


def _film(ds: Dataset) -> _Evidence | None:
    # Conversion Type: PS3.3 C.8.6.1. Detector Type FILM, a scanned film: C.8.11.4.
    for keyword, term in (("ConversionType", "DF"), ("DetectorType", "FILM")):
        if text(ds, keyword).upper() == term:
            return _Evidence(ImageKind.FILM, "scanned film", keyword, term)
    if texts(ds, "NominalScannedPixelSpacing"):
        keyword = "NominalScannedPixelSpacing"
        return _Evidence(ImageKind.FILM, "scanned film", keyword, text(ds, keyword))
    return None


def _secondary_capture(ds: Dataset) -> _Evidence | None:
    uid = text(ds, "SOPClassUID")
    if uid != _SECONDARY_CAPTURES and not uid.startswith(f"{_SECONDARY_CAPTURES}."):
        return None
    told = "Secondary capture: how it was acquired is not known"
    return _Evidence(
        ImageKind.PICTURE, "picture stored as DICOM", "SOPClassUID", "Secondary Capture", told
    )


def _plate(ds: Dataset) -> _Evidence | None:
    if text(ds, "Modality").upper() != "CR":
        return None
    told = "Computed radiography plate, no full-field detector"
    return _Evidence(ImageKind.FFDM, "digital mammogram", "Modality", "CR", told)


_RULES: tuple[Callable[[Dataset], _Evidence | None], ...] = (
    _test_image,
    _specimen,
    lambda ds: _typed(ds, _STEREO, ImageKind.STEREOTACTIC, "stereotactic frame"),
    _stereo,
    lambda ds: _typed(ds, _SYNTHETIC, ImageKind.SYNTHETIC, "synthetic 2D"),
    _synthetic_name,
    _tomosynthesis_class,
    lambda ds: _typed(ds, _TOMO, ImageKind.TOMOSYNTHESIS, "tomosynthesis"),
    _low_energy,
    lambda ds: _typed(ds, _CONTRAST, ImageKind.CONTRAST, "contrast-enhanced"),
    _contrast_agent,
    lambda ds: _typed(ds, _MOSAIC, ImageKind.MOSAIC, "one part of a mosaic"),
    _mosaic,
    _colour,
    _film,
    _secondary_capture,
    _plate,
)
