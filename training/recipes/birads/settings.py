"""Everything that the recipe decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inference.packages.package import open_package
from inference.systems.classify_crops import PLANES
from phantom.recipe import Content
from training.data.finding_crops import FindingCrop, Jitter, crops_of
from training.data.outlines import OutlineStore
from training.data.phantoms import FULL_MATRIX, PhantomSet
from training.data.sample import DataSet
from training.networks.densenet import DENSENET_121, DenseNetSize
from training.trainer import Schedule

FOLDER = Path("out/train")
PACKAGES = Path("resources/models")
CONTOURS = PACKAGES / "contour-unet-fine"

SMALL = DenseNetSize((2, 3, 3), growth=12, stem=24, channels=PLANES, pooled=False)
PAPER = DenseNetSize(**{**asdict(DENSENET_121), "channels": PLANES})
SIZES = {"small": SMALL, "paper": PAPER}
SIDES = {"small": 64, "paper": 224}
"""Rows and columns of the network's squares."""


@dataclass(frozen=True)
class Given:
    """Sets that take the place of the recipe's own, and the run's folder."""

    train: tuple[DataSet, ...]
    valid: tuple[DataSet, ...]
    out: Path


@dataclass(frozen=True)
class BiradsRecipe:
    """folder: where studies and runs are kept. birads: without it, the binary-only baseline.
    contours: the package whose outlines it learns from and is measured with. given: other sets
    than its own.
    """

    folder: Path = FOLDER
    run: str = "birads"
    profile: str = "small"
    birads: bool = True
    batch: int = 32
    jitter: Jitter = field(default_factory=Jitter)
    schedule: Schedule = field(
        default_factory=lambda: Schedule(
            steps=1000,
            every=100,
            rate=2e-3,
            warmup=60,
            decay=0.05,
            ema=0.99,
            bf16=False,
            report=50,
        )
    )
    packages: Path = PACKAGES
    contours: Path = CONTOURS
    given: Given | None = None

    @property
    def size(self) -> DenseNetSize:
        """Of the trunk."""
        return SIZES[self.profile]

    @property
    def side(self) -> int:
        """Rows and columns of the network's squares."""
        return SIDES[self.profile]

    @property
    def run_folder(self) -> Path:
        """Where the run is kept."""
        if self.given is not None:
            return self.given.out
        return self.folder / "runs" / self.run

    @property
    def train(self) -> Sequence[DataSet]:
        """Studies to learn from."""
        if self.given is not None:
            return self.given.train
        return (
            self._set(2_000_000, 340, Content.MASSES),
            self._set(2_100_000, 200),
            PhantomSet(self.data, 3_000_000, 200, Content.CALCIFICATIONS, FULL_MATRIX),
        )

    @property
    def valid(self) -> Sequence[DataSet]:
        """Studies to choose weights by and to calibrate on; no contour network saw any of them:
        its outlines of those that it saw are truer than of others.
        """
        if self.given is not None:
            return self.given.valid
        return (
            self._set(2_000_400, 40, Content.MASSES),
            self._set(2_900_000, 40),
            PhantomSet(self.data, 3_900_000, 40, Content.MIXED, FULL_MATRIX),
        )

    @property
    def test(self) -> Sequence[PhantomSet]:
        """Studies that nothing is chosen by."""
        return (
            self._set(2_950_000, 300),
            self._set(2_960_000, 40, Content.MASSES),
            PhantomSet(self.data, 3_950_000, 60, Content.MIXED, FULL_MATRIX),
        )

    @staticmethod
    def soft(sets: Sequence[DataSet]) -> Sequence[DataSet]:
        """Those that are not drawn at full size: these are enough to tell a composition from."""
        return [
            one for one in sets if not (isinstance(one, PhantomSet) and one.size == FULL_MATRIX)
        ]

    def crops(self, sets: Sequence[DataSet]) -> Iterator[FindingCrop]:
        """Of all findings, with outlines of the contour package that the recipe names."""
        store = self.outlines
        for one in sets:
            yield from crops_of(one, self.side, store)

    @property
    def outlines(self) -> OutlineStore:
        """Outlines that the contour package draws."""
        return OutlineStore(self.data, open_package(self.contours))

    @property
    def data(self) -> Path:
        """Where studies are kept."""
        return self.folder / "data"

    def config(self) -> dict[str, Any]:
        """All of it as plain values, for the run folder."""
        return {
            "recipe": "birads",
            "profile": self.profile,
            "birads": self.birads,
            "batch": self.batch,
            "size": asdict(self.size),
            "jitter": asdict(self.jitter),
            "schedule": asdict(self.schedule),
            "data": {
                name: [one.name for one in sets]
                for name, sets in (("train", self.train), ("valid", self.valid))
            },
        }

    def _set(self, first_seed: int, studies: int, content: Content = Content.MIXED) -> PhantomSet:
        return PhantomSet(self.data, first_seed, studies, content)
