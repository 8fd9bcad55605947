"""Everything that the recipe decides, for each profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from inference.preparing.prepare import PreparingSpec
from inference.systems.calcify_unet import CalcifyRule
from inference.tiles.grid import TileGrid
from training.data.patches import PatchPlan
from training.data.specked import LabelRule
from training.data.specks import SpeckRule
from training.networks.unet import Norm, UNetSize
from training.trainer import Schedule

SMALL_SPEC = PreparingSpec(pixel_mm=0.1, largest=(4096, 4096))
"""A single calcification is 0.15 to 1 mm: at 0.1 mm a pixel the smallest still fills two."""
PAPER_SPEC = PreparingSpec(pixel_mm=0.085, largest=(4096, 4096))
"""The paper's images have up to 3518x2800 pixels, as detectors of 0.085 mm a pixel give."""


@dataclass(frozen=True)
class CalcSettings:
    """positive_weight: of pixels with calcification in the cross-entropy.

    specks: which places count as bright specks when patches without calcification are drawn.
    rule: how the package reads.
    """

    spec: PreparingSpec = SMALL_SPEC
    size: UNetSize = field(default_factory=lambda: UNetSize(16, groups=4, contrast=31))
    labels: LabelRule = field(default_factory=LabelRule)
    specks: SpeckRule = field(default_factory=SpeckRule)
    patches: PatchPlan = field(default_factory=PatchPlan)
    positive_weight: float = 10.0
    schedule: Schedule = field(
        default_factory=lambda: Schedule(
            steps=3000, every=250, rate=3e-3, warmup=100, decay=0.01, ema=0.995
        )
    )
    rule: CalcifyRule = field(default_factory=CalcifyRule)

    def plain(self) -> dict[str, Any]:
        """As JSON takes it; how the package reads is no part of a run."""
        told = asdict(self)
        del told["rule"]
        told["size"]["norm"] = self.size.norm.value
        return told


PROFILES: Mapping[str, CalcSettings] = {
    "small": CalcSettings(),
    "paper": CalcSettings(
        spec=PAPER_SPEC,
        size=UNetSize(64, norm=Norm.GROUP, groups=32),
        labels=LabelRule(least_mm2=900 * 0.085**2),
        patches=PatchPlan(size=8, side=512, hard=0.0, gamma=1.0, gain=1.0, noise=0.0),
        schedule=Schedule(steps=20_000, every=1000, rate=0.01, warmup=1, decay=0.0),
        rule=CalcifyRule(TileGrid(512, 128), most_tiles=0),
    ),
}
"""The paper's: 512 pixels at stride 256, all tiles, labels of 900 pixels at least, Adam from 0.01.

Its batch, width, groups and number of steps are not told; 64 channels are Ronneberger's.
"""
