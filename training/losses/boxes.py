"""Losses of boxes, and how alike boxes are; boxes are left top right bottom, (..., 4)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_TINY = 1e-7


def areas(boxes: Tensor) -> Tensor:
    """Square pixels, (...); 0 for a box with no inside."""
    sides = (boxes[..., 2:] - boxes[..., :2]).clamp(min=0)
    return sides[..., 0] * sides[..., 1]


def pairwise_iou(one: Tensor, other: Tensor) -> Tensor:
    """Intersection over union of each of (n, 4) with each of (m, 4): (n, m), 0 to 1."""
    low = torch.maximum(one[:, None, :2], other[None, :, :2])
    high = torch.minimum(one[:, None, 2:], other[None, :, 2:])
    sides = (high - low).clamp(min=0)
    both = sides[..., 0] * sides[..., 1]
    union = areas(one)[:, None] + areas(other)[None] - both
    return both / union.clamp(min=_TINY)


def smooth_l1(deltas: Tensor, targets: Tensor, beta: float = 1 / 9) -> Tensor:
    """Summed over the four numbers of each box (Girshick, "Fast R-CNN", equation 3): (...)."""
    return functional.smooth_l1_loss(deltas, targets, beta=beta, reduction="none").sum(-1)


def giou_loss(boxes: Tensor, targets: Tensor) -> Tensor:
    """1 - GIoU of each pair, 0 to 2 (Rezatofighi et al., CVPR 2019, algorithm 1): (...)."""
    low = torch.maximum(boxes[..., :2], targets[..., :2])
    high = torch.minimum(boxes[..., 2:], targets[..., 2:])
    inner = areas(torch.cat((low, torch.maximum(low, high)), -1))
    union = areas(boxes) + areas(targets) - inner
    around_low = torch.minimum(boxes[..., :2], targets[..., :2])
    around_high = torch.maximum(boxes[..., 2:], targets[..., 2:])
    around = areas(torch.cat((around_low, around_high), -1))
    iou = inner / union.clamp(min=_TINY)
    return 1 - iou + (around - union) / around.clamp(min=_TINY)


def diou_loss(boxes: Tensor, targets: Tensor) -> Tensor:
    """1 - DIoU of each pair, 0 to 2 (Zheng et al., AAAI 2020, equation 7; MommiNet-v2): (...)."""
    low = torch.maximum(boxes[..., :2], targets[..., :2])
    high = torch.minimum(boxes[..., 2:], targets[..., 2:])
    inner = areas(torch.cat((low, torch.maximum(low, high)), -1))
    iou = inner / (areas(boxes) + areas(targets) - inner).clamp(min=_TINY)
    apart = (boxes[..., :2] + boxes[..., 2:] - targets[..., :2] - targets[..., 2:]) / 2
    around = torch.maximum(boxes[..., 2:], targets[..., 2:]) - torch.minimum(
        boxes[..., :2], targets[..., :2]
    )
    return 1 - iou + apart.square().sum(-1) / around.square().sum(-1).clamp(min=_TINY)
