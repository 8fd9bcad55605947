"""Anchors, and boxes told relative to them (Ren et al., "Faster R-CNN", section 3.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

_MOST_GROWTH = math.log(1000 / 16)
"""Largest logarithm of a box's size over its anchor's: exp must not overflow."""


@dataclass(frozen=True)
class AnchorPlan:
    """Which anchors there are at each place. base: side over stride of the smallest.

    scales: factors upon it. ratios: height over width at the same area.
    """

    strides: tuple[int, ...] = (8, 16, 32)
    base: float = 1.5
    scales: tuple[float, ...] = (1.0, 2.0**0.5)
    ratios: tuple[float, ...] = (0.6, 1.0, 1.0 / 0.6)

    @property
    def per_place(self) -> int:
        """Anchors at one place."""
        return len(self.scales) * len(self.ratios)


def shapes_at(plan: AnchorPlan, stride: int) -> list[tuple[float, float]]:
    """Width and height in input pixels of the anchors at one place."""
    sides = [stride * plan.base * scale for scale in plan.scales]
    return [(side / math.sqrt(r), side * math.sqrt(r)) for side in sides for r in plan.ratios]


def make_anchors(maps: Sequence[Tensor], plan: AnchorPlan) -> Tensor:
    """All anchors of a pyramid: float32 (k, 4), left top right bottom, in input pixels.

    maps: (n, c, h_i, w_i). Order: level, row, column, shape. Centres are the centres of the
    receptive fields, stride * index, as kernels of odd sides padded alike have them.
    """
    found = []
    for level, stride in zip(maps, plan.strides, strict=True):
        rows, columns = level.shape[-2], level.shape[-1]
        y = torch.arange(rows, device=level.device, dtype=torch.float32) * stride
        x = torch.arange(columns, device=level.device, dtype=torch.float32) * stride
        down, across = torch.meshgrid(y, x, indexing="ij")
        centres = torch.stack((across, down, across, down), dim=-1).reshape(-1, 1, 4)
        halves = [(-w / 2, -h / 2, w / 2, h / 2) for w, h in shapes_at(plan, stride)]
        found.append((centres + torch.tensor(halves, device=level.device)).reshape(-1, 4))
    return torch.cat(found)


def encode(boxes: Tensor, anchors: Tensor) -> Tensor:
    """Boxes relative to anchors: tx, ty, tw, th of equation 2; both (..., 4), positive sides."""
    width, height = anchors[..., 2] - anchors[..., 0], anchors[..., 3] - anchors[..., 1]
    own_width, own_height = boxes[..., 2] - boxes[..., 0], boxes[..., 3] - boxes[..., 1]
    x = (boxes[..., 0] + boxes[..., 2] - anchors[..., 0] - anchors[..., 2]) / 2 / width
    y = (boxes[..., 1] + boxes[..., 3] - anchors[..., 1] - anchors[..., 3]) / 2 / height
    return torch.stack((x, y, torch.log(own_width / width), torch.log(own_height / height)), -1)


def decode(deltas: Tensor, anchors: Tensor) -> Tensor:
    """The way back from ``encode``; growth is limited to 62 times the anchor."""
    width, height = anchors[..., 2] - anchors[..., 0], anchors[..., 3] - anchors[..., 1]
    x = (anchors[..., 0] + anchors[..., 2]) / 2 + deltas[..., 0] * width
    y = (anchors[..., 1] + anchors[..., 3]) / 2 + deltas[..., 1] * height
    half_width = width * torch.exp(deltas[..., 2].clamp(max=_MOST_GROWTH)) / 2
    half_height = height * torch.exp(deltas[..., 3].clamp(max=_MOST_GROWTH)) / 2
    return torch.stack((x - half_width, y - half_height, x + half_width, y + half_height), -1)
