"""A residual trunk (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

STRIDES = (8, 16, 32)
"""Input pixels per pixel of the maps that a trunk gives: C3, C4, C5."""


@dataclass(frozen=True)
class ResNetSize:
    """blocks: of each of the four stages; (2, 2, 2, 2) is ResNet-18. width: channels of the first
    stage, doubled by each; the paper's is 64. channels: of the input. bottleneck: blocks of three
    convolutions that give four times as many; with (3, 4, 6, 3) this is ResNet-50.
    """

    blocks: tuple[int, int, int, int] = (2, 2, 2, 2)
    width: int = 64
    channels: int = 1
    bottleneck: bool = False


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and the way around them (section 3.3, equation 1; figure 5, left)."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(out)
        self.second = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(out)
        self.around = nn.Sequential()
        if stride != 1 or channels != out:
            self.around = nn.Sequential(
                nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out)
            )

    def forward(self, x: Tensor) -> Tensor:
        """x: (n, channels, h, w); gives (n, out, h / stride, w / stride)."""
        inner = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(self.second_norm(self.second(inner)) + self.around(x))


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolutions and the way around them (figure 5, right)."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        inner = out // 4
        self.inner = nn.Sequential(
            nn.Conv2d(channels, inner, 1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, inner, 3, stride, 1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, out, 1, bias=False),
        )
        self.second_norm = nn.BatchNorm2d(out)
        self.around = nn.Sequential()
        if stride != 1 or channels != out:
            self.around = nn.Sequential(
                nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out)
            )

    def forward(self, x: Tensor) -> Tensor:
        """x: (n, channels, h, w); gives (n, out, h / stride, w / stride)."""
        return torch.relu(self.second_norm(self.inner(x)) + self.around(x))


class ResNet(nn.Module):
    """The trunk without its classifier."""

    def __init__(self, size: ResNetSize) -> None:
        super().__init__()
        width = size.width
        self.stem = nn.Sequential(
            nn.Conv2d(size.channels, width, 7, 2, 3, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, 1),
        )
        self.stages = nn.ModuleList()
        block, grown = (Bottleneck, 4) if size.bottleneck else (BasicBlock, 1)
        before = width
        for number, blocks in enumerate(size.blocks):
            out, stride = grown * width << number, 1 if number == 0 else 2
            layers: list[nn.Module] = [block(before, out, stride)]
            layers += [block(out, out, 1) for _ in range(blocks - 1)]
            self.stages.append(nn.Sequential(*layers))
            before = out
        self.channels = (grown * width * 2, grown * width * 4, grown * width * 8)
        _initialise(self)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x: (n, channels, h, w), sides multiples of 32. Maps at a stride of 8, 16 and 32."""
        maps = []
        level = self.stem(x)
        for stage in self.stages:
            level = stage(level)
            maps.append(level)
        return maps[1:]


def _initialise(network: nn.Module) -> None:
    """He et al. 2015; the last norm of a block starts at 0, so that blocks start as nothing."""
    for part in network.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")
        if isinstance(part, BasicBlock | Bottleneck):
            nn.init.zeros_(part.second_norm.weight)
