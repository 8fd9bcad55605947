"""A lesion as it is in the patient, before any view of it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from domain.finding import Descriptors, FindingKind
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis
from domain.view_position import HangFamily
from phantom.space.points import BreastPoint

BOTH_FAMILIES = frozenset({HangFamily.CC, HangFamily.MLO})


@dataclass(frozen=True)
class Lesion:
    """One abnormality, malignant or not, that a reader might report.

    number: from 1, unique in the patient; the same lesion keeps it in priors. size_mm: longest
    extent. descriptors: BI-RADS terms. probability: of being malignant, drawn within the
    assessment's bounds; malignant: the outcome drawn with it. subtlety: 0 plain to see, 1 at the
    edge of what can be seen. families: where it can be seen (one of them for a one-view asymmetry).
    seed: its own random numbers, the same in every view and exam. diffuse: a mass without a rim.
    """

    number: int
    kind: FindingKind
    laterality: Laterality
    at: BreastPoint
    size_mm: float
    descriptors: Descriptors
    assessment: Assessment
    probability: float
    malignant: bool
    subtlety: float
    seed: int
    families: frozenset[HangFamily] = BOTH_FAMILIES
    diffuse: bool = False

    def term(self, axis: DescriptorAxis) -> str:
        """The code chosen on an axis, empty where none was."""
        return dict(self.descriptors.terms).get(axis, "")

    def terms(self, axis: DescriptorAxis) -> frozenset[str]:
        """All codes chosen on an axis (associated features may be several)."""
        return frozenset(code for other, code in self.descriptors.terms if other is axis)
