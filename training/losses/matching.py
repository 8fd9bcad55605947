"""Which anchors answer for which truth (Ren et al., "Faster R-CNN", section 3.1.2)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.losses.boxes import pairwise_iou

NONE, UNSURE = -1, -2
"""What ``match`` says of an anchor on nothing, and of one that counts neither way."""


@dataclass(frozen=True)
class MatchRule:
    """sure: IoU from which an anchor answers for a truth; nothing: below it, for none."""

    sure: float = 0.4
    nothing: float = 0.3

    def __post_init__(self) -> None:
        if not 0 <= self.nothing <= self.sure <= 1:
            raise ValueError("a matcher needs 0 <= nothing <= sure <= 1")


def match(anchors: Tensor, truths: Tensor, rule: MatchRule) -> Tensor:
    """For each anchor the truth it answers for, ``NONE`` or ``UNSURE``: int64 (k,).

    anchors: (k, 4), truths: (m, 4). Each truth gets at least the anchors that overlap it most,
    however little, as long as they overlap at all.
    """
    if truths.shape[0] == 0 or anchors.shape[0] == 0:
        return torch.full((anchors.shape[0],), NONE, dtype=torch.int64, device=anchors.device)
    overlap = pairwise_iou(anchors, truths)
    best, which = overlap.max(1)
    found = torch.where(best >= rule.sure, which, UNSURE)
    found = torch.where(best < rule.nothing, NONE, found)
    most = overlap.max(0).values
    forced = (overlap >= most[None] - 1e-6) & (most[None] > 0)
    own, truth = forced.nonzero(as_tuple=True)
    found[own] = truth
    return found
