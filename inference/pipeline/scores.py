"""Scores of breasts and of the case: each is its highest finding's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.laterality import Laterality
from inference.packages.manifest import Stage
from inference.pipeline.results import BreastScore, ScoreKind, ViewResult

_BREASTS = (Laterality.RIGHT, Laterality.LEFT)


def score_kind(views: Sequence[ViewResult]) -> ScoreKind:
    """What the study's scores are: malignancy where a classifier ran on each view that was read."""
    read = [one for one in views if one.status.is_read]
    judged = bool(read) and all(Stage.CLASSIFY in one.done for one in read)
    return ScoreKind.MALIGNANCY if judged else ScoreKind.DETECTION


def view_score(view: ViewResult, kind: ScoreKind = ScoreKind.DETECTION) -> float | None:
    """The highest finding's, 0 where a view was read and has none; ``None`` where it was not.

    Malignancy is that of the marks from their threshold on, as fainter ones are no findings; a
    detection score may be that of any mark.
    """
    if not view.status.is_read:
        return None
    if kind is ScoreKind.DETECTION:
        return max((one.score for one in view.proposals), default=0.0)
    told = (one.finding.malignancy for one in view.proposals if one.reaches())
    return max((one for one in told if one is not None), default=0.0)


def breast_scores(
    views: Sequence[ViewResult],
    sides: Sequence[Laterality | None],
    kind: ScoreKind = ScoreKind.DETECTION,
) -> tuple[BreastScore, ...]:
    """Right, then left. sides: of each view; one of an unknown breast counts for none."""
    pairs = list(zip(views, sides, strict=True))
    return tuple(
        BreastScore(side, _highest(view_score(one, kind) for one, its in pairs if its is side))
        for side in _BREASTS
    )


def case_score(views: Sequence[ViewResult], kind: ScoreKind = ScoreKind.DETECTION) -> float | None:
    """The highest of all views, those of an unknown breast included."""
    return _highest(view_score(one, kind) for one in views)


def _highest(scores: Iterable[float | None]) -> float | None:
    return max((one for one in scores if one is not None), default=None)
