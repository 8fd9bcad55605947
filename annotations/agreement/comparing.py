"""Two readings of one study side by side, and whether a third reader must decide."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.agreement.matching import LEAST_IOU, Matched, match, stated
from annotations.document.document import Document
from annotations.document.opinion import Opinion
from domain.finding import Finding
from domain.laterality import Laterality
from domain.lexicon import Assessment

_ACTION = frozenset(
    {
        *(Assessment.INCOMPLETE, Assessment.SUSPICIOUS, Assessment.LOW_SUSPICION),
        *(Assessment.MODERATE_SUSPICION, Assessment.HIGH_SUSPICION),
        *(Assessment.HIGHLY_SUGGESTIVE, Assessment.PROVEN),
    }
)
"""Categories after which something is done: the BI-RADS Atlas counts 0, 4 and 5 as positive in
screening (follow-up and outcome monitoring); 6 is cancer already."""


@dataclass(frozen=True)
class Assessments:
    """What both readers said of one breast, or of the study (laterality ``None``)."""

    laterality: Laterality | None
    first: Assessment | None
    second: Assessment | None

    @property
    def agree(self) -> bool:
        """Whether both said the same."""
        return self.first is self.second


@dataclass(frozen=True)
class Comparison:
    """Two readings. discordances: why a third reader must decide, in words; none if needless."""

    matched: Matched
    assessments: tuple[Assessments, ...]
    recall: tuple[bool, bool]
    discordances: tuple[str, ...]

    @property
    def discordant(self) -> bool:
        """Whether a third reader must decide."""
        return bool(self.discordances)


def compare(first: Document, second: Document, least_iou: float = LEAST_IOU) -> Comparison:
    """Set two readings of one study side by side.

    They are discordant where one recalls the patient and the other doesn't, where one calls a
    breast suspicious that the other doesn't, or where one has a suspicious finding that the
    other has not marked.
    """
    matched = match(stated(first), stated(second), least_iou)
    told = tuple(_assessments(first.opinion, second.opinion))
    recall = recalls(first), recalls(second)
    discordances = [
        *(["one reader recalls, the other does not"] if recall[0] is not recall[1] else []),
        *(
            _said_of(one)
            for one in told
            if one.laterality and _acts(one.first) != _acts(one.second)
        ),
        *(f"only the first reader marks a suspicious {_kind(one)}" for one in _alone(matched, 0)),
        *(f"only the second reader marks a suspicious {_kind(one)}" for one in _alone(matched, 1)),
    ]
    return Comparison(matched, told, recall, tuple(discordances))


def recalls(document: Document) -> bool:
    """Whether a reading calls the patient back: as it says, else by its assessments."""
    opinion = document.opinion
    if opinion.recall is not None:
        return opinion.recall
    return any(_acts(one) for one in (opinion.overall, *_breasts(opinion)))


def _breasts(opinion: Opinion) -> tuple[Assessment | None, Assessment | None]:
    return opinion.right.assessment, opinion.left.assessment


def _assessments(first: Opinion, second: Opinion) -> list[Assessments]:
    return [
        Assessments(None, first.overall, second.overall),
        Assessments(Laterality.RIGHT, first.right.assessment, second.right.assessment),
        Assessments(Laterality.LEFT, first.left.assessment, second.left.assessment),
    ]


def _acts(assessment: Assessment | None) -> bool:
    return assessment in _ACTION


def _said_of(one: Assessments) -> str:
    side = "right" if one.laterality is Laterality.RIGHT else "left"
    first, second = (told.value if told else "nothing" for told in (one.first, one.second))
    return f"{side} breast: BI-RADS {first} against {second}"


def _alone(matched: Matched, which: int) -> list[Finding]:
    alone = (matched.only_first, matched.only_second)[which]
    return [one for one in alone if _acts(one.assessment)]


def _kind(finding: Finding) -> str:
    return finding.kind.value
