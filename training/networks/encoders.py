"""Encoders of the contour networks: maps at falling sizes, finest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor, nn


class ConvUnit(nn.Sequential):
    """3x3 convolutions, each with batch norm and ReLU; the size stays."""

    def __init__(self, channels: int, out: int, convolutions: int = 2) -> None:
        super().__init__()
        for number in range(convolutions):
            given = channels if number == 0 else out
            self.append(nn.Conv2d(given, out, 3, 1, 1, bias=False))
            self.append(nn.BatchNorm2d(out))
            self.append(nn.ReLU(inplace=True))


class Encoder(nn.Module):
    """Convolutions at each size, 2x2 max-pooling between. widths: channels of each size."""

    def __init__(self, channels: int, widths: Sequence[int], convolutions: Sequence[int]) -> None:
        super().__init__()
        self.widths = tuple(widths)
        given = (channels, *widths[:-1])
        self.stages = nn.ModuleList(
            ConvUnit(one, out, many)
            for one, out, many in zip(given, widths, convolutions, strict=True)
        )
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x: (n, channels, h, w), sides multiples of 2 to the number of sizes less one."""
        maps: list[Tensor] = []
        for number, stage in enumerate(self.stages):
            x = stage(self.pool(x) if number else x)
            maps.append(x)
        return maps


class MakesMaps(Protocol):
    """What decoders need of an encoder."""

    widths: tuple[int, ...]

    def __call__(self, x: Tensor) -> list[Tensor]:
        """Maps, finest first, each half as large as the one before."""
        ...


def vgg19_encoder(channels: int = 1, width: int = 64) -> Encoder:
    """The 16 convolutions of VGG19 (Simonyan and Zisserman, ICLR 2015, table 1, E).

    With batch norm: the paper's has none and begins with ImageNet's weights; from scratch it
    needs one.
    """
    widths = (width, 2 * width, 4 * width, 8 * width, 8 * width)
    return Encoder(channels, widths, (2, 2, 4, 4, 4))


def narrow_encoder(channels: int = 1, base: int = 16, sizes: int = 5) -> Encoder:
    """Two convolutions at each size, channels doubled from one to the next."""
    return Encoder(channels, [base * 2**number for number in range(sizes)], [2] * sizes)


class Folded(nn.Module):
    """A network that works on an image whose 2x2 (``fold``) pixels were made channels.

    inner: from (n, fold * fold, h / fold, w / fold) to logits of as many channels. What it gives is
    unfolded to the image's size: (heads, n, 1, h, w). Costs ``fold`` squared times less than
    the same network on the image itself.
    """

    def __init__(self, inner: nn.Module, fold: int) -> None:
        super().__init__()
        self.inner, self.fold = inner, fold

    def forward(self, x: Tensor) -> list[Tensor]:
        """x: (n, 1, h, w). Logits of each head, (n, 1, h, w), the last the deepest."""
        down = torch.nn.functional.pixel_unshuffle(x, self.fold)
        return [torch.nn.functional.pixel_shuffle(one, self.fold) for one in self.inner(down)]
