"""Everything that the recipe decides."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inference.boxes.suppression import SuppressionRule
from inference.preparing.prepare import PreparingSpec
from training.data.batches import BatchPlan
from training.data.phantoms import PhantomSet
from training.losses.detection import DetectionLoss
from training.networks.resnet import ResNetSize
from training.networks.rpn import DetectorSize
from training.trainer import Schedule

FOLDER = Path("out/train")
PACKAGES = Path("resources/models")
SPEC = PreparingSpec(pixel_mm=0.5)
SUPPRESSION = SuppressionRule()

TRAIN_SEED, VALID_SEED, TEST_SEED = 1_000_000, 1_900_000, 1_950_000
TRAIN_STUDIES, VALID_STUDIES, TEST_STUDIES = 2000, 40, 60


@dataclass(frozen=True)
class MassRecipe:
    """folder: where studies and runs are kept."""

    folder: Path = FOLDER
    run: str = "phantom-mass"
    train_studies: int = TRAIN_STUDIES
    size: DetectorSize = field(
        default_factory=lambda: DetectorSize(ResNetSize((2, 2, 2, 1), 32), pyramid=64)
    )
    loss: DetectionLoss = field(default_factory=DetectionLoss)
    batch: BatchPlan = field(default_factory=BatchPlan)
    schedule: Schedule = field(default_factory=lambda: Schedule(steps=3800))
    packages: Path = PACKAGES

    @property
    def run_folder(self) -> Path:
        """Where the run is kept."""
        return self.folder / "runs" / self.run

    @property
    def train(self) -> PhantomSet:
        """Studies to learn from."""
        return self._set(TRAIN_SEED, self.train_studies)

    @property
    def valid(self) -> PhantomSet:
        """Studies to choose the best weights by."""
        return self._set(VALID_SEED, VALID_STUDIES)

    @property
    def test(self) -> PhantomSet:
        """Studies that nothing is chosen by."""
        return self._set(TEST_SEED, TEST_STUDIES)

    def config(self) -> dict[str, Any]:
        """All of it as plain values, for the run folder."""
        sets = {"train": self.train, "valid": self.valid}
        return {
            "recipe": "phantom_mass",
            "spec": asdict(SPEC),
            "size": asdict(self.size),
            "loss": asdict(self.loss),
            "batch": asdict(self.batch),
            "schedule": asdict(self.schedule),
            "data": {name: [one.first_seed, one.studies] for name, one in sets.items()},
        }

    def _set(self, first_seed: int, studies: int) -> PhantomSet:
        return PhantomSet(self.folder / "data", first_seed, studies, SPEC)
