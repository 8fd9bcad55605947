"""Small readings for tests of what is said of them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from annotations.document.document import Document
from annotations.document.opinion import BreastOpinion, Opinion
from domain.finding import (
    Descriptors,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
)
from domain.geometry import Box
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis

SIDES = {"rcc": Laterality.RIGHT, "rmlo": Laterality.RIGHT, "lcc": Laterality.LEFT}
SHAPE, MARGIN = DescriptorAxis.MASS_SHAPE, DescriptorAxis.MASS_MARGIN
DENSITY = DescriptorAxis.MASS_DENSITY
MORPHOLOGY = DescriptorAxis.CALCIFICATION_MORPHOLOGY
DISTRIBUTION = DescriptorAxis.CALCIFICATION_DISTRIBUTION
SPICULATED = ((SHAPE, "irregular"), (MARGIN, "spiculated"), (DENSITY, "high"))
SMOOTH = ((SHAPE, "oval"), (MARGIN, "circumscribed"), (DENSITY, "equal"))
GROUP = FindingKind.CALCIFICATION_GROUP
READER = ReaderProvenance("Dr R")
MODEL = ModelProvenance("pack", "1", 0.5, "default")


def a_finding(
    said: str | None = "4C",
    terms: tuple[tuple[DescriptorAxis, str], ...] = SPICULATED,
    kind: FindingKind = FindingKind.MASS,
    *,
    uid: str = "rcc",
    number: int = 1,
    **more: object,
) -> Finding:
    made = Finding(
        UUID(int=number),
        kind,
        (Geometry(uid, box=Box(10, 10, 150, 100)),),
        READER,
        FindingStatus.ACCEPTED,
        Descriptors(terms=terms),
        assessment=Assessment(said) if said else None,
    )
    return replace(made, **more)


def a_pair(**other: object) -> tuple[Finding, Finding]:
    """The same mass in CC and MLO, linked."""
    one, two = a_finding(number=1), a_finding(uid="rmlo", number=2)
    linked = replace(two, counterpart_id=one.id, **other)
    return replace(one, counterpart_id=two.id), linked


def an_opinion(
    overall: str | None = "4C",
    right: str | None = "4C",
    left: str | None = "1",
    *,
    recall: bool | None = True,
    **more: object,
) -> Opinion:
    """Complete, and fitting ``a_finding()``."""
    sides = {
        name: BreastOpinion(side, Assessment(said) if said else None)
        for name, side, said in (
            ("right", Laterality.RIGHT, right),
            ("left", Laterality.LEFT, left),
        )
    }
    said = Assessment(overall) if overall else None
    return replace(Opinion(composition="b", overall=said, recall=recall, **sides), **more)


def a_reading(*findings: Finding, opinion: Opinion | None = None) -> Document:
    return Document("1.2.3", findings, opinion or an_opinion())
