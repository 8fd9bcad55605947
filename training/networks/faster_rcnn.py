"""DeepLIMa's mass detector: Faster R-CNN, with or without pyramid and non-local block.

Ren et al., "Faster R-CNN" (proposals, box head); Lin et al., "Feature Pyramid Networks" (levels of
regions, section 4.2); DeepLIMa section 2.1 (which parts; the non-local block late in the trunk).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from training.networks.anchors import AnchorPlan, decode, make_anchors
from training.networks.fpn import Fpn
from training.networks.non_local import NonLocalBlock
from training.networks.resnet import ResNet, ResNetSize
from training.networks.roi_align import roi_align, roi_align_op
from training.networks.rpn import RawMarks, RpnHead
from training.networks.suppression import nms, nms_op

_PRIOR = 0.05
"""Share of sampled regions that are lesions, as the head starts out believing."""
BOX_SCALE = (10.0, 10.0, 5.0, 5.0)
"""The box head's numbers over ``anchors.encode``'s (Girshick, "Fast R-CNN": unit variance)."""


@dataclass(frozen=True)
class ProposalPlan:
    """before: anchors kept by score, after: regions kept by suppression above ``iou``.

    DeepLIMa section 4.1.1 keeps few, as a mammogram has few masses.
    """

    before: int = 300
    after: int = 48
    iou: float = 0.6


@dataclass(frozen=True)
class FasterRcnnSize:
    """Sizes of all parts. channels: of the maps that heads see. hidden: of the box head.

    pyramid: FPN; without it there is one map at a stride of 16. non_local: a block after the last
    stage. depth: convolutions of the RPN's head. bin: side of a pooled region. mean, spread: of
    the input's brightness, which is centred and scaled by them in the graph.
    """

    trunk: ResNetSize = field(default_factory=ResNetSize)
    channels: int = 128
    hidden: int = 256
    depth: int = 1
    bin: int = 7
    pyramid: bool = True
    non_local: bool = True
    anchors: AnchorPlan = field(default_factory=AnchorPlan)
    proposals: ProposalPlan = field(default_factory=ProposalPlan)
    mean: float = 0.25
    spread: float = 0.2


class BoxHead(nn.Module):
    """Two hidden layers, then score and box of each region (Lin et al. 2017, section 4.2)."""

    def __init__(self, channels: int, side: int, hidden: int) -> None:
        super().__init__()
        self.hidden = nn.Sequential(
            nn.Flatten(),
            nn.Linear(channels * side * side, hidden),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, hidden),
            nn.ReLU(inplace=True),
        )
        self.score = nn.Linear(hidden, 1)
        self.box = nn.Linear(hidden, 4)
        nn.init.normal_(self.score.weight, std=0.01)
        nn.init.normal_(self.box.weight, std=0.001)
        with torch.no_grad():
            self.score.bias.fill_(-math.log((1 - _PRIOR) / _PRIOR))
            self.box.bias.zero_()

    def forward(self, pooled: Tensor) -> tuple[Tensor, Tensor]:
        """pooled: (k, c, side, side); logits (k,) and deltas (k, 4) relative to the regions."""
        inner = self.hidden(pooled)
        scale = torch.tensor(BOX_SCALE, device=pooled.device)
        return self.score(inner)[:, 0], self.box(inner) / scale


class FasterRcnn(nn.Module):
    """Finds soft lesions on a prepared image in two stages."""

    def __init__(self, size: FasterRcnnSize) -> None:
        super().__init__()
        self.size = size
        self.trunk = ResNet(size.trunk)
        last = self.trunk.channels[-1]
        self.non_local = NonLocalBlock(last) if size.non_local else nn.Identity()
        self.neck = (
            Fpn(self.trunk.channels, size.channels)
            if size.pyramid
            else nn.Conv2d(self.trunk.channels[1] + last, size.channels, 1)
        )
        self.rpn = RpnHead(size.channels, size.depth, size.anchors.per_place)
        self.head = BoxHead(size.channels, size.bin, size.hidden)

    def maps(self, image: Tensor) -> list[Tensor]:
        """What heads see. image: float32 (n, 1, h, w), 0 to 1, sides multiples of 32."""
        c3, c4, c5 = self.trunk((image - self.size.mean) / self.size.spread)
        c5 = self.non_local(c5)
        if self.size.pyramid:
            return list(self.neck((c3, c4, c5)))
        larger = nn.functional.interpolate(c5, scale_factor=2.0, mode="nearest")
        return [self.neck(torch.cat((c4, larger), 1))]

    def propose(self, maps: Sequence[Tensor]) -> RawMarks:
        """The first stage's opinion of each anchor."""
        logits, deltas = self.rpn(maps)
        return RawMarks(logits.float(), deltas.float(), make_anchors(maps, self.size.anchors))

    @torch.no_grad()
    def proposals(self, raw: RawMarks, image: int, rows: int, columns: int) -> Tensor:
        """Regions of one image of a batch: (k, 4), inside the image, surest first."""
        plan = self.size.proposals
        scores = raw.logits[image].detach()
        top = scores.topk(min(plan.before, len(scores))).indices
        boxes = clipped(decode(raw.deltas[image, top].detach(), raw.anchors[top]), rows, columns)
        return boxes[nms(boxes, scores[top], plan.iou, plan.after)]

    def judge(self, maps: Sequence[Tensor], regions: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """The second stage's logits (k,) and deltas (k, 4) of all images' regions in turn."""
        pooled = [
            self._pooled([level[number] for level in maps], own, roi_align)
            for number, own in enumerate(regions)
        ]
        logits, deltas = self.head(torch.cat(pooled))
        return logits.float(), deltas.float()

    def pooled_for_export(self, maps: Sequence[Tensor], regions: Tensor) -> Tensor:
        """As ``judge`` pools, by the operator that exports; one image."""
        return self._pooled(list(maps), regions, roi_align_op)

    def _pooled(self, maps: Sequence[Tensor], regions: Tensor, pool: object) -> Tensor:
        """Each region from its level: from all, weighted 1 and 0, so that shapes are fixed."""
        chosen = level_of(regions, self.size.anchors.strides)
        total: Tensor | None = None
        for number, (level, stride) in enumerate(zip(maps, self.size.anchors.strides, strict=True)):
            found = pool(level.float(), regions, stride, self.size.bin)  # type: ignore[operator]
            part = found * (chosen == number).float()[:, None, None, None]
            total = part if total is None else total + part
        if total is None:
            raise ValueError("a detector has at least one map")
        return total


def level_of(regions: Tensor, strides: Sequence[int]) -> Tensor:
    """Which map a region is pooled from: int64 (k,), 0 the finest (Lin et al. 2017, equation 1).

    A region of eight pixels of a map's stride belongs to that map; twice as large to the next.
    """
    if len(strides) == 1:
        return torch.zeros(regions.shape[0], dtype=torch.int64, device=regions.device)
    sides = (regions[:, 2:] - regions[:, :2]).clamp(min=1.0)
    side = (sides[:, 0] * sides[:, 1]).sqrt()
    level = torch.floor(torch.log2(side / (8.0 * strides[0])) + 0.5)
    return level.clamp(0, len(strides) - 1).long()


def clipped(boxes: Tensor, rows: int, columns: int) -> Tensor:
    """Boxes (k, 4) cut to an image of this size."""
    x = boxes[..., 0::2].clamp(min=-0.5, max=columns - 0.5)
    y = boxes[..., 1::2].clamp(min=-0.5, max=rows - 0.5)
    return torch.stack((x[..., 0], y[..., 0], x[..., 1], y[..., 1]), -1)


class ExportedFasterRcnn(nn.Module):
    """Both stages as a package ships them: boxes and scores, before the last suppression."""

    def __init__(self, detector: FasterRcnn) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """image: (1, 1, h, w). Boxes float32 (1, k, 4), left top right bottom in input pixels
        (centres at integers), cut to the input; scores float32 (1, k), 0 to 1: the geometric
        mean of both stages' chances, as each errs in its own way.
        """
        own, plan = self.detector, self.detector.size.proposals
        maps = own.maps(image)
        raw = own.propose(maps)
        top = raw.logits[0].topk(plan.before).indices
        boxes = _inside(decode(raw.deltas[0, top], raw.anchors[top]), image)
        first = torch.sigmoid(raw.logits[0, top])
        kept = nms_op(boxes, first, plan.iou, plan.after)
        regions, first = boxes[kept], first[kept]
        logits, deltas = own.head(own.pooled_for_export(maps, regions))
        found = _inside(decode(deltas, regions), image)
        return found[None], torch.sqrt(first * torch.sigmoid(logits))[None]


def _inside(boxes: Tensor, image: Tensor) -> Tensor:
    x = boxes[:, 0::2].clamp(min=-0.5, max=image.shape[-1] - 0.5)
    y = boxes[:, 1::2].clamp(min=-0.5, max=image.shape[-2] - 0.5)
    return torch.stack((x[:, 0], y[:, 0], x[:, 1], y[:, 1]), -1)
