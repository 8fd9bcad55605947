"""What a reader says of a study as a whole, beside the findings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from domain.laterality import Laterality
from domain.lexicon import Assessment, Edition


class Positioning(Enum):
    """How well a breast was positioned: the grades of PGMI (UK Mammography Trainers Group)."""

    PERFECT = "perfect"
    GOOD = "good"
    MODERATE = "moderate"
    INADEQUATE = "inadequate"


class TechnicalProblem(Enum):
    """What is wrong with the images as images."""

    BLUR = "blur"
    ARTEFACT = "artefact"
    EXPOSURE = "exposure"
    COMPRESSION = "compression"
    CUT_OFF = "tissue cut off"
    LABELLING = "labelling"


@dataclass(frozen=True)
class BreastOpinion:
    """One breast. assessment: ``None`` until the reader says something."""

    laterality: Laterality
    assessment: Assessment | None = None
    positioning: Positioning | None = None
    problems: tuple[TechnicalProblem, ...] = ()


@dataclass(frozen=True)
class ClinicalNotes:
    """What is known of the patient beside the images, in the reader's words."""

    symptoms: str = ""
    scars: str = ""
    surgery: str = ""
    prior_report: str = ""


@dataclass(frozen=True)
class Opinion:
    """A reader's opinion of a study.

    composition: code of the edition's lexicon, empty until said. overall: ``None`` until the
    reader says something. recall: whether the patient is called back. note: in own words.
    """

    edition: Edition = Edition.FIFTH
    composition: str = ""
    right: BreastOpinion = BreastOpinion(Laterality.RIGHT)
    left: BreastOpinion = BreastOpinion(Laterality.LEFT)
    overall: Assessment | None = None
    recall: bool | None = None
    clinical: ClinicalNotes = ClinicalNotes()
    note: str = ""

    def __post_init__(self) -> None:
        sides = (self.right.laterality, self.left.laterality)
        if sides != (Laterality.RIGHT, Laterality.LEFT):
            raise ValueError(
                "the right breast's opinion is of the right breast, the left's of the left"
            )


NO_OPINION = Opinion()
"""Before the reader has said anything."""
