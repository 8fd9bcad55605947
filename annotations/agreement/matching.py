"""Which findings of two readings are the same finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.agreement.overlap import NO_OVERLAP, Overlap, overlap, points_at
from annotations.document.document import Document
from domain.finding import Finding, FindingKind, FindingStatus, ReaderProvenance

LEAST_IOU = 0.1
"""Two outlines of one lesion by two readers overlap at least so far; 0.1 is what the mammography
literature counts a mark as a hit from."""

_CALCIFICATIONS = frozenset({FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP})


@dataclass(frozen=True)
class Pair:
    """One finding as both readers marked it."""

    first: Finding
    second: Finding
    overlap: Overlap


@dataclass(frozen=True)
class Matched:
    """Findings of two readings: pairs, best overlap first, and what one of them has alone."""

    pairs: tuple[Pair, ...]
    only_first: tuple[Finding, ...]
    only_second: tuple[Finding, ...]


def stated(document: Document) -> tuple[Finding, ...]:
    """What a reading states of the patient.

    Its live findings, but no regions, nothing that was rejected, and no model's proposal that the
    reader never judged. A reader's own finding counts whatever its status.
    """
    return tuple(one for one in document.live if not one.kind.is_region and _stands(one))


def match(
    first: Sequence[Finding], second: Sequence[Finding], least_iou: float = LEAST_IOU
) -> Matched:
    """Pair findings of two readings, each once, the best overlap first.

    Kinds must fit: calcifications and their groups are one kind here, the others each their own.
    A mark that is a point alone pairs with what it points at, with an overlap of 0.
    """
    found = [
        (overlap(one, other), -here, -there)
        for here, one in enumerate(first)
        for there, other in enumerate(second)
        if _kinds_fit(one.kind, other.kind)
    ]
    near = [
        (how, here, there)
        for how, here, there in found
        if how.iou >= least_iou or (how == NO_OVERLAP and points_at(first[-here], second[-there]))
    ]
    near.sort(key=lambda one: (one[0].iou, one[1], one[2]), reverse=True)
    pairs, here_taken, there_taken = [], set[int](), set[int]()
    for how, here, there in near:
        if -here in here_taken or -there in there_taken:
            continue
        here_taken.add(-here)
        there_taken.add(-there)
        pairs.append(Pair(first[-here], second[-there], how))
    return Matched(
        tuple(pairs),
        tuple(one for here, one in enumerate(first) if here not in here_taken),
        tuple(one for there, one in enumerate(second) if there not in there_taken),
    )


def _stands(finding: Finding) -> bool:
    if finding.status is FindingStatus.REJECTED:
        return False
    own = isinstance(finding.provenance, ReaderProvenance)
    return own or finding.status is not FindingStatus.PROPOSED


def _kinds_fit(one: FindingKind, other: FindingKind) -> bool:
    return one is other or {one, other} <= _CALCIFICATIONS
