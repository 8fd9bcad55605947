"""What is asked of the phantom: which patient, which views, on which unit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition

GENERATOR_VERSION = 1
"""What a recipe gives never changes within a version."""


class Composition(Enum):
    """Breast composition, BI-RADS fifth edition."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"


@dataclass(frozen=True)
class Exposure:
    """One image of an exam."""

    laterality: Laterality
    position: ViewPosition
    modifiers: frozenset[ViewModifier] = frozenset()


FOUR_VIEWS = (
    Exposure(Laterality.RIGHT, ViewPosition.CC),
    Exposure(Laterality.LEFT, ViewPosition.CC),
    Exposure(Laterality.RIGHT, ViewPosition.MLO),
    Exposure(Laterality.LEFT, ViewPosition.MLO),
)


class Content(Enum):
    """What lesions the patient has."""

    NORMAL = "normal"
    MIXED = "mixed"
    """As drawn: none to several, of any kind."""
    MASSES = "masses"
    """Many soft lesions a breast, to learn from: nobody's breasts look so."""
    CALCIFICATIONS = "calcifications"
    """Several groups and single calcifications a breast, to learn from."""
    DEMO = "demo"
    """A spiculated mass, a benign mass and a group of calcifications, all plain to see."""


@dataclass(frozen=True)
class StudyRecipe:
    """One patient's exam; the same recipe always gives the same study.

    density: drawn from the seed where ``None``. unit: key of ``detector.units``. size: matrix over
    the unit's whole field; the unit's own where ``None``. exam: 0 the current one, 1 the newest
    prior and so on; lesions were smaller or absent then. implant: the breasts have implants.
    priors: how many exams older than the current one there are to compare with; without any,
    nothing is said to develop.
    """

    seed: int
    content: Content = Content.MIXED
    density: Composition | None = None
    exposures: tuple[Exposure, ...] = FOUR_VIEWS
    unit: str = "ge"
    size: ImageSize | None = None
    exam: int = 0
    implant: bool = False
    priors: int = 0
