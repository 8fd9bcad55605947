"""Scores of breasts and of the case: each is its highest finding's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.laterality import Laterality
from inference.pipeline.results import BreastScore, ViewResult

_BREASTS = (Laterality.RIGHT, Laterality.LEFT)


def view_score(view: ViewResult) -> float | None:
    """The highest finding's, 0 where a view was read and has none; ``None`` where it was not."""
    if not view.status.is_read:
        return None
    return max((one.score for one in view.proposals), default=0.0)


def breast_scores(
    views: Sequence[ViewResult], sides: Sequence[Laterality | None]
) -> tuple[BreastScore, ...]:
    """Right, then left. sides: of each view; one of an unknown breast counts for none."""
    pairs = list(zip(views, sides, strict=True))
    return tuple(
        BreastScore(side, _highest(view_score(one) for one, its in pairs if its is side))
        for side in _BREASTS
    )


def case_score(views: Sequence[ViewResult]) -> float | None:
    """The highest of all views, those of an unknown breast included."""
    return _highest(map(view_score, views))


def _highest(scores: Iterable[float | None]) -> float | None:
    return max((one for one in scores if one is not None), default=None)
