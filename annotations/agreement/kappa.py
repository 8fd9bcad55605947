"""Agreement of two readers beyond chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

import numpy as np


class Weights(Enum):
    """How much a disagreement counts by how far apart two categories are."""

    NONE = "unweighted"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


def kappa(
    pairs: Sequence[tuple[str, str]], order: Sequence[str], weights: Weights = Weights.NONE
) -> float:
    """Cohen's kappa, 1 for full agreement and 0 for chance; NaN where it has no meaning.

    pairs: what the first and the second reader said of each case. order: all categories, in
    order. kappa = 1 - sum(w o) / sum(w e), with o the observed and e the chance proportions and
    w the disagreement weights (Cohen 1960; weighted: Cohen 1968, equation 6). NaN for no pairs,
    and where both readers always used one and the same category. ValueError for a category that
    is not in the order.
    """
    place = {name: number for number, name in enumerate(order)}
    unknown = {said for pair in pairs for said in pair} - place.keys()
    if unknown:
        raise ValueError(f"no such category: {', '.join(sorted(unknown))}")
    if not pairs:
        return math.nan
    seen = np.zeros((len(order), len(order)))
    for first, second in pairs:
        seen[place[first], place[second]] += 1
    seen /= len(pairs)
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0))
    apart = np.abs(np.subtract.outer(np.arange(len(order)), np.arange(len(order)))).astype(float)
    if weights is Weights.NONE:
        apart = (apart > 0).astype(float)
    elif weights is Weights.QUADRATIC:
        apart = apart**2
    expected = float((apart * chance).sum())
    return 1 - float((apart * seen).sum()) / expected if expected > 0 else math.nan
