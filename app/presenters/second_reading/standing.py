"""How far the AI reading of one case has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from domain.finding import Finding
from domain.study import Study

if TYPE_CHECKING:  # the first paint needs no models of files
    from inference.packages.manifest import Stage
    from inference.pipeline.results import Progress, StudyResult, ViewResult
    from inference.worker.jobs import StudyJob


class AiState(Enum):
    """Of a case, or of one of its views."""

    NOT_RUN = "not run"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"

    @property
    def busy(self) -> bool:
        """Whether something may still come."""
        return self in (AiState.WAITING, AiState.RUNNING)


@dataclass(frozen=True)
class ViewStanding:
    """One view. why: the reason where it was refused, flagged or failed; empty otherwise.

    done, awaited: parts of its reading that are there and that are still to come, in words such as
    "contours"; lost: those that could not be made.
    """

    name: str
    state: AiState
    why: str = ""
    done: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class CaseStanding:
    """One case. share: of the work done, 0 to 1. views: by the uid that marks know them by.

    findings: what has come so far, proposals all. score: of the case, 0 to 1, ``None`` before it
    is known; score_is: what it is, in words. message: what failed and what was done about it.
    composition: probability of ``a`` to ``d``, empty where no package tells, or not yet.
    """

    study_uid: str
    state: AiState = AiState.NOT_RUN
    share: float = 0.0
    views: Mapping[str, ViewStanding] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    score: float | None = None
    message: str = ""
    score_is: str = ""
    composition: Mapping[str, float] = field(default_factory=dict)


NOT_RUN = CaseStanding("")
"""No case, or one that was not analysed."""


def is_of(job: StudyJob, study: Study) -> bool:
    """Whether a job reads the images that a study has now: views may come late, or go."""
    return {one.view.ref.uid for one in job.views} == {view.ref.uid for view in study.views}


def begun(study: Study) -> CaseStanding:
    """A study that was asked for."""
    views = {view.ref.uid: ViewStanding(view.name, AiState.WAITING) for view in study.views}
    return CaseStanding(study.uid, AiState.WAITING, views=views)


def with_progress(standing: CaseStanding, progress: Progress) -> CaseStanding:
    """Further on by what the worker tells."""
    views = dict(standing.views)
    known = views.get(progress.view)
    if known is not None and known.state is AiState.WAITING:
        views[progress.view] = ViewStanding(known.name, AiState.RUNNING)
    return replace(standing, state=AiState.RUNNING, share=progress.share, views=views)


def with_view(standing: CaseStanding, result: ViewResult) -> CaseStanding:
    """With one view's marks in the place of what came of it before."""
    others = tuple(
        one for one in standing.findings if one.geometries[0].sop_instance_uid != result.uid
    )
    fresh = tuple(one.finding for one in result.proposals)
    views = {**standing.views, result.uid: _view_standing(result)}
    return replace(
        standing, state=AiState.RUNNING, findings=(*others, *fresh), views=views, message=""
    )


def broken(standing: CaseStanding, message: str, *, restarted: bool) -> CaseStanding:
    """What came so far counts no longer. restarted: it is read anew from the beginning."""
    now = AiState.RUNNING if restarted else AiState.FAILED
    each = AiState.WAITING if restarted else AiState.FAILED
    views = {uid: ViewStanding(view.name, each) for uid, view in standing.views.items()}
    return replace(standing, state=now, share=0.0, findings=(), views=views, message=message)


def ended(result: StudyResult) -> CaseStanding:
    """A study that was read to its end."""
    views = {view.uid: _view_standing(view) for view in result.views}
    states = {one.state for one in views.values()}
    state = AiState.DONE
    if states and AiState.DONE not in states:
        state = AiState.FAILED if AiState.FAILED in states else AiState.NOT_APPLICABLE
    findings = tuple(one.finding for view in result.views for one in view.proposals)
    message = "; ".join(result.notes)
    return CaseStanding(
        result.uid,
        state,
        1.0,
        views,
        findings,
        result.case_score,
        message,
        result.score_is.value,
        dict(result.composition),
    )


_PARTS = {
    "detect": "boxes",
    "calcify": "calcifications",
    "contour": "contours",
    "classify": "assessments",
}
"""What the stages of a reading make, by their names."""


def _view_standing(result: ViewResult) -> ViewStanding:
    refused = result.status.name == "REFUSED"
    state = AiState.NOT_APPLICABLE if refused else AiState.FAILED
    if result.status.is_read:
        state = AiState.DONE if result.complete else AiState.RUNNING
    parts = (_parts(one) for one in (result.done, result.awaited, result.lost))
    return ViewStanding(result.name, state, "; ".join(result.reasons), *parts)


def _parts(stages: Sequence[Stage]) -> tuple[str, ...]:
    return tuple(_PARTS[one.value] for one in stages)
