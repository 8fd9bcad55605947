"""Everything that the recipe decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from torch import nn

from phantom.recipe import Content
from training.data.phantoms import PhantomSet
from training.data.regions import RegionPlan
from training.networks.encoders import Folded, narrow_encoder, vgg19_encoder
from training.networks.plain_unet import CascadedUNet, UNet
from training.networks.unetpp import UNetPlusPlus
from training.trainer import Schedule

DATA, RUNS, PACKAGES = Path("out/train/data"), Path("out/train/runs"), Path("resources/models")
PIXEL_MM = 0.25
"""About the pixel of the phantoms that it is trained on; finer images are averaged to it."""
GROWTH = 1.6
"""A region's side in sides of the box, when reading and when measuring."""
TRAIN_SEED, VALID_SEED, TEST_SEED = 2_000_000, 2_900_000, 2_950_000


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
    "small-cascade": Profile("cascade", base=16, sizes=5, fold=4, batch=8, steps=3000),
    "base16": Profile("unetpp", batch=8),
    "unet": Profile("unet"),
    "cascade": Profile("cascade"),
    "paper": Profile("v19unetpp"),
}
"""``paper``: VGG19 encoder, batches of 4, as in the two-stage paper's section 4.2."""


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
class ContourRecipe:
    """data: where studies are kept. run: folder of the run. start: a run whose best weights it
    begins with. rate: of Adam at its highest.
    """

    run: Path = RUNS / "contours"
    profile: str = "small"
    data: Path = DATA
    train_studies: int = 400
    steps: int | None = None
    rate: float = 2e-3
    start: Path | None = None
    plan: RegionPlan = field(default_factory=RegionPlan)

    @property
    def chosen(self) -> Profile:
        """The profile."""
        return PROFILES[self.profile]

    @property
    def schedule(self) -> Schedule:
        """Falling to 0 as a cosine; the state is kept ten times or more."""
        steps = self.steps or self.chosen.steps
        every = max(1, min(250, steps // 10))
        return Schedule(steps, every=every, rate=self.rate, warmup=100, decay=0.01, ema=0.99)

    @property
    def train(self) -> PhantomSet:
        """Studies to learn from."""
        return PhantomSet(self.data, TRAIN_SEED, self.train_studies, Content.MASSES)

    @property
    def valid(self) -> PhantomSet:
        """Studies to choose the best weights by."""
        return PhantomSet(self.data, VALID_SEED, 40)

    @property
    def test(self) -> PhantomSet:
        """Studies that nothing is chosen by."""
        return PhantomSet(self.data, TEST_SEED, 300)

    def config(self) -> dict[str, Any]:
        """All of it as plain values, for the run folder."""
        return {
            "recipe": "contours",
            "profile": asdict(self.chosen),
            "train": self.train.name,
            "valid": self.valid.name,
            "plan": asdict(self.plan),
            "growth": GROWTH,
            "start": str(self.start) if self.start else "",
            "schedule": asdict(self.schedule),
        }
