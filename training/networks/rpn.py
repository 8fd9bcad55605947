"""A one-stage detector: trunk, pyramid, and a head like the region proposal network's.

The head is that of Faster R-CNN's RPN (section 3.1) with a convolution more; one class, so that its
objectness is the score (as in RetinaNet: Lin et al., "Focal Loss for Dense Object Detection").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from training.networks.anchors import AnchorPlan, decode, make_anchors
from training.networks.fpn import Fpn
from training.networks.resnet import ResNet, ResNetSize

_PRIOR = 0.01
"""Share of anchors that are lesions, as the head starts out believing (RetinaNet, section 4.1)."""


@dataclass(frozen=True)
class DetectorSize:
    """Sizes of all parts. pyramid: channels of its maps. depth: 3x3 convolutions of the head.

    mean, spread: of the input's brightness, which is centred and scaled by them in the graph.
    """

    trunk: ResNetSize = field(default_factory=ResNetSize)
    pyramid: int = 128
    depth: int = 2
    anchors: AnchorPlan = field(default_factory=AnchorPlan)
    mean: float = 0.25
    spread: float = 0.2


class RpnHead(nn.Module):
    """Score and box of each anchor, by the same weights at all levels."""

    def __init__(self, channels: int, depth: int, per_place: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(depth):
            layers += [nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(inplace=True)]
        self.shared = nn.Sequential(*layers)
        self.score = nn.Conv2d(channels, per_place, 1)
        self.box = nn.Conv2d(channels, per_place * 4, 1)
        for part in (*self.shared, self.score, self.box):
            if isinstance(part, nn.Conv2d):
                nn.init.normal_(part.weight, std=0.01 if part in (self.score, self.box) else 0.03)
        with torch.no_grad():
            for name, values in self.named_parameters():
                if name.endswith("bias"):
                    values.fill_(-math.log((1 - _PRIOR) / _PRIOR) if name == "score.bias" else 0)

    def forward(self, maps: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Logits (n, k) and deltas (n, k, 4), in the order of ``make_anchors``."""
        logits, deltas = [], []
        for level in maps:
            inner = self.shared(level)
            logits.append(self.score(inner).permute(0, 2, 3, 1).flatten(1))
            boxes = self.box(inner).permute(0, 2, 3, 1)
            deltas.append(boxes.reshape(boxes.shape[0], -1, 4))
        return torch.cat(logits, 1), torch.cat(deltas, 1)


@dataclass(frozen=True)
class RawMarks:
    """What the network says of each anchor: logits (n, k), deltas (n, k, 4), anchors (k, 4)."""

    logits: Tensor
    deltas: Tensor
    anchors: Tensor


class RpnDetector(nn.Module):
    """Marks soft lesions on a prepared image."""

    def __init__(self, size: DetectorSize) -> None:
        super().__init__()
        self.size = size
        self.trunk = ResNet(size.trunk)
        self.fpn = Fpn(self.trunk.channels, size.pyramid)
        self.head = RpnHead(size.pyramid, size.depth, size.anchors.per_place)

    def forward(self, image: Tensor) -> RawMarks:
        """image: float32 (n, 1, h, w), 0 to 1, sides multiples of 32."""
        maps = self.fpn(self.trunk((image - self.size.mean) / self.size.spread))
        logits, deltas = self.head(maps)
        return RawMarks(logits.float(), deltas.float(), make_anchors(maps, self.size.anchors))


class ExportedDetector(nn.Module):
    """The detector as a package ships it: boxes and scores, before suppression of doubles."""

    def __init__(self, detector: RpnDetector) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """image: as ``RpnDetector`` takes it. Boxes float32 (n, k, 4), left top right bottom, in
        input pixels (centres at integers) and cut to the input; scores float32 (n, k), 0 to 1.
        """
        raw = self.detector(image)
        boxes = decode(raw.deltas, raw.anchors)
        x = boxes[..., 0::2].clamp(min=-0.5, max=image.shape[-1] - 0.5)
        y = boxes[..., 1::2].clamp(min=-0.5, max=image.shape[-2] - 0.5)
        cut = torch.stack((x[..., 0], y[..., 0], x[..., 1], y[..., 1]), -1)
        return cut, torch.sigmoid(raw.logits)
