"""What the trainer asks of this recipe: the loss of a step, and figures of a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from domain.errors import BadInputError
from training.data.regions import (
    KeptRegion,
    RegionPlan,
    centred_regions,
    draw_regions,
    kept_regions,
)
from training.data.sample import Sample
from training.losses.dice import supervised_loss
from training.networks.encoders import Folded
from training.networks.unetpp import MeanChance
from training.recipes.contours.settings import EDGE, GROWTH

_AT_ONCE = 16


class ContourTask:
    """Keeps all regions of its sets in memory."""

    def __init__(
        self,
        train: Iterable[Sample],
        valid: Iterable[Sample],
        *,
        plan: RegionPlan,
        batch: int,
        seed: int,
    ) -> None:
        """train, valid: images with masses. batch: regions of a step. seed: of what is drawn."""
        self._plan, self._batch, self._seed = plan, batch, seed
        self.train: list[KeptRegion] = list(kept_regions(train))
        self.valid: list[KeptRegion] = [one for one in kept_regions(valid) if one.mask is not None]
        if not self.valid:
            raise BadInputError(
                "no image of the validation set has a mass with an outline",
                remedy="Draw the studies first, or name another set",
            )

    def loss(self, network: Folded, step: int) -> Mapping[str, Tensor]:
        """Parts of the loss on the batch of a step."""
        drawn = draw_regions(self.train, self._plan, self._batch, self._seed, step)
        device = next(network.parameters()).device
        images = torch.from_numpy(drawn.images).to(device, memory_format=torch.channels_last)
        targets = torch.from_numpy(drawn.targets).to(device)
        return supervised_loss(network(images), targets, edge=EDGE)

    def validate(self, network: Folded) -> Mapping[str, float]:
        """Mean Dice over masses, at 0.5, in the region's pixels."""
        found = dices(network, self.valid)
        return {"goal": float(np.mean(found)), "worst_tenth": float(np.quantile(found, 0.1))}


def dices(network: Folded, pool: Sequence[KeptRegion], growth: float = GROWTH) -> list[float]:
    """Dice of each mass, from its true box grown by ``growth``."""
    mean = MeanChance(network).eval()
    device = next(network.parameters()).device
    found: list[float] = []
    for begin in range(0, len(pool), _AT_ONCE):
        some = centred_regions(pool[begin : begin + _AT_ONCE], growth)
        with torch.no_grad():
            chance = mean(torch.from_numpy(some.images).to(device))[0].cpu().numpy()
        inside, truth = chance >= 0.5, some.targets >= 0.5
        both = (inside & truth).sum((1, 2, 3))
        each = inside.sum((1, 2, 3)) + truth.sum((1, 2, 3))
        found.extend((2 * both / np.maximum(1, each)).tolist())
    return found
