"""The region proposal network's head (Ren et al., "Faster R-CNN", section 3.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

_PRIOR = 0.01
"""Share of anchors that are lesions, as the head starts out believing (RetinaNet, section 4.1)."""


class RpnHead(nn.Module):
    """Score and box of each anchor, by the same weights at all levels."""

    def __init__(self, channels: int, depth: int, per_place: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(depth):
            layers += [nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(inplace=True)]
        self.shared = nn.Sequential(*layers)
        self.score = nn.Conv2d(channels, per_place, 1)
        self.box = nn.Conv2d(channels, per_place * 4, 1)
        for part in (*self.shared, self.score, self.box):
            if isinstance(part, nn.Conv2d):
                nn.init.normal_(part.weight, std=0.01 if part in (self.score, self.box) else 0.03)
        with torch.no_grad():
            for name, values in self.named_parameters():
                if name.endswith("bias"):
                    values.fill_(-math.log((1 - _PRIOR) / _PRIOR) if name == "score.bias" else 0)

    def forward(self, maps: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Logits (n, k) and deltas (n, k, 4), in the order of ``make_anchors``."""
        logits, deltas = [], []
        for level in maps:
            inner = self.shared(level)
            logits.append(self.score(inner).permute(0, 2, 3, 1).flatten(1))
            boxes = self.box(inner).permute(0, 2, 3, 1)
            deltas.append(boxes.reshape(boxes.shape[0], -1, 4))
        return torch.cat(logits, 1), torch.cat(deltas, 1)


@dataclass(frozen=True)
class RawMarks:
    """What the network says of each anchor: logits (n, k), deltas (n, k, 4), anchors (k, 4)."""

    logits: Tensor
    deltas: Tensor
    anchors: Tensor
