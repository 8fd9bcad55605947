"""Findings in words, and what their assessments amount to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from annotations.document.document import Document
from domain.finding import (
    Descriptors,
    Finding,
    FindingKind,
    FindingStatus,
    Location,
    ModelProvenance,
    Pathology,
)
from domain.laterality import Laterality
from domain.lexicon import LEXICONS, Assessment, DescriptorAxis

SIDES = {Laterality.RIGHT: "right", Laterality.LEFT: "left", Laterality.BOTH: "both breasts"}
MEANINGS = {
    Assessment.INCOMPLETE: "incomplete",
    Assessment.NEGATIVE: "negative",
    Assessment.BENIGN: "benign",
    Assessment.PROBABLY_BENIGN: "probably benign",
    Assessment.SUSPICIOUS: "suspicious",
    Assessment.LOW_SUSPICION: "low suspicion of malignancy",
    Assessment.MODERATE_SUSPICION: "moderate suspicion of malignancy",
    Assessment.HIGH_SUSPICION: "high suspicion of malignancy",
    Assessment.HIGHLY_SUGGESTIVE: "highly suggestive of malignancy",
    Assessment.PROVEN: "known malignancy, proven by biopsy",
}

_TITLES = {FindingKind.CALCIFICATION_GROUP: "Calcifications"}
_ORDER = (
    Assessment.NEGATIVE,
    Assessment.BENIGN,
    Assessment.PROBABLY_BENIGN,
    Assessment.PROVEN,
    Assessment.INCOMPLETE,
    Assessment.SUSPICIOUS,
    Assessment.LOW_SUSPICION,
    Assessment.MODERATE_SUSPICION,
    Assessment.HIGH_SUSPICION,
    Assessment.HIGHLY_SUGGESTIVE,
)
_AXES = tuple(DescriptorAxis)


def title_of(finding: Finding) -> str:
    """The kind, as a title: "Mass"; a group is called "Calcifications"."""
    return _TITLES.get(finding.kind, finding.kind.value.capitalize())


def finding_text(finding: Finding, *, size: str = "", place: Location | None = None) -> str:
    """A finding in one line: kind, words, size, place, assessment.

    Such as "Mass, irregular, spiculated, high density, 14 mm, right upper outer, 47 mm from the
    nipple, BI-RADS 4C". size: in words. place: ``None`` for the finding's own location.
    """
    where = location_text(place or finding.location)
    said = (title_of(finding), *descriptor_words(finding.descriptors), size, where)
    assessed = f"BI-RADS {finding.assessment.value}" if finding.assessment else ""
    return ", ".join(part for part in (*said, assessed) if part)


def descriptor_words(descriptors: Descriptors) -> tuple[str, ...]:
    """The chosen terms in the edition's words, in the lexicon's order; unknown codes as they are.

    Terms that could be mistaken alone carry their noun: "high density", "round shape".
    """
    ordered = sorted(descriptors.terms, key=lambda term: _AXES.index(term[0]))
    return tuple(_term(descriptors, axis, code) for axis, code in ordered)


def _term(descriptors: Descriptors, axis: DescriptorAxis, code: str) -> str:
    try:
        label = LEXICONS[descriptors.edition].term(axis, code).label
    except ValueError:
        label = code
    if axis is DescriptorAxis.MASS_DENSITY and code != "fat-containing":
        return f"{label} density"
    if axis is DescriptorAxis.CALCIFICATION_DISTRIBUTION:
        return f"{label} distribution"
    if axis is DescriptorAxis.ASYMMETRY and "asymmetry" not in label:
        return f"{label} asymmetry"
    if axis is DescriptorAxis.ASSOCIATED_FEATURE:
        return f"with {label}"
    return label


def location_text(location: Location | None, *, side: bool = True) -> str:
    """Such as "right upper outer, 10 o'clock, middle third, 47 mm from the nipple"."""
    if location is None:
        return ""
    breast = SIDES[location.laterality] if side else ""
    area = " ".join(part for part in (breast, location.quadrant) if part)
    hour = f"{location.clock_face} o'clock" if location.clock_face else ""
    depth = f"{location.depth} third" if location.depth else ""
    distance = location.nipple_distance_mm
    nipple = f"{distance:.0f} mm from the nipple" if distance is not None else ""
    return ", ".join(part for part in (area, hour, depth, nipple) if part)


def assessment_text(assessment: Assessment | None) -> str:
    """Such as "BI-RADS 4C, high suspicion of malignancy"; "not stated" for none."""
    if assessment is None:
        return "not stated"
    return f"BI-RADS {assessment.value}, {MEANINGS[assessment]}"


def pathology_text(pathology: Pathology) -> str:
    """Such as "malignant, invasive ductal carcinoma, 2025-11-03"."""
    day = _day(pathology.proved)
    return ", ".join(part for part in (pathology.outcome.value, pathology.diagnosis, day) if part)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def undecided(finding: Finding) -> bool:
    """Whether a model proposed it and no reader has judged it yet."""
    proposed = finding.status is FindingStatus.PROPOSED
    return proposed and isinstance(finding.provenance, ModelProvenance)


def patients_findings(document: Document) -> tuple[Finding, ...]:
    """Findings that the reader stands for: neither rejected nor undecided, and no mere regions."""
    return tuple(
        one
        for one in document.live
        if one.status is not FindingStatus.REJECTED
        and not one.kind.is_region
        and not undecided(one)
    )


def as_lesions(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], ...]:
    """Each finding with the one that it is linked to, in the order of the first of both."""
    by_id = {one.id: one for one in findings}
    lesions: list[tuple[Finding, ...]] = []
    taken: set[UUID] = set()
    for one in by_id.values():
        if one.id in taken:
            continue
        other = by_id.get(one.counterpart_id) if one.counterpart_id else None
        mutual = other is not None and other.counterpart_id == one.id
        lesion = (one, other) if other is not None and mutual else (one,)
        taken.update(member.id for member in lesion)
        lesions.append(lesion)
    return tuple(lesions)


def gravest(assessments: Iterable[Assessment | None]) -> Assessment | None:
    """The most worrisome of several, by 1, 2, 3, 6, 0, 4, 5; ``None`` where none is stated."""
    return max((one for one in assessments if one is not None), key=_ORDER.index, default=None)


def is_lower(one: Assessment, other: Assessment) -> bool:
    """Whether one says less than another. 0 and 4 without a letter leave room: they never do so.

    0 waits for more images, whatever was found; a plain 4 stands for 4A, 4B and 4C.
    """
    if one is Assessment.INCOMPLETE:
        return False
    letters = _ORDER[_ORDER.index(Assessment.SUSPICIOUS) : -1]
    if one in letters and other in letters and Assessment.SUSPICIOUS in (one, other):
        return False
    return _ORDER.index(one) < _ORDER.index(other)


def proposed_overall(document: Document) -> Assessment | None:
    """What findings and breasts amount to: the gravest; ``None`` where nothing was assessed."""
    opinion = document.opinion
    breasts = (opinion.right.assessment, opinion.left.assessment)
    return gravest((*(one.assessment for one in patients_findings(document)), *breasts))
