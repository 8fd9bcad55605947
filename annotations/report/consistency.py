"""What doesn't fit together in a reading. The rules and their sources: docs/reporting.md."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from annotations.document.document import Document
from annotations.document.opinion import NO_OPINION
from annotations.report import descriptor_rules, opinion_rules
from annotations.report.words import as_lesions, patients_findings, title_of, undecided
from domain.finding import Finding, FindingStatus
from domain.laterality import Laterality

_NO_SIDES: Mapping[str, Laterality] = MappingProxyType({})


@dataclass(frozen=True)
class Inconsistency:
    """finding: the one it is about, ``None`` for the study. serious: it contradicts itself.

    linked: the same finding in the other view, where it holds for both.
    """

    text: str
    finding: UUID | None = None
    serious: bool = False
    linked: UUID | None = None

    def concerns(self, finding: UUID) -> bool:
        """Whether it is about a finding or the one it is linked to."""
        return finding in (self.finding, self.linked)


def inconsistencies(
    document: Document,
    *,
    sides: Mapping[str, Laterality] = _NO_SIDES,
    unseen: Collection[UUID] = (),
) -> tuple[Inconsistency, ...]:
    """All that does not fit together, serious ones first; nothing where nothing was said yet.

    sides: which breast each image shows, by ``ImageRef.uid``. With them, findings are compared
    with their breast's assessment, and a breast without images need not be assessed. unseen:
    proposals that are not shown to the reader, who need not judge them.
    """
    if not document.live and document.opinion == NO_OPINION:
        return ()
    findings, clinical = patients_findings(document), document.opinion.clinical
    scarred = bool(clinical.scars or clinical.surgery)
    found = [one for lesion in as_lesions(findings) for one in _of_lesion(lesion, scarred)]
    found += _of_links(document, findings)
    found += [
        Inconsistency(text, None, serious)
        for text, serious in opinion_rules.objections(document, findings, sides)
    ]
    open_ones = sum(undecided(one) and one.id not in unseen for one in document.live)
    if open_ones:
        what = "1 proposal is" if open_ones == 1 else f"{open_ones} proposals are"
        found.append(Inconsistency(f"{what} neither accepted nor rejected"))
    return tuple(sorted(found, key=lambda one: not one.serious))


def _of_lesion(lesion: tuple[Finding, ...], scarred: bool) -> Iterator[Inconsistency]:
    first, linked = lesion[0], lesion[1].id if len(lesion) > 1 else None
    for text, serious in descriptor_rules.objections(first, scarred=scarred):
        yield Inconsistency(text, first.id, serious, linked)
    if linked is not None:
        differing = _differing(first, lesion[1])
        if differing:
            text = f"{title_of(first)}: linked findings differ in {differing}"
            yield Inconsistency(text, first.id, True, linked)


def _differing(one: Finding, other: Finding) -> str:
    words = (set(one.descriptors.terms), set(other.descriptors.terms))
    compared = {
        "kind": one.kind is other.kind,
        "descriptors": words[0] == words[1],
        "assessment": one.assessment is other.assessment,
        "pathology": one.pathology == other.pathology,
    }
    return ", ".join(name for name, same in compared.items() if not same)


def _of_links(document: Document, findings: tuple[Finding, ...]) -> Iterator[Inconsistency]:
    """Links that lead nowhere, or to a finding that is linked elsewhere or was rejected."""
    live = {one.id: one for one in document.live}
    for one in findings:
        other = live.get(one.counterpart_id) if one.counterpart_id else None
        if one.counterpart_id is None:
            continue
        if other is None:
            wrong = "is linked with a finding that is gone"
        elif other.status is FindingStatus.REJECTED:
            wrong = "is linked with a rejected finding"
        elif other.counterpart_id != one.id:
            wrong = "is linked with a finding that is not linked with it"
        else:
            continue
        yield Inconsistency(f"{title_of(one)} {wrong}", one.id, True)
