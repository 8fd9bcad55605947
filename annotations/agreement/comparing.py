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


Names = tuple[str, str]
NAMELESS: Names = ("the first reader", "the second reader")


def compare(
    first: Document,
    second: Document,
    least_iou: float = LEAST_IOU,
    names: Names = NAMELESS,
) -> Comparison:
    """Set two readings of one study side by side. names: of both readers, for what is told.

    They are discordant where one recalls the patient and the other doesn't, where one calls a
    breast suspicious that the other doesn't, or where one has a suspicious finding that the
    other has not marked.
    """
    matched = match(stated(first), stated(second), least_iou)
    told = tuple(_assessments(first.opinion, second.opinion))
    recall = recalls(first), recalls(second)
    discordances = [
        *_recalled(recall, names),
        *(
            _said_of(one)
            for one in told
            if one.laterality and asks_for_action(one.first) != asks_for_action(one.second)
        ),
        *(
            f"only {names[which]} marks a suspicious {one.kind.value}"
            for which in (0, 1)
            for one in _alone(matched, which)
        ),
    ]
    return Comparison(matched, told, recall, tuple(discordances))


def recalls(document: Document) -> bool:
    """Whether a reading calls the patient back: as it says, else by its assessments."""
    opinion = document.opinion
    if opinion.recall is not None:
        return opinion.recall
    return any(asks_for_action(one) for one in (opinion.overall, *_breasts(opinion)))


def _breasts(opinion: Opinion) -> tuple[Assessment | None, Assessment | None]:
    return opinion.right.assessment, opinion.left.assessment


def _assessments(first: Opinion, second: Opinion) -> list[Assessments]:
    return [
        Assessments(None, first.overall, second.overall),
        Assessments(Laterality.RIGHT, first.right.assessment, second.right.assessment),
        Assessments(Laterality.LEFT, first.left.assessment, second.left.assessment),
    ]


def asks_for_action(assessment: Assessment | None) -> bool:
    """Whether something is done after this category."""
    return assessment in _ACTION


def _said_of(one: Assessments) -> str:
    side = "right" if one.laterality is Laterality.RIGHT else "left"
    first, second = (told.value if told else "nothing" for told in (one.first, one.second))
    return f"{side} breast: BI-RADS {first} against {second}"


def _alone(matched: Matched, which: int) -> list[Finding]:
    alone = (matched.only_first, matched.only_second)[which]
    return [one for one in alone if asks_for_action(one.assessment)]


def _recalled(recall: tuple[bool, bool], names: Names) -> list[str]:
    if recall[0] is recall[1]:
        return []
    calls, other = names if recall[0] else (names[1], names[0])
    return [f"{calls} recalls, {other} does not"]
