"""The loss of a one-stage detector: focal loss of all anchors, box loss of those on a truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from training.losses.boxes import diou_loss, giou_loss, smooth_l1
from training.losses.focal import focal_loss
from training.losses.matching import NONE, MatchRule, match
from training.networks.anchors import decode, encode
from training.networks.rpn import RawMarks


@dataclass(frozen=True)
class DetectionLoss:
    """box: ``giou``, ``diou``, ``smooth l1``. box_weight: of the box loss beside the focal loss."""

    rule: MatchRule = field(default_factory=MatchRule)
    box: str = "giou"
    box_weight: float = 1.0
    alpha: float = 0.25
    gamma: float = 2.0

    def __post_init__(self) -> None:
        if self.box not in ("giou", "diou", "smooth l1"):
            raise ValueError(f"no box loss {self.box!r}; there are giou, diou and smooth l1")

    def __call__(self, raw: RawMarks, truths: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Focal and weighted box loss, each summed and divided by the anchors on a truth.

        truths: of each image (m, 4), left top right bottom, in input pixels.
        """
        scores, boxes, positives = [], [], 0
        for logits, deltas, own in zip(raw.logits, raw.deltas, truths, strict=True):
            found = match(raw.anchors, own, self.rule)
            on = found >= 0
            counted = on | (found == NONE)
            losses = focal_loss(
                logits[counted], on[counted].float(), alpha=self.alpha, gamma=self.gamma
            )
            scores.append(losses.sum())
            if bool(on.any()):
                boxes.append(self._box_loss(deltas[on], raw.anchors[on], own[found[on]]).sum())
                positives += int(on.sum())
        share = max(1, positives)
        box = torch.stack(boxes).sum() if boxes else raw.deltas.sum() * 0
        return torch.stack(scores).sum() / share, self.box_weight * box / share

    def _box_loss(self, deltas: Tensor, anchors: Tensor, truths: Tensor) -> Tensor:
        if self.box == "giou":
            return giou_loss(decode(deltas, anchors), truths)
        if self.box == "diou":
            return diou_loss(decode(deltas, anchors), truths)
        return smooth_l1(deltas, encode(truths, anchors))
