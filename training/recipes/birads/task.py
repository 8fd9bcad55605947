"""What the classifier learns at each step, and how it is looked at in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from domain.errors import BadInputError
from inference.systems.classify_outputs import AXES, BIRADS, MALIGNANCY
from training.data.finding_crops import (
    FindingCrop,
    by_lesion,
    drawn_outline,
    features_of,
    moved_planes,
    plain_planes,
)
from training.metrics.roc import auc
from training.recipes.birads.network import MISSING, JudgeNetwork, codes_of, plain_losses
from training.recipes.birads.scale import SCALE
from training.recipes.birads.settings import BiradsRecipe

_AT_ONCE = 64
_LOOKED_AT = 600
"""Crops that were learnt from and are looked at unmoved."""
Floats = npt.NDArray[np.float64]


class BiradsTask:
    """Draws batches of crops, and validates by the AUC of lesions."""

    def __init__(self, recipe: BiradsRecipe) -> None:
        """Raises BadInputError where there is nothing to learn from or to validate on."""
        self._recipe = recipe
        self.train = list(recipe.crops(recipe.train))
        self.valid = list(recipe.crops(recipe.valid))
        for name, crops in (("train", self.train), ("validate", self.valid)):
            outcomes = {one.truth.malignant for one in crops}
            if outcomes != {True, False}:
                raise BadInputError(
                    f"there are no malignant and benign findings to {name} on",
                    where=str(recipe.data),
                    remedy="Draw the studies first",
                )
        self.targets = targets_of(self.train)
        self._plain: dict[str, list[float]] = {}

    def loss(self, network: JudgeNetwork, step: int) -> Mapping[str, Tensor]:
        """Weighted losses of one step's batch."""
        random = np.random.default_rng((self._recipe.schedule.seed, step))
        places = random.choice(len(self.train), self._recipe.batch)
        side, jitter = self._recipe.side, self._recipe.jitter
        drawn, told = [], []
        for crop in (self.train[at] for at in places.tolist()):
            outline = drawn_outline(crop, jitter, random)
            drawn.append(moved_planes(crop, side, jitter, random, outline))
            told.append(features_of(crop, outline))
        images = torch.from_numpy(np.stack(drawn)).contiguous(memory_format=torch.channels_last)
        picked = torch.from_numpy(places)
        targets = {name: one[picked] for name, one in self.targets.items()}
        plain = plain_losses(network(images, torch.from_numpy(np.stack(told))), targets)
        for name, one in plain.items():
            self._plain.setdefault(name, []).append(float(one.detach()))
        weighted: Mapping[str, Tensor] = network.weights(plain)
        return weighted

    def validate(self, network: JudgeNetwork) -> Mapping[str, float]:
        """AUC of lesions (the goal), cross entropy of malignancy, and since the last time the means
        of the losses without their weights.
        """
        told = outputs_of(network, self.valid, self._recipe.side)
        chance, outcome = lesion_means(self.valid, told[MALIGNANCY])
        figures = {
            "findings": float(len(chance)),
            "cross_entropy": float(np.logaddexp(0, np.where(outcome, -chance, chance)).mean()),
            "goal": auc(chance, outcome),
        }
        if BIRADS in told:
            figures["birads_auc"] = auc(*lesion_means(self.valid, told[BIRADS]))
        some = self.train[:: max(1, len(self.train) // _LOOKED_AT)]
        learnt = outputs_of(network, some, self._recipe.side)[MALIGNANCY]
        figures["learnt_auc"] = auc(learnt, [bool(one.truth.malignant) for one in some])
        figures |= {f"plain_{name}": float(np.mean(one)) for name, one in self._plain.items()}
        self._plain = {}
        return figures


def targets_of(crops: Sequence[FindingCrop]) -> dict[str, Tensor]:
    """Of each head, (n,); MISSING where a truth is not known."""
    told: dict[str, Tensor] = {
        MALIGNANCY: torch.tensor([float(bool(one.truth.malignant)) for one in crops]),
        BIRADS: torch.tensor(
            [
                MISSING
                if one.truth.assessment is None
                else SCALE.get(one.truth.assessment, MISSING)
                for one in crops
            ]
        ).float(),
    }
    for name, axis in AXES.items():
        codes = codes_of(axis)
        chosen = [dict(one.truth.descriptors.terms).get(axis) for one in crops]
        told[name] = torch.tensor(
            [MISSING if code is None else codes.index(code) for code in chosen]
        )
    return told


def outputs_of(
    network: JudgeNetwork, crops: Sequence[FindingCrop], side: int
) -> dict[str, npt.NDArray[np.float64]]:
    """All outputs in torch on crops as they are read; descriptors as logits."""
    parts: dict[str, list[Tensor]] = {}
    network.eval()
    with torch.no_grad():
        for first in range(0, len(crops), _AT_ONCE):
            some = crops[first : first + _AT_ONCE]
            images = torch.from_numpy(np.stack([plain_planes(one, side) for one in some]))
            told = torch.from_numpy(np.stack([features_of(one) for one in some]))
            for name, one in network(images, told).items():
                parts.setdefault(name, []).append(one)
    return {name: torch.cat(some).double().numpy() for name, some in parts.items()}


def lesion_means(
    crops: Sequence[FindingCrop], values: Floats
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Of each lesion the mean over its views, and whether it is malignant."""
    groups = by_lesion(crops)
    means = np.array([values[some].mean() for some in groups])
    return means, np.array([bool(crops[some[0]].truth.malignant) for some in groups])
