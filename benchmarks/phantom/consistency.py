"""Whether the two views of a lesion agree: its distance from the nipple in CC and MLO."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from benchmarks.phantom.record import ImageRecord

Pairs = list[tuple[float, float]]
_SHUFFLES = 200


@dataclass(frozen=True)
class Consistency:
    """Pearson's r of distances in CC and MLO, and of how many pairs; NaN below three pairs.

    shuffled: mean r when each distance in CC meets that of any lesion of the set. neighbours:
    of different lesions of the same breast.
    """

    same: float
    pairs: int
    shuffled: float
    neighbours: float
    neighbour_pairs: int


def consistency(records: Sequence[ImageRecord]) -> Consistency:
    """Compare all lesions that are seen in both views of a breast."""
    same, neighbours = distance_pairs(records)
    return Consistency(
        pearson(same), len(same), shuffled_pearson(same), pearson(neighbours), len(neighbours)
    )


def distance_pairs(records: Sequence[ImageRecord]) -> tuple[Pairs, Pairs]:
    """Nipple distances in mm (CC, MLO) of the same lesions, and of others in the same breast."""
    breasts: dict[tuple[int, str], dict[str, dict[int, float]]] = {}
    for record in records:
        views = breasts.setdefault((record.patient, record.side), {"CC": {}, "MLO": {}})
        views[record.view].update({one.number: one.nipple_distance_mm for one in record.targets})
    same: Pairs = []
    others: Pairs = []
    for views in breasts.values():
        for (number, cc), (other, mlo) in product(views["CC"].items(), views["MLO"].items()):
            (same if number == other else others).append((cc, mlo))
    return same, others


def pearson(pairs: Sequence[tuple[float, float]]) -> float:
    """Pearson's correlation; NaN for fewer than three pairs or a side that never varies."""
    values: npt.NDArray[np.float64] = np.array(pairs, np.float64).reshape(-1, 2)
    centred = values - values.mean(axis=0) if len(values) else values
    spread = float(np.sqrt((centred**2).sum(axis=0).prod()))
    if len(values) < 3 or spread < 1e-9:
        return float("nan")
    return float((centred[:, 0] * centred[:, 1]).sum()) / spread


def shuffled_pearson(pairs: Sequence[tuple[float, float]]) -> float:
    """Mean correlation over random partners."""
    if len(pairs) < 3:
        return float("nan")
    random = np.random.default_rng(0)
    cc, mlo = np.array(pairs, np.float64).T
    drawn = [
        pearson(list(zip(cc.tolist(), random.permutation(mlo).tolist(), strict=True)))
        for _ in range(_SHUFFLES)
    ]
    return float(np.mean(drawn))
