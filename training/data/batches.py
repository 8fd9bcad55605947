"""Batches that follow from seed and step alone, so that a resumed run goes on as it would have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from domain.errors import BadInputError
from domain.finding import FindingKind
from training.data.augment import Augmentation, Example, augmented
from training.data.phantoms import PhantomSet
from training.data.sample import Sample, read_samples


@dataclass(frozen=True)
class Batch:
    """images: float32 (n, 1, rows, columns), 0 to 1, black right and below. truths: n times
    float32 (m, 4), left top right bottom in input pixels.
    """

    images: Tensor
    truths: tuple[Tensor, ...]


@dataclass(eq=False)
class SamplePool:
    """Samples of a set that are there by now, in memory; ``refresh`` takes in what has come.

    The order in which studies come does not matter to a run whose set was whole from the start.
    """

    studies: PhantomSet
    kinds: frozenset[FindingKind]
    _known: dict[str, list[Sample]] = field(default_factory=dict, repr=False)
    _with: list[Sample] = field(default_factory=list, repr=False)
    _without: list[Sample] = field(default_factory=list, repr=False)

    def refresh(self) -> int:
        """Look for new studies; tells how many there are."""
        for path in self.studies.ready():
            if path.name not in self._known:
                self._known[path.name] = read_samples(path)
        samples = [one for name in sorted(self._known) for one in self._known[name]]
        self._with = [one for one in samples if len(one.boxes(self.kinds))]
        self._without = [one for one in samples if not len(one.boxes(self.kinds))]
        return len(self._known)

    def draw(self, random: np.random.Generator, share: float) -> Sample:
        """One image; with a lesion in ``share`` of the draws. BadInputError for an empty pool."""
        wanted = self._with if random.random() < share else self._without
        wanted = wanted or self._with or self._without
        if not wanted:
            raise BadInputError(
                "there are no training images yet",
                where=str(self.studies.folder),
                remedy="Make them first: the recipe's data command",
            )
        return wanted[int(random.integers(len(wanted)))]


@dataclass(frozen=True)
class BatchPlan:
    """size: images of a batch. share: of images with a lesion. multiple: of the sides."""

    size: int = 8
    share: float = 0.65
    multiple: int = 32
    augmentation: Augmentation = field(default_factory=Augmentation)


def batch_at(pool: SamplePool, plan: BatchPlan, seed: int, step: int) -> Batch:
    """The batch of one step."""
    random = np.random.default_rng((seed, step))
    examples = []
    for _ in range(plan.size):
        sample = pool.draw(random, plan.share)
        boxes = sample.boxes(pool.kinds)
        examples.append(augmented(sample.pixels, boxes, plan.augmentation, random))
    return collated(examples, plan.multiple)


def collated(examples: Sequence[Example], multiple: int) -> Batch:
    """Images side by side in one array, each at its top left corner."""
    rows, columns = (
        -(-max(one.pixels.shape[axis] for one in examples) // multiple) * multiple
        for axis in (0, 1)
    )
    images: npt.NDArray[np.float32] = np.zeros((len(examples), 1, rows, columns), np.float32)
    for number, one in enumerate(examples):
        images[number, 0, : one.pixels.shape[0], : one.pixels.shape[1]] = one.pixels
    truths = tuple(torch.from_numpy(one.boxes) for one in examples)
    return Batch(torch.from_numpy(images), truths)
