"""Codes of findings and words, PS3.16; each way, with the older SNOMED RT numbers where vendors use
them. Looked up in CID 6004, 6006, 6008, 6010, 6012, 6014, 6017, 6026, 6034 and 6042.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pydicom.dataset import Dataset

from domain.finding import FindingKind
from domain.lexicon import Assessment, DescriptorAxis

OURS = "99FOURVIEW"
"""Scheme of words that the standard has no code for."""


class Code(NamedTuple):
    """A coded concept, PS3.3 8.8."""

    value: str
    scheme: str
    meaning: str


def sct(value: str, meaning: str) -> Code:
    """A SNOMED CT code."""
    return Code(value, "SCT", meaning)


def dcm(value: str, meaning: str) -> Code:
    """A code of PS3.16's own."""
    return Code(value, "DCM", meaning)


def ours(value: str) -> Code:
    """A word of ours as a code: its value is the word, at most 16 letters of it as the value."""
    return Code(value.upper().replace(" ", "_")[:16], OURS, value)


DENSITY = sct("129793001", "Mammography breast density")
CLUSTER = sct("129769006", "Calcification Cluster")
CALCIFICATION = sct("129770007", "Individual Calcification")
DISTORTION = sct("129792006", "Architectural distortion of breast")
MASS = sct("129788004", "Mammographic breast mass")
ASYMMETRY = sct("129790003", "Asymmetric breast tissue")
FOCAL = sct("129789007", "Focal asymmetric breast tissue")
SELECTED = dcm("111099", "Selected region")

SINGLE: Mapping[FindingKind, Code] = {
    FindingKind.MASS: DENSITY,
    FindingKind.ASYMMETRY: DENSITY,
    FindingKind.CALCIFICATION: CALCIFICATION,
    FindingKind.CALCIFICATION_GROUP: CLUSTER,
    FindingKind.ARCHITECTURAL_DISTORTION: DISTORTION,
    FindingKind.OTHER: SELECTED,
    FindingKind.UNCERTAIN_REGION: SELECTED,
    FindingKind.IGNORED_REGION: SELECTED,
}
"""What a finding on one image is called, CID 6014."""
COMPOSITE: Mapping[FindingKind, Code] = {
    **SINGLE,
    FindingKind.MASS: MASS,
}
"""What a finding on several is called, CID 6016; its asymmetries relate the two breasts."""

_KINDS: Mapping[str, FindingKind] = {
    **dict.fromkeys(("129793001", "F-01796", "129788004", "F-01791"), FindingKind.MASS),
    **dict.fromkeys(("4147007", "129794007", "F-01797", "111459"), FindingKind.MASS),
    **dict.fromkeys(("129790003", "F-01793", "129789007", "F-01792"), FindingKind.ASYMMETRY),
    **dict.fromkeys(("129770007", "F-01776"), FindingKind.CALCIFICATION),
    **dict.fromkeys(("129769006", "F-01775"), FindingKind.CALCIFICATION_GROUP),
    **dict.fromkeys(("129792006", "F-01795"), FindingKind.ARCHITECTURAL_DISTORTION),
    **dict.fromkeys(
        ("111099", "111102", "443808008", "T-C430B", "129795008", "F-01798", "129796009"),
        FindingKind.OTHER,
    ),
    **dict.fromkeys(
        ("F-01799", "129797000", "F-0179A", "127189005", "DC-721C4"), FindingKind.OTHER
    ),
    **dict.fromkeys(("95324001", "D0-00050", "111112", "111113", "68171009"), FindingKind.OTHER),
}
NO_FINDING = frozenset(
    {"111100", "111101", "129715009", "F-01710", "24142002", "T-04100", "111111", "79654002"}
)
"""Single Image Findings of CID 6014 that are no mark on tissue: geometry, quality, nipple."""

ASSESSMENTS: Mapping[Assessment, Code] = {
    Assessment.INCOMPLETE: sct(
        "397138000", "0 - Incomplete - Need additional imaging evaluation +/- priors"
    ),
    Assessment.NEGATIVE: sct("397140005", "1 - Negative"),
    Assessment.BENIGN: sct("397141009", "2 - Benign"),
    Assessment.PROBABLY_BENIGN: sct("397143007", "3 - Probably Benign"),
    Assessment.SUSPICIOUS: sct("397144001", "4 - Suspicious"),
    Assessment.LOW_SUSPICION: sct("397144001", "4 - Suspicious"),
    Assessment.MODERATE_SUSPICION: sct("397144001", "4 - Suspicious"),
    Assessment.HIGH_SUSPICION: sct("397144001", "4 - Suspicious"),
    Assessment.HIGHLY_SUGGESTIVE: sct("397145000", "5 - Highly suggestive of malignancy"),
}
"""CID 6026; 4A to 4C and 6 have none in SNOMED CT, their letter goes as text."""
_ASSESSED = {code.value: one for one, code in ASSESSMENTS.items() if len(one.value) == 1} | {
    "F-037BB": Assessment.INCOMPLETE,
    "F-037BC": Assessment.NEGATIVE,
    "F-037BD": Assessment.BENIGN,
    "F-037BF": Assessment.PROBABLY_BENIGN,
    "F-037C0": Assessment.SUSPICIOUS,
    "F-037C1": Assessment.HIGHLY_SUGGESTIVE,
    "MA.II.A.5.4A": Assessment.LOW_SUSPICION,
    "MA.II.A.5.4B": Assessment.MODERATE_SUSPICION,
    "MA.II.A.5.4C": Assessment.HIGH_SUSPICION,
    "MA.II.A.5.6": Assessment.PROVEN,
}

