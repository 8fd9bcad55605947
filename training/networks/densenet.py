"""Densely connected trunks (Huang et al., "Densely Connected Convolutional Networks", CVPR 2017).

MommiNet-v2, section 3.7, shares DenseNet-121 between its two branches.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class DenseNetSize:
    """blocks: layers of each dense block. growth: channels that a layer adds (k). stem: channels
    of the first convolution. channels: of the input. bottleneck: channels of a layer's 1x1
    convolution in units of k. compression: share of channels that a transition keeps (theta).
    pooled: the paper's stem; else a lighter one with the same stride.
    """

    blocks: tuple[int, ...] = (6, 12, 24, 16)
    growth: int = 32
    stem: int = 64
    channels: int = 1
    bottleneck: int = 4
    compression: float = 0.5
    pooled: bool = True


DENSENET_121 = DenseNetSize()
"""Table 1 of the paper, k = 32."""


class DenseLayer(nn.Module):
    """BN-ReLU-1x1, BN-ReLU-3x3 (section 3, "Bottleneck layers"), put behind what came in."""

    def __init__(self, channels: int, growth: int, bottleneck: int) -> None:
        super().__init__()
        inner = bottleneck * growth
        self.body = nn.Sequential(
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, inner, 1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, growth, 3, 1, 1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        """x: (n, channels, h, w); gives (n, channels + growth, h, w) (equation 2)."""
        return torch.cat([x, self.body(x)], 1)


class DenseNet(nn.Module):
    """The trunk up to its pooled features, without the classifier.

    features: how many there are.
    """

    def __init__(self, size: DenseNetSize) -> None:
        super().__init__()
        stem = _pooled_stem(size) if size.pooled else _small_stem(size)
        self.stem = nn.Sequential(*stem)
        body: list[nn.Module] = []
        channels = size.stem
        for number, layers in enumerate(size.blocks):
            if number:
                kept = int(channels * size.compression)
                body.append(_transition(channels, kept))
                channels = kept
            for _ in range(layers):
                body.append(DenseLayer(channels, size.growth, size.bottleneck))
                channels += size.growth
        self.body = nn.Sequential(*body, nn.BatchNorm2d(channels), nn.ReLU(inplace=True))
        self.features = 2 * channels
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight)

    def forward(self, x: Tensor) -> Tensor:
        """x: (n, channels, h, w); gives (n, features), means and maxima over the last maps.

        The paper takes means alone; a lesion's edge is a small part of a cut, and maxima keep it.
        """
        maps: Tensor = self.body(self.stem(x))
        return torch.cat([maps.mean((2, 3)), maps.amax((2, 3))], 1)


def _pooled_stem(size: DenseNetSize) -> list[nn.Module]:
    """7x7 convolution and 3x3 max pooling, of stride 2 each (table 1)."""
    return [
        nn.Conv2d(size.channels, size.stem, 7, 2, 3, bias=False),
        nn.BatchNorm2d(size.stem),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2, 1),
    ]


def _small_stem(size: DenseNetSize) -> list[nn.Module]:
    """Two 3x3 convolutions of stride 2, for small inputs: the maps are as small, at less cost."""
    half = size.stem // 2
    return [
        nn.Conv2d(size.channels, half, 3, 2, 1, bias=False),
        nn.BatchNorm2d(half),
        nn.ReLU(inplace=True),
        nn.Conv2d(half, size.stem, 3, 2, 1, bias=False),
    ]


def _transition(channels: int, kept: int) -> nn.Sequential:
    """BN-ReLU-1x1 and 2x2 average pooling between blocks (section 3, "Pooling layers")."""
    return nn.Sequential(
        nn.BatchNorm2d(channels),
        nn.ReLU(inplace=True),
        nn.Conv2d(channels, kept, 1, bias=False),
        nn.AvgPool2d(2),
    )
