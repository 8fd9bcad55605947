"""U-Net++ (Zhou et al., DLMIA 2018), the second stage of the two-stage system (its section 3.3)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.networks.encoders import ConvUnit, Encoder


class UNetPlusPlus(nn.Module):
    """Nested dense skips: X[i, j] is made of X[i, 0] to X[i, j - 1] and X[i + 1, j - 1] doubled.

    i: size, 0 the finest; j: how far along the skip. Deep supervision: each X[0, j], j > 0, has a
    head of ``out`` logits; the network's answer is the mean of their chances (``MeanChance``).
    """

    def __init__(self, encoder: Encoder, out: int = 1) -> None:
        super().__init__()
        self.encoder = encoder
        widths = encoder.widths
        self.nodes = nn.ModuleDict()
        for along in range(1, len(widths)):
            for size in range(len(widths) - along):
                given = along * widths[size] + widths[size + 1]
                self.nodes[f"x{size}_{along}"] = ConvUnit(given, widths[size])
        self.heads = nn.ModuleList(nn.Conv2d(widths[0], out, 1) for _ in widths[1:])

    def forward(self, x: Tensor) -> list[Tensor]:
        """x: (n, channels, h, w). Logits (n, out, h, w) of each head, the shallowest first."""
        rows = [[one] for one in self.encoder(x)]
        for along in range(1, len(rows)):
            for size in range(len(rows) - along):
                below = doubled(rows[size + 1][along - 1])
                node = self.nodes[f"x{size}_{along}"]
                rows[size].append(node(torch.cat([*rows[size], below], 1)))
        return [head(one) for head, one in zip(self.heads, rows[0][1:], strict=True)]


class MeanChance(nn.Module):
    """What is exported: the mean of the heads' chances, (n, 1, h, w), 0 to 1."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """x: float32 (n, 1, h, w), 0 to 1."""
        return (torch.stack([torch.sigmoid(one) for one in self.network(x)]).mean(0),)


def doubled(x: Tensor) -> Tensor:
    """Twice as many rows and columns, linear between."""
    return functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
