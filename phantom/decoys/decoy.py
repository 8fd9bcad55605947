"""The sorts of decoys, and one of them as it is in the patient or on the detector."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from domain.laterality import Laterality
from phantom.space.points import BreastPoint


class DecoyKind(Enum):
    """What a model may mistake for a lesion."""

    VESSEL_CALCIFICATION = "vessel calcification"
    LYMPH_NODE = "lymph node"
    SKIN_FOLD = "skin fold"
    MOLE = "mole"
    SCAR = "scar"
    SUMMATION = "summation shadow"
    LINE_ARTEFACT = "line artefact"
    LETTERS = "letters"
    CLIP = "clip"


@dataclass(frozen=True)
class Decoy:
    """One decoy. size_mm: longest extent. seed: its own random numbers, the same in every view.

    Skin folds, letters, lines and summation shadows belong to one exposure: their seed is drawn
    per view, and ``at`` only says roughly where.
    """

    kind: DecoyKind
    laterality: Laterality
    at: BreastPoint
    size_mm: float
    seed: int
