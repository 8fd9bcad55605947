"""A shared trunk with a head for each question (MommiNet-v2, section 3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from domain.lexicon import FIFTH_EDITION, DescriptorAxis
from inference.systems.classify_crops import PLANES
from inference.systems.classify_features import FEATURES
from inference.systems.classify_outputs import AXES, BIRADS, MALIGNANCY
from training.losses.uncertainty import LearnedWeights
from training.networks.densenet import DenseNet, DenseNetSize

Outputs = dict[str, Tensor]
MISSING = -1
"""Of a target that is not known."""
_MOST = 4.0
"""Deviations from its mean that a feature counts for at most."""


def codes_of(axis: DescriptorAxis) -> tuple[str, ...]:
    """The answers of a head, in the order of its outputs."""
    return tuple(term.code for term in FIFTH_EDITION.terms[axis])


class Measured(nn.Module):
    """Features on one scale, mixed by one small layer. 0 stands for what is not known.

    mean, deviation: of what was learnt from; part of the weights.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("deviation", torch.ones(FEATURES))
        self.mix = nn.Sequential(nn.Linear(2 * FEATURES, width), nn.Tanh())
        self.features = width

    def standardise(self, learnt: Tensor) -> None:
        """learnt: (n, ``FEATURES``), all that is learnt from."""
        known = (learnt != 0).to(learnt.dtype)
        count = known.sum(0).clamp(min=1)
        mean = learnt.sum(0) / count
        spread = ((learnt - mean) ** 2 * known).sum(0) / count
        self.mean.copy_(mean)
        self.deviation.copy_(spread.sqrt().clamp(min=1e-3))

    def forward(self, told: Tensor) -> Tensor:
        """told: (n, ``FEATURES``); gives (n, width)."""
        known = (told != 0).to(told.dtype)
        scaled = ((told - self.mean) / self.deviation).clamp(-_MOST, _MOST) * known
        mixed: Tensor = self.mix(torch.cat([scaled, known], 1))
        return mixed


class AroundCentre(nn.Module):
    """Two more planes behind those that come in: how the lesion's grey changes along the radius
    from the middle of the square, and how strongly across it. Spicules lie along the radius, edges
    across it, and no convolution knows where the middle is.
    """

    PLANES = 2
    slopes: Tensor

    def __init__(self) -> None:
        super().__init__()
        across = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 4
        self.register_buffer("slopes", torch.stack([across, across.T])[:, None], persistent=False)

    def forward(self, planes: Tensor) -> Tensor:
        """planes: (n, c, h, w), the lesion first; gives (n, c + 2, h, w)."""
        slopes = functional.conv2d(planes[:, :1], self.slopes, padding=1)
        rows, columns = planes.shape[2:]
        y = torch.linspace(-1, 1, rows, device=planes.device)[:, None].expand(rows, columns)
        x = torch.linspace(-1, 1, columns, device=planes.device)[None].expand(rows, columns)
        length = torch.sqrt(x * x + y * y + 1e-4)
        along = (slopes[:, 0] * x + slopes[:, 1] * y) / length
        beside = (slopes[:, 1] * x - slopes[:, 0] * y) / length
        return torch.cat([planes, 4 * torch.stack([along, beside.abs()], 1)], 1)


class JudgeNetwork(nn.Module):
    """Malignancy, place on the BI-RADS scale, and descriptors.

    birads: whether there are more heads than malignancy; without, it is the paper's binary
    baseline. dropout: of the pooled features.
    """

    def __init__(self, size: DenseNetSize, *, birads: bool = True, dropout: float = 0.2) -> None:
        super().__init__()
        if size.channels != PLANES:
            raise ValueError(f"a judge sees {PLANES} planes")
        self.around = AroundCentre()
        self.trunk = DenseNet(replace(size, channels=PLANES + AroundCentre.PLANES))
        self.measured = Measured()
        self.drop = nn.Dropout(dropout)
        heads = {MALIGNANCY: 1}
        if birads:
            heads |= {BIRADS: 1, **{name: len(codes_of(axis)) for name, axis in AXES.items()}}
        features = self.trunk.features + self.measured.features
        self.heads = nn.ModuleDict(
            {name: nn.Linear(features, outs) for name, outs in heads.items()}
        )
        for head in self.heads.values():
            if isinstance(head, nn.Linear):  # pixels only add to what the features say
                nn.init.zeros_(head.weight[:, : self.trunk.features])
        choices = [name for name in heads if name != BIRADS]
        self.weights = LearnedWeights(choices, [BIRADS] if birads else [])

    def forward(self, planes: Tensor, features: Tensor) -> Outputs:
        """planes: (n, 5, h, w). features: (n, ``FEATURES``). Log-odds (n,) of malignancy, place on
        the scale (n,), 0 to 1, and logits (n, k) of each descriptor.
        """
        return self._told(self.trunk(self.around(planes)), features)

    def by_features(self, features: Tensor) -> Outputs:
        """The same from the features alone, as if the pixels showed nothing."""
        return self._told(features.new_zeros(len(features), self.trunk.features), features)

    def _told(self, pooled: Tensor, features: Tensor) -> Outputs:
        whole = self.drop(torch.cat([pooled, self.measured(features)], 1))
        told = {name: head(whole).float() for name, head in self.heads.items()}
        told[MALIGNANCY] = told[MALIGNANCY][:, 0]
        if BIRADS in told:
            told[BIRADS] = torch.sigmoid(told[BIRADS][:, 0])
        return told

    def losses(self, outputs: Outputs, targets: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Weighted losses by head (equation 4), of ``plain_losses``."""
        weighted: dict[str, Tensor] = self.weights(plain_losses(outputs, targets))
        return weighted


def plain_losses(outputs: Outputs, targets: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Losses by head; heads without a known target in the batch rest.

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
    return plain


class ExportedJudge(nn.Module):
    """Outputs in a fixed order, descriptors as probabilities. names: of the outputs."""

    def __init__(self, network: JudgeNetwork) -> None:
        super().__init__()
        self.network = network
        self.names = tuple(network.heads)

    def forward(self, planes: Tensor, features: Tensor) -> tuple[Tensor, ...]:
        """As ``JudgeNetwork`` takes them."""
        told = self.network(planes, features)
        return tuple(
            torch.softmax(told[name], 1) if name in AXES else told[name] for name in self.names
        )
