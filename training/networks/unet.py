"""U-Net (Ronneberger et al., MICCAI 2015), as DeepLIMa segments calcifications with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import torch
from torch import Tensor, nn
from torch.nn import functional


class Norm(Enum):
    """Over what activations are normalised: DeepLIMa's Table 3 compares these."""

    BATCH = "batch"
    LAYER = "layer"
    GROUP = "group"


@dataclass(frozen=True)
class UNetSize:
    """How large, and of what.

    width: channels of the first stage, doubled by each; Ronneberger's is 64. stages: ways down,
    and ways up; DeepLIMa's figure 4 has 3. groups: of group norm, at most; each has 4 channels or
    more. contrast: pixels across the mean that is taken off the image; what is left is a second
    channel, tenfold. 0 leaves it out, as the paper does.
    """

    width: int = 64
    stages: int = 3
    norm: Norm = Norm.GROUP
    groups: int = 8
    contrast: int = 0

    def __post_init__(self) -> None:
        if self.width < 1 or self.stages < 1 or self.groups < 1 or self.contrast < 0:
            raise ValueError("a U-Net has stages of a width")
        if self.contrast and self.contrast % 2 == 0:
            raise ValueError("a mean about a pixel is an odd number of pixels across")

    @property
    def multiple(self) -> int:
        """Of which an input's sides are multiples."""
        return 1 << self.stages


class UNet(nn.Module):
    """One logit a pixel. ``down`` and ``up``: two convolutions a stage (DeepLIMa, figure 4)."""

    def __init__(self, size: UNetSize) -> None:
        super().__init__()
        self.size = size
        widths = [size.width << stage for stage in range(size.stages + 1)]
        first = 2 if size.contrast else 1
        self.down = nn.ModuleList(
            _stage(before, width, size)
            for before, width in zip([first, *widths[:-1]], widths, strict=True)
        )
        self.rise = nn.ModuleList(
            nn.ConvTranspose2d(2 * width, width, 2, 2) for width in reversed(widths[:-1])
        )
        self.up = nn.ModuleList(_stage(2 * width, width, size) for width in reversed(widths[:-1]))
        self.last = nn.Conv2d(size.width, 1, 1)
        nn.init.constant_(self.last.bias, _RARE)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """x: (n, 1, h, w), 0 to 1, sides multiples of ``size.multiple``; logits of that shape."""
        level = self._seen(x)
        kept = []
        for number, stage in enumerate(self.down):
            level = stage(level if number == 0 else functional.max_pool2d(level, 2))
            kept.append(level)
        for rise, stage, beside in zip(self.rise, self.up, reversed(kept[:-1]), strict=True):
            level = stage(torch.cat((beside, rise(level)), 1))
        logits: Tensor = self.last(level)
        return logits

    def _seen(self, x: Tensor) -> Tensor:
        side = self.size.contrast
        if not side:
            return x
        mean = x  # along columns, then rows: 31 times less work than a square at once
        for kernel, pad in (((side, 1), (side // 2, 0)), ((1, side), (0, side // 2))):
            mean = functional.avg_pool2d(mean, kernel, 1, pad, count_include_pad=False)
        return torch.cat((x, 10 * (x - mean)), 1)


class ExportedUNet(nn.Module):
    """The same with probabilities, as a package holds it."""

    def __init__(self, network: UNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> tuple[Tensor]:
        """image: (n, 1, h, w), 0 to 1. Probability of calcification a pixel, same shape."""
        return (torch.sigmoid(self.network(image)),)


_RARE = -4.0
"""The last bias at first: hardly any pixel is a calcification."""


def _stage(before: int, width: int, size: UNetSize) -> nn.Sequential:
    """Two 3x3 convolutions, each with its norm and ReLU."""
    layers: list[nn.Module] = []
    for channels in (before, width):
        conv = nn.Conv2d(channels, width, 3, 1, 1, bias=False)
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        layers += [conv, _norm(width, size), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


def _norm(width: int, size: UNetSize) -> nn.Module:
    if size.norm is Norm.BATCH:
        return nn.BatchNorm2d(width)
    # Layer norm over channels, rows and columns is group norm with one group (Wu and He, 3.1).
    groups = 1 if size.norm is Norm.LAYER else max(1, min(size.groups, width // 4))
    return nn.GroupNorm(groups, width)
