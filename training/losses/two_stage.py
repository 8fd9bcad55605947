"""The losses of both stages of Faster R-CNN, with focal or with cross-entropy loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional

from training.losses.boxes import pairwise_iou, smooth_l1
from training.losses.detection import DetectionLoss
from training.losses.focal import focal_loss
from training.losses.matching import NONE, match
from training.networks.anchors import encode
from training.networks.faster_rcnn import BOX_SCALE, FasterRcnn
from training.networks.rpn import RawMarks


@dataclass(frozen=True)
class RegionPlan:
    """Regions of an image that the box head learns from. sure: IoU from which one is a lesion."""

    sample: int = 24
    share: float = 0.4
    sure: float = 0.4


@dataclass(frozen=True)
class TwoStageLoss:
    """focal: DeepLIMa's equation 1 in both stages; else cross-entropy on sampled anchors (Ren et
    al., section 3.1.3: 256 an image, at most half of them on lesions).
    """

    first: DetectionLoss = field(default_factory=DetectionLoss)
    regions: RegionPlan = field(default_factory=RegionPlan)
    focal: bool = True
    second_weight: float = 1.0

    def __call__(
        self, network: FasterRcnn, images: Tensor, truths: Sequence[Tensor]
    ) -> Mapping[str, Tensor]:
        """Parts of the loss. images: (n, 1, h, w); truths: of each (m, 4) in input pixels."""
        maps = network.maps(images)
        raw = network.propose(maps)
        score, box = self.first(raw, truths) if self.focal else self._sampled(raw, truths)
        rows, columns = images.shape[-2], images.shape[-1]
        chosen = [
            self._chosen(network.proposals(raw, number, rows, columns), own)
            for number, own in enumerate(truths)
        ]
        logits, deltas = network.judge(maps, [regions for regions, _, _ in chosen])
        on = torch.cat([one for _, one, _ in chosen])
        wanted = torch.cat([one for _, _, one in chosen])
        regions = torch.cat([one for one, _, _ in chosen])
        return {
            "rpn_score": score,
            "rpn_box": box,
            "score": self.second_weight * self._second(logits, on),
            "box": self.second_weight * _box(deltas, regions, wanted, on),
        }

    def _second(self, logits: Tensor, on: Tensor) -> Tensor:
        if self.focal:
            losses = focal_loss(logits, on.float(), alpha=0.5, gamma=2.0)
            return 4 * losses.sum() / max(1, int(on.sum()))
        return functional.binary_cross_entropy_with_logits(logits, on.float())

    def _chosen(self, proposals: Tensor, truths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Regions (k, 4), whether each is a lesion, and the truth it answers for (k, 4)."""
        plan = self.regions
        regions = torch.cat((proposals, truths))
        if len(truths) == 0:
            kept = regions[: plan.sample]
            return kept, torch.zeros(len(kept), dtype=torch.bool, device=kept.device), kept
        overlap, which = pairwise_iou(regions, truths).max(1)
        on = overlap >= plan.sure
        hits = on.nonzero()[:, 0]
        hits = hits[torch.randperm(len(hits))[: int(plan.sample * plan.share)]]
        # The surest proposals come first: of what is no lesion, those that look most like one.
        rest = (~on).nonzero()[:, 0][: plan.sample - len(hits)]
        kept = torch.cat((hits, rest))
        return regions[kept], on[kept], truths[which[kept]]

    def _sampled(self, raw: RawMarks, truths: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        scores, boxes = [], []
        for logits, deltas, own in zip(raw.logits, raw.deltas, truths, strict=True):
            found = match(raw.anchors, own, self.first.rule)
            hits, rest = (found >= 0).nonzero()[:, 0], (found == NONE).nonzero()[:, 0]
            hits = hits[torch.randperm(len(hits))[:128]]
            rest = rest[torch.randperm(len(rest))[: 256 - len(hits)]]
            taken = torch.cat((hits, rest))
            wanted = (found[taken] >= 0).float()
            scores.append(functional.binary_cross_entropy_with_logits(logits[taken], wanted))
            on = found[hits]
            target = encode(own[on], raw.anchors[hits]) if len(hits) else deltas[hits]
            boxes.append(smooth_l1(deltas[hits], target).sum() / max(1, len(taken)))
        return torch.stack(scores).mean(), torch.stack(boxes).mean()


def _box(deltas: Tensor, regions: Tensor, wanted: Tensor, on: Tensor) -> Tensor:
    if not bool(on.any()):
        return deltas.sum() * 0
    scale = torch.tensor(BOX_SCALE, device=deltas.device)
    target = encode(wanted[on], regions[on]) * scale
    return smooth_l1(deltas[on] * scale, target, beta=1.0).sum() / int(on.sum())
