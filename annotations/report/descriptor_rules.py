"""What of a single finding does not fit together: its words, assessment and pathology.

Thresholds follow the likelihoods that the BI-RADS atlas, 5th edition, gives for each descriptor
and category; docs/reporting.md has the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from annotations.report.words import title_of
from domain.finding import Finding, FindingKind, PathologyOutcome
from domain.lexicon import LEXICONS, Assessment, DescriptorAxis

Objection = tuple[str, bool]
"""What is wrong, and whether it is a contradiction."""

_BENIGN = frozenset({Assessment.NEGATIVE, Assessment.BENIGN})
_UP_TO_3 = _BENIGN | {Assessment.PROBABLY_BENIGN}
_FROM_4 = frozenset(
    {
        Assessment.SUSPICIOUS,
        Assessment.LOW_SUSPICION,
        Assessment.MODERATE_SUSPICION,
        Assessment.HIGH_SUSPICION,
        Assessment.HIGHLY_SUGGESTIVE,
    }
)
_HIGH = frozenset({Assessment.HIGH_SUSPICION, Assessment.HIGHLY_SUGGESTIVE})
_NOT_CIRCUMSCRIBED = ("microlobulated", "indistinct", "spiculated")
_SHAPE, _MARGIN = DescriptorAxis.MASS_SHAPE, DescriptorAxis.MASS_MARGIN
_DENSITY, _ASYMMETRY = DescriptorAxis.MASS_DENSITY, DescriptorAxis.ASYMMETRY
_MORPHOLOGY = DescriptorAxis.CALCIFICATION_MORPHOLOGY
_DISTRIBUTION = DescriptorAxis.CALCIFICATION_DISTRIBUTION
_SINGLE = (_SHAPE, _DENSITY, _DISTRIBUTION, _ASYMMETRY)
_ASKED = {
    FindingKind.MASS: ((_SHAPE, "shape"), (_MARGIN, "margin"), (_DENSITY, "density")),
    FindingKind.CALCIFICATION: ((_MORPHOLOGY, "morphology"),),
    FindingKind.CALCIFICATION_GROUP: ((_MORPHOLOGY, "morphology"), (_DISTRIBUTION, "distribution")),
    FindingKind.ASYMMETRY: ((_ASYMMETRY, "type"),),
}


def objections(finding: Finding, *, scarred: bool = False) -> Iterator[Objection]:
    """Everything about one finding of the patient, in the order of the form's questions.

    scarred: a scar or surgery is noted, which explains a distortion.
    """
    yield from _contradicting_words(finding)
    if finding.assessment is None:
        yield f"{title_of(finding)}: not assessed", False
    else:
        yield from _too_low(finding, finding.assessment, scarred)
        yield from _too_high(finding, finding.assessment)
    yield from _pathology(finding)
    yield from _missing_words(finding)


def _codes(finding: Finding, axis: DescriptorAxis) -> tuple[str, ...]:
    return tuple(code for one, code in finding.descriptors.terms if one is axis)


def _contradicting_words(finding: Finding) -> Iterator[Objection]:
    for axis in _SINGLE:
        if len(_codes(finding, axis)) > 1:
            yield f"{title_of(finding)} has more than one {axis.value}", True
    margins = _codes(finding, _MARGIN)
    others = [code for code in _NOT_CIRCUMSCRIBED if code in margins]
    if "circumscribed" in margins and others:
        yield f"A mass can't be circumscribed and {' and '.join(others)}", True


def _too_low(finding: Finding, said: Assessment, scarred: bool) -> Iterator[Objection]:
    if said is Assessment.NEGATIVE:
        yield f"{title_of(finding)} is marked, but assessed 1: negative means nothing to say", True
    elif said in _UP_TO_3:
        for words, grave in _suspicious(finding):
            yield f"{words} assessed {said.value}", grave or said in _BENIGN
        if finding.kind is FindingKind.ARCHITECTURAL_DISTORTION and not scarred:
            text = f"Architectural distortion assessed {said.value}, but no scar or surgery noted"
            yield text, said in _BENIGN


def _suspicious(finding: Finding) -> Iterator[tuple[str, bool]]:
    """What speaks against benign, in words, and whether 3 contradicts it as well."""
    if finding.kind is FindingKind.MASS:
        for code in (*_codes(finding, _SHAPE), *_codes(finding, _MARGIN)):
            if code in ("irregular", *_NOT_CIRCUMSCRIBED):
                yield f"{code.capitalize()} mass", code == "spiculated"
    elif finding.kind in (FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP):
        yield from _suspicious_calcifications(finding)
    elif finding.kind is FindingKind.ASYMMETRY and "developing" in _codes(finding, _ASYMMETRY):
        yield "Developing asymmetry", False


def _suspicious_calcifications(finding: Finding) -> Iterator[tuple[str, bool]]:
    morphologies = _codes(finding, _MORPHOLOGY)
    suspicious = _suspicious_codes(finding)
    for code in morphologies:
        if code in suspicious:
            label = LEXICONS[finding.descriptors.edition].term(_MORPHOLOGY, code).label
            yield f"{label.capitalize()} calcifications", code == "fine-linear"
    # Vessels and secretory rods follow ducts as well: their shape says what they are.
    if not morphologies or set(morphologies) <= {"round"}:
        for code in _codes(finding, _DISTRIBUTION):
            if code in ("linear", "segmental"):
                yield f"Calcifications of {code} distribution", False


def _suspicious_codes(finding: Finding) -> frozenset[str]:
    terms = LEXICONS[finding.descriptors.edition].terms[_MORPHOLOGY]
    return frozenset(term.code for term in terms if term.suspicious)


def _too_high(finding: Finding, said: Assessment) -> Iterator[Objection]:
    if said not in _FROM_4:
        return
    benign = _benign(finding)
    if benign:
        yield f"{benign} assessed {said.value}", False
    shapes, margins = _codes(finding, _SHAPE), _codes(finding, _MARGIN)
    smooth = set(shapes) <= {"oval", "round"} and set(margins) == {"circumscribed"}
    if finding.kind is FindingKind.MASS and shapes and smooth and said in _HIGH:
        yield f"Circumscribed {shapes[0]} mass assessed {said.value}", False


def _benign(finding: Finding) -> str:
    """What is typically benign whatever else there is, in words; empty for nothing."""
    morphologies = _codes(finding, _MORPHOLOGY)
    special = _codes(finding, DescriptorAxis.SPECIAL_CASE)
    typical = morphologies and not _suspicious_codes(finding) & set(morphologies)
    round_group = "round" in morphologies  # grouped round ones may be probably benign or worse
    if finding.kind is FindingKind.MASS and "fat-containing" in _codes(finding, _DENSITY):
        return "Fat-containing mass"
    if typical and not round_group:
        return "Typically benign calcifications"
    if "skin-lesion" in special:
        return "Skin lesion"
    return "Intramammary lymph node" if "intramammary-lymph-node" in special else ""


def _pathology(finding: Finding) -> Iterator[Objection]:
    said, proof = finding.assessment, finding.pathology
    malignant = proof is not None and proof.outcome is PathologyOutcome.MALIGNANT
    if malignant and said in _UP_TO_3 and said is not None:
        yield f"{title_of(finding)} is proved malignant, but assessed {said.value}", True
    if said is Assessment.PROVEN and not malignant:
        outcome = "no malignant pathology is stated" if proof is None else proof.outcome.value
        stated = outcome if proof is None else f"the pathology is {outcome}"
        yield f"{title_of(finding)} is assessed 6, but {stated}", proof is not None
    called_back = said in _FROM_4 or said is Assessment.INCOMPLETE
    spared = proof is not None and proof.outcome is PathologyOutcome.BENIGN_WITHOUT_CALLBACK
    if spared and called_back and said is not None:
        text = f"{title_of(finding)} is called benign without callback, but assessed {said.value}"
        yield text, False


def _missing_words(finding: Finding) -> Iterator[Objection]:
    if _codes(finding, DescriptorAxis.SPECIAL_CASE):
        return
    asked = _ASKED.get(finding.kind, ())
    missing = [name for axis, name in asked if not _codes(finding, axis)]
    if missing:
        *firsts, last = missing
        listed = f"{', '.join(firsts)} and {last}" if firsts else last
        yield f"{title_of(finding)} without {listed}", False
