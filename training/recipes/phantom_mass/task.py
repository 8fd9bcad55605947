"""What the detector learns at each step, and how it is looked at in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import torch
from torch import Tensor

from training.data.augment import Example
from training.data.batches import SamplePool, batch_at, collated
from training.data.sample import Sample, read_samples
from training.metrics.froc import Mark, recall_above, threshold_at
from training.metrics.marks import SOFT, judge_sample, marks_of
from training.networks.rpn import ExportedDetector, RpnDetector
from training.recipes.phantom_mass.settings import SUPPRESSION, MassRecipe

RATES = (0.25, 0.5, 1.0)
"""False marks an image; the goal is the mean of the recalls there."""


class MassTask:
    """Draws batches, and validates by recall."""

    def __init__(self, recipe: MassRecipe) -> None:
        self._recipe = recipe
        self.pool = SamplePool(recipe.train, SOFT)
        self.pool.refresh()
        self._valid = [one for path in recipe.valid.ready() for one in read_samples(path)]

    def loss(self, network: RpnDetector, step: int) -> Mapping[str, Tensor]:
        """Focal and box loss of one step's batch."""
        batch = batch_at(self.pool, self._recipe.batch, self._recipe.schedule.seed, step)
        images = batch.images.contiguous(memory_format=torch.channels_last)
        score, box = self._recipe.loss(network(images), batch.truths)
        return {"score_loss": score, "box_loss": box}

    def validate(self, network: RpnDetector) -> Mapping[str, float]:
        """Recall at each rate on the validation studies; takes in studies that have come."""
        known = self.pool.refresh()
        judged = [judge_sample(one, marks) for one, marks in torch_marks(network, self._valid)]
        recalls = [recall_above(judged, threshold_at(judged, rate))[0] for rate in RATES]
        told = {f"recall_at_{rate:g}": one for rate, one in zip(RATES, recalls, strict=True)}
        return {"studies": known, **told, "goal": sum(recalls) / len(recalls)}


def torch_marks(
    network: RpnDetector, samples: Iterable[Sample]
) -> Iterator[tuple[Sample, list[Mark]]]:
    """Each sample with the marks of a network in torch."""
    exported = ExportedDetector(network).eval()
    with torch.no_grad():
        for sample in samples:
            pixels = sample.pixels.astype(np.float32) / np.float32(255)
            boxes, scores = exported(collated([Example(pixels, sample.boxes(SOFT))], 32).images)
            rule = SUPPRESSION
            yield sample, marks_of(boxes[0].numpy(), scores[0].numpy(), sample.frame, rule)
