"""What a model says of a finding is offered to the reader, who takes it over or says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from annotations.commands.command import Command
from annotations.document.document import Document
from annotations.errors import CommandError
from annotations.intents.revising import finding_of, pair_of, revised
from annotations.intents.saying import AXES
from domain.finding import Descriptors, Finding, ModelProvenance
from domain.lexicon import Assessment

_NOTHING = "Say it in the form instead"


@dataclass(frozen=True)
class Offer:
    """A model's words on one finding. malignancy: probability, 0 to 1, where it told one."""

    descriptors: Descriptors
    assessment: Assessment | None
    malignancy: float | None


def offer_of(document: Document, finding: Finding) -> Offer | None:
    """What a model says of a finding, of what it was made from or of what it is linked to.

    ``None`` where no model says anything. Words on axes that the finding's kind isn't asked are
    left out.
    """
    for one in _forebears(document, finding):
        if isinstance(one.provenance, ModelProvenance) and _says(one):
            fitting = tuple(term for term in one.descriptors.terms if term[0] in AXES[finding.kind])
            return Offer(
                replace(one.descriptors, terms=fitting),
                None if finding.kind.is_region else one.assessment,
                one.malignancy,
            )
    return None


def open_offer(document: Document, finding: Finding) -> Offer | None:
    """The part of the offer that the reader has said nothing about; ``None`` where nothing is left.

    finding: as the reader sees it, a model's ``unsaid``.
    """
    offer = offer_of(document, finding)
    if offer is None:
        return None
    said = {axis for axis, _ in finding.descriptors.terms}
    same = finding.descriptors.edition is offer.descriptors.edition or not said
    terms = offer.descriptors.terms if same else ()
    left = tuple(term for term in terms if term[0] not in said)
    assessment = offer.assessment if finding.assessment is None else None
    if not left and assessment is None:
        return None
    return replace(offer, descriptors=replace(offer.descriptors, terms=left), assessment=assessment)


def take(document: Document, finding_id: UUID, reader: str) -> Command:
    """Take a model's words over where the reader has said nothing, for linked findings alike.

    A proposal becomes the reader's finding by it. Raises CommandError where nothing is offered.
    """
    finding = finding_of(document, finding_id)
    offer = open_offer(document, finding)
    if offer is None:
        raise CommandError("no model offers anything more on this finding", remedy=_NOTHING)
    terms = (*finding.descriptors.terms, *offer.descriptors.terms)
    descriptors = Descriptors(offer.descriptors.edition, tuple(dict.fromkeys(terms)))
    assessment = finding.assessment or offer.assessment
    changed = [
        replace(one, descriptors=descriptors, assessment=assessment)
        for one in pair_of(document, finding_id)
    ]
    return revised(document, changed, reader, f"take the model's words on {finding.kind.value}")


def _forebears(document: Document, finding: Finding) -> Iterator[Finding]:
    """The finding as the document has it, what it was made from, then the same of its partner."""
    for start in (finding.id, finding.counterpart_id):
        seen: set[UUID] = set()
        one = document.by_id.get(start) if start is not None else None
        while one is not None and one.id not in seen:
            seen.add(one.id)
            yield one
            one = document.by_id.get(one.parent_id) if one.parent_id is not None else None


def _says(finding: Finding) -> bool:
    return bool(finding.descriptors.terms) or finding.assessment is not None
