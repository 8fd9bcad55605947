"""Focal loss (Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017, equation 5)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def focal_loss(logits: Tensor, targets: Tensor, *, alpha: float = 0.25, gamma: float = 2) -> Tensor:
    """-alpha_t (1 - p_t)^gamma log p_t of each logit; float32, targets 0 or 1, same shape."""
    chance = torch.sigmoid(logits)
    cross = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    right = chance * targets + (1 - chance) * (1 - targets)
    weight = alpha * targets + (1 - alpha) * (1 - targets)
    return weight * (1 - right) ** gamma * cross
