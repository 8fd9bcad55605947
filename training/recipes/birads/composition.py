"""The composition of a breast from a small picture of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from domain.errors import BadInputError
from inference.preparing.prepare import PreparingSpec, prepare
from inference.systems.classify_outputs import (
    COMPOSITION_PIXEL_MM,
    COMPOSITION_SIZE,
    composition_input,
)
from training.data.sample import DataSet
from training.recipes.birads.settings import BiradsRecipe
from training.trainer import Schedule

LETTERS = "abcd"
SCHEDULE = Schedule(steps=800, every=200, rate=3e-3, warmup=50, ema=0.98, bf16=False)
Floats = npt.NDArray[np.float32]


class CompositionNetwork(nn.Module):
    """Four strided convolutions, then means over the breast alone.

    Takes (n, 1, 128, 96), 0 to 1, black outside the breast; gives logits (n, 4) of a to d.
    """

    def __init__(self, width: int = 12) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for out in (width, 2 * width, 3 * width, 3 * width):
            layers += [
                nn.Conv2d(before, out, 3, 2, 1, bias=False),
                nn.BatchNorm2d(out),
                nn.ReLU(inplace=True),
            ]
            before = out
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(before, len(LETTERS))

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        share = functional.avg_pool2d((x > 0).to(x.dtype), 16)
        whole = share.sum((2, 3)).clamp(min=1e-3)
        features = (self.body(x) * share).sum((2, 3)) / whole
        logits: Tensor = self.head(features)
        return logits


class ExportedComposition(nn.Module):
    """The same with probabilities."""

    def __init__(self, network: CompositionNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """x: as ``CompositionNetwork`` takes it."""
        return (torch.softmax(self.network(x), 1),)


@dataclass(frozen=True, eq=False)
class SmallBreast:
    """picture: float32 (1, 1, 128, 96). letter: place in ``LETTERS``."""

    picture: Floats
    letter: int
    patient: str


def small_breasts(data: DataSet, every: int = 1) -> Iterator[SmallBreast]:
    """Images (each ``every``-th) whose composition is known and on which a breast is found."""
    spec = PreparingSpec(COMPOSITION_PIXEL_MM, largest=COMPOSITION_SIZE)
    for info in data.infos()[::every]:
        if info.composition not in set(LETTERS):
            continue
        sample = data.open(info)
        ready = prepare(sample.pixels, sample.grey, sample.spacing, spec)
        if ready.breast_confidence:
            letter = LETTERS.index(info.composition)
            yield SmallBreast(composition_input(ready.pixels), letter, info.patient)


class CompositionTask:
    """Draws batches of small pictures, as many of each letter; validates by accuracy."""

    def __init__(self, recipe: BiradsRecipe) -> None:
        """Raises BadInputError where a letter is missing."""
        self._batch, self._seed = recipe.batch, SCHEDULE.seed
        self.train = [one for data in recipe.soft(recipe.train) for one in small_breasts(data, 3)]
        self.valid = [one for data in recipe.soft(recipe.valid) for one in small_breasts(data)]
        self._places = [
            [at for at, one in enumerate(self.train) if one.letter == letter]
            for letter in range(len(LETTERS))
        ]
        if not (all(self._places) and self.valid):
            raise BadInputError(
                "there are not breasts of all compositions",
                where=str(recipe.data),
                remedy="Draw the studies first",
            )

    def loss(self, network: CompositionNetwork, step: int) -> Mapping[str, Tensor]:
        """Cross entropy of one step's batch."""
        random = np.random.default_rng((self._seed, step))
        letters = np.arange(self._batch) % len(LETTERS)
        drawn = [self.train[int(random.choice(self._places[letter]))] for letter in letters]
        images = np.concatenate([_moved(one.picture, random) for one in drawn])
        truth = torch.tensor([one.letter for one in drawn])
        return {"composition": functional.cross_entropy(network(torch.from_numpy(images)), truth)}

    def validate(self, network: CompositionNetwork) -> Mapping[str, float]:
        """Share of breasts (means over a patient's views) that are told right: the goal."""
        letter, truth = by_patient(network, self.valid)
        return {
            "within_one": float((abs(letter - truth) <= 1).mean()),
            "goal": float((letter == truth).mean()),
        }


def by_patient(
    network: CompositionNetwork, breasts: list[SmallBreast]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Letters told and true of each patient, as places in ``LETTERS``."""
    network.eval()
    with torch.no_grad():
        pictures = torch.from_numpy(np.concatenate([one.picture for one in breasts]))
        chances = torch.softmax(network(pictures), 1).numpy()
    patients = list(dict.fromkeys(one.patient for one in breasts))
    owner = np.array([patients.index(one.patient) for one in breasts])
    told = np.array([chances[owner == at].mean(0).argmax() for at in range(len(patients))])
    first = {one.patient: one.letter for one in breasts}
    return told.astype(np.int64), np.array([first[one] for one in patients], np.int64)


def _moved(picture: Floats, random: np.random.Generator) -> Floats:
    moved = picture[:, :, ::-1] if random.integers(2) else picture
    gain = np.float32(1.06 ** random.uniform(-1, 1))
    return np.asarray(np.clip(np.ascontiguousarray(moved) * gain, 0, 1), np.float32)
