"""Which questions a kind of finding is asked, and what an answer makes of the terms there are."""

from __future__ import annotations

from domain.finding import Descriptors, FindingKind
from domain.lexicon import LEXICONS, DescriptorAxis

MANY = frozenset({DescriptorAxis.ASSOCIATED_FEATURE})
"""Questions that may have several answers without Shift."""
FOLDING = frozenset({DescriptorAxis.ASSOCIATED_FEATURE, DescriptorAxis.SPECIAL_CASE})
"""Questions that are asked now and then."""
_CALCIFICATIONS = (
    DescriptorAxis.CALCIFICATION_MORPHOLOGY,
    DescriptorAxis.CALCIFICATION_DISTRIBUTION,
    DescriptorAxis.ASSOCIATED_FEATURE,
)
_ASKED: dict[FindingKind, tuple[DescriptorAxis, ...]] = {
    FindingKind.MASS: (
        DescriptorAxis.MASS_SHAPE,
        DescriptorAxis.MASS_MARGIN,
        DescriptorAxis.MASS_DENSITY,
        DescriptorAxis.ASSOCIATED_FEATURE,
        DescriptorAxis.SPECIAL_CASE,
    ),
    FindingKind.CALCIFICATION: _CALCIFICATIONS,
    FindingKind.CALCIFICATION_GROUP: _CALCIFICATIONS,
    FindingKind.ASYMMETRY: (DescriptorAxis.ASYMMETRY, DescriptorAxis.ASSOCIATED_FEATURE),
    FindingKind.ARCHITECTURAL_DISTORTION: (DescriptorAxis.ASSOCIATED_FEATURE,),
    FindingKind.OTHER: (DescriptorAxis.SPECIAL_CASE, DescriptorAxis.ASSOCIATED_FEATURE),
}


def axes_of(kind: FindingKind) -> tuple[DescriptorAxis, ...]:
    """In the order in which they are asked; none of regions."""
    return _ASKED.get(kind, ())


def with_term(
    descriptors: Descriptors, axis: DescriptorAxis, code: str, *, adding: bool
) -> Descriptors:
    """An answer; the same one again takes it back. adding: it joins the axis' other terms.

    Terms come in the lexicon's order of axes and words, so that equal answers are equal data.
    """
    answer = (axis, code)
    kept = [term for term in descriptors.terms if adding or term[0] is not axis]
    terms = {*kept, answer}
    if answer in descriptors.terms:
        terms = {term for term in descriptors.terms if term != answer}
    return Descriptors(descriptors.edition, tuple(_ordered(descriptors, terms)))


def chosen_of(descriptors: Descriptors, axis: DescriptorAxis) -> tuple[str, ...]:
    """Codes chosen on one axis."""
    return tuple(code for one, code in descriptors.terms if one is axis)


def _ordered(
    descriptors: Descriptors, terms: set[tuple[DescriptorAxis, str]]
) -> list[tuple[DescriptorAxis, str]]:
    lexicon = LEXICONS[descriptors.edition].terms
    known = [(axis, term.code) for axis, words in lexicon.items() for term in words]
    foreign = [term for term in descriptors.terms if term not in known]
    return [term for term in (*known, *foreign) if term in terms]
