"""What the detector learns at each step, and how it is looked at in between."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from training.data.batches import Source, batch_at
from training.data.prepared import PreparedSample, prepared_all
from training.data.sample import SOFT
from training.metrics.froc import Mark, judge, recall_above, threshold_at
from training.metrics.marks import marks_of
from training.networks.faster_rcnn import FasterRcnn
from training.recipes.deeplima_mass.mining import mine
from training.recipes.deeplima_mass.seeing import boxes_and_scores
from training.recipes.deeplima_mass.settings import SUPPRESSION, MassSettings
from training.recipes.recipe import Part, Tell

RATES = (0.25, 0.5, 1.0)
"""False marks an image; the goal is the mean of the recalls there, over the sets."""


class MassTask:
    """Draws batches, and validates by recall on each set."""

    def __init__(
        self, settings: MassSettings, train: Sequence[Part], valid: Sequence[Part], tell: Tell
    ) -> None:
        self._settings = settings
        self._sources = [
            Source(one.data.name, _ready(one, settings, tell), SOFT, one.weight) for one in train
        ]
        self._valid = {
            f"set{number}": _spread(_ready(one, settings, tell), settings.valid_images)
            for number, one in enumerate(valid)
        }

    def mine(self, network: FasterRcnn, out: Path, tell: Tell) -> None:
        """Draw often what this network marks wrongly on its training images, as kept in ``out``."""
        mine(network, self._sources, out, tell)

    def loss(self, network: FasterRcnn, step: int) -> Mapping[str, Tensor]:
        """Both stages' losses of one step's batch."""
        plan, seed = self._settings.batch, self._settings.schedule.seed
        batch = batch_at(self._sources, plan, seed, step)
        device = next(network.parameters()).device
        images = batch.images.to(device, memory_format=torch.channels_last)
        truths = [one.to(device) for one in batch.truths]
        return self._settings.loss(network, images, truths)

    def validate(self, network: FasterRcnn) -> Mapping[str, float]:
        """Recall at each rate on each validation set, and their mean as ``goal``."""
        told: dict[str, float] = {}
        for name, samples in self._valid.items():
            judged = [
                judge(one.info.patient, marks, [found.box for found in one.info.of(SOFT)])
                for one, marks in torch_marks(network, samples)
            ]
            for rate in RATES:
                found = recall_above(judged, threshold_at(judged, rate))[0]
                # A set without lesions tells nothing of recall, and must not hide the others.
                told[f"{name}_at_{rate:g}"] = 0.0 if math.isnan(found) else found
        return {**told, "goal": sum(told.values()) / max(1, len(told))}


def _ready(part: Part, settings: MassSettings, tell: Tell) -> list[PreparedSample]:
    tell(f"preparing {len(part.infos)} images of {part.data.name}")
    return list(prepared_all(part.data, part.infos, settings.spec))


def _spread(samples: Sequence[PreparedSample], most: int) -> list[PreparedSample]:
    """At most so many, evenly taken, so that a look at them does not take long."""
    step = max(1, -(-len(samples) // most))
    return list(samples[::step])


def torch_marks(
    network: FasterRcnn, samples: Iterable[PreparedSample]
) -> Iterator[tuple[PreparedSample, list[Mark]]]:
    """Each sample with the marks of a network in torch."""
    for sample, boxes, scores in boxes_and_scores(network, samples):
        yield sample, marks_of(boxes, scores, sample.frame, SUPPRESSION)
