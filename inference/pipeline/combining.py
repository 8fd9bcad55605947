"""From views' results to the study's: counterparts, scores, change, notes. Runs no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition
from inference.pipeline import scores
from inference.pipeline.correspondence import match
from inference.pipeline.findings import linked
from inference.pipeline.inputs import StudyInput, ViewInput
from inference.pipeline.priors import changes
from inference.pipeline.reader import ReaderPackages, unused_stages
from inference.pipeline.results import Change, Counterpart, Proposal, StudyResult, ViewResult

_BREASTS = (Laterality.RIGHT, Laterality.LEFT)
_POSITIONS = (ViewPosition.CC, ViewPosition.MLO)
_OTHERWISE_LAID = frozenset({ViewModifier.IMPLANT_DISPLACED, ViewModifier.AXILLARY_TAIL})


def combine(
    inputs: StudyInput,
    packages: ReaderPackages,
    views: Sequence[ViewResult],
    older: Sequence[ViewResult] = (),
) -> StudyResult:
    """The study's result from its views'. older: of the prior's views; runs no network."""
    counterparts = _counterparts(inputs.views, views)
    told = tuple(replace(one, proposals=linked(one.proposals, counterparts)) for one in views)
    sides = [one.laterality for one in inputs.views]
    return StudyResult(
        uid=inputs.uid,
        digest=inputs.digest,
        views=told,
        breasts=scores.breast_scores(told, sides),
        case_score=scores.case_score(told),
        counterparts=counterparts,
        changes=_changes(inputs, views, older),
        packages=packages.uses,
        notes=tuple(_notes(inputs, packages, views)),
    )


def _counterparts(
    inputs: Sequence[ViewInput], views: Sequence[ViewResult]
) -> tuple[Counterpart, ...]:
    """Of each breast's first CC and MLO that were read; marks below their threshold have none."""
    read = [(told, one) for told, one in zip(inputs, views, strict=True) if one.status.is_read]
    found: list[Counterpart] = []
    for side in _BREASTS:
        pair = [
            next((one for told, one in read if _is(told, side, position)), None)
            for position in _POSITIONS
        ]
        if pair[0] is None or pair[1] is None:
            continue
        ones, others = (shown(one) for one in (pair[0], pair[1]))
        pairs = match([one.likeness for one in ones], [one.likeness for one in others])
        found += [
            Counterpart(ones[at.one].finding.id, others[at.other].finding.id, at.probability)
            for at in pairs
        ]
    return tuple(found)


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


def _notes(
    inputs: StudyInput, packages: ReaderPackages, views: Sequence[ViewResult]
) -> Iterator[str]:
    """What a reader must not take for "nothing found"."""
    read = [told for told, one in zip(inputs.views, views, strict=True) if one.status.is_read]
    for side, position in product(_BREASTS, _POSITIONS):
        if not any(_is(one, side, position) for one in read):
            yield f"No {side.value}{position.value} was read"
    for stage in unused_stages(packages.packages):
        yield f"The package for {stage} was not run: this version only detects"
