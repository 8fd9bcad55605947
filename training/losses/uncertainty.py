"""Learned weights of several losses (Kendall et al., CVPR 2018; MommiNet-v2, equation 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn


class LearnedWeights(nn.Module):
    """One sigma a task, learned as log sigma^2 so that it stays above 0 (Kendall, section 3.2).

    choices: names of tasks with a cross entropy. scales: names of those with a squared error.
    """

    def __init__(self, choices: Sequence[str], scales: Sequence[str] = ()) -> None:
        super().__init__()
        self.names = (*choices, *scales)
        self._halved = frozenset(scales)
        self.log_variance = nn.Parameter(torch.zeros(len(self.names)))

    def forward(self, losses: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Each task's share of equation 4; their sum is the loss.

        losses: scalars by name, some of the tasks at least. L / sigma^2 + log sigma for a cross
        entropy, L / (2 sigma^2) + log sigma for a squared error. Raises KeyError for an unknown
        name.
        """
        unknown = set(losses) - set(self.names)
        if unknown:
            raise KeyError(f"no weight was made for {', '.join(sorted(unknown))}")
        weighted = {}
        for number, name in enumerate(self.names):
            if name in losses:
                log_variance = self.log_variance[number]
                half = 0.5 if name in self._halved else 1.0
                share = half * torch.exp(-log_variance) * losses[name]
                weighted[name] = share + 0.5 * log_variance
        return weighted
