"""Comparators of the two-stage paper's Table 4: U-Net and the cascaded U-Net."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from training.networks.encoders import ConvUnit, Encoder, narrow_encoder
from training.networks.unetpp import doubled


class UNet(nn.Module):
    """U-Net (Ronneberger et al., MICCAI 2015): one skip a size, one head."""

    def __init__(self, encoder: Encoder, out: int = 1) -> None:
        super().__init__()
        self.encoder = encoder
        widths = encoder.widths
        self.nodes = nn.ModuleList(
            ConvUnit(fine + coarse, fine) for fine, coarse in pairwise(widths)
        )
        self.head = nn.Conv2d(widths[0], out, 1)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x: (n, channels, h, w). Logits (n, out, h, w), a list of one."""
        *finer, x = self.encoder(x)
        for node, skip in zip(reversed(self.nodes), reversed(finer), strict=True):
            x = node(torch.cat([skip, doubled(x)], 1))
        return [self.head(x)]


class CascadedUNet(nn.Module):
    """U-Nets in a row with auto-context (Yan et al., the paper's [9]).

    Each is given the image and the chances of the one before; each has a head of its own. The
    paper's works on three sizes of whole mammograms; on one region they all see the same size.
    """

    def __init__(self, channels: int, base: int, out: int = 1, links: int = 2) -> None:
        super().__init__()
        given = [channels + (out if number else 0) for number in range(links)]
        self.links = nn.ModuleList(UNet(narrow_encoder(one, base), out) for one in given)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x: (n, channels, h, w). Logits of each link, (n, out, h, w)."""
        found: list[Tensor] = []
        for link in self.links:
            context = [torch.sigmoid(found[-1])] if found else []
            found.extend(link(torch.cat([x, *context], 1)))
        return found
