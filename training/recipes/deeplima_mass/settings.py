"""Sizes and schedules of DeepLIMa's mass detector: the paper's, and one for a PC without a GPU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

from inference.boxes.suppression import SuppressionRule
from inference.preparing.prepare import PreparingSpec
from training.data.augment import Augmentation
from training.data.batches import BatchPlan
from training.losses.detection import DetectionLoss
from training.losses.matching import MatchRule
from training.losses.two_stage import TwoStageLoss
from training.networks.anchors import AnchorPlan
from training.networks.faster_rcnn import FasterRcnnSize, ProposalPlan
from training.networks.resnet import ResNetSize
from training.trainer import Schedule

SUPPRESSION = SuppressionRule()


@dataclass(frozen=True)
class MassSettings:
    """Everything that the recipe decides. spec: how images are made ready."""

    spec: PreparingSpec
    size: FasterRcnnSize
    loss: TwoStageLoss = field(default_factory=TwoStageLoss)
    batch: BatchPlan = field(default_factory=BatchPlan)
    schedule: Schedule = field(default_factory=lambda: Schedule(steps=4000, every=400))
    valid_images: int = 100

    def plain(self) -> dict[str, Any]:
        """All of it as plain values, for the run folder."""
        return asdict(self)


_LOSS = TwoStageLoss(first=DetectionLoss(rule=MatchRule()))
SMALL = MassSettings(
    PreparingSpec(pixel_mm=0.35),
    FasterRcnnSize(ResNetSize((2, 2, 2, 1), 32), channels=128, anchors=AnchorPlan(base=2.0)),
    _LOSS,
    BatchPlan(crop=(544, 352), augmentation=Augmentation(shift=23.0)),
)
"""A tenth of a second a view on two cores. At 0.5 mm fibres that run through a lump of gland, which
tell it from a mass, were lost: recall was lower (docs/training.md).
"""

PAPER = MassSettings(
    # The paper resizes the short edge to 1200 pixels: 0.2 mm of a field of 240 mm by 300.
    PreparingSpec(pixel_mm=0.2, largest=(1504, 1216)),
    FasterRcnnSize(
        ResNetSize((3, 4, 6, 3), 64, bottleneck=True),
        channels=256,
        hidden=1024,
        anchors=AnchorPlan(base=3.0),
        proposals=ProposalPlan(before=1000, after=100),
    ),
    _LOSS,
    BatchPlan(size=4, crop=(1504, 1216), augmentation=Augmentation(shift=40.0)),
    Schedule(steps=100_000, every=500, rate=1e-4, warmup=1000),
)
"""Section 4.1.1: ResNet-50, 200 epochs of 500 steps, Adam; without its ImageNet weights."""

PROFILES: Mapping[str, MassSettings] = MappingProxyType({"small": SMALL, "paper": PAPER})


def ablation(settings: MassSettings) -> Mapping[str, MassSettings]:
    """The rows of the paper's Table 1, each with this size and schedule otherwise."""
    size, strides = settings.size, settings.size.anchors.strides
    one_map = AnchorPlan((strides[1],), settings.size.anchors.base / 2, (1.0, 1.41, 2.0, 2.83, 4.0))
    vanilla = replace(size, pyramid=False, non_local=False, anchors=one_map)
    plain = replace(settings.loss, focal=False)
    return {
        "Faster R-CNN (vanilla)": replace(settings, size=vanilla, loss=plain),
        "Faster R-CNN+FPN": replace(settings, size=replace(size, non_local=False), loss=plain),
        "Faster R-CNN+FPN+FL+NL": settings,
    }
