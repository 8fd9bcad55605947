"""Random documents and commands that fit them, for Hypothesis."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import numpy as np
from hypothesis import strategies as st

from annotations.commands.applying import apply
from annotations.commands.command import (
    AddFindings,
    Command,
    PaintMask,
    RemoveFindings,
    ReplaceFindings,
    SetOpinion,
    StampImages,
    Together,
)
from annotations.document.document import Document, ImageStamp
from annotations.document.opinion import (
    BreastOpinion,
    ClinicalNotes,
    Opinion,
    Positioning,
    TechnicalProblem,
)
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    Location,
    ModelProvenance,
    Pathology,
    PathologyOutcome,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.laterality import Laterality
from domain.lexicon import Assessment
from domain.mask import RleMask

STUDY = "1.2.826.0.1"
SIZE = ImageSize(12, 9)
IMAGES = ("1.2.1", "1.2.2", "left cc.png")

positions = st.floats(-10, 5000, allow_nan=False)
points = st.builds(ImagePoint, positions, positions)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
contours = st.lists(points, min_size=3, max_size=6).map(lambda them: Contour(tuple(them)))
masks = st.binary(min_size=0, max_size=14).flatmap(
    lambda data: st.builds(
        lambda left, top: RleMask.of(
            np.unpackbits(np.frombuffer(data, np.uint8)).reshape(-1, 8), SIZE, left, top
        ),
        st.integers(-3, 8),
        st.integers(-3, 11),
    )
)
boxes = st.tuples(points, points).map(
    lambda two: Box(
        min(two[0].x, two[1].x),
        min(two[0].y, two[1].y),
        max(two[0].x, two[1].x),
        max(two[0].y, two[1].y),
    )
)


@st.composite
def geometries(draw: st.DrawFn) -> Geometry:
    first = draw(st.integers(0, 3))
    return Geometry(
        draw(st.sampled_from(IMAGES)),
        first,
        first + draw(st.integers(0, 3)),
        box=draw(st.none() | boxes),
        contour=draw(st.none() | contours),
        mask=draw(st.none() | masks),
        point=draw(points),
    )


provenances = st.builds(ReaderProvenance, words) | st.builds(
    ModelProvenance, words, words, st.floats(0, 1), words
)
ids = st.integers(0, 2**128 - 1).map(lambda number: UUID(int=number))


@st.composite
def findings(draw: st.DrawFn, finding_id: UUID | None = None) -> Finding:
    rejection = draw(st.none() | st.sampled_from(RejectionReason))
    status = FindingStatus.REJECTED if rejection else draw(st.sampled_from(list(FindingStatus)[:3]))
    return Finding(
        finding_id or draw(ids),
        draw(st.sampled_from(FindingKind)),
        tuple(draw(st.lists(geometries(), min_size=1, max_size=2))),
        draw(provenances),
        status,
        location=draw(
            st.none()
            | st.builds(
                Location, st.sampled_from(Laterality), words, st.integers(1, 12), words, positions
            )
        ),
        assessment=draw(st.none() | st.sampled_from(Assessment)),
        malignancy=draw(st.none() | st.floats(0, 1)),
        pathology=draw(
            st.none()
            | st.builds(
                Pathology,
                st.sampled_from(PathologyOutcome),
                words,
                st.none() | st.dates(date(1990, 1, 1)),
            )
        ),
        rejection=rejection,
        parent_id=draw(st.none() | ids),
        counterpart_id=draw(st.none() | ids),
        note=draw(words),
    )


opinions = st.builds(
    Opinion,
    composition=st.sampled_from(["", "a", "d"]),
    right=st.builds(
        BreastOpinion,
        st.just(Laterality.RIGHT),
        st.none() | st.sampled_from(Assessment),
        st.none() | st.sampled_from(Positioning),
        st.lists(st.sampled_from(TechnicalProblem), max_size=3).map(tuple),
    ),
    overall=st.none() | st.sampled_from(Assessment),
    recall=st.none() | st.booleans(),
    clinical=st.builds(ClinicalNotes, words, words, words, words),
    note=words,
)
stamps = st.builds(ImageStamp, st.sampled_from(IMAGES), st.just(SIZE), words)


@st.composite
def commands(draw: st.DrawFn, document: Document, *, nested: bool = True) -> Command:
    """A command that fits the document."""
    there = [finding.id for finding in document.findings]
    kinds = ["add", "opinion", "stamp"] + (
        ["remove", "replace", "paint", "together"] if there else []
    )
    match draw(st.sampled_from(kinds)):
        case "opinion":
            return SetOpinion(draw(opinions), draw(words))
        case "stamp":
            return StampImages(tuple(draw(st.lists(stamps, max_size=2))))
        case "remove":
            some = st.lists(st.sampled_from(there), min_size=1, max_size=3, unique=True)
            return RemoveFindings(tuple(draw(some)))
        case "replace":
            one = draw(st.sampled_from(there))
            return ReplaceFindings((draw(findings(one)),), draw(words))
        case "paint":
            return draw(paints(document))
        case "together" if nested:
            return draw(togethers(document))
    fresh = st.lists(findings(), min_size=1, max_size=2, unique_by=lambda one: one.id)
    new = tuple(one for one in draw(fresh) if one.id not in document.by_id)
    places = tuple(sorted(draw(st.integers(0, len(there))) + at for at in range(len(new))))
    return AddFindings(new, places if draw(st.booleans()) else (), draw(words))


@st.composite
def paints(draw: st.DrawFn, document: Document) -> PaintMask:
    """A stroke on a finding of the document."""
    finding = draw(st.sampled_from(document.findings))
    geometry = draw(st.integers(0, len(finding.geometries) - 1))
    return PaintMask(finding.id, geometry, draw(masks), draw(st.booleans()), draw(words))


@st.composite
def togethers(draw: st.DrawFn, document: Document) -> Together:
    """Commands of which each fits what the ones before it made."""
    inside: list[Command] = []
    for _ in range(draw(st.integers(0, 3))):
        inside.append(draw(commands(document, nested=False)))
        document = apply(document, inside[-1]).document
    return Together(tuple(inside), draw(words))
