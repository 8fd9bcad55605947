"""From views' results to the study's: counterparts, scores, change, notes. Runs no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from domain.finding import FindingKind
from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition
from inference.packages.manifest import Stage
from inference.pipeline import scores
from inference.pipeline.correspondence import match
from inference.pipeline.findings import judged_alike, linked
from inference.pipeline.inputs import StudyInput, ViewInput
from inference.pipeline.priors import changes
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import Change, Counterpart, Proposal, StudyResult, ViewResult

_BREASTS = (Laterality.RIGHT, Laterality.LEFT)
_POSITIONS = (ViewPosition.CC, ViewPosition.MLO)
_CALCIFIED = frozenset({FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP})
_SAID = {
    Stage.CALCIFY: "Calcifications were not looked for in",
    Stage.CONTOUR: "Contours were not drawn in",
    Stage.CLASSIFY: "Findings were not judged in",
}
_OTHERWISE_LAID = frozenset({ViewModifier.IMPLANT_DISPLACED, ViewModifier.AXILLARY_TAIL})


def combine(
    inputs: StudyInput,
    packages: ReaderPackages,
    views: Sequence[ViewResult],
    older: Sequence[ViewResult] = (),
) -> StudyResult:
    """The study's result from its views'. older: of the prior's views; runs no network."""
    counterparts = _counterparts(inputs.views, views)
    alike = judged_alike([one for view in views for one in view.proposals], counterparts)
    told = tuple(
        replace(
            view,
            proposals=linked(
                [alike.get(one.finding.id, one) for one in view.proposals], counterparts
            ),
        )
        for view in views
    )
    sides = [one.laterality for one in inputs.views]
    kind = scores.score_kind(told)
    return StudyResult(
        uid=inputs.uid,
        digest=inputs.digest,
        views=told,
        breasts=scores.breast_scores(told, sides, kind),
        case_score=scores.case_score(told, kind),
        counterparts=counterparts,
        changes=_changes(inputs, views, older),
        packages=packages.uses,
        notes=tuple(_notes(inputs, views)),
        score_is=kind,
        composition=_composition(views),
    )


def _composition(views: Sequence[ViewResult]) -> dict[str, float]:
    """The mean of the views that tell one."""
    told = [one.composition for one in views if one.composition]
    letters = sorted({letter for one in told for letter in one})
    return {letter: sum(one.get(letter, 0.0) for one in told) / len(told) for letter in letters}


def _counterparts(
    inputs: Sequence[ViewInput], views: Sequence[ViewResult]
) -> tuple[Counterpart, ...]:
    """Of each breast's first CC and MLO that were read; marks below their threshold have none.

    Calcifications correspond to calcifications, and soft findings to soft ones.
    """
    read = [(told, one) for told, one in zip(inputs, views, strict=True) if one.status.is_read]
    found: list[Counterpart] = []
    for side in _BREASTS:
        pair = [
            next((one for told, one in read if _is(told, side, position)), None)
            for position in _POSITIONS
        ]
        if pair[0] is None or pair[1] is None:
            continue
        for calcified in (False, True):
            found += _paired(*(_shown_of(one, calcified=calcified) for one in (pair[0], pair[1])))
    return tuple(found)


def _shown_of(view: ViewResult, *, calcified: bool) -> tuple[Proposal, ...]:
    return tuple(one for one in shown(view) if (one.finding.kind in _CALCIFIED) is calcified)


def _paired(ones: Sequence[Proposal], others: Sequence[Proposal]) -> Iterator[Counterpart]:
    for at in match([one.likeness for one in ones], [one.likeness for one in others]):
        yield Counterpart(ones[at.one].finding.id, others[at.other].finding.id, at.probability)


def shown(view: ViewResult) -> tuple[Proposal, ...]:
    """A view's proposals at or above the threshold that their provenance states."""
    return tuple(one for one in view.proposals if one.reaches())


def compared(inputs: StudyInput) -> tuple[ViewInput, ...]:
    """The prior's views that a current one is compared with, each once."""
    wanted = [_prior_of(view, inputs.priors) for view in inputs.views]
    return tuple(one for one in inputs.priors if any(one is other for other in wanted))


def _prior_of(view: ViewInput, priors: Sequence[ViewInput]) -> ViewInput | None:
    """The same breast in the same view, laid alike; nothing where either is unknown."""
    if view.laterality is None or view.position is None:
        return None
    same = (
        one
        for one in priors
        if one.laterality is view.laterality
        and one.position is view.position
        and one.modifiers & _OTHERWISE_LAID == view.modifiers & _OTHERWISE_LAID
    )
    return next(same, None)


def _is(view: ViewInput, side: Laterality, position: ViewPosition) -> bool:
    laid = view.modifiers & _OTHERWISE_LAID
    return view.laterality is side and view.position is position and not laid


def _changes(
    inputs: StudyInput, views: Sequence[ViewResult], older: Sequence[ViewResult]
) -> tuple[Change, ...]:
    by_digest = {one.digest: one for one in older}
    found: list[Change] = []
    for told, view in zip(inputs.views, views, strict=True):
        prior = _prior_of(told, inputs.priors)
        if prior is not None and prior.digest in by_digest:
            found += changes(view, by_digest[prior.digest])
    return tuple(found)


def _notes(inputs: StudyInput, views: Sequence[ViewResult]) -> Iterator[str]:
    """What a reader must not take for "nothing found"."""
    read = [told for told, one in zip(inputs.views, views, strict=True) if one.status.is_read]
    for side, position in product(_BREASTS, _POSITIONS):
        if not any(_is(one, side, position) for one in read):
            yield f"No {side.value}{position.value} was read"
    for stage, said in _SAID.items():
        named = [one.name for one in views if stage in one.lost]
        if named:
            yield f"{said} {', '.join(named)}"
