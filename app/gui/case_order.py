"""In which order cases are read one after another."""

from __future__ import annotations

from collections.abc import Sequence

from app.gui.services import Services
from domain.study import Study


def by_score(cases: Sequence[Study], services: Services) -> tuple[Study, ...]:
    """The highest score of the AI reading first, where the settings say so.

    Cases without a score stay in their order behind.
    """
    if not services.settings.ai.sort_list:
        return tuple(cases)
    standings = services.second_reading.standings

    def score(study: Study) -> float:
        standing = standings.get(study.uid)
        known = standing.score if standing is not None else None
        return known if known is not None else -1.0

    return tuple(sorted(cases, key=score, reverse=True))
