"""The field's words as answers: lexicon terms and assessments."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from domain.lexicon import LEXICONS, Assessment, DescriptorAxis, Edition
from widgets.choices.chip import Choice
from widgets.choices.keys import keys_of

ASSESSMENT_LETTERS = "abc"
"""They refine 4, so that no term beside an assessment has them."""
_CONTEXT = "Lexicon"
_MEANINGS = {
    Assessment.INCOMPLETE: "incomplete",
    Assessment.NEGATIVE: "negative",
    Assessment.BENIGN: "benign",
    Assessment.PROBABLY_BENIGN: "probably benign",
    Assessment.SUSPICIOUS: "suspicious",
    Assessment.LOW_SUSPICION: "low suspicion",
    Assessment.MODERATE_SUSPICION: "moderate suspicion",
    Assessment.HIGH_SUSPICION: "high suspicion",
    Assessment.HIGHLY_SUGGESTIVE: "highly suggestive",
    Assessment.PROVEN: "proven malignancy",
}


def in_words(word: str) -> str:
    """A word of the field in the reader's language."""
    return QCoreApplication.translate(_CONTEXT, word)


def sentence(word: str) -> str:
    """The same at the start of a sentence."""
    said = in_words(word)
    return said[:1].upper() + said[1:]


def assessment_in_words(assessment: Assessment | None) -> str:
    """Such as "4B: moderate suspicion, 10 to 50 %"; empty for none."""
    if assessment is None:
        return ""
    said = f"{assessment.value}: {in_words(_MEANINGS[assessment])}"
    bounds = assessment.likelihood
    if bounds is None or bounds[1] == 0:
        return said
    low, high = (f"{100 * bound:.0f}" for bound in bounds)
    return said + QCoreApplication.translate(_CONTEXT, ", {low} to {high} %").format(
        low=low, high=high
    )


def offered_in_words(said: str) -> str:
    """What a model would answer, marked as the model's; empty for nothing."""
    return QCoreApplication.translate(_CONTEXT, "model: {said}").format(said=said) if said else ""


def assessment_choices() -> tuple[Choice, ...]:
    """0 to 6 by digit; 4A, 4B and 4C by their letters alone."""
    return tuple(
        Choice(
            one,
            one.value,
            one.value[-1].lower(),
            assessment_in_words(one),
            stays=one is Assessment.SUSPICIOUS,
        )
        for one in Assessment
    )


def term_choices(edition: Edition, axis: DescriptorAxis) -> tuple[Choice, ...]:
    """The terms of one edition; suspicious ones begin a row of their own."""
    terms = LEXICONS[edition].terms[axis]
    labels = [in_words(term.label) for term in terms]
    keys = keys_of(labels, ASSESSMENT_LETTERS)
    doubtful = [term.suspicious for term in terms]
    first = doubtful.index(True) if True in doubtful else -1
    return tuple(
        Choice(term.code, label, key, label, breaks=place == first)
        for place, (term, label, key) in enumerate(zip(terms, labels, keys, strict=True))
    )


def composition_choices(edition: Edition) -> tuple[Choice, ...]:
    """Letters a to d."""
    terms = LEXICONS[edition].terms[DescriptorAxis.COMPOSITION]
    return tuple(
        Choice(term.code, term.code, term.code, f"{term.code}: {in_words(term.label)}")
        for term in terms
    )
