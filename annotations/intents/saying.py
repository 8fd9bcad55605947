"""Intents on what is said of findings. Linked findings are one thing: what is said holds for both.

Only a note belongs to one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from annotations.commands.command import Command
from annotations.document.document import Document
from annotations.errors import CommandError
from annotations.intents.revising import finding_of, pair_of, revised
from domain.finding import Descriptors, Finding, FindingKind, Pathology
from domain.lexicon import LEXICONS, Assessment, DescriptorAxis, Edition

Terms = tuple[tuple[DescriptorAxis, str], ...]
"""Chosen words: axis and code of a lexicon; an axis may occur several times."""

_FEATURES = (DescriptorAxis.ASSOCIATED_FEATURE,)
_SPECIAL = (DescriptorAxis.ASSOCIATED_FEATURE, DescriptorAxis.SPECIAL_CASE)
_DOTS = (DescriptorAxis.CALCIFICATION_MORPHOLOGY, DescriptorAxis.CALCIFICATION_DISTRIBUTION)

AXES: Mapping[FindingKind, tuple[DescriptorAxis, ...]] = MappingProxyType(
    {
        FindingKind.MASS: (
            DescriptorAxis.MASS_SHAPE,
            DescriptorAxis.MASS_MARGIN,
            DescriptorAxis.MASS_DENSITY,
            *_FEATURES,
        ),
        FindingKind.CALCIFICATION: (DescriptorAxis.CALCIFICATION_MORPHOLOGY, *_FEATURES),
        FindingKind.CALCIFICATION_GROUP: (*_DOTS, *_FEATURES),
        FindingKind.ASYMMETRY: (DescriptorAxis.ASYMMETRY, *_FEATURES),
        FindingKind.ARCHITECTURAL_DISTORTION: _FEATURES,
        FindingKind.OTHER: _SPECIAL,
        FindingKind.UNCERTAIN_REGION: (),
        FindingKind.IGNORED_REGION: (),
    }
)
"""What a lexicon asks of each kind of finding, in the order in which it is asked."""


def assess(
    document: Document, finding_id: UUID, assessment: Assessment | None, reader: str
) -> Command:
    """Say how suspicious a finding is; ``None`` takes it back.

    Raises CommandError for a region: it is no finding of the patient.
    """
    finding = _patients(document, finding_id, "assessed")
    said = "not assessed" if assessment is None else assessment.value
    title = f"assess {finding.kind.value} {said}"
    return _both(
        document, finding_id, reader, title, lambda one: replace(one, assessment=assessment)
    )


def describe(
    document: Document,
    finding_id: UUID,
    terms: Terms,
    reader: str,
    *,
    edition: Edition | None = None,
) -> Command:
    """Choose all of a finding's words anew; edition: of the atlas, ``None`` for the one it has.

    Raises CommandError for a region and for a word that the edition does not have.
    """
    finding = _patients(document, finding_id, "described")
    chosen = edition or finding.descriptors.edition
    for axis, code in terms:
        try:
            LEXICONS[chosen].term(axis, code)
        except ValueError as error:
            raise CommandError(str(error), remedy="Choose a word of this edition") from None
    descriptors = Descriptors(chosen, tuple(dict.fromkeys(terms)))
    title = f"describe {finding.kind.value}"
    return _both(
        document, finding_id, reader, title, lambda one: replace(one, descriptors=descriptors)
    )


def set_kind(document: Document, finding_id: UUID, kind: FindingKind, reader: str) -> Command:
    """Say what sort of finding it is. Words that don't fit the new kind are dropped.

    A region keeps neither words nor assessment nor proof, and is linked to nothing.
    """
    finding = finding_of(document, finding_id)
    title = f"change {finding.kind.value} to {kind.value}"
    return _both(document, finding_id, reader, title, lambda one: of_kind(one, kind))


def of_kind(finding: Finding, kind: FindingKind) -> Finding:
    """The finding as one of another kind, without the words that don't fit it."""
    fitting = tuple(term for term in finding.descriptors.terms if term[0] in AXES[kind])
    descriptors = replace(finding.descriptors, terms=fitting)
    changed = replace(finding, kind=kind, descriptors=descriptors)
    if not kind.is_region:
        return changed
    return replace(changed, assessment=None, pathology=None, counterpart_id=None)


def set_pathology(
    document: Document, finding_id: UUID, pathology: Pathology | None, reader: str
) -> Command:
    """Say what tissue or follow-up proved; ``None`` takes it back.

    Raises CommandError for a region.
    """
    finding = _patients(document, finding_id, "proved")
    said = "not known" if pathology is None else pathology.outcome.value
    title = f"pathology of {finding.kind.value} {said}"
    return _both(document, finding_id, reader, title, lambda one: replace(one, pathology=pathology))


def annotate(document: Document, finding_id: UUID, note: str, reader: str) -> Command:
    """Put the reader's own words to a finding; empty to take them away."""
    finding = finding_of(document, finding_id)
    title = f"note on {finding.kind.value}"
    return revised(document, (replace(finding, note=note),), reader, title)


def _both(
    document: Document,
    finding_id: UUID,
    reader: str,
    title: str,
    change: Callable[[Finding], Finding],
) -> Command:
    changed = tuple(change(one) for one in pair_of(document, finding_id))
    return revised(document, changed, reader, title)


def _patients(document: Document, finding_id: UUID, what: str) -> Finding:
    finding = finding_of(document, finding_id)
    if finding.kind.is_region:
        raise CommandError(
            f"an {finding.kind.value} can't be {what}, as it is no finding of the patient",
            remedy="Choose another kind first",
        )
    return finding
