"""The form's questions about one finding, built anew when its kind asks others."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from domain.finding import FindingKind, PathologyOutcome
from domain.lexicon import DescriptorAxis, Edition
from widgets.choices.axis import Axis
from widgets.choices.birads import (
    ASSESSMENT_LETTERS,
    assessment_choices,
    in_words,
    sentence,
    term_choices,
)
from widgets.choices.chip import Choice
from widgets.choices.keys import keys_of
from widgets.finding_form.terms import FOLDING, MANY

_TITLES = {
    DescriptorAxis.MASS_SHAPE: "Shape",
    DescriptorAxis.MASS_MARGIN: "Margin",
    DescriptorAxis.MASS_DENSITY: "Density",
    DescriptorAxis.CALCIFICATION_MORPHOLOGY: "Morphology",
    DescriptorAxis.CALCIFICATION_DISTRIBUTION: "Distribution",
    DescriptorAxis.ASYMMETRY: "Asymmetry",
    DescriptorAxis.ASSOCIATED_FEATURE: "Associated",
    DescriptorAxis.SPECIAL_CASE: "Special case",
}


def kind_axis() -> Axis:
    """What sort of finding it is."""
    return Axis(sentence("kind"), _words(FindingKind), folding=True)


def term_axis(edition: Edition, axis: DescriptorAxis) -> Axis:
    """One question of the lexicon."""
    return Axis(
        QCoreApplication.translate("Lexicon", _TITLES[axis]),
        term_choices(edition, axis),
        many=axis in MANY,
        folding=axis in FOLDING,
        advances=axis not in MANY,
    )


def assessment_axis() -> Axis:
    """BI-RADS 0 to 6."""
    return Axis("BI-RADS", assessment_choices(), advances=False, even=True)


def pathology_axis() -> Axis:
    """What was proved."""
    return Axis(sentence("pathology"), _words(PathologyOutcome), folding=True, advances=False)


def _words(members: type[FindingKind] | type[PathologyOutcome]) -> tuple[Choice, ...]:
    labels = [in_words(str(member.value)) for member in members]
    keys = keys_of(labels, ASSESSMENT_LETTERS)
    return tuple(
        Choice(member, label, key) for member, label, key in zip(members, labels, keys, strict=True)
    )
