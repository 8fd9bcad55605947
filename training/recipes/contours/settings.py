"""Everything that the recipe decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from torch import nn

from training.data.regions import RegionPlan
from training.networks.encoders import Folded, narrow_encoder, vgg19_encoder
from training.networks.plain_unet import CascadedUNet, UNet
from training.networks.unetpp import UNetPlusPlus
from training.recipes.recipe import TrainRequest
from training.recipes.running import profile_of
from training.trainer import Schedule

PIXEL_MM = 0.25
"""About the pixel of the phantoms that it is trained on; finer images are averaged to it."""
GROWTH = 1.6
"""A region's side in sides of the box, when reading and when measuring."""
EDGE = 4.0
"""How much more a pixel near a lesion's edge counts in the cross-entropy."""
RATE = 2e-3
"""Of AdamW at its highest."""


@dataclass(frozen=True)
class Profile:
    """A network and how it is trained. fold: image pixels a side that are made channels."""

    network: str
    base: int = 16
    sizes: int = 5
    fold: int = 1
    batch: int = 4
    steps: int = 20000


PROFILES: Mapping[str, Profile] = {
    "small": Profile("unetpp", base=16, sizes=4, fold=4, batch=8, steps=3000),
    "small-unet": Profile("unet", base=16, sizes=4, fold=4, batch=8, steps=3000),
    "fine-unet": Profile("unet", base=16, fold=2, batch=8, steps=3000),
    "small-cascade": Profile("cascade", base=16, sizes=5, fold=4, batch=8, steps=3000),
    "base16": Profile("unetpp", batch=8),
    "unet": Profile("unet"),
    "cascade": Profile("cascade"),
    "paper": Profile("v19unetpp"),
}
"""``paper``: VGG19 encoder, batches of 4, as in the two-stage paper's section 4.2."""

COMPARED: Mapping[str, tuple[str, ...]] = {
    "small": ("small-unet", "small-cascade", "small"),
    "base16": ("unet", "cascade", "base16"),
    "paper": ("unet", "cascade", "paper"),
}
"""Profiles of the comparison: U-Net, cascaded U-Net, U-Net++, as in the paper's Table 4."""


def _unetpp(profile: Profile) -> nn.Module:
    channels = profile.fold**2
    return UNetPlusPlus(narrow_encoder(channels, profile.base, profile.sizes), channels)


def _unet(profile: Profile) -> nn.Module:
    channels = profile.fold**2
    return UNet(narrow_encoder(channels, profile.base, profile.sizes), channels)


def _cascade(profile: Profile) -> nn.Module:
    return CascadedUNet(profile.fold**2, profile.base, profile.fold**2)


def _v19unetpp(profile: Profile) -> nn.Module:
    return UNetPlusPlus(vgg19_encoder(profile.fold**2), profile.fold**2)


NETWORKS: Mapping[str, Callable[[Profile], nn.Module]] = {
    "unetpp": _unetpp,
    "unet": _unet,
    "cascade": _cascade,
    "v19unetpp": _v19unetpp,
}


def make_network(profile: Profile) -> Folded:
    """The network of a profile, from (n, 1, 256, 256) to logits of that size."""
    return Folded(NETWORKS[profile.network](profile), profile.fold)


@dataclass(frozen=True)
class ContourSettings:
    """Network, regions, and how long."""

    profile: Profile
    schedule: Schedule
    plan: RegionPlan = field(default_factory=RegionPlan)

    def plain(self) -> dict[str, Any]:
        """All of it as plain values, for the run folder."""
        return {
            "profile": asdict(self.profile),
            "plan": asdict(self.plan),
            "growth": GROWTH,
            "edge": EDGE,
            "schedule": asdict(self.schedule),
        }


def settings_of(request: TrainRequest) -> ContourSettings:
    """The profile's, with the request's steps; the state is kept ten times or more.

    Raises BadInputError where there is no such profile.
    """
    profile = profile_of(PROFILES, request.profile)
    steps = request.steps or profile.steps
    every = max(1, min(250, steps // 10))
    return ContourSettings(
        profile, Schedule(steps, every=every, rate=RATE, warmup=100, decay=0.01, ema=0.99)
    )
