"""From a network's log-odds to a calibrated probability, and from there to a category."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from domain.lexicon import Assessment

_LADDER = (
    (Assessment.PROBABLY_BENIGN, "bound-3"),
    (Assessment.LOW_SUSPICION, "bound-4a"),
    (Assessment.MODERATE_SUSPICION, "bound-4b"),
    (Assessment.HIGH_SUSPICION, "bound-4c"),
)


@dataclass(frozen=True)
class Calibration:
    """Settings of a package, each under its name with hyphens, fitted on validation data.

    The probability is that of log-odds / temperature + birads_weight * place on the scale + bias
    (Guo et al., ICML 2017, section 4.2, with the second head as another feature). bound_3 to
    bound_4c: highest probability of a category, the likelihoods of the atlas where not fitted.
    benign_below: a finding of category 3 that lies lower on the scale is of category 2.
    """

    temperature: float = 1.0
    birads_weight: float = 0.0
    bias: float = 0.0
    bound_3: float = 0.02
    bound_4a: float = 0.10
    bound_4b: float = 0.50
    bound_4c: float = 0.95
    benign_below: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise ValueError("a temperature is above 0")
        bounds = (0.0, self.bound_3, self.bound_4a, self.bound_4b, self.bound_4c, 1.0)
        if list(bounds) != sorted(bounds):
            raise ValueError("the categories' bounds rise from 0 to 1")

    @classmethod
    def of(cls, settings: Mapping[str, float]) -> Calibration:
        """From a manifest's settings. Raises ValueError where they can't be."""
        named = {one.name: one.name.replace("_", "-") for one in fields(cls)}
        return cls(**{name: settings[key] for name, key in named.items() if key in settings})

    def settings(self) -> dict[str, float]:
        """For a manifest."""
        return {one.name.replace("_", "-"): float(getattr(self, one.name)) for one in fields(self)}

    def probability(self, log_odds: float, scale: float | None = None) -> float:
        """Of malignancy, 0 to 1. scale: of the BI-RADS head, where there is one."""
        told = log_odds / self.temperature + self.bias + self.birads_weight * (scale or 0.0)
        return 1 / (1 + math.exp(-min(max(told, -30.0), 30.0)))

    def category(self, probability: float, scale: float | None = None) -> Assessment:
        """2, 3, 4A, 4B, 4C or 5."""
        bounds = self.settings()
        for category, bound in _LADDER:
            if probability <= bounds[bound]:
                benign = scale is not None and scale < self.benign_below
                if category is Assessment.PROBABLY_BENIGN and benign:
                    return Assessment.BENIGN
                return category
        return Assessment.HIGHLY_SUGGESTIVE
