"""Dice loss (the two-stage paper, section 4.2: Dice is 2TP / (2TP + FP + FN)), soft."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional


def dice_loss(logits: Tensor, targets: Tensor, *, smooth: float = 1.0) -> Tensor:
    """1 - Dice of each image; (n,). logits, targets: float32 (n, 1, h, w), targets 0 to 1.

    smooth: pixels added above and below: an empty answer to an empty target costs nothing.
    """
    chance = torch.sigmoid(logits)
    both = (chance * targets).sum((1, 2, 3))
    each = chance.sum((1, 2, 3)) + targets.sum((1, 2, 3))
    return 1 - (2 * both + smooth) / (each + smooth)


def supervised_loss(
    heads: Sequence[Tensor], targets: Tensor, *, edge: float = 0.0, reach: int = 8
) -> dict[str, Tensor]:
    """Dice and cross-entropy, each the mean over all heads (deep supervision) and images.

    The cross-entropy keeps regions without a lesion in the balance, where Dice tells little, and
    chances what they say. edge, reach: as ``edge_weights`` takes them; what few pixels tell, such
    as the roots of spicules, costs Dice next to nothing.
    """
    deep = [head.float() for head in heads]
    dice = torch.stack([dice_loss(head, targets).mean() for head in deep]).mean()
    weights = edge_weights(targets, edge, reach) if edge else None
    cross = torch.stack(
        [functional.binary_cross_entropy_with_logits(head, targets, weights) for head in deep]
    ).mean()
    return {"dice_loss": dice, "cross_entropy": cross}


def edge_weights(targets: Tensor, edge: float, reach: int) -> Tensor:
    """1, and 1 + edge within ``reach`` pixels of a target's edge; then as many as make the mean 1.

    After the weight map of U-Net (Ronneberger et al., MICCAI 2015, equation 2), with a band in
    place of its falling weight. targets: (n, 1, h, w), 0 to 1.
    """
    side = 2 * reach + 1
    grown = functional.max_pool2d(targets, side, 1, reach)
    shrunk = -functional.max_pool2d(-targets, side, 1, reach)
    weights = 1 + edge * (grown - shrunk)
    mean: Tensor = weights.mean((1, 2, 3), keepdim=True)
    return weights / mean
