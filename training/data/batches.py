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
from training.data.augment import Augmentation, Example, Floats, augmented, cropped
from training.data.prepared import PreparedSample, parted


@dataclass(frozen=True)
class Batch:
    """images: float32 (n, 1, rows, columns), 0 to 1, black right and below. truths: n times
    float32 (m, 4), left top right bottom in input pixels.
    """

    images: Tensor
    truths: tuple[Tensor, ...]


@dataclass(eq=False)
class Source:
    """Images of one set. weight: of its draws beside other sources'. hard: places that a network
    took for a lesion, which are none: float32 (n, 4) in prepared pixels, of each sample.
    """

    name: str
    samples: Sequence[PreparedSample] = field(repr=False)
    kinds: frozenset[FindingKind]
    weight: float = 1.0
    hard: Sequence[Floats] = field(default=(), repr=False)
    _with: list[PreparedSample] = field(init=False, repr=False)
    _without: list[PreparedSample] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._with, self._without = parted(self.samples, self.kinds)
        if not self.samples:
            raise BadInputError(
                "there are no training images in it",
                where=self.name,
                remedy="Look at it with fourview data check, or draw its phantoms first",
            )

    def draw(self, random: np.random.Generator, share: float) -> PreparedSample:
        """One image; with a lesion in ``share`` of the draws, where there are both sorts."""
        wanted = self._with if random.random() < share else self._without
        wanted = wanted or self._with or self._without
        return wanted[int(random.integers(len(wanted)))]

    def draw_hard(self, random: np.random.Generator) -> tuple[PreparedSample, Floats] | None:
        """An image and one of its hard places, (1, 4); ``None`` where there are none."""
        at = [number for number, places in enumerate(self.hard) if len(places)]
        if not at:
            return None
        number = at[int(random.integers(len(at)))]
        place = int(random.integers(len(self.hard[number])))
        return self.samples[number], self.hard[number][place : place + 1]


@dataclass(frozen=True)
class BatchPlan:
    """size: images of a batch. share: of images with a lesion. multiple: of the sides. hard: share
    of images that are cut around a hard place, where the source has any.

    crop: rows and columns at most; a larger image is cut at random, around one of its lesions
    where it has any, so that little of a batch is black.
    """

    size: int = 8
    share: float = 0.65
    multiple: int = 32
    crop: tuple[int, int] = (384, 256)
    augmentation: Augmentation = field(default_factory=Augmentation)
    hard: float = 0.4


def batch_at(sources: Sequence[Source], plan: BatchPlan, seed: int, step: int) -> Batch:
    """The batch of one step; each image of a source drawn by the sources' weights."""
    random = np.random.default_rng((seed, step))
    weights = np.array([one.weight for one in sources])
    examples = []
    for _ in range(plan.size):
        source = sources[int(random.choice(len(sources), p=weights / weights.sum()))]
        sample, focus = _drawn(source, plan, random)
        boxes = sample.boxes(source.kinds)
        whole = augmented(sample.pixels, boxes, plan.augmentation, random, focus)
        examples.append(cropped(whole, plan.crop, random))
    return collated(examples, plan.multiple)


def _drawn(
    source: Source, plan: BatchPlan, random: np.random.Generator
) -> tuple[PreparedSample, Floats | None]:
    if source.hard and random.random() < plan.hard:
        found = source.draw_hard(random)
        if found is not None:
            return found
    return source.draw(random, plan.share), None


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
