"""What of a reader's opinion does not fit together, or does not fit the findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from annotations.document.document import Document
from annotations.document.opinion import BreastOpinion, Opinion, Positioning
from annotations.report.words import SIDES, gravest, is_lower, proposed_overall
from domain.finding import Finding
from domain.laterality import Laterality
from domain.lexicon import Assessment

Objection = tuple[str, bool]
"""What is wrong, and whether it is a contradiction."""

_WORKUP = frozenset(
    {
        Assessment.INCOMPLETE,
        Assessment.SUSPICIOUS,
        Assessment.LOW_SUSPICION,
        Assessment.MODERATE_SUSPICION,
        Assessment.HIGH_SUSPICION,
        Assessment.HIGHLY_SUGGESTIVE,
    }
)
_SETTLED = frozenset({Assessment.NEGATIVE, Assessment.BENIGN})


def objections(
    document: Document, findings: tuple[Finding, ...], sides: Mapping[str, Laterality]
) -> Iterator[Objection]:
    """Everything about the study as a whole. findings: those that the reader stands for."""
    opinion = document.opinion
    yield from _still_to_say(opinion, sides)
    for breast in (opinion.right, opinion.left):
        yield from _breast(breast, findings, sides)
    yield from _overall(document, findings)
    yield from _recall(opinion, findings)


def side_of(finding: Finding, sides: Mapping[str, Laterality]) -> Laterality | None:
    """The breast that a finding lies in, by its images, else by its location."""
    for mark in finding.geometries:
        if mark.sop_instance_uid in sides:
            return sides[mark.sop_instance_uid]
    return finding.location.laterality if finding.location else None


def _still_to_say(opinion: Opinion, sides: Mapping[str, Laterality]) -> Iterator[Objection]:
    seen = set(sides.values())
    everywhere = not seen or Laterality.BOTH in seen
    missing = [] if opinion.composition else ["composition"]
    missing += [
        f"{SIDES[breast.laterality]} breast"
        for breast in (opinion.right, opinion.left)
        if breast.assessment is None and (everywhere or breast.laterality in seen)
    ]
    missing += ["overall assessment"] if opinion.overall is None else []
    missing += ["recall"] if opinion.recall is None else []
    if missing:
        yield f"Still to be said: {', '.join(missing)}", False


def _breast(
    breast: BreastOpinion, findings: tuple[Finding, ...], sides: Mapping[str, Laterality]
) -> Iterator[Objection]:
    said, name = breast.assessment, SIDES[breast.laterality].capitalize()
    if said is None:
        return
    own = [one for one in findings if side_of(one, sides) is breast.laterality]
    worst = gravest(one.assessment for one in own)
    if worst is not None and is_lower(said, worst):
        yield f"{name} breast assessed {said.value}, but a finding in it {worst.value}", True
    unplaced = any(side_of(one, sides) is None for one in findings)
    if said in _WORKUP - {Assessment.INCOMPLETE} and not own and not unplaced:
        yield f"{name} breast assessed {said.value}, but no finding is marked in it", False


def _overall(document: Document, findings: tuple[Finding, ...]) -> Iterator[Objection]:
    opinion, worst = document.opinion, proposed_overall(document)
    said = opinion.overall
    if said is None:
        return
    if worst is not None and is_lower(said, worst):
        yield f"Overall assessment {said.value} is lower than the highest, {worst.value}", True
    elif worst is not None and said is not Assessment.INCOMPLETE and is_lower(worst, said):
        yield f"Overall assessment {said.value} is higher than anything assessed", False
    elif said is Assessment.INCOMPLETE and worst in _SETTLED and not _technical(opinion):
        yield "Overall assessment 0, but nothing says what is missing", False
    elif said in _WORKUP and not findings and not _technical(opinion):
        yield f"Overall assessment {said.value}, but no finding is marked", False


def _recall(opinion: Opinion, findings: tuple[Finding, ...]) -> Iterator[Objection]:
    breasts = (opinion.right.assessment, opinion.left.assessment)
    stated = (opinion.overall, *breasts, *(one.assessment for one in findings))
    worst = gravest(one for one in stated if one in _WORKUP)
    if opinion.recall is False and worst is not None:
        yield f"Assessed {worst.value}, but not recalled", True
    settled = opinion.overall if opinion.overall in _SETTLED and worst is None else None
    explained = _technical(opinion) or opinion.clinical.symptoms
    if opinion.recall and settled is not None and not explained:
        yield f"Recalled, but the overall assessment is {settled.value}", True
    for breast in (opinion.right, opinion.left):
        if breast.positioning is Positioning.INADEQUATE and opinion.recall is False:
            name = SIDES[breast.laterality].capitalize()
            yield f"{name} breast's positioning is inadequate, but not recalled", False


def _technical(opinion: Opinion) -> bool:
    """Whether something is wrong with the images themselves."""
    breasts = (opinion.right, opinion.left)
    return any(one.problems or one.positioning is Positioning.INADEQUATE for one in breasts)
