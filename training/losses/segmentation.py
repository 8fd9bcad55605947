"""Losses of pixels: weighted cross-entropy, and Dice (Milletari et al., "V-Net", 3DV 2016)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def weighted_cross_entropy(
    logits: Tensor, targets: Tensor, weight: float, counted: Tensor | None = None
) -> Tensor:
    """Mean cross-entropy, in which each positive pixel counts ``weight`` times.

    DeepLIMa, section 2.2.2; divided by all weights, so that it does not grow with the weight.
    logits, targets (0 or 1): float, same shape. counted: 0 where a pixel is not learnt from.
    """
    weights = 1 + (weight - 1) * targets
    if counted is not None:
        weights = weights * counted
    cross = functional.binary_cross_entropy_with_logits(logits.float(), targets, reduction="none")
    return (weights * cross).sum() / weights.sum().clamp(min=1)


def dice_loss(logits: Tensor, targets: Tensor, smooth: float = 1.0) -> Tensor:
    """1 - (2 sum p t + s) / (sum p^2 + sum t^2 + s) of each image, then their mean.

    Equation of section 3, with ``smooth`` s so that an image without a target has a loss too.
    logits, targets: (n, 1, rows, columns).
    """
    chance = torch.sigmoid(logits.float())
    both = 2 * (chance * targets).sum((1, 2, 3)) + smooth
    either = (chance**2).sum((1, 2, 3)) + (targets**2).sum((1, 2, 3)) + smooth
    return (1 - both / either).mean()
