"""What changed between a reader's first opinion and the one after the model's marks were shown."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from annotations.document.document import Document
from annotations.document.first_read import FirstRead
from annotations.document.opinion import Opinion
from annotations.report.words import title_of
from domain.finding import Finding, FindingStatus, ModelProvenance
from domain.lexicon import Assessment

NOT_SAID = "not said"


def differences(document: Document) -> tuple[str, ...]:
    """One sentence a difference, in the order opinion, findings; none where nothing changed.

    Empty too where no first opinion was recorded: then there is nothing to compare with.
    """
    first = document.first_read
    if first is None:
        return ()
    opinions = _opinions(first.opinion, document.opinion)
    return (*opinions, *_findings(first, document))


def _opinions(before: Opinion, after: Opinion) -> Iterator[str]:
    for name, one, other in (
        ("Overall", before.overall, after.overall),
        ("Right breast", before.right.assessment, after.right.assessment),
        ("Left breast", before.left.assessment, after.left.assessment),
    ):
        if one is not other:
            yield f"{name}: BI-RADS {_category(one)} before, {_category(other)} after"
    if before.recall is not after.recall:
        yield f"Recall: {_recall(before.recall)} before, {_recall(after.recall)} after"
    if before.composition != after.composition:
        then, now = before.composition or NOT_SAID, after.composition or NOT_SAID
        yield f"Composition: {then} before, {now} after"


def _findings(first: FirstRead, document: Document) -> Iterator[str]:
    before = {finding.id: finding for finding in first.findings}
    now = {finding.id: finding for finding in document.live}
    for finding in document.live:
        kind = title_of(finding)
        if finding.id in before:
            yield from _changed(before[finding.id], finding)
        elif _is_taken_over(finding, document):
            yield f"{kind} taken over from the AI reading"
        elif not isinstance(finding.provenance, ModelProvenance):
            yield f"{kind} added"
    for one, finding in before.items():
        if one not in now and not _is_continued(one, document):
            yield f"{title_of(finding)} removed"


def _is_taken_over(finding: Finding, document: Document) -> bool:
    """Accepted as it was, or the reader's edit of a model's mark."""
    parent = document.by_id.get(finding.parent_id) if finding.parent_id is not None else None
    if parent is not None and isinstance(parent.provenance, ModelProvenance):
        return True
    made = isinstance(finding.provenance, ModelProvenance)
    return made and finding.status in (FindingStatus.ACCEPTED, FindingStatus.EDITED)


def _is_continued(one: UUID, document: Document) -> bool:
    return any(finding.parent_id == one for finding in document.findings)


def _changed(before: Finding, after: Finding) -> Iterator[str]:
    kind = title_of(after)
    if before.assessment is not after.assessment:
        one, other = _category(before.assessment), _category(after.assessment)
        yield f"{kind}: BI-RADS {one} before, {other} after"
    if before.geometries != after.geometries:
        yield f"{kind} redrawn"
    if before.descriptors != after.descriptors or before.kind is not after.kind:
        yield f"{kind} described otherwise"
    if before.status is not after.status and after.status is FindingStatus.REJECTED:
        yield f"{kind} rejected"


def _category(assessment: Assessment | None) -> str:
    return assessment.value if assessment is not None else NOT_SAID


def _recall(recall: bool | None) -> str:
    return {True: "yes", False: "no", None: NOT_SAID}[recall]