AXIS_NAMES: Mapping[DescriptorAxis, Code] = {
    DescriptorAxis.MASS_SHAPE: sct("107644003", "Shape"),
    DescriptorAxis.MASS_MARGIN: dcm("111037", "Margins"),
    DescriptorAxis.MASS_DENSITY: dcm("111035", "Lesion Density"),
    DescriptorAxis.CALCIFICATION_MORPHOLOGY: dcm("111009", "Calcification Type"),
    DescriptorAxis.CALCIFICATION_DISTRIBUTION: dcm("111008", "Calcification Distribution"),
}
_AXES = {code.value: axis for axis, code in AXIS_NAMES.items()} | {
    "M-020F9": DescriptorAxis.MASS_SHAPE
}
_S, _M, _D = DescriptorAxis.MASS_SHAPE, DescriptorAxis.MASS_MARGIN, DescriptorAxis.MASS_DENSITY
_T, _B = DescriptorAxis.CALCIFICATION_MORPHOLOGY, DescriptorAxis.CALCIFICATION_DISTRIBUTION
_WORDS: tuple[tuple[DescriptorAxis, str, Code, str], ...] = (
    (_S, "round", sct("42700002", "Round shape"), "M-02100"),
    (_S, "oval", sct("84360004", "Ovoid shape (Oval)"), "M-02120"),
    (_S, "lobular", sct("40266001", "Lobular"), "G-A640"),
    (_S, "irregular", sct("49608001", "Irregular"), "G-A402"),
    (_M, "circumscribed", sct("129738007", "Circumscribed lesion"), "F-01741"),
    (_M, "microlobulated", sct("129739004", "Microlobulated lesion"), "F-01742"),
    (_M, "obscured", sct("129740002", "Obscured lesion"), "F-01743"),
    (_M, "indistinct", sct("129741003", "Indistinct lesion"), "F-01744"),
    (_M, "spiculated", sct("129742005", "Spiculated lesion"), "F-01745"),
    (_D, "high", sct("129744006", "High density lesion"), "F-01751"),
    (_D, "equal", sct("129745007", "Equal density (isodense) lesion"), "F-01752"),
    (_D, "low", sct("129746008", "Low density (not containing fat) lesion"), "F-01753"),
    (_D, "fat-containing", sct("129747004", "Fat containing (radiolucent) lesion"), "F-01754"),
    (_T, "coarse", sct("129749001", "Coarse (popcorn-like) calcification"), "F-01761"),
    (_T, "dystrophic", sct("129750001", "Dystrophic calcification"), "F-01762"),
    (_T, "rim", sct("129751002", "Eggshell calcification"), "F-01763"),
    (_T, "large-rod-like", sct("129752009", "Large rod-like calcification"), "F-01764"),
    (_T, "milk-of-calcium", sct("129753004", "Milk of calcium calcification"), "F-01765"),
    (_T, "lucent-centered", sct("129754005", "Lucent-centered calcification"), "F-01766"),
    (_T, "round", sct("129756007", "Round shaped calcification"), "F-01768"),
    (_T, "skin", sct("129757003", "Calcified skin of breast"), "F-01769"),
    (_T, "suture", sct("129758008", "Calcified suture material"), "F-0176A"),
    (_T, "vascular", sct("129759000", "Vascular calcification"), "F-0176B"),
    (_T, "amorphous", sct("129760005", "Amorphous calcification"), "F-0176C"),
    (_T, "fine-linear", sct("129761009", "Fine, linear (casting) calcification"), "F-0176D"),
    (_T, "coarse-heterogeneous", sct("129763007", "Heterogeneous calcification"), "F-0176F"),
    (_T, "fine-pleomorphic", dcm("111344", "Fine pleomorphic calcification"), "111344"),
    (_B, "diffuse", sct("129764001", "Diffuse calcification distribution"), "F-01770"),
    (_B, "linear", sct("129765000", "Linear calcification distribution"), "F-01771"),
    (_B, "grouped", sct("129766004", "Grouped calcification distribution"), "F-01772"),
    (_B, "regional", sct("129767008", "Regional calcification distribution"), "F-01773"),
    (_B, "segmental", sct("129768003", "Segmental calcification distribution"), "F-01774"),
)
WORDS: Mapping[tuple[DescriptorAxis, str], Code] = {
    (axis, word): code for axis, word, code, _ in _WORDS
}
"""Descriptors that the standard has a code for."""
_MEANT = {(axis, code.value): word for axis, word, code, _ in _WORDS} | {
    (axis, old): word for axis, word, _, old in _WORDS
}


def read_code(item: Dataset) -> Code:
    """A coded concept from an item; a long or URN code counts as well, missing parts are empty."""
    value = item.get("CodeValue") or item.get("LongCodeValue") or item.get("URNCodeValue") or ""
    scheme = item.get("CodingSchemeDesignator") or ""
    return Code(str(value), str(scheme), str(item.get("CodeMeaning") or ""))


def code_item(code: Code) -> Dataset:
    """One item of a code sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code
    return item


def kind_by_code(code: Code) -> FindingKind | None:
    """The kind that a finding's code means; ``None`` for one that is not known here."""
    if code.scheme == OURS:
        return next((kind for kind in FindingKind if ours(kind.value).value == code.value), None)
    return _KINDS.get(code.value)


def assessment_by_code(code: Code) -> Assessment | None:
    """The BI-RADS category that a code means."""
    return _ASSESSED.get(code.value)


def axis_by_code(code: Code) -> DescriptorAxis | None:
    """The question that a concept name asks."""
    return _AXES.get(code.value)


def word_by_code(axis: DescriptorAxis, code: Code) -> str | None:
    """The descriptor that a code means on an axis."""
    return _MEANT.get((axis, code.value))
