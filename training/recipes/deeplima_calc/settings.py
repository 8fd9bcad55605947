"""Everything that the recipe decides, for each profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from inference.preparing.prepare import PreparingSpec
from inference.systems.calcify_dots import DotRule
from inference.systems.calcify_unet import CalcifyRule
from inference.tiles.grid import TileGrid
from training.data.looks import LookPlan
from training.data.patches import PatchPlan
from training.data.specked import LabelRule
from training.data.specks import SpeckRule
from training.networks.unet import Norm, UNetSize
from training.trainer import Schedule

SMALL_SPEC = PreparingSpec(pixel_mm=0.1, largest=(4096, 4096))
"""A single calcification is 0.15 to 1 mm: at 0.1 mm a pixel the smallest still fills two."""
PAPER_SPEC = PreparingSpec(pixel_mm=0.085, largest=(4096, 4096))
"""The paper's images have up to 3518x2800 pixels, as detectors of 0.085 mm a pixel give."""


SMALL_PATCHES = PatchPlan(
    hard=0.5,
    mined=0.4,
    vessels=0.15,
    noise=0.0,
    look=LookPlan(zoom=0.22, sharpen=0.8, flatten=0.6, noise=0.03, grain=1.0, jpeg=0.15),
)
"""Drawn at a few pixel sizes, seen at many: detectors have 0.05 to 0.1 mm, and any processing."""


SMALL_RULE = CalcifyRule(dots=DotRule(level=0.8, group_mm=7.0, spread=8.0, sharp_mm2=20.0))
"""Chosen on validation studies. A wide group takes in single calcifications beside it; a network
that saw many wrong marks is sure of the right ones, so that what is far less sure may join them.
"""


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
    patches: PatchPlan = SMALL_PATCHES
    positive_weight: float = 10.0
    schedule: Schedule = field(
        default_factory=lambda: Schedule(
            steps=3000, every=250, rate=3e-3, warmup=100, decay=0.01, ema=0.995
        )
    )
    rule: CalcifyRule = SMALL_RULE

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
