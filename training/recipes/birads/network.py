"""A shared trunk with a head for each question (MommiNet-v2, section 3.7)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from domain.lexicon import FIFTH_EDITION, DescriptorAxis
from inference.systems.classify_crops import PLANES
from inference.systems.classify_outputs import AXES, BIRADS, MALIGNANCY
from training.losses.uncertainty import LearnedWeights
from training.networks.densenet import DenseNet, DenseNetSize

Outputs = dict[str, Tensor]
MISSING = -1
"""Of a target that is not known."""


def codes_of(axis: DescriptorAxis) -> tuple[str, ...]:
    """The answers of a head, in the order of its outputs."""
    return tuple(term.code for term in FIFTH_EDITION.terms[axis])


class JudgeNetwork(nn.Module):
    """Malignancy, place on the BI-RADS scale, and descriptors.

    birads: whether there are more heads than malignancy; without, it is the paper's binary
    baseline. dropout: of the pooled features.
    """

    def __init__(self, size: DenseNetSize, *, birads: bool = True, dropout: float = 0.2) -> None:
        super().__init__()
        if size.channels != PLANES:
            raise ValueError(f"a judge sees {PLANES} planes")
        self.trunk = DenseNet(size)
        self.drop = nn.Dropout(dropout)
        heads = {MALIGNANCY: 1}
        if birads:
            heads |= {BIRADS: 1, **{name: len(codes_of(axis)) for name, axis in AXES.items()}}
        self.heads = nn.ModuleDict(
            {name: nn.Linear(self.trunk.features, outs) for name, outs in heads.items()}
        )
        choices = [name for name in heads if name != BIRADS]
        self.weights = LearnedWeights(choices, [BIRADS] if birads else [])

    def forward(self, x: Tensor) -> Outputs:
        """x: (n, 4, h, w). Log-odds (n,) of malignancy, place on the scale (n,), 0 to 1, and
        logits (n, k) of each descriptor.
        """
        features = self.drop(self.trunk(x))
        told = {name: head(features).float() for name, head in self.heads.items()}
        told[MALIGNANCY] = told[MALIGNANCY][:, 0]
        if BIRADS in told:
            told[BIRADS] = torch.sigmoid(told[BIRADS][:, 0])
        return told

    def losses(self, outputs: Outputs, targets: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Weighted losses by head (equation 4); heads without a known target in the batch rest.

        targets: malignancy (n,) 0 or 1, the scale (n,), descriptors int64 (n,); MISSING anywhere.
        """
        plain: dict[str, Tensor] = {}
        for name, given in outputs.items():
            known = targets[name] != MISSING
            if not bool(known.any()):
                continue
            kept, truth = given[known], targets[name][known]
            if name == MALIGNANCY:
                plain[name] = functional.binary_cross_entropy_with_logits(kept, truth)
            elif name == BIRADS:
                plain[name] = functional.mse_loss(kept, truth)
            else:
                plain[name] = functional.cross_entropy(kept, truth)
        weighted: dict[str, Tensor] = self.weights(plain)
        return weighted


class ExportedJudge(nn.Module):
    """Outputs in a fixed order, descriptors as probabilities. names: of the outputs."""

    def __init__(self, network: JudgeNetwork) -> None:
        super().__init__()
        self.network = network
        self.names = tuple(network.heads)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """x: (n, 4, h, w)."""
        told = self.network(x)
        return tuple(
            torch.softmax(told[name], 1) if name in AXES else told[name] for name in self.names
        )
