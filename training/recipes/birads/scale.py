"""BI-RADS categories on the scale from 0 to 1 of MommiNet-v2, Table 1 and equation 3."""

from __future__ import annotations

from collections.abc import Mapping

from domain.lexicon import Assessment

_STEPS = (
    (Assessment.NEGATIVE, 1.0),
    (Assessment.BENIGN, 1.5),
    (Assessment.PROBABLY_BENIGN, 2.0),
    (Assessment.LOW_SUSPICION, 1.5),
    (Assessment.MODERATE_SUSPICION, 1.5),
    (Assessment.HIGH_SUSPICION, 1.8),
    (Assessment.HIGHLY_SUGGESTIVE, 1.5),
    (Assessment.PROVEN, 0.0),
)
"""Categories with the visual distance to the next one."""


def _scale() -> dict[Assessment, float]:
    whole = sum(step for _, step in _STEPS)
    places: dict[Assessment, float] = {}
    gone = 0.0
    for category, step in _STEPS:
        places[category] = gone / whole
        gone += step
    return places


SCALE: Mapping[Assessment, float] = _scale()
"""0 to 1; categories 0 and 4 (without a letter) have no place on it."""
