"""The words of public data sets for findings, densities and splits, as the house's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.finding import Descriptors, FindingKind
from domain.lexicon import FOURTH_EDITION, Assessment, DescriptorAxis, Edition

_DENSITIES = {"1": "a", "2": "b", "3": "c", "4": "d"}
_SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}
_KINDS = {
    **{kind.value.replace(" ", ""): kind for kind in FindingKind},
    "masses": FindingKind.MASS,
    "nodule": FindingKind.MASS,
    "calcifications": FindingKind.CALCIFICATION,
    "microcalcification": FindingKind.CALCIFICATION_GROUP,
    "microcalcifications": FindingKind.CALCIFICATION_GROUP,
    "suspiciouscalcification": FindingKind.CALCIFICATION_GROUP,
    "cluster": FindingKind.CALCIFICATION_GROUP,
    "calc": FindingKind.CALCIFICATION_GROUP,
    "assymetry": FindingKind.ASYMMETRY,
    "focalasymmetry": FindingKind.ASYMMETRY,
    "globalasymmetry": FindingKind.ASYMMETRY,
    "distortion": FindingKind.ARCHITECTURAL_DISTORTION,
    "ignore": FindingKind.IGNORED_REGION,
    "uncertain": FindingKind.UNCERTAIN_REGION,
}
# Words of DDSM and CBIS-DDSM; of a compound as in IRREGULAR-ARCHITECTURAL_DISTORTION each counts.
_TERMS: dict[str, tuple[DescriptorAxis, str]] = {
    "ROUND": (DescriptorAxis.MASS_SHAPE, "round"),
    "OVAL": (DescriptorAxis.MASS_SHAPE, "oval"),
    "LOBULATED": (DescriptorAxis.MASS_SHAPE, "lobular"),
    "IRREGULAR": (DescriptorAxis.MASS_SHAPE, "irregular"),
    "CIRCUMSCRIBED": (DescriptorAxis.MASS_MARGIN, "circumscribed"),
    "OBSCURED": (DescriptorAxis.MASS_MARGIN, "obscured"),
    "MICROLOBULATED": (DescriptorAxis.MASS_MARGIN, "microlobulated"),
    "ILL_DEFINED": (DescriptorAxis.MASS_MARGIN, "indistinct"),
    "SPICULATED": (DescriptorAxis.MASS_MARGIN, "spiculated"),
    "FOCAL_ASYMMETRIC_DENSITY": (DescriptorAxis.ASYMMETRY, "focal"),
    "ASYMMETRIC_BREAST_TISSUE": (DescriptorAxis.ASYMMETRY, "global"),
    "LYMPH_NODE": (DescriptorAxis.SPECIAL_CASE, "intramammary-lymph-node"),
    "ARCHITECTURAL_DISTORTION": (
        DescriptorAxis.ASSOCIATED_FEATURE,
        "architectural-distortion",
    ),
    "AMORPHOUS": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "amorphous"),
    "PLEOMORPHIC": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "fine-pleomorphic"),
    "FINE_LINEAR_BRANCHING": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "fine-linear"),
    "ROUND_AND_REGULAR": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "round"),
    "PUNCTATE": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "round"),
    "LUCENT_CENTERED": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "lucent-centered"),
    "LUCENT_CENTER": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "lucent-centered"),
    "EGGSHELL": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "rim"),
    "SKIN": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "skin"),
    "VASCULAR": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "vascular"),
    "COARSE": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "coarse"),
    "LARGE_RODLIKE": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "large-rod-like"),
    "MILK_OF_CALCIUM": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "milk-of-calcium"),
    "DYSTROPHIC": (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "dystrophic"),
    "CLUSTERED": (DescriptorAxis.CALCIFICATION_DISTRIBUTION, "grouped"),
    "DIFFUSELY_SCATTERED": (DescriptorAxis.CALCIFICATION_DISTRIBUTION, "diffuse"),
    "REGIONAL": (DescriptorAxis.CALCIFICATION_DISTRIBUTION, "regional"),
    "LINEAR": (DescriptorAxis.CALCIFICATION_DISTRIBUTION, "linear"),
    "SEGMENTAL": (DescriptorAxis.CALCIFICATION_DISTRIBUTION, "segmental"),
}


def composition_of(text: str) -> str:
    """``a`` to ``d`` of a letter or of 1 to 4, with words before it; empty for anything else."""
    last = text.strip().lower().split(" ")[-1]
    letter = _DENSITIES.get(last.removesuffix(".0"), last)
    return letter if letter in {"a", "b", "c", "d"} else ""


def split_of(text: str) -> str:
    """``train``, ``val`` or ``test``; empty for an empty one. Raises ValueError for others."""
    plain = text.strip().lower()
    if plain and plain not in _SPLITS:
        raise ValueError(f"{text.strip()!r} is no split")
    return _SPLITS.get(plain, "")


def assessment_of(text: str) -> Assessment | None:
    """Of a category such as ``4a`` or ``BI-RADS 4``; ``None`` where it names none."""
    last = text.strip().upper().split(" ")[-1].removesuffix(".0")
    return next((one for one in Assessment if one.value == last), None)


def kind_of(text: str) -> FindingKind | None:
    """The sort of finding that a set's word names; ``None`` for an unknown one."""
    return _KINDS.get(re.sub(r"[^a-z]+", "", text.lower()))


def malignant_of(text: str) -> bool | None:
    """Of a pathology such as ``BENIGN_WITHOUT_CALLBACK``; ``None`` where nothing was proved."""
    plain = text.strip().upper()
    if plain in {"MALIGNANT", "TRUE", "1", "YES"}:
        return True
    return False if plain.startswith("BENIGN") or plain in {"FALSE", "0", "NO"} else None


def subtlety_of(text: str) -> float | None:
    """DDSM's 1 (subtle) to 5 (obvious), as 1 (hard to see) to 0; ``None`` for anything else."""
    plain = text.strip().removesuffix(".0")
    return (5 - int(plain)) / 4 if plain in {"1", "2", "3", "4", "5"} else None


def ddsm_kind(mass_words: str, *, calcified: bool) -> FindingKind:
    """The sort of a lesion of DDSM by its shape: not all that it calls a mass is one."""
    shapes = set(_split(mass_words)) - {"N/A", ""}
    if calcified:
        return FindingKind.CALCIFICATION_GROUP
    if shapes == {"ARCHITECTURAL_DISTORTION"}:
        return FindingKind.ARCHITECTURAL_DISTORTION
    if shapes and shapes <= {"ASYMMETRIC_BREAST_TISSUE", "FOCAL_ASYMMETRIC_DENSITY"}:
        return FindingKind.ASYMMETRY
    return FindingKind.OTHER if shapes == {"LYMPH_NODE"} else FindingKind.MASS


def ddsm_descriptors(texts: Iterable[str]) -> Descriptors:
    """DDSM's words in BI-RADS terms of the fourth edition, one an axis; others are left out."""
    terms: dict[DescriptorAxis, str] = {}
    for word in (one for text in texts for one in _split(text)):
        if word in _TERMS:
            axis, code = _TERMS[word]
            FOURTH_EDITION.term(axis, code)
            terms.setdefault(axis, code)
    return Descriptors(Edition.FOURTH, tuple(terms.items()))


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.upper().split("-")]
