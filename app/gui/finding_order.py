"""In which order findings are listed and stepped through, and which are lit together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from domain.finding import Finding, ModelProvenance


def in_order(findings: Iterable[Finding], scores: Mapping[UUID, float]) -> tuple[Finding, ...]:
    """The reader's own as they were drawn, then a model's by score, falling.

    scores: 0 to 1, of a model's findings. What became of a model's mark keeps its place when it
    is accepted, corrected or rejected, so that nothing jumps while the reader goes through them.
    """

    def place(finding: Finding) -> tuple[bool, float]:
        score = score_of_mark(finding, scores)
        own = score is None and not isinstance(finding.provenance, ModelProvenance)
        return not own, -(score or 0.0)

    return tuple(sorted(findings, key=place))


def score_of_mark(finding: Finding, scores: Mapping[UUID, float]) -> float | None:
    """A model's score of a finding, or of the one that it was made from; ``None`` for neither."""
    origin = finding.parent_id
    return scores.get(finding.id, scores.get(origin) if origin is not None else None)


def corresponding(findings: Iterable[Finding], to: Collection[UUID]) -> frozenset[UUID]:
    """Findings that are linked to any of those, without these themselves."""
    return frozenset(one.id for one in findings if one.counterpart_id in to) - frozenset(to)
