"""The truth of a written study as findings, one for each lesion on each image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from uuid import UUID, uuid5

from pydantic import TypeAdapter

from domain.finding import (
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    Location,
    Pathology,
    PathologyOutcome,
    ReaderProvenance,
)
from domain.laterality import Laterality
from domain.lexicon import Assessment
from phantom.lesions.lesion import Lesion
from phantom.space.points import BreastPoint
from phantom.truth.record import WrittenImage, correspondences, mask_of
from phantom.truth.truth import LesionTruth

READER = "phantom"
"""The reader that these findings name; a reader of flesh and blood has another name."""

_NAMESPACE = UUID("5b0f4b0e-2c5e-5d0a-9c0b-0f6f5e1f7a11")
_CENTRAL_MM = 12.0
"""Behind the nipple within this distance a lesion is in no quadrant."""
_FINDINGS = TypeAdapter(tuple[Finding, ...])


def findings_of(images: Sequence[WrittenImage]) -> tuple[Finding, ...]:
    """One finding a lesion and image; the same study always gives the same ids.

    Counterparts are the CC's and the MLO's finding of one lesion; where an exposure was written
    several times, the first stands for all.
    """
    counterparts: dict[UUID, UUID] = {}
    for number, cc, mlo in correspondences(images):
        counterparts.setdefault(_id(cc, number), _id(mlo, number))
        counterparts.setdefault(_id(mlo, number), _id(cc, number))
    return tuple(
        _finding(image, lesion, counterparts.get(_id(image, lesion.lesion.number)))
        for image in images
        for lesion in image.truth.lesions
    )


def findings_json(findings: Sequence[Finding]) -> bytes:
    """A JSON list of findings, as ``fourview render --findings`` reads it."""
    return _FINDINGS.dump_json(tuple(findings))


def outcome(lesion: Lesion) -> PathologyOutcome:
    """What tissue or follow-up would have proved."""
    if lesion.malignant:
        return PathologyOutcome.MALIGNANT
    if lesion.assessment in {Assessment.NEGATIVE, Assessment.BENIGN}:
        return PathologyOutcome.BENIGN_WITHOUT_CALLBACK
    return PathologyOutcome.BENIGN


def clock_face(laterality: Laterality, at: BreastPoint) -> int:
    """The hour, 1 to 12, at which a place lies for somebody who faces the patient."""
    outwards = at.lateral if laterality is Laterality.LEFT else -at.lateral
    hour = round(math.degrees(math.atan2(outwards, at.head)) / 30) % 12
    return hour or 12


def _id(image: WrittenImage, number: int) -> UUID:
    return uuid5(_NAMESPACE, f"{image.sop_uid} {number}")


def _finding(image: WrittenImage, lesion: LesionTruth, counterpart: UUID | None) -> Finding:
    what = lesion.lesion
    first, last = image.frame_span(lesion)
    # A reader draws a line around a group; each of its specks is in the record's mask.
    group = what.kind is FindingKind.CALCIFICATION_GROUP
    geometry = Geometry(
        image.sop_uid,
        frame=first,
        last_frame=last,
        box=lesion.box,
        contour=lesion.contour,
        mask=None if group else mask_of(lesion.patch, image.truth.size),
    )
    return Finding(
        id=_id(image, what.number),
        kind=what.kind,
        geometries=(geometry,),
        provenance=ReaderProvenance(READER),
        status=FindingStatus.ACCEPTED,
        descriptors=what.descriptors,
        location=_location(image, lesion),
        assessment=what.assessment,
        malignancy=what.probability,
        pathology=Pathology(outcome(what)),
        counterpart_id=counterpart,
    )


def _location(image: WrittenImage, lesion: LesionTruth) -> Location:
    what = lesion.lesion
    central = math.hypot(what.at.lateral, what.at.head) < _CENTRAL_MM
    halves = ("upper" if what.at.head > 0 else "lower", "outer" if what.at.lateral > 0 else "inner")
    return Location(
        laterality=what.laterality,
        quadrant="central" if central else " ".join(halves),
        clock_face=None if central else clock_face(what.laterality, what.at),
        depth=_depth(image, lesion),
        nipple_distance_mm=round(lesion.nipple_distance_mm, 1),
    )


def _depth(image: WrittenImage, lesion: LesionTruth) -> str:
    """Third of the way from the chest wall, at the picture's edge, to the nipple."""
    truth = image.truth
    wall = -0.5 if lesion.lesion.laterality is Laterality.LEFT else truth.size.columns - 0.5
    way = (lesion.centre.x - wall) / (truth.nipple.x - wall) if truth.nipple.x != wall else 0.0
    return ("posterior", "middle", "anterior")[min(max(int(way * 3), 0), 2)]
