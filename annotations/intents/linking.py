"""Intents that link a finding with the same one in the other view of the breast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from annotations.commands.command import Command
from annotations.document.document import Document
from annotations.errors import CommandError
from annotations.intents.revising import finding_of, partner_of, revised
from annotations.intents.saying import of_kind
from domain.finding import Finding, FindingStatus
from domain.laterality import Laterality
from domain.view_position import HangFamily

Where = Mapping[str, tuple[Laterality, HangFamily]]
"""Which breast and which family of views each image shows, by the uid that marks know it by."""


def link(
    document: Document, finding_id: UUID, other_id: UUID, where: Where, reader: str
) -> Command:
    """Say that two findings are one, seen in two views of one breast.

    Both get the first one's kind, words, assessment and proof; what the first lacks comes from
    the other. Whoever was linked to either is let go. Raises CommandError where it makes no sense:
    two of one view or of two breasts, a region, a rejected finding, an image whose view is unknown.
    """
    first, other = finding_of(document, finding_id), finding_of(document, other_id)
    _check_standing(first, other)
    _check_views(first, other, where)
    freed = {
        partner.id: replace(partner, counterpart_id=None)
        for partner in (partner_of(document, first), partner_of(document, other))
        if partner is not None and partner.id not in (first.id, other.id)
    }
    first, other = _alike(first, other)
    pair = (replace(first, counterpart_id=other_id), replace(other, counterpart_id=finding_id))
    return revised(document, (*pair, *freed.values()), reader, f"link {first.kind.value}")


def unlink(document: Document, finding_id: UUID, reader: str) -> Command:
    """Part two linked findings; both keep what was said. Raises CommandError: it is not linked."""
    finding = finding_of(document, finding_id)
    if finding.counterpart_id is None:
        raise CommandError("the finding is not linked", remedy="Nothing is to be done")
    partner = partner_of(document, finding)
    both = (finding,) if partner is None else (finding, partner)
    alone = tuple(replace(one, counterpart_id=None) for one in both)
    return revised(document, alone, reader, f"unlink {finding.kind.value}")


def _check_standing(first: Finding, other: Finding) -> None:
    if first.id == other.id:
        raise CommandError(
            "a finding can't be linked with itself", remedy="Select one in the other view too"
        )
    if first.kind.is_region or other.kind.is_region:
        raise CommandError(
            "regions can't be linked", remedy="Link two findings, or choose another kind first"
        )
    if FindingStatus.REJECTED in (first.status, other.status):
        raise CommandError("a rejected finding can't be linked", remedy="Restore it first")
    if first.counterpart_id == other.id and other.counterpart_id == first.id:
        raise CommandError("the findings are linked already", remedy="Nothing is to be done")


def _check_views(first: Finding, other: Finding, where: Where) -> None:
    here, there = _views(first, where), _views(other, where)
    breasts = {breast for breast, _ in here | there}
    if len(breasts) > 1:
        raise CommandError("the findings lie in two breasts", remedy="Link findings of one breast")
    if {family for _, family in here} & {family for _, family in there}:
        raise CommandError(
            "the findings lie in views of one kind",
            remedy="Link a finding of the CC with one of the MLO",
        )


def _views(finding: Finding, where: Where) -> set[tuple[Laterality, HangFamily]]:
    try:
        return {where[mark.sop_instance_uid] for mark in finding.geometries}
    except KeyError:
        raise CommandError(
            "the view of an image is not known", remedy="Say which view the image shows first"
        ) from None


def _alike(first: Finding, other: Finding) -> tuple[Finding, Finding]:
    other = of_kind(other, first.kind)
    descriptors = first.descriptors if first.descriptors.terms else other.descriptors
    assessment = first.assessment or other.assessment
    pathology = first.pathology or other.pathology
    return (
        replace(first, descriptors=descriptors, assessment=assessment, pathology=pathology),
        replace(other, descriptors=descriptors, assessment=assessment, pathology=pathology),
    )
